//! Skips tests that need something which the machine lacks.

use std::env;
use std::io::{Write as _, stderr};
use std::thread;

/// The environment variable that names what must not be skipped: a comma list such as `postgresql,nginx,python`, or
/// `all`.
pub const REQUIRE: &str = "PRESSPASS_REQUIRE";

/// Says on stderr that the running test is passed over, as `skipped: <test>: needs <need>: <why>`; the test returns
/// next. The line is seen without `--nocapture`: a skip that nobody sees counts as a pass.
///
/// # Panics
/// Where [`REQUIRE`] names `need`.
pub fn skip(need: &str, why: &str) {
    let line = format!("skipped: {}: needs {need}: {why}\n", test_name());
    assert!(!requires(env::var(REQUIRE).ok().as_deref(), need), "{REQUIRE} names {need}, and {why}");
    // One write: lines of tests that run at once do not mix. libtest captures the print macros alone.
    stderr().write_all(line.as_bytes()).expect("stderr can be written");
}

fn requires(list: Option<&str>, need: &str) -> bool {
    list.is_some_and(|list| list.split(',').map(str::trim).any(|name| name == need || name == "all"))
}

/// libtest names a test's thread after the test, unless it runs the tests one by one on the main thread.
fn test_name() -> String {
    match thread::current().name() {
        Some(name) if name != "main" => name.to_owned(),
        _ => env::var("NEXTEST_TEST_NAME").unwrap_or_else(|_| "a test".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{REQUIRE, requires, skip};

    #[test]
    fn nothing_is_required_without_the_variable() {
        assert!(!requires(None, "python"));
        assert!(!requires(Some(""), "python"));
    }

    #[test]
    fn what_the_list_names_is_required() {
        assert!(requires(Some("postgresql, python"), "python"));
        assert!(!requires(Some("postgresql,python"), "nginx"));
    }

    #[test]
    fn all_requires_everything() {
        assert!(requires(Some("all"), "chromium"));
    }

    /// Not a test of its own: the two below run it in a process of its own, with and without the requirement.
    #[test]
    fn skips_where_the_tests_of_skip_ask_for_it() {
        if std::env::var_os("PRESSPASS_TEST_SKIP").is_some() {
            skip("moonlight", "the moon is down");
        }
    }

    fn run_the_skipping_test(required: &str) -> (bool, String) {
        let output = Command::new(std::env::current_exe().expect("a test has an executable"))
            .args(["--exact", "skip::tests::skips_where_the_tests_of_skip_ask_for_it", "--test-threads", "2"])
            .env("PRESSPASS_TEST_SKIP", "1")
            .env(REQUIRE, required)
            .output()
            .expect("the test binary starts");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    #[test]
    fn a_skip_is_seen_by_name_through_the_capture() {
        let (passed, stderr) = run_the_skipping_test("postgresql");
        assert!(passed);
        assert!(
            stderr.contains(
                "skipped: skip::tests::skips_where_the_tests_of_skip_ask_for_it: needs moonlight: the moon is down\n"
            ),
            "{stderr}"
        );
    }

    #[test]
    fn a_required_skip_fails() {
        let (passed, stderr) = run_the_skipping_test("postgresql,moonlight");
        assert!(!passed);
        assert!(!stderr.contains("skipped:"), "{stderr}");
    }
}
