//! Multipart bodies (`multipart/form-data`, RFC 7578).

use bytes::Bytes;
use futures_util::stream;
use presspass_serializers::{Field, Input, Member};

use super::form::{MAX_FIELDS, too_many};
use super::is_wanted_of_form;
use crate::decoding::Charset;
use crate::failure::Failure;
use crate::media_type::MediaType;

/// Reads a body. A part with a file name is a file: no field of ours takes one.
pub(super) async fn parse(
    body: Bytes,
    media_type: &MediaType<'_>,
    charset: Charset,
    fields: &[Field],
) -> Result<Input, Failure> {
    let error = |reason: String| Failure::Parse(format!("Multipart form parse error - {reason}"));
    let boundary = media_type
        .parameter("boundary")
        .filter(|boundary| !boundary.is_empty() && boundary.len() <= 201)
        .ok_or_else(|| error("Invalid boundary in multipart: None".to_owned()))?;
    let whole = stream::iter([Ok::<_, std::io::Error>(body)]);
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut members, mut files, mut parts_read) = (Vec::new(), Vec::new(), 0);
    while let Some(part) = parts.next_field().await.map_err(|reason| error(reason.to_string()))? {
        parts_read += 1;
        if parts_read > MAX_FIELDS {
            return Err(too_many());
        }
        let name =
            part.name().map(str::trim).filter(|name| is_wanted_of_form(fields, name)).map(str::to_owned);
        let Some(name) = name else { continue };
        let file_name = part.file_name().filter(|name| !name.is_empty());
        // Django passes over a file whose name is blank.
        if file_name.is_some_and(|name| name.trim().is_empty()) {
            continue;
        }
        let is_file = file_name.is_some();
        let bytes = part.bytes().await.map_err(|reason| error(reason.to_string()))?;
        if is_file {
            files.push((name, Member::Other));
        } else {
            members.push((name, Member::Text(charset.decode_lossily(&bytes))));
        }
    }
    // Files count more than texts of the same name, wherever they stand.
    members.extend(files);
    Ok(Input::Members(members))
}
