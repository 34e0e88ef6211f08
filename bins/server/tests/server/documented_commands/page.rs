//! Parses the steps of a page of the documentation.

/// A step of a page, in its order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A block of commands, and what they print where the page shows that.
    Run { line: usize, code: String, output: Option<String> },
    /// A block of commands that the test does not run: `<!-- not run: the reason -->` stands before it.
    NotRun { line: usize, reason: String },
    /// A block with the content of a file, whose name stands before it as `` `name`: ``.
    Write { name: String, content: String },
    /// A block of SQL.
    Sql { code: String },
}

/// A fenced block, and the line of text before it.
struct Block<'p> {
    line: usize,
    language: &'p str,
    code: String,
    before: &'p str,
    /// Whether it follows another block directly.
    is_adjacent: bool,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut before, mut is_adjacent) = ("", false);
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let code: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| !line.starts_with("```")).collect();
            blocks.push(Block { line: number + 1, language, code: code.join("\n"), before, is_adjacent });
            (before, is_adjacent) = ("", true);
        } else {
            is_adjacent = false;
            if !line.trim().is_empty() {
                before = line.trim();
            }
        }
    }
    blocks
}

/// The steps of a page.
pub(super) fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for Block { line, language, code, before, is_adjacent } in blocks(page) {
        let reason = before.strip_prefix("<!-- not run: ").and_then(|rest| rest.strip_suffix(" -->"));
        // An absolute path is the reader's, and not in the folder of the test.
        let file = before.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:"));
        let file = file.filter(|name| !name.starts_with('/') && !name.contains(' '));
        match (language, reason, file) {
            ("sh", Some(reason), _) => steps.push(Step::NotRun { line, reason: reason.to_owned() }),
            ("sh", None, _) => steps.push(Step::Run { line, code, output: None }),
            ("sql", None, _) => steps.push(Step::Sql { code }),
            ("json" | "text", ..) if is_adjacent => {
                if let Some(Step::Run { output, .. }) = steps.last_mut() {
                    *output = Some(code);
                }
            }
            (_, None, Some(name)) => steps.push(Step::Write { name: name.to_owned(), content: code + "\n" }),
            _ => {}
        }
    }
    steps
}

#[test]
fn a_page_is_read_as_its_steps() {
    let page = "# A\n```sh\ncurl x\n```\n```json\n{}\n```\n\n<!-- not run: needs root -->\n```sh\nsudo x\n```\n\
                `a.toml`:\n\n```toml\nx = 1\n```\n`/etc/b`:\n```toml\nx\n```\n```json\n{}\n```\n";
    let expected = [
        Step::Run { line: 2, code: "curl x".to_owned(), output: Some("{}".to_owned()) },
        Step::NotRun { line: 10, reason: "needs root".to_owned() },
        Step::Write { name: "a.toml".to_owned(), content: "x = 1\n".to_owned() },
    ];
    assert_eq!(steps(page), expected);
}
