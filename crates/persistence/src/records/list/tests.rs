//! The shape of statements, and how the engines plan them: measured times would say less.

use diesel::connection::SimpleConnection as _;
use presspass_domain::Direction;
use presspass_domain::model::{LOG_ENTRY, ListQuery, PERMISSION, POST, Search, USER};
use presspass_test_support::TestDatabase;

use super::*;
use crate::connection::on_engine;
use crate::database::Database;
use crate::url::{DatabaseUrl, Engine};

const PAGE: Window = Window::Part { limit: 100, offset: 99_900 };

fn each() -> Vec<(TestDatabase, Database)> {
    let open = |behind: TestDatabase| {
        let url = DatabaseUrl::parse(&behind.url()).unwrap();
        let database = Database::open(&url, crate::posts::options()).unwrap();
        database.migrate().unwrap();
        (behind, database)
    };
    TestDatabase::each().into_iter().map(open).collect()
}

fn fill(database: &Database) {
    let statements = [
        "INSERT INTO posts_post (title, content, created_at, updated_at)
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
         SELECT 'Post ' || n, 'Content', MOMENT(n), MOMENT(n) FROM n",
        "INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
            date_joined)
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
         SELECT n, '!', false, 'user-' || n, '', '', '', true, true, TIMESTAMP '2026-01-01 00:00:00' FROM n",
        "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message, user_id)
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
         SELECT TIMESTAMP '2026-01-01 00:00:00', 'x', 1, '', 1 FROM n",
        "ANALYZE",
    ];
    for statement in statements {
        let statement = match database.url().engine() {
            Engine::Sqlite => statement
                .replace("TIMESTAMP ", "")
                .replace("MOMENT(n)", "datetime('2026-01-01', n || ' minutes')"),
            Engine::Postgresql => {
                statement.replace("MOMENT(n)", "timestamptz '2026-01-01Z' + n * interval '1 minute'")
            }
        };
        let run =
            |connection: &mut Connection| Ok(on_engine!(connection, raw => raw.batch_execute(&statement))?);
        database.now(run).unwrap();
    }
}

/// The statements of the page: of its keys, and of its records.
fn statements(database: &Database, query: &ListQuery) -> (Sql, Sql) {
    let Window::Part { limit, offset } = query.window() else { panic!("it is no part") };
    database
        .now(|connection| {
            Ok(read::statements(connection, &selection(query), &shown(query).paths, (limit, offset)))
        })
        .unwrap()
}

/// How the engine plans to read the keys of a page, and to count.
fn plan(database: &Database, query: &ListQuery) -> String {
    let (keys, _) = statements(database, query);
    database
        .now(|connection| {
            let (explain, at) = match connection.raw {
                crate::connection::Raw::Sqlite(_) => ("EXPLAIN QUERY PLAN ", 3),
                crate::connection::Raw::Postgresql(_) => ("EXPLAIN (VERBOSE) ", 0),
            };
            let rows = Sql::new(explain).append(keys).load(connection)?;
            rows.iter().map(|row| row.text(at)).collect::<Result<Vec<_>, _>>()
        })
        .unwrap()
        .join("\n")
}

/// The statement of the records of a page.
fn text(database: &Database, query: &ListQuery) -> String {
    format!("{:?}", statements(database, query).1)
}

#[test]
fn a_page_of_posts_costs_the_engines_own_offset_and_count() {
    for (_behind, database) in each() {
        fill(&database);
        let query = ListQuery::new(&POST, PAGE).columns(&["title", "created_at"]);
        let page = plan(&database, &query.unwrap());
        match database.url().engine() {
            Engine::Sqlite => {
                // No content is read, and nothing is sorted.
                let index = "USING COVERING INDEX presspass_posts_post_id";
                assert_eq!(page, format!("SCAN t {index}\nSCALAR SUBQUERY 1\nSCAN posts_post {index}"));
            }
            Engine::Postgresql => {
                assert!(page.contains("Index Only Scan Backward using posts_post_pkey"), "{page}");
                assert!(!page.contains("Sort"), "{page}");
                let (_, of_keys) = page.split_once("Index Only Scan").unwrap();
                assert!(!of_keys.contains("content"), "{page}");
                assert!(page.contains("Aggregate"), "{page}");
            }
        }
    }
}

#[test]
fn nothing_is_joined_to_what_an_offset_passes_over() {
    for (_behind, database) in each() {
        fill(&database);
        let query = ListQuery::new(&LOG_ENTRY, PAGE).columns(&["user", "content_type"]);
        let plan = plan(&database, &query.unwrap());
        assert!(!plan.contains("auth_user") && !plan.contains("SEARCH") && !plan.contains("Join"), "{plan}");
    }
}

