//! Tables of a project beside Django: it makes the same, and goes on using ours.

use presspass_persistence::Origin;
use presspass_test_support::{Oracle, Stack, TestDatabase};

use super::{catalogue, embedded, first, kinds, magazine, open};

fn environment(behind: &TestDatabase) -> Vec<(&'static str, String)> {
    let mut variables = behind.environment();
    variables.push(("PROJECT", "magazine".to_owned()));
    variables
}

fn manage(oracle: &Oracle, behind: &TestDatabase, arguments: &[&str]) -> String {
    let output = oracle.manage(arguments, &environment(behind));
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs Python in Django's shell; returns what it printed last.
fn shell(oracle: &Oracle, behind: &TestDatabase, script: &str) -> String {
    // Django 2.1 runs the text of `-c` in a scope whose names functions do not see.
    let printed = manage(oracle, behind, &["shell", "-c", &format!("exec({script:?}, {{}})")]);
    printed.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_tables_of_a_project_are_those_that_django_creates() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    for (theirs, ours) in TestDatabase::each().into_iter().zip(TestDatabase::each()) {
        manage(&oracle, &theirs, &["migrate", "-v", "0"]);
        shell(&oracle, &theirs, include_str!("kinds.py"));
        let migrations = [embedded(&first(&magazine::MODELS), 1), embedded(&first(&kinds::MODELS), 2)];
        open(&ours, &migrations).migrate().unwrap();
        let (theirs, ours) = (
            catalogue(&theirs, &["magazine_", "sections", "kinds_"]),
            catalogue(&ours, &["magazine_", "sections", "kinds_"]),
        );
        assert!(ours.len() > 60, "{ours:#?}");
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|line| !those.contains(line)).cloned().collect()
        };
        assert_eq!(only(&theirs, &ours), only(&ours, &theirs));
        assert_eq!(theirs, ours);
    }
}

const WRITE_AND_READ: &str = r#"
import datetime, io, json
from decimal import Decimal
from django.contrib.auth.models import User
from django.core.management import call_command
from magazine.models import Article, Comment, Section, Tag

def said_by(*command, **options):
    out = io.StringIO()
    call_command(*command, stdout=out, no_color=True, **options)
    return out.getvalue()

said_by("makemigrations", check=True, dry_run=True)
said_by("migrate", verbosity=0)
user = User.objects.create_user("ada", password="of-Ada-Pass-1")
section = Section.objects.create(name="News", slug="news")
Section.objects.create(name="Local", slug="local", parent=section)
article = Article.objects.create(
    author=user, section=section, title="One", slug="one", body="text", price=Decimal("12.50"), rating=0.5,
    publish_date=datetime.date(2026, 1, 2), position=-3,
)
article.tags.add(Tag.objects.create(name="rust"))
Comment.objects.create(article=article, author=user, text="Good.")
article = Article.objects.get(slug="one")
print(json.dumps({
    "unapplied": said_by("showmigrations").count("[ ]"),
    "price": str(article.price), "rating": article.rating, "tags": [str(tag) for tag in article.tags.all()],
    "comments": [str(comment) for comment in article.comments.all()], "children": section.children.count(),
    "day": str(article.publish_date), "status": article.status,
}))
"#;

#[test]
fn django_goes_on_with_the_tables_of_a_project() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for behind in TestDatabase::each() {
            let database = open(&behind, &[embedded(&first(&magazine::MODELS), 1)]);
            database.migrate().unwrap();
            assert_eq!(database.origin().unwrap(), Origin::Presspass);
            let seen = shell(&oracle, &behind, WRITE_AND_READ);
            assert_eq!(
                seen,
                r#"{"unapplied": 0, "price": "12.50", "rating": 0.5, "tags": ["rust"], "comments": ["Good."], "children": 1, "day": "2026-01-02", "status": "draft"}"#
            );
        }
    }
}

#[test]
fn tables_that_django_created_stay_as_they_are_and_their_migration_counts_as_run() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for behind in TestDatabase::each() {
            manage(&oracle, &behind, &["migrate", "-v", "0"]);
            let prefixes = ["magazine_", "sections"];
            let before = catalogue(&behind, &prefixes);
            let migration = embedded(&first(&magazine::MODELS), 1);
            let database = open(&behind, &[migration]);
            assert!(database.migrate().unwrap().contains(&migration.version()));
            assert_eq!(database.origin().unwrap(), Origin::Django);
            assert!(database.pending_migrations().unwrap().is_empty());
            assert_eq!(catalogue(&behind, &prefixes), before);
            let rows = "SELECT name AS value FROM django_migrations WHERE app = 'magazine'";
            assert_eq!(crate::place::raw(&behind).texts(rows), [Some("0001_initial".to_owned())]);
        }
    }
}
