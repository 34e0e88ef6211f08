//! Compares the acknowledged writes with the rows in the database.

use std::collections::HashMap;
use std::sync::Mutex;

use anyhow::{Context as _, ensure};
use presspass_test_support::{Answer, Client};
use serde_json::json;

/// The titles of posts whose creation was acknowledged. Shared by the threads that write.
#[derive(Debug, Default)]
pub struct Ledger {
    acknowledged: Mutex<Vec<String>>,
}

/// What a [`Ledger`] finds in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    /// How many writes were acknowledged.
    pub acknowledged: usize,
    /// How many of those are not there.
    pub lost: usize,
    /// How many titles are there more than once, acknowledged or not.
    pub doubled: usize,
}

impl Ledger {
    /// Creates a post under a title that no other has, and notes it where the answer is 201.
    ///
    /// # Errors
    /// Those of [`presspass_test_support::Request::try_send`].
    pub fn create(&self, client: &mut Client, authorization: &str, title: String) -> std::io::Result<Answer> {
        let post = json!({"title": title, "content": "It was written under load."});
        let request = client.request("POST", "/api/posts/").header("Authorization", authorization);
        let answer = request.json(&post).try_send()?;
        if answer.status == 201 {
            // A thread that panicked has noted what it was told all the same.
            self.acknowledged.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(title);
        }
        Ok(answer)
    }

    /// Holds the acknowledged titles against the list that a server answers.
    ///
    /// # Errors
    /// Where there is no list.
    pub fn audit(&self, client: &mut Client, authorization: &str) -> anyhow::Result<Audit> {
        let answer = client.request("GET", "/api/posts/").header("Authorization", authorization).send();
        ensure!(answer.status == 200, "the list of posts: {}", answer.status);
        let posts = answer.json();
        let posts = posts.as_array().context("the list of posts is no list")?;
        let titles = posts.iter().filter_map(|post| post["title"].as_str());
        let acknowledged = self.acknowledged.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(audit(&acknowledged, titles))
    }
}

fn audit<'a>(acknowledged: &[String], stored: impl Iterator<Item = &'a str>) -> Audit {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for title in stored {
        *counts.entry(title).or_default() += 1;
    }
    Audit {
        acknowledged: acknowledged.len(),
        lost: acknowledged.iter().filter(|title| !counts.contains_key(title.as_str())).count(),
        doubled: counts.values().filter(|count| **count > 1).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Audit, audit};

    #[test]
    fn what_is_missing_is_lost_and_what_is_there_twice_is_doubled() {
        let acknowledged = ["a", "b", "c"].map(str::to_owned);
        let found = audit(&acknowledged, ["a", "c", "d", "d", "c"].into_iter());
        assert_eq!(found, Audit { acknowledged: 3, lost: 1, doubled: 2 });
    }
}
