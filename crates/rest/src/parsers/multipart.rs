//! Multipart bodies, as Django reads them (`django/http/multipartparser.py`): a part goes on until the next boundary or
//! the end of the body, whether or not there is an end boundary, and a part that is none of a form is ignored.

use presspass_serializers::{Field, Input, Member};

use super::form::too_many;
use super::is_wanted_of_form;
use crate::decoding::Charset;
use crate::failure::Failure;
use crate::media_type::MediaType;
use crate::parsed_header::ParsedHeader;
use crate::query::MAX_FIELDS;

/// The maximum length of a part's head, in bytes.
const MAX_HEAD: usize = 1024;

/// The longest boundary, in bytes (Python's `cgi.valid_boundary`; RFC 2046 allows 70).
const MAX_BOUNDARY: usize = 201;

/// A part with a file name is a file, which no field accepts.
pub(super) fn parse(
    body: &[u8],
    content_type: &str,
    media_type: &MediaType<'_>,
    fields: &[Field],
) -> Result<Input, Failure> {
    let error = |reason: &str| Failure::Parse(format!("Multipart form parse error - {reason}"));
    if !content_type.starts_with("multipart/") {
        return Err(error("the media type is not in lower case"));
    }
    if !content_type.is_ascii() {
        return Err(error("unreadable Content-Type"));
    }
    // Django fails on a boundary that is missing, and DRF goes on without any member.
    let Some(boundary) = media_type.parameter("boundary") else { return Ok(Input::Form(Vec::new())) };
    if !is_boundary(boundary) {
        return Err(error("invalid boundary"));
    }
    let charset = Charset::of(media_type);
    let separator = [b"--", boundary].concat();
    let (mut members, mut files, mut texts_read) = (Vec::new(), Vec::new(), 0);
    // A file counts once something follows it: Django completes it there.
    let mut last_file = None;
    let parts = Parts { rest: body, separator: &separator };
    for part in parts {
        files.extend(last_file.take());
        let Some(Part { name, content }) = read_part(part, charset) else { continue };
        if content.is_some() {
            texts_read += 1;
            if texts_read > MAX_FIELDS {
                return Err(too_many());
            }
        }
        if !is_wanted_of_form(fields, &name) {
            continue;
        }
        match content {
            None => last_file = Some((name, Member::Other)),
            Some(bytes) => members.push((name, Member::Text(charset.decode_lossily(bytes)))),
        }
    }
    // Files take precedence over texts of the same name.
    members.extend(files);
    Ok(Input::Form(members))
}

fn is_boundary(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| (b' '..=b'~').contains(byte);
    bytes.len() <= MAX_BOUNDARY
        && bytes.iter().all(printable)
        && bytes.last().is_some_and(|last| *last != b' ')
}

/// The parts between boundaries, without the line break before each boundary.
struct Parts<'a> {
    rest: &'a [u8],
    separator: &'a [u8],
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let Some(at) = find(self.rest, self.separator) else { return Some(std::mem::take(&mut self.rest)) };
        let (part, rest) = self.rest.split_at(at);
        self.rest = rest.get(self.separator.len()..).unwrap_or_default();
        let part = part.strip_suffix(b"\n").unwrap_or(part);
        Some(part.strip_suffix(b"\r").unwrap_or(part))
    }
}

fn find(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, sought)
}

struct Part<'a> {
    name: String,
    /// `None` of a file.
    content: Option<&'a [u8]>,
}

