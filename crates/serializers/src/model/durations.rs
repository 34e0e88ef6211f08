//! Durations, as Django's `parse_duration` reads them: its own form, ISO 8601, and `PostgreSQL`'s.

/// In microseconds.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let micros = standard(text).or_else(|| iso_8601(text)).or_else(|| postgresql(text))?;
    // Python's `timedelta` has at most 999999999 days, and a column 64 bits.
    i64::try_from(micros).ok().filter(|micros| micros.unsigned_abs() < 1 << 62)
}

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;

/// `-?` and digits.
fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// The first six of at most twelve digits of a fraction, in microseconds.
fn fraction(text: &str) -> Option<i128> {
    let is_fraction = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_fraction {
        return None;
    }
    format!("{text:0<6}").get(..6)?.parse().ok()
}

/// Splits off days: `3 `, `3 days, `. Each of these is a number before a space.
fn days<'t>(text: &'t str, suffixes: &[&str]) -> Option<(i128, &'t str)> {
    let Some((days, rest)) = text.split_once(' ') else { return Some((0, text)) };
    let rest = suffixes.iter().find_map(|suffix| rest.strip_prefix(suffix)).unwrap_or(rest);
    Some((integer(days)? * DAY, rest))
}

/// `[D ][HH:[MM:]]SS[.uuuuuu]`, where each number may be negative.
fn standard(text: &str) -> Option<i128> {
    let (days, rest) = days(text, &["days, ", "day, "])?;
    let (rest, micros) = match rest.split_once('.') {
        Some((rest, digits)) => (rest, fraction(digits)?),
        None => (rest, 0),
    };
    let parts: Vec<&str> = rest.split(':').collect();
    // Minutes and seconds after hours have no sign.
    let is_signed = |part: &&&str| part.starts_with('-');
    if parts.len() > 3 || (parts.len() == 3 && parts[1..].iter().any(|part| is_signed(&part))) {
        return None;
    }
    let seconds = parts
        .iter()
        .rev()
        .zip([1, 60, 3600])
        .try_fold(0, |sum, (part, unit)| integer(part).map(|number| sum + number * unit))?;
    let is_negative = parts.last().is_some_and(|seconds| seconds.starts_with('-'));
    Some(days + seconds * SECOND + if is_negative { -micros } else { micros })
}

/// `P1DT2H3M4.5S`
fn iso_8601(text: &str) -> Option<i128> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    // Django multiplies all but the days.
    let days = parts(date, &[('D', 86_400)])?;
    Some(days + sign * parts(time, &[('H', 3600), ('M', 60), ('S', 1)])?)
}

/// Numbers with units, in this order and each at most once.
fn parts(text: &str, units: &[(char, i128)]) -> Option<i128> {
    let mut rest = text;
    let mut sum = 0;
    for (unit, seconds) in units {
        let Some((number, after)) = rest.split_once(*unit) else { continue };
        let (whole, digits) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        if whole.starts_with('-') {
            return None;
        }
        sum += integer(whole)? * seconds * SECOND + fraction(digits)? * seconds;
        rest = after;
    }
    rest.is_empty().then_some(sum)
}

/// `3 days 04:05:06.000007`, `-1 days -01:00:00`
fn postgresql(text: &str) -> Option<i128> {
    let (days, rest) = if text.contains("day") {
        let (days, rest) = days(text, &["days", "day"])?;
        (days, rest.strip_prefix(' ').unwrap_or(rest))
    } else {
        (0, text)
    };
    if rest.is_empty() {
        return Some(days);
    }
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let parts: Vec<&str> = rest.split(':').collect();
    let &[hours, minutes, seconds] = parts.as_slice() else { return None };
    if minutes.len() != 2 || seconds.split('.').next().is_none_or(|whole| whole.len() != 2) {
        return None;
    }
    if [hours, minutes, seconds].iter().any(|part| part.starts_with('-')) {
        return None;
    }
    Some(days + sign * standard(rest)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_django_reads_them() {
        for (text, seconds) in [
            ("15", 15.0),
            ("-15", -15.0),
            ("15.5", 15.5),
            ("-15.5", -15.5),
            ("1:02", 62.0),
            ("-1:02", -58.0),
            ("1:02:03", 3723.0),
            ("-1:02:03", -3477.0),
            ("4 15:30", 4.0 * 86_400.0 + 930.0),
            ("4 days, 0:00:01.000001", 345_601.000_001),
            ("1 day, 1", 86_401.0),
            ("P4DT1H15M20S", 4.0 * 86_400.0 + 4520.0),
            ("P1D", 86_400.0),
            ("-PT1.5S", -1.5),
            ("P0.5D", 43_200.0),
            ("P", 0.0),
            ("3 days 04:05:06", 3.0 * 86_400.0 + 14_706.0),
            ("3 days -04:05:06", 3.0 * 86_400.0 - 14_706.0),
            ("1 day", 86_400.0),
            ("", 0.0),
        ] {
            #[expect(clippy::cast_possible_truncation, reason = "a small number of the test")]
            let micros = (seconds * 1e6_f64).round() as i64;
            assert_eq!(parse(text), Some(micros), "{text:?}");
        }
        for bad in ["x", " ", "1:2:3:4", "True", "1:", "1 x", "1.", "P1H", "1:-2:3", "9999999999999999999"] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
