//! Form bodies (`application/x-www-form-urlencoded`).

use presspass_serializers::{Input, Member};

use crate::decoding::Charset;
use crate::failure::Failure;
use crate::query::Query;

/// More fields than any form of ours has (Django's `DATA_UPLOAD_MAX_NUMBER_FIELDS`).
pub(super) const MAX_FIELDS: usize = 1000;

/// Reads a body.
pub(super) fn parse(body: &[u8], charset: Charset) -> Result<Input, Failure> {
    let pairs = Query::decode(body, charset).into_pairs();
    if pairs.len() > MAX_FIELDS {
        return Err(too_many());
    }
    Ok(Input::Members(pairs.into_iter().map(|(name, value)| (name, Member::Text(value))).collect()))
}

pub(super) fn too_many() -> Failure {
    Failure::Parse(format!("The form has more than {MAX_FIELDS} fields."))
}
