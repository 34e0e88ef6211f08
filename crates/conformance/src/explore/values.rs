//! Values that parsers have their own mind about.

use std::fmt::Write as _;

use super::random::Random;

pub(crate) const CALLERS: &[&str] = &[
    "admin",
    "admin",
    "admin",
    "admin",
    "user",
    "editor",
    "writer",
    "inactive",
    "bcrypt",
    "unusable",
    "Ünïcode",
    "",
];
pub(crate) const METHODS: &[&str] = &[
    "GET", "GET", "GET", "head", "patch", "Delete", "options", "POST", "PUT", "PATCH", "DELETE", "HEAD",
    "OPTIONS", "TRACE", "PROPFIND", "LINK", "FOO", "get", "Post", "QUERY",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "5",
    "30",
    "31",
    "32",
    "100",
    "1000",
    "-1",
    "+1",
    " 1",
    "1 ",
    "\t2",
    "\n2",
    "\u{a0}2",
    "01",
    "0001",
    "1.0",
    "1e1",
    "1_0",
    "1__0",
    "_1",
    "1_",
    "0x1",
    "0b1",
    "0o7",
    "٣",
    "１２",
    "१",
    "²",
    "½",
    "Ⅷ",
    "一",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
    "",
    " ",
    "abc",
    "null",
    "true",
    "None",
    "NaN",
    "inf",
    "-0",
    "+0",
    "--1",
    "+-1",
    "00",
    "1,000",
    "1;2",
    "\"1\"",
    "[1]",
    "last",
    "Last",
    "LAST",
    "last ",
    "first",
    "-",
    "+",
    "\u{0}",
    "1\u{0}",
    "\u{feff}1",
    "\u{200b}1",
    "1\u{2003}",
    "1\u{85}",
    "\u{1c}1",
];
const WORDS: &[&str] = &[
    "post",
    "Post",
    "POST 1",
    "Post 1",
    "post 10",
    "Ü",
    "ü",
    "ünï",
    "ÜNÏCÖDÉ",
    "✓",
    "<b>",
    "&amp;",
    "quotes",
    "\"",
    "\\",
    "'",
    "%",
    "_",
    "*",
    "?",
    "[a-z]",
    "🎉",
    "\u{2028}",
    "end",
    "of post",
    "1",
    "",
    " ",
    ",",
    ",,",
    "a,b",
    "post,1",
    "post 1,",
    " post  1 ",
    "post\t1",
    "post\u{a0}1",
    "post\u{3000}1",
    "\u{0}",
    "po\u{0}st",
    "ı",
    "İ",
    "ß",
    "ſ",
    "K",
    "\u{301}",
    "u\u{308}",
    "-- ",
    "; DROP TABLE",
    "${x}",
    "%25",
    "\r\n",
    "POst 3",
    "$",
    "^P",
    "t 2",
    "\u{85}",
];
const ORDERINGS: &[&str] = &[
    "id",
    "-id",
    "title",
    "-title",
    "content",
    "-content",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
    "--id",
    "+id",
    " id",
    "id ",
    "pk",
    "-pk",
    "ID",
    "unknown",
    "",
    "-",
    "?",
    "id__lt",
    "author",
    "id\u{0}",
    "title ",
    "\tid",
    "\u{a0}-title",
    "- id",
];

pub(crate) fn number(random: &mut Random) -> String {
    match random.below(12) {
        0 => random.pick(&["9", "1", "0", "-9", "٣"]).repeat(1 + random.below(45)),
        1 => format!("{}{}", random.pick(NUMBERS), random.pick(NUMBERS)),
        2..=4 => random.below(40).to_string(),
        _ => random.pick(NUMBERS).to_owned(),
    }
}

pub(crate) fn word(random: &mut Random) -> String {
    match random.below(10) {
        0 => random.some(WORDS, 4).join(random.pick(&[" ", ",", "", "\u{2003}", ", "])),
        1 => random.pick(&["a", "é", "🎉", "t 1", "\u{301}"]).repeat(1 + random.below(60)),
        _ => random.pick(WORDS).to_owned(),
    }
}

