//! The commands, as processes and at a terminal.

use std::fs;
use std::path::Path;
use std::process::Command;

use presspass_test_support::{
    Engine, Oracle, ServerCommand, Stack, Terminal, TestDatabase, find_program, free_port, isolated_command,
    skip,
};

use crate::common::{
    Finished, PASSWORD, PRESSPASS, Rows, SECRET_KEY, Server, eventually, interrupt, log_in, run, run_in,
    token,
};

/// A folder with the file of a bare start.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn rows(&self) -> Rows {
        Rows::of(&format!("sqlite://{}", self.path().join("presspass-data/presspass.sqlite3").display()))
    }

    /// A command at a terminal, run by the account `operator`.
    fn terminal(&self, arguments: &[&str]) -> Terminal {
        let mut command = isolated_command(PRESSPASS);
        command.args(arguments).current_dir(self.path()).env("LOGNAME", "operator");
        Terminal::spawn(command)
    }

    /// Makes an administrator without asking.
    fn administrator(&self, name: &str) {
        let made = self.noinput(&["--username", name], &[("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)]);
        assert_eq!(made.code, Some(0), "{made:?}");
    }

    fn noinput(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
        let arguments: Vec<&str> =
            ["createsuperuser", "--noinput"].iter().chain(arguments).copied().collect();
        run_in(self.path(), &arguments, variables)
    }
}

#[test]
fn createsuperuser_asks_and_offers_the_systems_name() {
    let place = Place::new();
    let mut terminal = place.terminal(&["createsuperuser"]);
    terminal.expect("Username (leave blank to use 'operator'): ");
    terminal.send_line("");
    terminal.expect("Email address: ");
    terminal.send_line("Operator@Example.COM");
    terminal.expect("Password: ");
    terminal.send_secret(PASSWORD);
    terminal.expect("Password (again): ");
    terminal.send_secret(PASSWORD);
    terminal.expect("Superuser created successfully.");
    assert_eq!(terminal.wait(), 0);
    assert!(!terminal.screen().contains(PASSWORD), "{:?}", terminal.screen());
    let mut rows = place.rows();
    assert_eq!(
        rows.text(
            "SELECT username || ' ' || email || ' ' || is_staff || is_superuser || is_active FROM auth_user"
        ),
        "operator Operator@example.com 111"
    );
}

#[test]
fn createsuperuser_repeats_every_question_until_its_answer_is_good() {
    let place = Place::new();
    place.administrator("operator");
    let mut terminal = place.terminal(&["createsuperuser"]);
    // The system's name is taken, so it is not offered.
    terminal.expect("Username: ");
    for (wrong, message) in
        [("", "Error: "), ("operator", "Error: That username is already taken."), ("with blank", "Error: ")]
    {
        terminal.send_line(wrong);
        terminal.expect(message);
        terminal.expect("Username: ");
    }
    terminal.send_line("annabella");
    terminal.expect("Email address: ");
    terminal.send_line("nowhere");
    terminal.expect("Error: Enter a valid email address.");
    terminal.expect("Email address: ");
    terminal.send_line("");
    let answer_twice = |terminal: &mut Terminal, one: &str, other: &str| {
        terminal.expect("Password: ");
        terminal.send_secret(one);
        terminal.expect("Password (again): ");
        terminal.send_secret(other);
    };
    answer_twice(&mut terminal, PASSWORD, "Another-Horse-9");
    terminal.expect("Error: Your passwords didn't match.");
    answer_twice(&mut terminal, "   ", "   ");
    terminal.expect("Error: Blank passwords aren't allowed.");
    answer_twice(&mut terminal, "short-7", "short-7");
    terminal.expect("This password is too short. It must contain at least 8 characters.");
    terminal.expect("Bypass password validation and create user anyway? [y/N]: ");
    terminal.send_line("n");
    answer_twice(&mut terminal, " Outer-Blank-9", " Outer-Blank-9");
    terminal.expect("blank");
    answer_twice(&mut terminal, "short-8", "short-8");
    terminal.expect("Bypass password validation and create user anyway? [y/N]: ");
    terminal.send_line("y");
    terminal.expect("Superuser created successfully.");
    assert_eq!(terminal.wait(), 0);
    for secret in [PASSWORD, "Another-Horse", "short-7", "short-8", "Outer-Blank"] {
        assert!(!terminal.screen().contains(secret), "{secret}: {:?}", terminal.screen());
    }
    let server = ServerCommand::new(PRESSPASS).directory(place.path()).start();
    assert_eq!(log_in(&mut server.client(), "annabella", "short-8").status, 200);
    assert_eq!(log_in(&mut server.client(), "annabella", "short-7").status, 400);
}

#[test]
fn a_question_that_is_cancelled_makes_nothing_and_gives_the_terminal_back() {
    // Ctrl-D and Ctrl-C, at a plain question and at a hidden one.
    for (keys, hidden) in [("\x04", false), ("\x04", true), ("\x03", false), ("\x03", true)] {
        let place = Place::new();
        let mut terminal = place.terminal(&["createsuperuser"]);
        terminal.expect("Username (leave blank to use 'operator'): ");
        if hidden {
            terminal.send_line("ann");
            terminal.expect("Email address: ");
            terminal.send_line("");
            terminal.expect("Password: ");
            eventually("the echo is off", || (!terminal.echoes()).then_some(()));
        }
        terminal.send(keys);
        assert_eq!(terminal.wait(), 1, "{keys:?} {hidden}: {:?}", terminal.screen());
        assert!(terminal.screen().contains("error: cancelled"), "{:?}", terminal.screen());
        assert!(terminal.echoes(), "{keys:?} {hidden}: the echo stays off");
        assert_eq!(place.rows().number("SELECT count(*) FROM auth_user"), 0);
    }
}

#[test]
fn createsuperuser_without_questions_takes_all_from_the_environment() {
    let place = Place::new();
    let variables = [
        ("PRESSPASS_SUPERUSER_USERNAME", "ann"),
        ("PRESSPASS_SUPERUSER_EMAIL", "ann@example.com"),
        ("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD),
    ];
    let made = place.noinput(&[], &variables);
    assert_eq!((made.code, made.stdout.as_str()), (Some(0), "Superuser created successfully.\n"), "{made:?}");
    let mut rows = place.rows();
    assert_eq!(
        rows.text("SELECT username || ' ' || email FROM auth_user WHERE is_superuser"),
        "ann ann@example.com"
    );
    assert!(rows.text("SELECT password FROM auth_user").starts_with("bcrypt_sha256$$2b$12$"));

    let again = place.noinput(&[], &variables);
    let lies = "Data is stored in presspass-data/presspass.sqlite3";
    assert!(made.stderr.starts_with(&format!("{lies}, in a new database (migrations run: ")), "{made:?}");
    assert_eq!(made.stderr.lines().count(), 1, "{made:?}");
    let refusal = format!("{lies}.\nerror: That username is already taken.\n");
    assert_eq!((again.code, again.stderr), (Some(1), refusal));
    // The command line wins.
    let other = place.noinput(&["--username", "bob", "--email", ""], &variables);
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(rows.number("SELECT count(*) FROM auth_user WHERE username = 'bob' AND email = ''"), 1);
}

#[test]
fn createsuperuser_without_questions_refuses_what_is_missing_or_wrong() {
    let place = Place::new();
    let name = ("PRESSPASS_SUPERUSER_USERNAME", "annabella");
    let password = |password| ("PRESSPASS_SUPERUSER_PASSWORD", password);
    for (variables, message) in [
        (vec![password(PASSWORD)], "PRESSPASS_SUPERUSER_USERNAME"),
        (vec![name], "PRESSPASS_SUPERUSER_PASSWORD"),
        (vec![name, password("")], "PRESSPASS_SUPERUSER_PASSWORD"),
        (vec![name, password("short-7")], "too short"),
        (vec![name, password(" Outer-Blank-9")], "blank"),
        (vec![name, password("annabella1")], "similar"),
        (vec![("PRESSPASS_SUPERUSER_USERNAME", "a b"), password(PASSWORD)], "a b"),
        (vec![("PRESSPASS_SUPERUSER_USERNAME", ""), password(PASSWORD)], "name"),
        (vec![name, password(PASSWORD), ("PRESSPASS_SUPERUSER_EMAIL", "nowhere")], "valid email address"),
    ] {
        let refused = place.noinput(&[], &variables);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{variables:?}");
        assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
        assert!(refused.stderr.contains(message), "{message}: {refused:?}");
        for secret in [PASSWORD, "short-7", "Outer-Blank", "annabella1"] {
            assert!(!refused.stderr.contains(secret), "{refused:?}");
        }
    }
    assert!(!place.path().join("presspass-data").exists(), "what is refused makes no database");
}

#[test]
fn a_question_with_nobody_to_answer_is_refused() {
    for arguments in [&["createsuperuser"][..], &["changepassword", "ann"]] {
        let place = Place::new();
        let refused = run_in(place.path(), arguments, &[]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
        assert!(refused.stderr.contains("needs a terminal"), "{refused:?}");
        assert!(!place.path().join("presspass-data").exists());
    }
}

#[test]
fn changepassword_ends_the_old_password() {
    let place = Place::new();
    place.administrator("ann");
    let server = ServerCommand::new(PRESSPASS).directory(place.path()).start();
    let mut terminal = place.terminal(&["changepassword", "ann"]);
    terminal.expect("Changing password for user 'ann'");
    for (one, other, message) in
        [("New-Horse-10", "New-Horse-11", "didn't match"), ("password", "password", "too common")]
    {
        terminal.expect("Password: ");
        terminal.send_secret(one);
        terminal.expect("Password (again): ");
        terminal.send_secret(other);
        terminal.expect(message);
    }
    terminal.expect("Password: ");
    terminal.send_secret("New-Horse-12");
    terminal.expect("Password (again): ");
    terminal.send_secret("New-Horse-12");
    terminal.expect("Password changed successfully for user 'ann'");
    assert_eq!(terminal.wait(), 0);
    assert!(!terminal.screen().contains("New-Horse"), "{:?}", terminal.screen());
    assert_eq!(log_in(&mut server.client(), "ann", PASSWORD).status, 400);
    assert_eq!(log_in(&mut server.client(), "ann", "New-Horse-12").status, 200);
}

#[test]
fn changepassword_gives_up_after_three_attempts() {
    let place = Place::new();
    place.administrator("ann");
    let before = place.rows().text("SELECT password FROM auth_user");
    let mut terminal = place.terminal(&["changepassword", "ann"]);
    for _ in 0..3 {
        terminal.expect("Password: ");
        terminal.send_secret("short-7");
        terminal.expect("Password (again): ");
        terminal.send_secret("short-7");
        terminal.expect("too short");
    }
    assert_eq!(terminal.wait(), 1);
    assert!(terminal.screen().contains("after 3 attempts"), "{:?}", terminal.screen());
    assert_eq!(place.rows().text("SELECT password FROM auth_user"), before);
}

#[test]
fn changepassword_of_an_unknown_user_fails() {
    let place = Place::new();
    let mut terminal = place.terminal(&["changepassword", "nobody"]);
    assert_eq!(terminal.wait(), 1);
    let screen = terminal.screen();
    let lines: Vec<_> = screen.lines().collect();
    let [location, error] = lines[..] else { panic!("{screen:?}") };
    assert!(
        location.starts_with("Data is stored in presspass-data/presspass.sqlite3, in a new database"),
        "{location}"
    );
    assert_eq!(error, "error: user 'nobody' does not exist");
}

#[test]
fn migrate_brings_a_database_up_to_date_and_check_only_looks() {
    for database in TestDatabase::each() {
        let url = database.url();
        let migrate = |arguments: &[&str]| run(arguments, &[("DATABASE_URL", &url)]);
        let tables = || {
            let catalog = if url.starts_with("sqlite") {
                "sqlite_schema"
            } else {
                "pg_catalog.pg_tables WHERE schemaname = 'public'"
            };
            Rows::of(&url).number(&format!("SELECT count(*) FROM {catalog}"))
        };
        let pending = migrate(&["migrate", "--check"]);
        assert_eq!(pending.code, Some(1), "{pending:?}");
        assert!(pending.stdout.starts_with("pending: "), "{pending:?}");
        assert_eq!(tables(), 0, "looking changes nothing");

        let applied = migrate(&["migrate"]);
        assert_eq!(applied.code, Some(0), "{applied:?}");
        assert!(applied.stdout.starts_with("applied: "), "{applied:?}");
        let made = tables();
        assert!(made > 10);

        let done = migrate(&["migrate", "--check"]);
        assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""), "{done:?}");
        let again = migrate(&["migrate"]);
        assert_eq!((again.code, again.stdout.as_str()), (Some(0), ""), "{again:?}");
        assert!(again.stderr.contains("is up to date"), "{again:?}");
        assert_eq!(tables(), made);
    }
}

#[test]
fn migrate_check_of_a_file_that_is_not_there_makes_none() {
    let place = Place::new();
    let pending = run_in(place.path(), &["migrate", "--check"], &[]);
    assert_eq!(pending.code, Some(1), "{pending:?}");
    assert!(pending.stdout.contains("presspass-data/presspass.sqlite3 does not exist yet"), "{pending:?}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn check_prints_every_setting_and_no_secret() {
    let place = Place::new();
    fs::write(
        place.path().join("presspass.toml"),
        format!("secret_key = \"{SECRET_KEY}\"\n[sessions]\nstore = \"redis://:s3cret-w0rd@cache/0\"\n"),
    )
    .unwrap();
    let checked = run_in(place.path(), &["check"], &[("PRESSPASS_WORKERS", "3")]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    for (setting, shown) in [
        ("bind ", "127.0.0.1:8000  (default"),
        ("workers ", "3  (environment variable PRESSPASS_WORKERS"),
        ("secret_key ", "(presspass.toml, line 1"),
        ("database.url ", "sqlite://presspass-data/presspass.sqlite3"),
        ("sessions.store ", "redis://:***@cache/0"),
    ] {
        let line = checked.stdout.lines().find(|line| line.starts_with(setting)).unwrap_or_default();
        assert!(line.contains(shown), "{setting}: {shown}: {}", checked.stdout);
    }
    assert!(!place.path().join("presspass-data").exists(), "looking makes nothing");
    for secret in [SECRET_KEY, "s3cret-w0rd"] {
        assert!(!format!("{checked:?}").contains(secret), "{checked:?}");
    }
}

#[test]
fn check_tells_all_that_is_wrong_and_no_secret() {
    let checked = run(
        &["check"],
        &[
            ("SECRET_KEY", "s3cret-w0rd-12345"),
            ("DATABASE_URL", "mysql://ann:s3cret-w0rd@db/x"),
            ("PRESSPASS_WORKERS", "many"),
            ("PRESSPASS_BINDS", "127.0.0.1:1"),
        ],
    );
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert_eq!(checked.stderr.lines().count(), 4, "{checked:?}");
    for name in ["secret_key", "database.url", "workers", "did you mean PRESSPASS_BIND?"] {
        assert!(checked.stderr.contains(name), "{checked:?}");
    }
    assert!(checked.stdout.contains("jwt.expiration_seconds"), "{checked:?}");
    assert!(!format!("{checked:?}").contains("s3cret"), "{checked:?}");
}

#[test]
fn check_looks_at_the_database() {
    for database in TestDatabase::each() {
        let url = database.url();
        let key = ("SECRET_KEY", SECRET_KEY);
        let checked = run(&["check"], &[("DATABASE_URL", &url), key]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(checked.stderr.contains("pending migrations: "), "{checked:?}");
        run(&["migrate"], &[("DATABASE_URL", &url)]);
        let checked = run(&["check"], &[("DATABASE_URL", &url), key]);
        assert!(checked.stderr.contains("was created by Presspass"), "{checked:?}");
        assert!(!checked.stderr.contains("pending"), "{checked:?}");
        let keyless = run(&["check"], &[("DATABASE_URL", &url)]);
        let code = i32::from(!url.starts_with("sqlite"));
        assert_eq!(keyless.code, Some(code), "{keyless:?}");
        if let Some(password) = url.split([':', '@']).nth(2) {
            assert!(!format!("{checked:?}{keyless:?}").contains(password), "{checked:?}");
        }
    }
    let away = run(
        &["check"],
        &[("DATABASE_URL", "postgres://ann:s3cret-w0rd@127.0.0.1:1/x"), ("SECRET_KEY", SECRET_KEY)],
    );
    assert_eq!(
        (away.code, away.stderr.lines().filter(|line| line.starts_with("error: ")).count()),
        (Some(1), 1)
    );
    assert!(!format!("{away:?}").contains("s3cret"), "{away:?}");
}

#[test]
fn check_knows_a_database_of_the_original() {
    let Some(oracle) = Oracle::find(Stack::Original) else { return };
    let Some(database) = oracle.filled(Engine::Sqlite) else { return };
    let url = database.url();
    let checked = run(&["check"], &[("DATABASE_URL", &url), ("SECRET_KEY", SECRET_KEY)]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stderr.contains("was created by Django"), "{checked:?}");
    let keyless = run(&["check"], &[("DATABASE_URL", &url)]);
    assert_eq!(keyless.code, Some(1), "{keyless:?}");
    assert!(keyless.stderr.contains("no secret key"), "{keyless:?}");
}

#[test]
fn the_demonstrations_lines_work_when_pasted_and_its_data_goes_away() {
    if find_program("curl").is_none() {
        return skip("curl", "curl was not found");
    }
    for ended_by in ["SIGTERM", "SIGINT"] {
        let scratch = Place::new();
        let mut demo = ServerCommand::new(PRESSPASS).arg("demo").env("TMPDIR", scratch.path()).start();
        let said = eventually("the demonstration says how to go on", || {
            let said = demo.stdout();
            said.contains("Press Ctrl-C").then_some(said)
        });
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
        let lines: Vec<_> = said
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("TOKEN=") || line.starts_with("curl "))
            .collect();
        assert!(lines.len() >= 3, "{said}");
        let script = format!("set -e\n{}", lines.join("\necho\n"));
        let pasted = Command::new("sh").args(["-c", &script]).output().unwrap();
        let answers = String::from_utf8_lossy(&pasted.stdout).into_owned();
        assert!(pasted.status.success(), "{pasted:?}");
        assert!(answers.contains("\"username\":\"admin\""), "{answers}");
        assert!(answers.contains("\"count\":50,"), "{answers}");
        assert!(answers.contains("\"title\":\"Hello\",\"content\":\"World\""), "{answers}");
        assert!(!demo.stderr().contains("no administrator"), "{}", demo.stderr());
        // Each account that is shown can log in.
        let accounts = said.lines().skip_while(|line| !line.starts_with("Accounts")).skip(1);
        for account in accounts.take_while(|line| line.starts_with("  ")) {
            let mut words = account.split_whitespace();
            let (name, password) = (words.next().unwrap(), words.next().unwrap());
            assert_eq!(log_in(&mut demo.client(), name, password).status, 200, "{account}");
        }
        let status = if ended_by == "SIGTERM" { demo.terminate() } else { interrupt(&mut demo) };
        assert_eq!(status.code(), Some(0), "{ended_by}: {}", demo.stderr());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0, "{ended_by}: the data is left");
        assert!(!demo.directory().join("presspass-data").exists());
    }
}

#[test]
fn a_demonstration_that_is_ended_before_it_serves_leaves_nothing_behind() {
    let scratch = Place::new();
    let mut command = isolated_command(PRESSPASS);
    command.arg("demo").env("TMPDIR", scratch.path()).current_dir(scratch.path());
    command.env("PRESSPASS_BIND", format!("127.0.0.1:{}", free_port()));
    let mut terminal = Terminal::spawn(command);
    let file = |entry: fs::DirEntry| entry.path().join("demo.sqlite3").exists();
    eventually("it makes its data", || {
        fs::read_dir(scratch.path()).unwrap().flatten().any(file).then_some(())
    });
    terminal.send("\x03");
    assert_eq!(terminal.wait(), 0, "{:?}", terminal.screen());
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0, "{:?}", terminal.screen());
}

#[test]
fn a_demonstration_that_cannot_serve_leaves_nothing_behind() {
    let scratch = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused =
        run(&["demo"], &[("TMPDIR", scratch.path().to_str().unwrap()), ("PRESSPASS_BIND", &address)]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("cannot listen on"), "{refused:?}");
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[test]
fn the_demonstration_passes_over_the_operators_database_and_key() {
    let database = TestDatabase::sqlite();
    let mut demo = ServerCommand::new(PRESSPASS)
        .arg("demo")
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", "weak")
        .start();
    assert_eq!(demo.terminate().code(), Some(0), "{}", demo.stderr());
    assert_eq!(fs::metadata(database.path().expect("SQLite is a file")).unwrap().len(), 0);
}

#[test]
fn the_demonstration_signs_with_a_key_of_its_own_whatever_the_file_says() {
    let place = Place::new();
    fs::write(place.path().join("presspass.toml"), format!("secret_key = \"{SECRET_KEY}\"\n")).unwrap();
    let demo = ServerCommand::new(PRESSPASS).directory(place.path()).arg("demo").start();
    let ask = |token: &str| demo.client().get("/account/").header("Authorization", token).send().status;
    assert_eq!(ask(&token(1, "admin")), 401, "a token of production is good in the demonstration");
    let answer = log_in(&mut demo.client(), "admin", "demo-Admin-1").json();
    assert_eq!(ask(&format!("JWT {}", answer["token"].as_str().expect("a token is text"))), 200);
}

#[test]
fn the_demonstration_is_for_this_machine_alone() {
    for bind in ["0.0.0.0:0", "127.0.0.1:0,[::]:0"] {
        let scratch = Place::new();
        let temporary = scratch.path().to_str().unwrap();
        let refused = run(&["demo"], &[("TMPDIR", temporary), ("PRESSPASS_BIND", bind)]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
        assert!(refused.stderr.contains("passwords are public"), "{refused:?}");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }
}

#[test]
fn help_and_version_are_results() {
    let help = run(&["--help"], &[]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{help:?}");
    for command in ["serve", "migrate", "createsuperuser", "changepassword", "check", "demo", "--config"] {
        assert!(help.stdout.contains(command), "{command}: {}", help.stdout);
    }
    let version = run(&["--version"], &[]);
    assert_eq!(
        (version.code, version.stdout),
        (Some(0), format!("presspass {}\n", env!("CARGO_PKG_VERSION")))
    );
    // Settings that are wrong do not keep anyone from asking for help.
    assert_eq!(run(&["help"], &[("PRESSPASS_WORKERS", "many")]).code, Some(0));
}

#[test]
fn a_log_filter_that_cannot_be_read_is_told_and_passed_over() {
    let checked = run(&["check"], &[("PRESSPASS_LOG", "presspass=loud")]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stderr.contains("warning: PRESSPASS_LOG cannot be parsed"), "{checked:?}");
}

#[test]
fn a_new_administrator_can_log_in_while_the_server_runs_on_both_engines() {
    for database in TestDatabase::each() {
        let url = database.url();
        let server = Server::start(database, &[]);
        let made = run(
            &["createsuperuser", "--noinput", "--username", "ann"],
            &[("DATABASE_URL", &url), ("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)],
        );
        assert_eq!(made.code, Some(0), "{made:?}");
        assert_eq!(log_in(&mut server.client(), "ann", PASSWORD).status, 200);
    }
}
