//! The records that the forms of a page offer for relations.

use actix_web::{HttpMessage as _, HttpRequest};
use presspass_domain::model::Key;

/// Records by the field, or the filter, that can refer to them: their keys and labels.
#[derive(Debug, Clone, Default)]
pub struct RelatedRecords(Vec<(&'static str, Vec<(Key, String)>)>);

impl RelatedRecords {
    /// The most that are offered for one field: of more, a key is typed (DRF's `HTML_SELECT_CUTOFF`).
    pub const MOST: usize = 1000;

    /// Offers these records for a field or a filter.
    pub fn offer(&mut self, name: &'static str, records: Vec<(Key, String)>) {
        self.0.push((name, records));
    }

    /// Keeps them for the page of the answer, also where the request fails.
    pub fn keep_for(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }

    pub(super) fn of(&self, name: &str) -> Option<&[(Key, String)]> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, records)| records.as_slice())
    }
}