#[test]
fn a_page_by_any_column_of_posts_sorts_nothing() {
    for (_behind, database) in each() {
        fill(&database);
        for column in ["title", "created_at", "updated_at"] {
            for way in [Direction::Ascending, Direction::Descending] {
                let query = ListQuery::new(&POST, PAGE).then_by(column, way).unwrap();
                let page = plan(&database, &query);
                let index = format!("presspass_posts_post_{column}");
                assert!(page.contains(&index), "{column} {way:?}: {page}");
                match database.url().engine() {
                    Engine::Sqlite => assert!(!page.contains("TEMP B-TREE"), "{column} {way:?}: {page}"),
                    // Records that are equal in the column are put in order, and no others.
                    Engine::Postgresql => {
                        assert!(!page.contains("Sort ") || page.contains("Incremental Sort"), "{page}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_search_reads_each_record_once() {
    for (_behind, database) in each() {
        fill(&database);
        let query = |window, words: &str| {
            ListQuery::new(&POST, window)
                .search(&["title", "content"], &Search::parse(words).unwrap())
                .unwrap()
        };
        let run = |query: ListQuery| {
            let slice = database.now(|connection| list(connection, &query)).unwrap();
            (slice.count, slice.items.iter().filter_map(|row| row.id.integer()).collect::<Vec<_>>())
        };
        let page = plan(&database, &query(PAGE, "post 9999"));
        assert_eq!(
            page.matches("SCAN t").count() + page.matches(" on public.posts_post").count(),
            1,
            "{page}"
        );
        // Post 99990 to Post 99999, Post 19999 to Post 89999, Post 9999.
        let part = |limit, offset| Window::Part { limit, offset };
        assert_eq!(run(query(part(3, 0), "post 9999")), (19, vec![99_999, 99_998, 99_997]));
        assert_eq!(run(query(part(3, 9), "post 9999")), (19, vec![99_990, 89_999, 79_999]));
        assert_eq!(run(query(part(3, 19), "post 9999")), (19, vec![]), "behind the end");
        assert_eq!(run(query(Window::Last { size: 4 }, "post 9999")), (19, vec![29_999, 19_999, 9_999]));
        assert_eq!(run(query(part(3, 0), "zebra")), (0, vec![]));
    }
}

#[test]
fn only_what_is_asked_for_is_fetched() {
    for (_behind, database) in each() {
        let posts = ListQuery::new(&POST, PAGE).columns(&["created_at"]).unwrap();
        let said = text(&database, &posts);
        assert!(said.contains("title") && said.contains("created_at"), "{said}");
        assert!(!said.contains("content") && !said.contains("updated_at"), "{said}");
        let users = ListQuery::new(&USER, PAGE).columns(&["email", "is_staff"]).unwrap();
        let said = text(&database, &users);
        assert!(!said.contains("password") && !said.contains("auth_user_groups"), "{said}");
    }
}

#[test]
fn every_value_is_bound() {
    let hostile = "a'\"; DROP TABLE t --";
    let search = Search::parse("a'\"; DROP").unwrap();
    let query = ListQuery::new(&USER, PAGE)
        .search(&["username", "email"], &search)
        .and_then(|query| query.text("username", hostile.to_owned()))
        .and_then(|query| query.related("groups", Some(7.into())))
        .unwrap();
    for (_behind, database) in each() {
        let said = format!("{:?}", statements(&database, &query).0);
        let texts: Vec<&str> = said
            .split("Bind(Text(\"")
            .skip(1)
            .map(|part| part.split("\"))").next().unwrap_or_default())
            .collect();
        assert!(texts.iter().any(|text| text.contains("DROP")), "they are there: {said}");
        assert_eq!(said.matches("DROP").count(), texts.iter().filter(|text| text.contains("DROP")).count());
        let outcome = database.now(|connection| list(connection, &query)).unwrap();
        assert_eq!(outcome.count, 0);
        assert!(
            database.now(|connection| Sql::new("SELECT count(*) FROM auth_user").count(connection)).is_ok()
        );
    }
}

#[test]
fn an_order_by_another_model_is_that_of_its_label() {
    let order = selection(&ListQuery::new(&PERMISSION, PAGE)).order;
    let names: Vec<&str> = order.iter().map(|(path, _)| path.field.name).collect();
    assert_eq!(names, ["app_label", "model", "codename", "id"]);
}
