//! Form bodies (`application/x-www-form-urlencoded`).

use presspass_serializers::{Field, Input, Member};

use super::is_wanted_of_form;
use crate::decoding::Charset;
use crate::failure::Failure;
use crate::query::{MAX_FIELDS, Query};

pub(super) fn parse(body: &[u8], charset: Charset, fields: &[Field]) -> Result<Input, Failure> {
    if Query::has_too_many(body) {
        return Err(too_many());
    }
    let pairs = Query::decode(body, charset).into_pairs();
    let wanted = pairs.into_iter().filter(|(name, _)| is_wanted_of_form(fields, name));
    Ok(Input::Form(wanted.map(|(name, value)| (name, Member::Text(value))).collect()))
}

pub(super) fn too_many() -> Failure {
    Failure::Parse(format!("The form has more than {MAX_FIELDS} fields."))
}
