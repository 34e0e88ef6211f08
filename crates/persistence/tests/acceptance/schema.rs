//! Which tables fit, and what is said of those that do not.

use presspass_persistence::SchemaReport;

use crate::place::Place;

/// SQL in the words of a database's engine, as Django writes them.
fn sql(place: &Place, text: &str) -> String {
    let words = if place.is_sqlite() {
        [
            ("KEY", "integer NOT NULL PRIMARY KEY AUTOINCREMENT"),
            ("UUID", "char(32)"),
            ("TIME", "datetime"),
            ("BOOL", "bool"),
        ]
    } else {
        [
            ("KEY", "serial NOT NULL PRIMARY KEY"),
            ("UUID", "uuid"),
            ("TIME", "timestamp with time zone"),
            ("BOOL", "boolean"),
        ]
    };
    words.iter().fold(text.to_owned(), |text, (word, meant)| text.replace(&format!("<{word}>"), meant))
}

/// The columns of posts and of accounts, by name.
const POSTS: [(&str, &str); 5] = [
    ("id", "<KEY>"),
    ("title", "varchar(50) NOT NULL"),
    ("content", "text NOT NULL"),
    ("created_at", "<TIME> NOT NULL"),
    ("updated_at", "<TIME> NOT NULL"),
];
const USERS: [(&str, &str); 11] = [
    ("id", "<KEY>"),
    ("password", "varchar(128) NOT NULL"),
    ("last_login", "<TIME> NULL"),
    ("is_superuser", "<BOOL> NOT NULL"),
    ("username", "varchar(150) NOT NULL UNIQUE"),
    ("first_name", "varchar(30) NOT NULL"),
    ("last_name", "varchar(150) NOT NULL"),
    ("email", "varchar(254) NOT NULL"),
    ("is_staff", "<BOOL> NOT NULL"),
    ("is_active", "<BOOL> NOT NULL"),
    ("date_joined", "<TIME> NOT NULL"),
];

/// Makes a table anew, with these columns changed (or left out, where empty) or added.
fn remake(place: &Place, table: &str, columns: &[(&str, &str)], other: &[(&str, &str)]) {
    let changed = |name: &str| other.iter().find(|(other, _)| *other == name).map(|(_, column)| *column);
    let kept = columns.iter().map(|(name, column)| (*name, changed(name).unwrap_or(column)));
    let added = other.iter().copied().filter(|(name, _)| columns.iter().all(|(known, _)| known != name));
    let columns: Vec<String> = kept
        .chain(added)
        .filter(|(_, column)| !column.is_empty())
        .map(|(name, column)| format!("{name} {column}"))
        .collect();
    let cascade = if place.is_sqlite() { "" } else { "CASCADE" };
    let columns = columns.join(", ");
    place.execute(&sql(place, &format!("DROP TABLE {table} {cascade}; CREATE TABLE {table} ({columns})")));
}

fn check(place: &Place) -> SchemaReport {
    place.database.check_schema().unwrap()
}

fn problems(place: &Place) -> Vec<String> {
    check(place).problems.iter().map(ToString::to_string).collect()
}

/// Asserts that there is a problem for each of these, which begins so, and no other.
fn refuses(place: &Place, expected: &[&str]) {
    let found = problems(place);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found:?} does not begin with {expected:?}");
        assert!(found.contains("; ") && !found.contains('\n'), "no remedy, or no line: {found}");
    }
}

/// Changes of the columns of posts, and what is wrong then on `SQLite` and on `PostgreSQL`.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a [&'a str]);

