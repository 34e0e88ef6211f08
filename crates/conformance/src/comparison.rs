//! Where our answers are not Django's.

use std::fmt;

use presspass_test_support::Engine;

use crate::answer::Recorded;
use crate::case::{Group, Request, Step};
use crate::recording::Recording;

/// The name under which the rows afterwards stand among the cases.
pub(crate) const ROWS: &str = "the rows afterwards";
/// Long bodies are cut where they are shown.
const SHOWN: usize = 600;

/// One answer that differs.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) case: String,
    /// The step's index in its case.
    pub(crate) step: usize,
    what: String,
    lines: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {}", self.case, self.step, self.what)?;
        self.lines.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// All differences of a group, the rows last.
pub(crate) fn differences(
    group: &Group,
    engine: Engine,
    theirs: &Recording,
    ours: &Recording,
) -> Vec<Difference> {
    let mut found = Vec::new();
    for (number, case) in group.cases.iter().enumerate() {
        let answers = |side: &Recording| {
            let recorded = side.cases.get(number).filter(|it| it.name == case.name);
            recorded.map(|it| it.answers.clone()).unwrap_or_default().into_iter()
        };
        let (mut theirs, mut ours) = (answers(theirs), answers(ours));
        for (step, request) in case.steps.iter().enumerate() {
            let Step::Request(request) = request else { continue };
            let lines = match (theirs.next(), ours.next()) {
                (Some(theirs), Some(ours)) => compare(request, engine, &theirs, &ours),
                _ => vec!["no answer is recorded: record anew".to_owned()],
            };
            if !lines.is_empty() {
                let what = format!("{} {}", request.method, shown(&request.path));
                found.push(Difference { case: case.name.clone(), step, what, lines });
            }
        }
        if theirs.next().is_some() {
            let lines = vec!["more answers are recorded than there are steps: record anew".to_owned()];
            found.push(Difference {
                case: case.name.clone(),
                step: case.steps.len(),
                what: String::new(),
                lines,
            });
        }
    }
    let lines = compare_rows(theirs, ours);
    if !lines.is_empty() {
        found.push(Difference { case: ROWS.to_owned(), step: 0, what: String::new(), lines });
    }
    found
}

/// What differs between two answers to one request, a line each.
pub(crate) fn compare(request: &Request, engine: Engine, theirs: &Recorded, ours: &Recorded) -> Vec<String> {
    if ours.status == 0 {
        return vec![format!("no answer; Django's is {}", theirs.status)];
    }
    let in_json = ours.content_type().starts_with("application/json");
    let deliberate = request.deliberate.as_ref();
    if let Some(deliberate) = deliberate.filter(|it| it.engine.is_none_or(|it| it == engine)) {
        if deliberate.statuses.contains(&ours.status) && in_json {
            return Vec::new();
        }
        let (status, wanted, reason) = (ours.status, &deliberate.statuses, &deliberate.reason);
        return vec![format!(
            "status {status}, wanted one of {wanted:?} in JSON ({reason}): {}",
            shown(&ours.body)
        )];
    }
    // A fault of Django is not copied.
    if theirs.status >= 500 || theirs.status == 0 {
        if (400..500).contains(&ours.status) && in_json {
            return Vec::new();
        }
        let (failed, status) = (theirs.status, ours.status);
        return vec![format!(
            "status {status} where Django fails ({failed}); wanted 4xx in JSON: {}",
            shown(&ours.body)
        )];
    }
    let mut lines = Vec::new();
    let mut line = |what: &str, theirs: String, ours: String| {
        if theirs != ours {
            lines.push(format!("{what}: original {theirs}, Presspass {ours}"));
        }
    };
    line("status", theirs.status.to_string(), ours.status.to_string());
    let html = theirs.content_type().contains("html");
    for name in ["content-type", "www-authenticate", "allow", "location", "retry-after"] {
        // Its page for an unknown path is Django's; ours is an answer like any other.
        if name == "content-type" && html && theirs.status == 404 {
            continue;
        }
        line(name, format!("{:?}", theirs.headers.get(name)), format!("{:?}", ours.headers.get(name)));
    }
    if !html {
        line("vary", format!("{:?}", theirs.vary), format!("{:?}", ours.vary));
    }
    if !html || request.path.contains("/api-auth/") {
        line("cookies", format!("{:?}", theirs.cookies), format!("{:?}", ours.cookies));
    }
    if !html && theirs.body != ours.body {
        lines.push(format!(
            "body:\n      original  {}\n      Presspass {}",
            shown(&theirs.body),
            shown(&ours.body)
        ));
    }
    lines
}

fn compare_rows(theirs: &Recording, ours: &Recording) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, rows) in &theirs.rows {
        let empty = Vec::new();
        let other = ours.rows.get(table).unwrap_or(&empty);
        for number in 0..rows.len().max(other.len()) {
            let (theirs, ours) = (rows.get(number), other.get(number));
            if theirs != ours {
                let text = |row: Option<&String>| row.map_or_else(|| "none".to_owned(), |it| shown(it));
                lines.push(format!("{table}: original {}, Presspass {}", text(theirs), text(ours)));
            }
        }
    }
    lines
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
