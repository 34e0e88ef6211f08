//! Steps of case files whose answers are not the original's, and need not be: requests that no client sends, or that mean
//! another resource. Whatever begins to pass fails the test until it is taken from here.

/// Steps of one case, in every group that has it.
#[derive(Debug)]
pub(crate) struct Exception {
    /// The case file, without `.json`.
    pub(crate) file: &'static str,
    pub(crate) case: &'static str,
    /// Indexes of its steps.
    pub(crate) steps: &'static [usize],
    /// One of [`DIFFERENCES`](crate::differences::DIFFERENCES).
    pub(crate) reason: &'static str,
}

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        file: "paths",
        case: "doubled slashes",
        steps: &[1, 6, 7, 9],
        reason: "slashes at the beginning are not taken together",
    },
    Exception {
        file: "paths",
        case: "percent-encoded letters",
        steps: &[2, 3, 5, 16],
        reason: "an encoded slash is none to us",
    },
    Exception {
        file: "paths",
        case: "targets that are no URLs",
        steps: &[0, 1, 2, 3, 4, 6, 7, 8],
        reason: "actix refuses what RFC 3986 does not allow, and cuts fragments",
    },
];
