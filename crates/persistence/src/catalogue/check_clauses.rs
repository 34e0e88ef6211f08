//! CHECK constraints of `SQLite`, whose catalogue has them only in the statement that made the table.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A name or a keyword, without quotation marks.
    Word(&'a str),
    Open,
    Close,
}

/// The tokens of a statement, each with its position.
struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// The text from here up to `end`, which is skipped.
    fn until(&mut self, start: usize, end: &str) -> &'a str {
        let rest = &self.sql[start..];
        let length = rest.find(end).unwrap_or(rest.len());
        self.at = (start + length + end.len()).min(self.sql.len());
        &rest[..length]
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let rest = &self.sql[start..];
            let first = rest.chars().next()?;
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            match first {
                '(' | ')' => {
                    self.at += 1;
                    return Some((start, if first == '(' { Token::Open } else { Token::Close }));
                }
                '"' => return Some((start, Token::Word(self.until(start + 1, "\"")))),
                '`' => return Some((start, Token::Word(self.until(start + 1, "`")))),
                '[' => return Some((start, Token::Word(self.until(start + 1, "]")))),
                // A doubled quotation mark in a text reads as two texts, which is enough here.
                '\'' => {
                    self.until(start + 1, "'");
                }
                '-' if rest.starts_with("--") => {
                    self.until(start, "\n");
                }
                '/' if rest.starts_with("/*") => {
                    self.until(start + 2, "*/");
                }
                _ if is_word(first) => {
                    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                    self.at += length;
                    return Some((start, Token::Word(&rest[..length])));
                }
                _ => self.at += first.len_utf8(),
            }
        }
    }
}

/// The conditions of the CHECK constraints in a statement that makes a table.
pub(super) fn conditions(sql: &str) -> Vec<&str> {
    let mut tokens = Tokens { sql, at: 0 };
    let (mut found, mut is_check) = (Vec::new(), false);
    while let Some((start, token)) = tokens.next() {
        if is_check && token == Token::Open {
            let mut depth = 1;
            let end = tokens.by_ref().find_map(|(at, token)| {
                match token {
                    Token::Open => depth += 1,
                    Token::Close => depth -= 1,
                    Token::Word(_) => {}
                }
                (depth == 0).then_some(at)
            });
            found.extend(end.map(|end| sql[start + 1..end].trim()));
        }
        is_check = matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("check"));
    }
    found
}

/// The names in a condition; keywords and functions are among them.
pub(super) fn names(condition: &str) -> Vec<String> {
    let word = |(_, token)| if let Token::Word(word) = token { Some(word.to_owned()) } else { None };
    Tokens { sql: condition, at: 0 }.filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_found_in_statements_of_django_and_of_people() {
        let sql = r#"CREATE TABLE "t" ("check" varchar(5) NOT NULL, "n" smallint unsigned NOT NULL CHECK ("n" >= 0),
            "j" text NOT NULL CHECK ((JSON_VALID("j") OR "j" IS NULL)), -- CHECK (it isn't)
            CONSTRAINT "c" CHECK ("title" <> ') it''s' AND [n] > `m`) /* CHECK (x */ )"#;
        let expected =
            ["\"n\" >= 0", "(JSON_VALID(\"j\") OR \"j\" IS NULL)", "\"title\" <> ') it''s' AND [n] > `m`"];
        assert_eq!(conditions(sql), expected);
        assert_eq!(names(expected[2]), ["title", "AND", "n", "m"]);
    }

    #[test]
    fn what_does_not_end_is_no_condition_and_no_panic() {
        for sql in
            ["", "CHECK", "CHECK (", "check ('", "CHECK (\"é", "CHECK (a -- é", "CHECK (/*", "CHECK ([a"]
        {
            assert!(conditions(sql).is_empty(), "{sql}");
        }
    }
}
