//! Steps of case files whose answers differ from Django's on purpose: targets that are no URLs, and bodies that no client
//! sends. A step that begins to pass fails the test until it is removed here.

use std::collections::BTreeSet;

use crate::comparison::Difference;

/// Steps of one case, in every group that has it.
#[derive(Debug)]
pub(crate) struct Exception {
    /// The case file, without `.json`.
    pub(crate) file: &'static str,
    pub(crate) case: &'static str,
    /// Indexes of its steps.
    pub(crate) steps: &'static [usize],
    /// One of `DIFFERENCES` in `differences.rs`.
    #[cfg_attr(not(test), expect(dead_code, reason = "told to users in docs/differences.md"))]
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
    Exception {
        file: "bodies",
        case: "character sets of JSON",
        steps: &[2, 4, 8, 9, 10, 19, 20, 22],
        reason: "character sets that no client sends",
    },
    Exception {
        file: "explored",
        case: "JSON in character sets of two and four bytes",
        steps: &[2, 3],
        reason: "character sets that no client sends",
    },
    Exception {
        file: "bodies",
        case: "multipart",
        steps: &[17, 18],
        reason: "base64 in multipart is not decoded",
    },
];

/// What of a case file is to differ, and what of that did.
#[derive(Debug)]
pub(crate) struct Expected<'f> {
    file: &'f str,
    steps: BTreeSet<(&'static str, usize)>,
    seen: BTreeSet<(&'static str, usize)>,
}

impl<'f> Expected<'f> {
    /// The exceptions of a case file.
    pub(crate) fn of(file: &'f str) -> Self {
        let exceptions = EXCEPTIONS.iter().filter(|it| it.file == file);
        let steps = exceptions.flat_map(|it| it.steps.iter().map(|step| (it.case, *step))).collect();
        Self { file, steps, seen: BTreeSet::new() }
    }

    /// Whether the difference is one of them.
    pub(crate) fn has(&mut self, difference: &Difference) -> bool {
        let known = self.steps.iter().find(|it| **it == (difference.case.as_str(), difference.step));
        known.is_some_and(|known| {
            self.seen.insert(*known);
            true
        })
    }

    /// Those that did not differ, each in words.
    pub(crate) fn unmet(&self) -> impl Iterator<Item = String> {
        let unmet = self.steps.difference(&self.seen);
        unmet.map(|(case, step)| {
            format!("{} › {case} [{step}] passes now: take it from EXCEPTIONS", self.file)
        })
    }
}
