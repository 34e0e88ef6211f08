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

/// Whole bodies only: what else Django makes of broken ones is in docs/differences.md.
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
        ]);
        let value = value.replace('\u{0}', "");
        // A String takes whatever is written to it.
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n{line}\r\n{value}\r\n"
        );
    }
    text.extend(["--", boundary, "--", random.pick(&["\r\n", "\r\n", ""])]);
    let content_type = match random.below(10) {
        0 => format!("multipart/form-data; boundary=\"{boundary}\""),
        1 => format!("multipart/form-data; charset=utf-8; boundary={boundary}"),
        2 => format!("multipart/form-data;boundary={boundary}"),
        _ => format!("multipart/form-data; boundary={boundary}"),
    };
    target(random).text(&content_type, text)
}