pub(crate) fn ordering(random: &mut Random) -> String {
    random.some(ORDERINGS, 4).join(random.pick(&[",", ",", ", ", ",,", ";", " "]))
}

/// A moment in one of its spellings, good or nearly.
pub(crate) fn moment(random: &mut Random) -> String {
    let year = random.pick(&[
        "2026",
        "2026",
        "2026",
        "2025",
        "2024",
        "1900",
        "0001",
        "9999",
        "0000",
        "26",
        "02026",
        "２０２６",
    ]);
    let month = random.pick(&["01", "01", "1", "02", "12", "13", "00", "٠١"]);
    let day = random.pick(&["01", "02", "1", "2", "28", "29", "30", "31", "32", "00", "001"]);
    let date = match random.below(14) {
        0 => format!("{year}{month}{day}"),
        1 => format!("{year}-001"),
        2 => format!("{year}-W01-4"),
        3 => format!("{month}/{day}/{year}"),
        4 => format!("{year}/{month}/{day}"),
        5 => format!("{month}/{day}/26"),
        _ => format!("{year}-{month}-{day}"),
    };
    let separator = random.pick(&["T", "T", " ", " ", "t", "  ", "+", "_", "", "\t", "\u{a0}", "\n"]);
    let hour = random.pick(&["00", "06", "6", "12", "23", "24", "25"]);
    let time = match random.below(10) {
        0 => String::new(),
        1 => hour.to_owned(),
        2 => format!("{hour}0000"),
        3 => format!("{hour}:00"),
        4 => format!("{hour}:0"),
        _ => {
            let minute = random.pick(&["00", "07", "59", "60", "7"]);
            let second = random.pick(&["00", "01", "59", "60", "61", "1", ""]);
            format!("{hour}:{minute}:{second}")
        }
    };
    let fraction = random.pick(&[
        "", "", "", ".5", ".007404", ".0074040", ".0074049", ".1234567", ".", ",5", ".000", ".٥", ".007404 ",
        ".9999999",
    ]);
    let zone = random.pick(&[
        "",
        "",
        "",
        "Z",
        "Z",
        "z",
        "+00:00",
        "-00:00",
        "+05:30",
        "-0530",
        "+05",
        "+5",
        "+5:30",
        " +05:30",
        " Z",
        "+14:00",
        "+23:59",
        "+24:00",
        "-24:00",
        "+00:60",
        "+99:99",
        "UTC",
        " UTC",
        "+05:30:15",
        "+0530 ",
        "−05:30",
    ]);
    match random.below(12) {
        0 => date,
        1 => format!(
            "{}{date}{separator}{time}{fraction}{zone}{}",
            random.pick(&[" ", "\n", ""]),
            random.pick(&[" ", "\n", "x"])
        ),
        2 => random
            .pick(&["", " ", "now", "today", "null", "0", "1767225600", "1767225600.5", "2026", "2026-01"])
            .to_owned(),
        _ => format!("{date}{separator}{time}{fraction}{zone}"),
    }
}

/// The value in a query or a form, encoded in one way or another.
pub(crate) fn encoded(random: &mut Random, text: &str) -> String {
    let style = random.below(10);
    let mut encoded = String::new();
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        match style {
            0 if byte == b' ' => encoded.push('+'),
            1 => drop(write!(encoded, "%{byte:02x}")),
            2 if byte.is_ascii_graphic() && !b"&#%<>\"\\^`{|}".contains(&byte) => {
                encoded.push(char::from(byte));
            }
            _ if plain => encoded.push(char::from(byte)),
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    match random.below(40) {
        0 => encoded.push_str(random.pick(&[
            "%",
            "%2",
            "%zz",
            "%FF",
            "%C3",
            "%ED%A0%80",
            "%u0041",
            "%00",
            "+",
            "%%",
        ])),
        1 => encoded.insert_str(0, random.pick(&["%", "%F", "%zz", "%FF", "%2525", "%20", "+", "%EF%BB%BF"])),
        _ => {}
    }
    encoded
}
