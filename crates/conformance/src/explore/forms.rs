//! Bodies of forms: urlencoded and multipart.

use std::fmt::Write as _;

use super::bodies::{NAMES, TOKEN_TARGETS, as_bytes, read_back, target};
use super::draft::{Draft, Sent};
use super::random::Random;
use super::values::{encoded, number, word};

pub(crate) fn case(random: &mut Random) -> Vec<Draft> {
    let sent = if random.chance(25) { multipart(random) } else { urlencoded(random) };
    let mut steps = vec![Draft::Request(as_bytes(random, sent))];
    read_back(random, &mut steps);
    steps
}

fn urlencoded(random: &mut Random) -> Sent {
    let tokens = random.chance(30);
    let names: &[&str] = if tokens { &["username", "password", "token"] } else { &["title", "content"] };
    let mut pairs = Vec::new();
    for _ in 0..random.below(5) {
        let name = if random.chance(80) { random.pick(names) } else { random.pick(NAMES) };
        let name = if random.chance(5) { encoded(random, name) } else { name.to_owned() };
        let value = match random.below(4) {
            0 => number(random),
            1 => "t".repeat(random.pick(&[1, 50, 51])),
            _ => word(random),
        };
        let value = encoded(random, &value);
        pairs.push(match random.below(25) {
            0 => name,
            1 => format!("{name}={value}={value}"),
            2 => format!("{name} = {value}"),
            3 => format!("={value}"),
            _ => format!("{name}={value}"),
        });
    }
    let text = pairs.join(random.pick(&["&", "&", "&", "&", "&", "&", ";", "&&", "\n", "&amp;"]));
    let content_type = random.pick(&[
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded; charset=latin-1",
        "application/x-www-form-urlencoded;charset=ascii",
        "Application/X-WWW-Form-Urlencoded",
    ]);
    let sent = if tokens { Sent::new("POST", random.pick(TOKEN_TARGETS)) } else { target(random) };
    sent.text(content_type, text)
}

fn multipart(random: &mut Random) -> Sent {
    let boundary = random.pick(&["b", "b", "----WebKitFormBoundary7MA4YWxk", "a-b_c.d", "0"]);
    let mut text = String::new();
    for _ in 0..=random.below(4) {
        let name = if random.chance(85) { random.pick(&["title", "content"]) } else { random.pick(NAMES) };
        let value = match random.below(5) {
            0 => "t".repeat(random.pick(&[0, 50, 51])),
            1 => number(random),
            _ => word(random),
        };
        let extra = random.pick(&[
            "",
            "",
            "",
            "",
            "; filename=\"x.txt\"",
            "; filename=\"\"",
            "; filename=x",
            "; filename=\" \"",
            "; a=b",
            "; filename=\"a\\\\b\"",
            "; filename=\"a\\\\\"",
            "; filename*=utf-8''x",
            "; name=content",
            "; name*=utf-8''content",
            "; name*=utf-8'content",
            ";;",
            "; NAME=title",
            "; name=\"ti\\\"tle\"",
        ]);
        let line = random.pick(&[
            "",
            "",
            "",
            "Content-Type: text/plain\r\n",
            "Content-Type: text/plain; charset=latin-1\r\n",
            "X-A: b\r\n",
            "Content-Type: application/json\r\n",
            "Content-Length: 1\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "content-transfer-encoding:  Base64 ; x\r\n",
            "Content-Disposition: form-data; name=content\r\n",
            "Content-Disposition: form-data\r\n",
            "x\r\n",
            ": x\r\n",
            "\u{e9}: x\r\n",
        ]);
        // A file in base64 that is cut short keeps Django busy for ever.
        let line = if extra.contains("filename") && line.contains("ncoding") { "" } else { line };
        let value = value.replace('\u{0}', "");
        // A String takes whatever is written to it.
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n{line}\r\n{value}\r\n"
        );
    }
    text.extend(["--", boundary, "--", random.pick(&["\r\n", "\r\n", ""])]);
    if random.chance(30) {
        break_up(random, &mut text);
    }
    let content_type = match random.below(16) {
        10 => "multipart/form-data".to_owned(),
        11 => format!("Multipart/Form-Data; boundary={boundary}"),
        12 => format!("multipart/*; boundary={boundary}"),
        13 => format!("multipart/form-data; boundary={boundary}x"),
        14 => format!("multipart/form-data; boundary=x; boundary={boundary}"),
        15 => random
            .pick(&[
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"b b\"",
                "multipart/form-data; boundary=é",
                "multipart/mixed; boundary=b",
                "multipart/form-data; BOUNDARY=b",
                "multipart/form-data; boundary*=utf-8''b",
                "multipart/form-data; boundary=b; charset=latin-1",
                "multipart/form-data; boundary=\"b",
                "multipart/form-data boundary=b",
            ])
            .to_owned(),
        0 => format!("multipart/form-data; boundary=\"{boundary}\""),
        1 => format!("multipart/form-data; charset=utf-8; boundary={boundary}"),
        2 => format!("multipart/form-data;boundary={boundary}"),
        _ => format!("multipart/form-data; boundary={boundary}"),
    };
    target(random).text(&content_type, text)
}

/// What senders do wrong.
fn break_up(random: &mut Random, text: &mut String) {
    match random.below(8) {
        0 => *text = text.replace("\r\n", "\n"),
        1 => *text = text.replacen("\r\n\r\n", "\r\n", 1),
        2 => text.insert_str(0, random.pick(&["before", "\r\n", "\n", "--", "b", "--b"])),
        3 => text.push_str(random.pick(&["behind", "--", "--b\r\n", "\n\n", "\r\n--b--"])),
        4 => {
            let at = (0..=random.below(text.len())).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(at.unwrap_or_default());
        }
        5 => *text = text.replacen("form-data", random.pick(&["", "FORM-DATA", "x"]), 1),
        6 => {
            let name = random.pick(&["Content-Disposition", "content-DISPOSITION :", "X:"]);
            *text = text.replacen("Content-Disposition:", name, 1);
        }
        _ => *text = text.replacen('"', "", 1),
    }
}
