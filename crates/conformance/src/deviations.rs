//! Where Django's answers and rows on PostgreSQL are not those on SQLite.

use serde::{Deserialize, Serialize};

use crate::answer::Recorded;
use crate::recording::Recording;

/// What replaces the recording on SQLite, in `recorded/postgresql/`. It is recorded with it: README.md has the reasons.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deviations {
    answers: Vec<Answer>,
    rows: Vec<Table>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// The index of its settings group.
    group: usize,
    case: String,
    /// Its index among the case's answers.
    index: usize,
    recorded: Recorded,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    group: usize,
    name: String,
    rows: Vec<String>,
}

impl Deviations {
    /// What of `postgresql` is not in `sqlite`: recordings of the same groups.
    pub(crate) fn between(sqlite: &[Recording], postgresql: &[Recording]) -> Self {
        let mut deviations = Self::default();
        for (group, (sqlite, postgresql)) in sqlite.iter().zip(postgresql).enumerate() {
            for (here, there) in sqlite.cases.iter().zip(&postgresql.cases) {
                for (index, (here, recorded)) in here.answers.iter().zip(&there.answers).enumerate() {
                    if here != recorded {
                        let (case, recorded) = (there.name.clone(), recorded.clone());
                        deviations.answers.push(Answer { group, case, index, recorded });
                    }
                }
            }
            for (name, rows) in &postgresql.rows {
                if sqlite.rows.get(name) != Some(rows) {
                    deviations.rows.push(Table { group, name: name.clone(), rows: rows.clone() });
                }
            }
        }
        deviations
    }

    /// Puts it in the place of what was recorded on SQLite.
    #[cfg(test)]
    pub(crate) fn apply(self, recordings: &mut [Recording]) {
        for Answer { group, case, index, recorded } in self.answers {
            let cases = recordings.get_mut(group).map(|it| &mut it.cases).into_iter().flatten();
            if let Some(place) = cases.filter(|it| it.name == case).find_map(|it| it.answers.get_mut(index)) {
                *place = recorded;
            }
        }
        for Table { group, name, rows } in self.rows {
            if let Some(recording) = recordings.get_mut(group) {
                recording.rows.insert(name, rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Deviations;
    use crate::answer::Recorded;
    use crate::recording::{RecordedCase, Recording};

    fn recording(statuses: [u16; 2], row: &str) -> Recording {
        let answers = statuses.map(|status| Recorded { status, ..Recorded::none() }).to_vec();
        let rows = BTreeMap::from([("a".to_owned(), vec![row.to_owned()]), ("b".to_owned(), Vec::new())]);
        Recording { cases: vec![RecordedCase { name: "c".to_owned(), answers }], rows }
    }

    #[test]
    fn what_was_taken_apart_is_put_together() {
        let sqlite = [recording([200, 400], "1"), recording([200, 200], "1")];
        let postgresql = [recording([200, 500], "1"), recording([200, 200], "2")];
        let deviations = Deviations::between(&sqlite, &postgresql);
        assert_eq!((deviations.answers.len(), deviations.rows.len()), (1, 1));
        let mut recordings = sqlite;
        deviations.apply(&mut recordings);
        assert_eq!(recordings, postgresql);
    }
}
