//! Multipart bodies, as Django reads them (`django/http/multipartparser.py`): a part goes on until the next boundary or
//! the end of the body, whether or not there is an end boundary, and what is no part of a form is passed over.

mod header;

use presspass_auth::python_base64;
use presspass_serializers::{Field, Input, Member};

use self::header::Header;
use super::form::too_many;
use super::is_wanted_of_form;
use crate::decoding::Charset;
use crate::failure::Failure;
use crate::query::MAX_FIELDS;

/// A part's head must end within so many bytes.
const MAX_HEAD: usize = 1024;

/// The longest boundary, in bytes (Python's `cgi.valid_boundary`; RFC 2046 allows 70).
const MAX_BOUNDARY: usize = 201;

/// Reads a body. A part with a file name is a file: no field of ours takes one.
pub(super) fn parse(
    body: &[u8],
    content_type: &str,
    charset: Charset,
    fields: &[Field],
) -> Result<Input, Failure> {
    let error = |reason: &str| Failure::Parse(format!("Multipart form parse error - {reason}"));
    if !content_type.starts_with("multipart/") {
        return Err(error("the media type is not written in small letters"));
    }
    let header = Header::parse(content_type.as_bytes());
    let header =
        header.filter(|_| content_type.is_ascii()).ok_or_else(|| error("unreadable Content-Type"))?;
    // The original trips over a boundary that is not there, and goes on without any member.
    let Some(boundary) = header.parameter("boundary") else { return Ok(Input::empty()) };
    let boundary = boundary.bytes();
    if !is_boundary(boundary) {
        return Err(error("invalid boundary"));
    }
    let separator = [b"--", boundary].concat();
    let (mut members, mut files, mut texts_read) = (Vec::new(), Vec::new(), 0);
    // A file is one once something follows it: Django finishes it there.
    let mut last_file = None;
    let parts = Parts { rest: body, separator: &separator };
    for part in parts {
        files.extend(last_file.take());
        let Some(Part { name, is_file, content }) = read_part(part, charset, &error)? else { continue };
        if !is_file {
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
            Some(bytes) => members.push((name, Member::Text(charset.decode_lossily(&bytes)))),
        }
    }
    // Files count more than texts of the same name, wherever they stand.
    members.extend(files);
    Ok(Input::Members(members))
}

fn is_boundary(bytes: &[u8]) -> bool {
    let printable = |byte: &u8| (b' '..=b'~').contains(byte);
    bytes.len() <= MAX_BOUNDARY
        && bytes.iter().all(printable)
        && bytes.last().is_some_and(|last| *last != b' ')
}

/// What stands between boundaries, without the line break before each.
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

struct Part {
    name: String,
    is_file: bool,
    /// None of a file.
    content: Option<Vec<u8>>,
}

/// A part of a form; `None` where it is none.
fn read_part(
    part: &[u8],
    charset: Charset,
    error: &dyn Fn(&str) -> Failure,
) -> Result<Option<Part>, Failure> {
    let head = part.get(..MAX_HEAD).unwrap_or(part);
    let Some(end) = find(head, b"\r\n\r\n") else { return Ok(None) };
    let (head, content) = (&part[..end], &part[end + 4..]);
    let (mut disposition, mut encoding) = (None, None);
    let mut rest = Some(head);
    while let Some(lines) = rest {
        let (line, next) = match find(lines, b"\r\n") {
            Some(at) => (&lines[..at], Some(&lines[at + 2..])),
            None => (lines, None),
        };
        rest = next;
        let Some(header) = Header::parse(line) else { continue };
        if header.has_unknown_charset() {
            return Err(error("unknown character set"));
        }
        match header.name() {
            Some("content-disposition") => disposition = Some(header),
            Some("content-transfer-encoding") => encoding = Some(header),
            _ => {}
        }
    }
    let Some(disposition) = disposition else { return Ok(None) };
    let Some(name) = disposition.parameter("name").map(|name| name.text(charset)) else { return Ok(None) };
    let name = name.trim_matches(|it: char| it.is_ascii_whitespace()).to_owned();
    let is_base64 = encoding.is_some_and(|it| it.value() == "base64");
    let file_name = disposition.parameter("filename").map(|name| name.text(charset));
    let Some(file_name) = file_name.filter(|name| !name.is_empty()) else {
        let decoded = if is_base64 { python_base64::decode(content) } else { None };
        let content = decoded.unwrap_or_else(|| content.to_vec());
        return Ok(Some(Part { name, is_file: false, content: Some(content) }));
    };
    // Old browsers send whole paths. A file without a name is passed over.
    if file_name.rsplit('\\').next().is_none_or(|last| last.trim().is_empty()) {
        return Ok(None);
    }
    if is_base64 && python_base64::decode(content).is_none() {
        return Err(error("Could not decode base64 data."));
    }
    Ok(Some(Part { name, is_file: true, content: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 2] = [Field::text("a", "", None), Field::text("b", "", None)];

    fn read(content_type: &str, body: &str) -> Option<Vec<(String, Member)>> {
        match parse(body.as_bytes(), content_type, Charset::UTF_8, &FIELDS) {
            Ok(Input::Members(members)) => Some(members),
            Ok(_) => Some(Vec::new()),
            Err(_) => None,
        }
    }

    fn part(head: &str, content: &str) -> String {
        format!("--b\r\n{head}\r\n\r\n{content}\r\n")
    }

    /// What a body says of `a` and `b`.
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
    fn what_is_no_part_of_a_form_is_passed_over() {
        for head in ["X: y", "Content-Disposition : form-data; name=a", "Content-Disposition: form-data", A] {
            let body = part(head, "x") + &part(B, "y") + "--b--";
            let expected = if head == A { "a=x b=y" } else { "b=y" };
            assert_eq!(members(&body), expected, "{head}");
        }
        assert_eq!(members("--b\nContent-Disposition: form-data; name=a\n\nx\n--b--\n"), "");
        assert_eq!(members(&part(&format!("{A}\r\nX: {}", "y".repeat(MAX_HEAD)), "x")), "");
    }

    #[test]
    fn files_are_no_text_and_count_more() {
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
    fn base64_is_decoded_where_it_is_said() {
        let encoded = |text: &str| part(&format!("{A}\r\nContent-Transfer-Encoding: BASE64"), text) + "--b--";
        assert_eq!(members(&encoded("eA==")), "a=x");
        assert_eq!(members(&encoded("eA=")), "a=eA=");
    }

    #[test]
    fn boundaries_are_those_that_django_takes() {
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
