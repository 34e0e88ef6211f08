//! Dates, times, timestamps and durations, as Django's `dateparse` reads them.

use std::borrow::Cow;

use presspass_auth::python_int::ascii_digits;
use presspass_domain::Timestamp;
use presspass_domain::model::scalars;
use time::{Date, Time};

use super::durations;
use crate::errors::Message;
use crate::input::Member;

const NO_DATE: &str = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
const NO_TIME: &str = "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].";
const NO_TIMESTAMP: &str = "Datetime has wrong format. Use one of these formats instead: \
                            YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
const OUT_OF_RANGE: &str = "Datetime value out of range.";
const NO_DURATION: &str =
    "Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].";

/// A text, with the digits that Python's `\d` matches, which are those of any script.
fn text(member: &Member) -> Option<Cow<'_, str>> {
    match member {
        Member::Text(text) => Some(ascii_digits(text)),
        _ => None,
    }
}

pub(super) fn date(member: &Member) -> Result<Date, Message> {
    text(member).and_then(|text| scalars::date(&text)).ok_or_else(|| NO_DATE.into())
}

/// What follows the time is ignored, such as a zone: Django's expression has no end.
pub(super) fn time(member: &Member) -> Result<Time, Message> {
    text(member).and_then(|text| scalars::time(time_prefix(&text))).ok_or_else(|| NO_TIME.into())
}

/// `hh:mm[:ss[.uuuuuu]]` at the start of a text.
fn time_prefix(text: &str) -> &str {
    let digits = |at: usize, most: usize| -> usize {
        text.as_bytes()[at..].iter().take(most).take_while(|byte| byte.is_ascii_digit()).count()
    };
    // The end of the separator at this position and of the digits behind it.
    let part = |at: usize, separator: u8, most: usize| {
        let count = if text.as_bytes().get(at) == Some(&separator) { digits(at + 1, most) } else { 0 };
        (count > 0).then_some(at + 1 + count)
    };
    let minutes = part(digits(0, 2), b':', 2);
    let seconds = minutes.and_then(|at| part(at, b':', 2));
    let fraction = seconds.and_then(|at| part(at, b'.', 6));
    &text[..fraction.or(seconds).or(minutes).unwrap_or(text.len())]
}

pub(super) fn timestamp(member: &Member) -> Result<Timestamp, Message> {
    let Some(text) = text(member) else { return Err(NO_TIMESTAMP.into()) };
    let text = &*text;
    Timestamp::parse_iso(text).map_err(|_| {
        let (local, zone) = text.split_at_checked(text.len().saturating_sub(6)).unwrap_or((text, ""));
        // Its zone takes it out of the years 1 to 9999.
        let has_zone = zone.starts_with(['+', '-']) && Timestamp::parse_iso(local).is_ok();
        let is_zone = Timestamp::parse_iso(&format!("2000-01-01T00:00{zone}")).is_ok();
        if has_zone && is_zone { OUT_OF_RANGE.into() } else { NO_TIMESTAMP.into() }
    })
}

/// A number is one of seconds.
pub(super) fn duration(member: &Member) -> Result<i64, Message> {
    let text = match member {
        Member::Text(text) | Member::Number(text) => durations::parse(&ascii_digits(text)),
        _ => None,
    };
    text.ok_or_else(|| NO_DURATION.into())
}