/// A part of a form; `None` where it is none.
fn read_part(part: &[u8], charset: Charset) -> Option<Part<'_>> {
    let end = find(part.get(..MAX_HEAD).unwrap_or(part), b"\r\n\r\n")?;
    let (head, content) = (&part[..end], &part[end + 4..]);
    let mut disposition = None;
    let mut rest = Some(head);
    while let Some(lines) = rest {
        let (line, next) = match find(lines, b"\r\n") {
            Some(at) => (&lines[..at], Some(&lines[at + 2..])),
            None => (lines, None),
        };
        rest = next;
        let Some(header) = ParsedHeader::parse(line) else { continue };
        if header.value.split_once(':').is_some_and(|(name, _)| name == "content-disposition") {
            disposition = Some(header);
        }
    }
    let disposition = disposition?;
    let text = |name| disposition.parameter(name).map(|value| charset.decode_lossily(value));
    let name = text("name")?.trim_matches(|it: char| it.is_ascii_whitespace()).to_owned();
    let Some(file_name) = text("filename").filter(|name| !name.is_empty()) else {
        return Some(Part { name, content: Some(content) });
    };
    // Old browsers send whole paths. A file without a name is ignored.
    let has_name = file_name.rsplit('\\').next().is_some_and(|last| !last.trim().is_empty());
    has_name.then_some(Part { name, content: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 2] = [Field::text("a", "", None), Field::text("b", "", None)];

    fn read(content_type: &str, body: &str) -> Option<Vec<(String, Member)>> {
        match parse(body.as_bytes(), content_type, &MediaType::parse(content_type).unwrap(), &FIELDS) {
            Ok(Input::Form(members)) => Some(members),
            Ok(_) => Some(Vec::new()),
            Err(_) => None,
        }
    }

    fn part(head: &str, content: &str) -> String {
        format!("--b\r\n{head}\r\n\r\n{content}\r\n")
    }

    /// The members `a` and `b` of a body.
    fn members(body: &str) -> String {
        let members = read("multipart/form-data; boundary=b", body).unwrap();
        let shown = members.iter().map(|(name, member)| match member {
            Member::Text(text) => format!("{name}={text}"),
            _ => format!("{name}:file"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    const A: &str = "Content-Disposition: form-data; name=\"a\"";
    const B: &str = "content-disposition: FORM-DATA; NAME=b";

    #[test]
    fn parts_end_with_the_next_boundary_or_with_the_body() {
        let both = part(A, "x") + &part(B, "y");
        for end in ["--b--\r\n", "--b--", "", "--b", "--b--\r\nbehind", "--bx\r\n"] {
            assert_eq!(members(&format!("{both}{end}")).trim_end(), "a=x b=y", "{end:?}");
        }
        assert_eq!(members(&format!("before\r\n{}", part(A, "x"))), "a=x\r\n");
    }

    #[test]
    fn what_is_no_part_of_a_form_is_ignored() {
        for head in ["X: y", "Content-Disposition : form-data; name=a", "Content-Disposition: form-data", A] {
            let body = part(head, "x") + &part(B, "y") + "--b--";
            let expected = if head == A { "a=x b=y" } else { "b=y" };
            assert_eq!(members(&body), expected, "{head}");
        }
        assert_eq!(members("--b\nContent-Disposition: form-data; name=a\n\nx\n--b--\n"), "");
        assert_eq!(members(&part(&format!("{A}\r\nX: {}", "y".repeat(MAX_HEAD)), "x")), "");
    }

    #[test]
    fn files_are_no_text_and_take_precedence() {
        let file = |name: &str| part(&format!("{A}; filename=\"{name}\""), "x") + &part(A, "y") + "--b--";
        assert_eq!(members(&file("f.txt")), "a=y a:file");
        assert_eq!(members(&file("")), "a=x a=y");
        assert_eq!(members(&file(" ")), "a=y");
        assert_eq!(members(&file("C:\\\\")), "a=y");
        let alone = part(&format!("{A}; filename=f"), "x");
        assert_eq!(members(&format!("{alone}--b--")), "a:file");
        assert_eq!(members(&format!("{alone}--b")), "");
    }

    #[test]
    fn boundaries_are_those_that_django_accepts() {
        let body = part(A, "x") + "--b--";
        assert_eq!(read("multipart/form-data", &body), Some(Vec::new()));
        for refused in ["boundary=", "boundary=é", &format!("boundary={}", "b".repeat(202))] {
            assert_eq!(read(&format!("multipart/form-data; {refused}"), &body), None, "{refused}");
        }
        assert_eq!(read("Multipart/Form-Data; boundary=b", &body), None);
        assert!(
            read("multipart/form-data; boundary=\"b\"; charset=x", &body).is_some_and(|it| it.len() == 1)
        );
    }
}
