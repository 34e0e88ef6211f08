//! Statistics of repeated measurements.

/// Where repeated measurements of one thing lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// Half of the measurements are at most this.
    pub median: f64,
    /// The least of them.
    pub min: f64,
    /// The greatest of them.
    pub max: f64,
}

impl Spread {
    /// The spread of these measurements; NaN where there are none.
    pub fn of(measurements: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = measurements.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        let last = sorted.len().saturating_sub(1);
        // Both are the same one where their number is odd.
        let (below, above) = (at(last / 2), at(sorted.len() / 2));
        Self { median: f64::midpoint(below, above), min: at(0), max: at(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_median_of_an_odd_number_is_the_one_in_the_middle() {
        assert_eq!(Spread::of([9.0, 1.0, 2.0]), Spread { median: 2.0, min: 1.0, max: 9.0 });
        assert_eq!(Spread::of([5.0]), Spread { median: 5.0, min: 5.0, max: 5.0 });
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 30.0]), Spread { median: 3.0, min: 1.0, max: 30.0 });
    }

    #[test]
    fn nothing_measured_is_no_figure() {
        assert!(Spread::of([]).median.is_nan());
    }
}
