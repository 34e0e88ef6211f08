//! Prompts at a terminal.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use presspass_auth::passwords::{AccountAttributes, Password, PasswordProblem, validate};

use super::tell;

/// Set while the terminal does not echo.
static HIDDEN: AtomicBool = AtomicBool::new(false);

/// Fails without a terminal. From here on Ctrl-C cancels the command.
pub(super) fn require_terminal(instead: &str) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("this command needs a terminal; {instead}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot ask")?;
    // No thread can be had: then Ctrl-C does what it does by default.
    let _ = std::thread::Builder::new().spawn(move || runtime.block_on(watch_interrupts()));
    Ok(())
}

/// By default an interrupt would end the process at once, and leave a terminal that does not echo.
async fn watch_interrupts() {
    while actix_web::rt::signal::ctrl_c().await.is_ok() {
        // rpassword sees the key, too, and restores the terminal before the command ends.
        if !HIDDEN.load(Ordering::SeqCst) {
            tell("\nerror: cancelled");
            std::process::exit(1);
        }
    }
}

/// Prompts for a line, and returns it without its end and outer spaces.
pub(super) fn ask(question: &str) -> anyhow::Result<String> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{question}").and_then(|()| stderr.flush()).context("cannot ask")?;
    drop(stderr); // whoever cancels says so
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line).context("cannot read the answer")?;
    if read == 0 {
        bail!("cancelled");
    }
    Ok(line.trim().to_owned())
}

fn ask_hidden(question: &str) -> anyhow::Result<Password> {
    HIDDEN.store(true, Ordering::SeqCst);
    let answer = rpassword::prompt_password(question).context("cancelled")?;
    HIDDEN.store(false, Ordering::SeqCst);
    Ok(Password::new(answer))
}

/// What came of asking for a password once.
pub(super) enum Asked {
    /// It was given twice, and may be used.
    Given(Password),
    /// It was given twice, but these things speak against it.
    Weak(Password, Vec<PasswordProblem>),
    /// They differ or are blank: the message.
    Again(&'static str),
}

/// Asks for a new password, twice.
pub(super) fn ask_password(attributes: &AccountAttributes<'_>) -> anyhow::Result<Asked> {
    let password = ask_hidden("Password: ")?;
    let again = ask_hidden("Password (again): ")?;
    if password.expose() != again.expose() {
        return Ok(Asked::Again("Error: Your passwords didn't match."));
    }
    if password.expose().trim().is_empty() {
        return Ok(Asked::Again("Error: Blank passwords aren't allowed."));
    }
    Ok(match validate(&password, attributes) {
        Ok(()) => Asked::Given(password),
        Err(problems) => Asked::Weak(password, problems),
    })
}

/// Says what speaks against a password.
pub(super) fn tell_problems(problems: &[PasswordProblem]) {
    for problem in problems {
        tell(&problem.to_string());
    }
}

/// Asks whether a weak password shall be taken all the same.
pub(super) fn ask_bypass(problems: &[PasswordProblem]) -> anyhow::Result<bool> {
    tell_problems(problems);
    Ok(ask("Bypass password validation and create user anyway? [y/N]: ")?.eq_ignore_ascii_case("y"))
}
