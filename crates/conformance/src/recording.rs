//! What a server answered to a group of cases, as it is recorded.

use serde::{Deserialize, Serialize};

use crate::answer::Recorded;
use crate::rows::Rows;

/// What a server made of a group.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recording {
    pub(crate) cases: Vec<RecordedCase>,
    pub(crate) rows: Rows,
}

/// The answers to a case's requests; steps that send nothing have none.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordedCase {
    pub(crate) name: String,
    pub(crate) answers: Vec<Recorded>,
}