fn posts_are_refused(cases: &[Case<'_>]) {
    for place in Place::each() {
        for (columns, sqlite, postgresql) in cases {
            remake(&place, "posts_post", &POSTS, columns);
            refuses(&place, if place.is_sqlite() { sqlite } else { postgresql });
        }
    }
}

#[test]
fn tables_that_we_made_fit() {
    for place in Place::each() {
        let SchemaReport { problems, warnings, .. } = check(&place);
        assert!(problems.is_empty() && warnings.is_empty(), "{problems:?} {warnings:?}");
        assert!(place.database.schema_notes().unwrap().is_empty());
        remake(&place, "posts_post", &POSTS, &[]);
        remake(&place, "auth_user", &USERS, &[]);
        assert!(check(&place).problems.is_empty());
    }
}

#[test]
fn columns_that_must_be_filled_are_all_told_at_once() {
    let columns = [
        ("author_id", "integer NOT NULL REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED"),
        ("slug", "varchar(50) NOT NULL"),
        ("draft", "<BOOL> NOT NULL"),
        ("publish_date", "<TIME> NOT NULL"),
        ("subtitle", "varchar(50) NULL"),
        ("likes", "integer NOT NULL DEFAULT 0"),
    ];
    let expected = [
        "posts_post.author_id: NOT NULL without a default",
        "posts_post.slug: NOT NULL without a default",
        "posts_post.draft: NOT NULL without a default",
        "posts_post.publish_date: NOT NULL without a default",
    ];
    posts_are_refused(&[(&columns, &expected, &expected)]);
}

#[test]
fn keys_that_are_no_numbers_are_refused() {
    posts_are_refused(&[
        (
            &[("id", "<UUID> NOT NULL PRIMARY KEY")],
            &["posts_post.id: the type is char(32), and must be integer;"],
            &["posts_post.id: the type is uuid, and must be integer or bigint;"],
        ),
        (
            &[("id", "varchar(20) NOT NULL PRIMARY KEY")],
            &["posts_post.id: the type is varchar(20), and must be integer;"],
            &["posts_post.id: the type is character varying(20), and must be integer or bigint;"],
        ),
        (
            &[("id", "integer NOT NULL")],
            &["posts_post.id: the database does not number new rows"],
            &["posts_post.id: the database does not number new rows"],
        ),
    ]);
    for place in Place::each() {
        remake(&place, "auth_user", &USERS, &[("id", "<UUID> NOT NULL PRIMARY KEY")]);
        refuses(&place, &["auth_user.id: the type is "]);
    }
}

#[test]
fn a_table_under_another_name_is_refused() {
    for place in Place::each() {
        place.execute("ALTER TABLE posts_post RENAME TO blog_entries");
        refuses(&place, &["posts_post: there is no such table; correct its name in the model, or create it"]);
        place.execute("CREATE VIEW posts_post AS SELECT * FROM blog_entries");
        refuses(&place, &["posts_post: there is no such table;"]);
    }
}

#[test]
fn accounts_in_a_table_of_their_own_or_without_a_name_are_refused() {
    for place in Place::each() {
        remake(&place, "auth_user", &USERS, &[("username", ""), ("email", "varchar(254) NOT NULL UNIQUE")]);
        refuses(&place, &["auth_user.username: there is no such column; accounts must have all fields"]);
        for table in ["auth_user", "auth_user_groups", "auth_user_user_permissions"] {
            place.execute(&format!("ALTER TABLE {table} RENAME TO shop_{table}"));
        }
        let expected = [
            "auth_user: there is no such table; accounts must be those of django.contrib.auth",
            "auth_user_groups: there is no such table; accounts must be",
            "auth_user_user_permissions: there is no such table; accounts must be",
        ];
        refuses(&place, &expected);
    }
}

#[test]
fn what_is_wider_or_may_be_left_out_fits() {
    let wide = [
        ("title", "varchar(200) NOT NULL"),
        ("subtitle", "varchar(50) NULL"),
        ("slug", "varchar(50) NULL UNIQUE"),
        ("likes", "integer NOT NULL DEFAULT 0 CHECK (likes >= 0)"),
        ("editor_id", "integer NULL REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED"),
    ];
    for place in Place::each() {
        remake(&place, "posts_post", &POSTS, &wide);
        let more = [
            ("email", "varchar(254) NOT NULL UNIQUE"),
            ("phone", "varchar(20) NULL"),
            ("level", "integer NOT NULL DEFAULT 1"),
        ];
        remake(&place, "auth_user", &USERS, &more);
        assert_eq!(problems(&place), [""; 0]);
        if !place.is_sqlite() {
            remake(
                &place,
                "posts_post",
                &POSTS,
                &[("id", "bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY")],
            );
            place.execute("ALTER TABLE auth_user ALTER COLUMN id TYPE bigint; ALTER TABLE auth_user_groups ALTER COLUMN user_id TYPE bigint");
            assert_eq!(problems(&place), [""; 0]);
        }
    }
}

#[test]
fn columns_that_are_too_narrow_or_of_another_type_are_refused() {
    let short = "posts_post.title: it holds 30 characters, and must hold 50;";
    let content = "posts_post.content: it holds 200 characters, and must hold texts of any length;";
    posts_are_refused(&[
        (
            &[("title", "varchar(30) NOT NULL"), ("content", "varchar(200) NOT NULL")],
            &[short, content],
            &[short, content],
        ),
        (
            &[("created_at", "date NOT NULL")],
            &["posts_post.created_at: the type is date, and must be datetime;"],
            &["posts_post.created_at: the type is date, and must be timestamp with time zone;"],
        ),
        // SQLite has but one kind of times: see the note on USE_TZ.
        (
            &[("created_at", "timestamp without time zone NOT NULL")],
            &[],
            &[
                "posts_post.created_at: the type is timestamp without time zone, and must be timestamp with time zone;",
            ],
        ),
        (
            &[("title", "integer NOT NULL")],
            &["posts_post.title: the type is integer, and must be varchar or text;"],
            &["posts_post.title: the type is integer, and must be varchar or text;"],
        ),
    ]);
}

#[test]
fn nulls_that_cannot_be_read_or_written_are_refused() {
    let nullable = "posts_post.title: NULL is allowed";
    posts_are_refused(&[(&[("title", "varchar(50) NULL")], &[nullable], &[nullable])]);
    for place in Place::each() {
        remake(&place, "auth_user", &USERS, &[("last_login", "<TIME> NOT NULL")]);
        refuses(&place, &["auth_user.last_login: NULL is not allowed"]);
    }
}

#[test]
fn constraints_that_would_make_writes_fail_are_refused() {
    let unique = "posts_post (title): a UNIQUE constraint that the program does not know";
    let slug = "posts_post (slug): a UNIQUE constraint that the program does not know";
    let check = "posts_post.title: a CHECK constraint that the program does not know (";
    posts_are_refused(&[
        (&[("title", "varchar(50) NOT NULL UNIQUE")], &[unique], &[unique]),
        (&[("slug", "varchar(50) NOT NULL DEFAULT '' UNIQUE")], &[slug], &[slug]),
        (&[("title", "varchar(50) NOT NULL CHECK (length(title) > 9)")], &[check], &[check]),
    ]);
    for place in Place::each() {
        remake(&place, "auth_user", &USERS, &[("username", "varchar(150) NOT NULL")]);
        refuses(&place, &["auth_user (username): there is no UNIQUE constraint"]);
        place.execute("CREATE UNIQUE INDEX lower_name ON auth_user (lower(username)); CREATE UNIQUE INDEX name ON auth_user (username)");
        refuses(&place, &["auth_user (an expression): a UNIQUE constraint"]);
    }
}

#[test]
fn tables_that_nothing_needs_may_be_missing_and_must_fit_where_they_are() {
    for place in Place::each() {
        place.execute(
            "DROP TABLE presspass_difference; DROP TABLE django_admin_log; DROP TABLE django_session",
        );
        assert_eq!(problems(&place), [""; 0]);
        place.execute(&sql(
            &place,
            "CREATE TABLE authtoken_token (key varchar(40) PRIMARY KEY, user_id <UUID> NOT NULL)",
        ));
        let found = problems(&place).join("\n");
        assert!(found.contains("authtoken_token.user_id: the type is "), "{found}");
    }
}

#[test]
fn permissions_that_are_missing_are_a_warning() {
    for place in Place::each() {
        place.execute("UPDATE django_content_type SET app_label = 'blog' WHERE app_label = 'posts'");
        let SchemaReport { problems, warnings, .. } = check(&place);
        assert!(problems.is_empty(), "{problems:?}");
        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(warning.starts_with("auth_permission has no posts.add_post, posts.change_post, posts.delete_post, posts.view_post: "), "{warning}");
    }
}

#[test]
fn an_operator_is_told_of_what_is_left_out_and_of_what_refers_to_posts() {
    for place in Place::each() {
        remake(
            &place,
            "posts_post",
            &POSTS,
            &[("subtitle", "varchar(50) NULL"), ("draft", "<BOOL> NOT NULL DEFAULT 'f'")],
        );
        place.execute(
            "CREATE TABLE comments_comment (id integer PRIMARY KEY, post_id integer REFERENCES posts_post (id));
             CREATE TABLE shares (id integer PRIMARY KEY, post_id integer REFERENCES posts_post (id) ON DELETE CASCADE)",
        );
        let expected = [
            "posts_post has other columns, which are neither shown nor written: subtitle, draft",
            "comments_comment.post_id refers to posts_post: a post with such rows cannot be deleted",
            "shares.post_id refers to posts_post: its rows are deleted with their post",
        ];
        assert_eq!(place.database.schema_notes().unwrap(), expected);
        place.execute("UPDATE presspass_marker SET made_by = 'original'");
        let notes = place.database.schema_notes().unwrap();
        let times = notes.iter().filter(|note| note.contains("USE_TZ = False")).count();
        assert_eq!(times, usize::from(place.is_sqlite()), "{notes:?}");
    }
}
