//! Timestamps and durations in words, for command output.

use time::macros::format_description;
use time::{Duration, OffsetDateTime};

/// `2026-11-26 14:05:01 UTC, in 4 minutes`.
pub(super) fn in_words(timestamp: OffsetDateTime, now: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    // This format cannot fail.
    let written = timestamp.format(format).unwrap_or_default();
    format!("{written}, {}", distance(timestamp - now))
}

/// The timestamp of these seconds since 1970, if it is in range.
pub(super) fn of_seconds(seconds: f64, now: OffsetDateTime) -> Option<String> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is out of range is no timestamp in the next step"
    )]
    let whole = seconds as i64;
    OffsetDateTime::from_unix_timestamp(whole).ok().map(|timestamp| in_words(timestamp, now))
}

fn distance(span: Duration) -> String {
    let seconds = span.whole_seconds();
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {}", length(seconds.unsigned_abs())),
        _ => format!("{} ago", length(seconds.unsigned_abs())),
    }
}

/// A span in its largest unit, rounded down.
pub(super) fn length(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds >= *unit).unwrap_or((1, "second"));
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_shown_with_their_distance() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        for (seconds, words) in [
            (0, "2027-01-15 08:00:00 UTC, now"),
            (1, "2027-01-15 08:00:01 UTC, in 1 second"),
            (299, "2027-01-15 08:04:59 UTC, in 4 minutes"),
            (-7200, "2027-01-15 06:00:00 UTC, 2 hours ago"),
            (604_800, "2027-01-22 08:00:00 UTC, in 7 days"),
        ] {
            assert_eq!(in_words(now + Duration::seconds(seconds), now), words);
        }
        assert_eq!(of_seconds(1e300, now), None);
    }
}
