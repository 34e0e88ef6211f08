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
        file: "bodies",
        case: "character sets of JSON",
        steps: &[8, 9, 10, 19, 20, 22],
        reason: "character sets go by the web's names and meanings, not by Python's",
    },
    Exception {
        file: "bodies",
        case: "content types",
        steps: &[24, 25],
        reason: "a multipart body without a boundary or without parts has no members there",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[1, 32, 37, 38, 39, 40, 42, 43],
        reason: "Django reads on to the last part, whatever ends it; multer refuses",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[2, 49, 52],
        reason: "Django finds no part, and no error, where multer refuses",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[17, 18],
        reason: "Content-Transfer-Encoding: base64 is decoded there",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[20],
        reason: "names of a disposition's parameters have no case there",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[29],
        reason: "name* counts more than name there",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[46],
        reason: "Django wants multipart/form-data in small letters",
    },
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
