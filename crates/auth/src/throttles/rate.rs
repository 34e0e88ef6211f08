//! Rates, and the response to a caller who exceeds one.

use std::num::{IntErrorKind, NonZeroU32};
use std::time::Duration;

/// A number in a period: DRF's `10/minute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    number: u32,
    seconds: NonZeroU32,
}

/// Why a rate is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateError {
    /// It does not have two parts.
    #[error("is not number/period")]
    Shape,
    /// The first part is not a whole number, or is negative.
    #[error("does not start with a whole number")]
    Number,
    /// The number is beyond [`Rate::MAX_NUMBER`].
    #[error("allows more than 100000 in a period")]
    TooMany,
    /// The second part starts with another letter.
    #[error("has a period that does not start with s, m, h or d")]
    Period,
}

impl Rate {
    /// The largest number: a store keeps the time of each use.
    pub const MAX_NUMBER: u32 = 100_000;

    /// `number` per `seconds`. A number above [`MAX_NUMBER`](Self::MAX_NUMBER) is replaced by it.
    #[must_use]
    pub const fn new(number: u32, seconds: NonZeroU32) -> Self {
        let number = if number > Self::MAX_NUMBER { Self::MAX_NUMBER } else { number };
        Self { number, seconds }
    }

    /// Parses DRF's notation (`SimpleRateThrottle.parse_rate`): a number, a slash, and a period of which the first letter
    /// counts: `s`, `m`, `h` or `d`. With 0, every request is refused.
    ///
    /// # Errors
    /// If it is none, or the number is above [`MAX_NUMBER`](Self::MAX_NUMBER).
    pub fn parse(text: &str) -> Result<Self, RateError> {
        let (number, period) = text.split_once('/').ok_or(RateError::Shape)?;
        if period.contains('/') {
            return Err(RateError::Shape);
        }
        let seconds = match period.as_bytes().first() {
            Some(b's') => 1,
            Some(b'm') => 60,
            Some(b'h') => 3600,
            Some(b'd') => 86400,
            _ => return Err(RateError::Period),
        };
        let seconds = NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN);
        match number.trim().parse::<u32>() {
            Ok(number @ ..=Self::MAX_NUMBER) => Ok(Self { number, seconds }),
            Err(error) if *error.kind() != IntErrorKind::PosOverflow => Err(RateError::Number),
            _ => Err(RateError::TooMany),
        }
    }

    /// The number of uses per period.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The period.
    #[must_use]
    pub const fn period(self) -> Duration {
        Duration::from_secs(self.seconds.get() as u64)
    }

    /// The period in microseconds.
    #[must_use]
    pub const fn period_micros(self) -> i64 {
        self.seconds.get() as i64 * 1_000_000
    }

    /// The refusal of a caller who used a key `held` times within the period, at least [`number`](Self::number)
    /// times, first at `oldest` (`SimpleRateThrottle.wait`). Times are in microseconds since 1970.
    #[must_use]
    pub fn refusal(self, held: usize, oldest: Option<i64>, now: i64) -> Throttled {
        let since_oldest = oldest.map_or(0, |oldest| now.saturating_sub(oldest));
        // There can be more uses than the number if the rate was lowered: then the time is not known.
        let available = i64::from(self.number) - i64::try_from(held).unwrap_or(i64::MAX - 1) + 1;
        if available <= 0 {
            return Throttled { seconds: None };
        }
        let micros = self.period_micros().saturating_sub(since_oldest) / available;
        let seconds = micros.div_euclid(1_000_000) + i64::from(micros.rem_euclid(1_000_000) > 0);
        Throttled { seconds: u64::try_from(seconds).ok() }
    }
}

/// A caller exceeded a rate (HTTP 429), with the message of DRF's `Throttled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    seconds: Option<u64>,
}

impl Throttled {
    /// The value of `Retry-After`, in seconds; `None` if it is not known.
    #[must_use]
    pub const fn seconds(self) -> Option<u64> {
        self.seconds
    }

    /// The message for the caller.
    #[must_use]
    pub fn detail(self) -> String {
        match self.seconds {
            None => "Request was throttled.".to_owned(),
            Some(1) => "Request was throttled. Expected available in 1 second.".to_owned(),
            Some(seconds) => format!("Request was throttled. Expected available in {seconds} seconds."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_parsed_as_drf_parses_them() {
        for (text, number, seconds) in [
            ("100/day", 100, 86400),
            ("100/d", 100, 86400),
            ("60/min", 60, 60),
            ("5/months", 5, 60),
            ("1/s", 1, 1),
            ("3/hour", 3, 3600),
            (" 1000 /h", 1000, 3600),
            ("0/s", 0, 1),
            ("0010/s", 10, 1),
        ] {
            let rate = Rate::parse(text).unwrap();
            assert_eq!((rate.number(), rate.period().as_secs()), (number, seconds), "{text}");
        }
    }

    #[test]
    fn what_drf_cannot_parse_is_refused() {
        for (text, why) in [
            ("", RateError::Shape),
            ("100", RateError::Shape),
            ("1/2/s", RateError::Shape),
            ("1/", RateError::Period),
            ("1/ s", RateError::Period),
            ("1/S", RateError::Period),
            ("1/week", RateError::Period),
            ("/s", RateError::Number),
            ("x/s", RateError::Number),
            ("1.5/s", RateError::Number),
            ("-1/s", RateError::Number),
            ("1_0/s", RateError::Number),
            ("100001/s", RateError::TooMany),
            ("99999999999999999999/s", RateError::TooMany),
        ] {
            assert_eq!(Rate::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn seconds_are_rounded_up_and_one_is_no_plural() {
        let rate = Rate::parse("1/m").unwrap();
        let detail = |elapsed: i64| rate.refusal(1, Some(0), elapsed).detail();
        assert_eq!(detail(0), "Request was throttled. Expected available in 60 seconds.");
        assert_eq!(detail(1), "Request was throttled. Expected available in 60 seconds.");
        assert_eq!(detail(1_000_000), "Request was throttled. Expected available in 59 seconds.");
        assert_eq!(detail(58_999_999), "Request was throttled. Expected available in 2 seconds.");
        assert_eq!(detail(59_000_000), "Request was throttled. Expected available in 1 second.");
        assert_eq!(detail(59_999_999), "Request was throttled. Expected available in 1 second.");
    }

    #[test]
    fn with_more_uses_than_the_rate_allows_the_time_is_not_known() {
        let rate = Rate::parse("2/m").unwrap();
        assert_eq!(rate.refusal(2, Some(0), 0).seconds(), Some(60));
        assert_eq!(rate.refusal(3, Some(0), 0).seconds(), None);
        assert_eq!(rate.refusal(3, Some(0), 0).detail(), "Request was throttled.");
        let zero = Rate::parse("0/m").unwrap();
        assert_eq!(zero.refusal(0, None, 0).seconds(), Some(60));
    }
}
