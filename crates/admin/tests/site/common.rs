//! A site of posts, groups, accounts and the log, and a client of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use presspass_admin::{
    Action, AdminRequest, AdminResponse, AdminRoute, AdminSite, Fieldset, ModelAdmin, Staff, Submission,
};
use presspass_auth::SystemRandomness;
use presspass_auth::passwords::{BcryptCost, DjangoScheme, Hasher, HasherLimits};
use presspass_domain::model::{Actor, Added, Form, GROUP, Input, Key, LOG_ENTRY, Model, POST, Record, USER};
use presspass_domain::{Account, EmailAddress, NewAccount, PermissionSet, Timestamp, Username, Window};
use presspass_persistence::{AccountStore, Database, DatabaseUrl, Models, Options, Project};
use presspass_rest::Query;
use presspass_rest::pages::Layout;
use presspass_test_support::TestDatabase;

/// The list of migrations names their type as programs do.
mod presspass {
    pub(super) use presspass_persistence::Migration;
}

/// The project of the program `presspass`.
const POSTS: Project =
    Project { models: &[&POST], migrations: include!("../../../../bins/server/migrations/embedded.rs") };

/// A site, and the records behind it. Fields are dropped in this order: connections before their file.
pub(crate) struct Admin {
    site: AdminSite,
    pub(crate) models: Models,
    file: TestDatabase,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Outcome(AdminResponse);

pub(crate) const NOW: &str = "2026-11-26T10:00:00Z";

impl Admin {
    /// A site over a new database, whose one account is the superuser `admin`, of key 1.
    pub(crate) async fn new() -> Self {
        Self::on(TestDatabase::sqlite()).await
    }

    pub(crate) async fn on(file: TestDatabase) -> Self {
        let url = DatabaseUrl::parse(&file.url()).unwrap();
        let database =
            Database::open(&url, Options { pool_size: 2, project: POSTS, ..Options::default() }).unwrap();
        database.migrate().unwrap();
        execute(&file, crate::kinds::TABLES);
        execute(&file, crate::uuid_keys::TABLES);
        AccountStore::new(database.clone()).create(first_account()).await.unwrap();
        let models = [POSTS.models, &crate::kinds::MODELS, &crate::uuid_keys::MODELS].concat();
        let models = Models::new(database, &models);
        let site = site(&models);
        Self { site, models, file }
    }

    /// A post that is there already.
    pub(crate) async fn post(&self, title: &str, content: &str) -> Record {
        let mut form = Form::new(&POST);
        form.set("title", Input::Text(title.to_owned())).unwrap();
        form.set("content", Input::Text(content.to_owned())).unwrap();
        let actor = Actor { account_id: 1, at: Timestamp::parse_iso(NOW).unwrap() };
        match self.models.add(form, actor).await.unwrap() {
            Added::Saved(record) => record,
            other => panic!("{other:?}"),
        }
    }

    /// Runs statements.
    pub(crate) fn execute(&self, sql: &str) {
        execute(&self.file, sql);
    }

    /// The messages of the log about a record, newest first.
    pub(crate) async fn log_of(&self, model: &'static Model, id: impl Into<Key>) -> Vec<String> {
        let history = self.models.history(model, id, Window::All).await.unwrap();
        history.items.iter().map(|entry| entry.message.text()).collect()
    }

    pub(crate) async fn find(&self, id: impl Into<Key>) -> Option<Record> {
        self.models.find(&POST, id).await.unwrap()
    }

    pub(crate) async fn see(&self, staff: &Staff, path: &str) -> Outcome {
        self.ask(staff, path, Action::View).await
    }

    pub(crate) async fn send(&self, staff: &Staff, path: &str, fields: &[(&str, &str)]) -> Outcome {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.ask(staff, path, Action::Submit(Submission::new(fields.collect()))).await
    }

    async fn ask(&self, staff: &Staff, path: &str, action: Action) -> Outcome {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let route = AdminRoute::parse(path.trim_start_matches("/admin/").trim_end_matches('/'));
        let now = Timestamp::parse_iso(NOW).unwrap();
        let request = AdminRequest { staff, query: Query::parse(query), action, csrf: "t0ken", now };
        Outcome(self.site.handle(&route, request).await.expect("the site answers"))
    }
}

impl Outcome {
    pub(crate) fn page(self) -> (u16, String) {
        match self.0 {
            AdminResponse::Page(layout) => {
                let layout: Layout = *layout;
                (layout.status.as_u16(), layout.render("Presspass"))
            }
            other => panic!("no page: {other:?}"),
        }
    }

    /// The page of a 200.
    pub(crate) fn html(self) -> String {
        let (status, html) = self.page();
        assert_eq!(status, 200, "{html}");
        html
    }

    /// The address of a redirect, and its messages.
    pub(crate) fn redirect(self) -> (String, String) {
        match self.0 {
            AdminResponse::Redirect { to, messages } => {
                (to, messages.into_iter().map(|message| message.text).collect::<Vec<_>>().join(" "))
            }
            other => panic!("no redirect: {other:?}"),
        }
    }

    /// `page`, `redirect`, `forbidden`, …
    pub(crate) fn kind(&self) -> &'static str {
        match self.0 {
            AdminResponse::Page(_) => "page",
            AdminResponse::Redirect { .. } => "redirect",
            AdminResponse::PasswordChanged { .. } => "password changed",
            AdminResponse::Forbidden => "forbidden",
            AdminResponse::NotFound => "not found",
            AdminResponse::LogIn => "log in",
        }
    }
}

/// Runs statements of `SQLite`; on `PostgreSQL` with its types.
fn execute(file: &TestDatabase, sql: &str) {
    if let Some(path) = file.path() {
        let path = path.to_str().unwrap();
        return SqliteConnection::establish(path).unwrap().batch_execute(sql).unwrap();
    }
    let types = [
        ("PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY"),
        (" unsigned", ""),
        ("datetime", "timestamptz"),
        ("price decimal", "price numeric(6, 2)"),
        ("rating real", "rating double precision"),
        ("length bigint", "length interval"),
        ("extra text", "extra jsonb"),
        ("char(32)", "uuid"),
    ];
    let sql = types.into_iter().fold(sql.to_owned(), |sql, (of_sqlite, own)| sql.replace(of_sqlite, own));
    file.execute(&sql).unwrap();
}

fn site(models: &Models) -> AdminSite {
    let scheme = DjangoScheme::BcryptSha256(BcryptCost::new(4).unwrap()).into();
    let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness)).unwrap();
    AdminSite::new(models.clone(), Arc::new(hasher))
        .register(ModelAdmin {
            columns: &["title", "created_at"],
            filters: &["created_at"],
            search: &["title", "content"],
            per_page: 10,
            ..ModelAdmin::new(&POST)
        })
        .unwrap()
        .register(ModelAdmin {
            columns: &["username", "is_staff", "last_login"],
            filters: &["is_staff", "last_login", "groups"],
            search: &["username"],
            add_fieldsets: vec![Fieldset::plain(&["username", "password"])],
            continues_after_add: true,
            ..ModelAdmin::new(&USER)
        })
        .unwrap()
        .register(ModelAdmin::new(&GROUP))
        .unwrap()
        .register(crate::kinds::articles())
        .unwrap()
        .register(ModelAdmin::new(&crate::kinds::SECTION))
        .unwrap()
        .register(crate::uuid_keys::shops())
        .unwrap()
        .register(ModelAdmin {
            is_writable: false,
            columns: &["action_time", "object_repr"],
            ..ModelAdmin::new(&LOG_ENTRY)
        })
        .unwrap()
}

fn first_account() -> NewAccount {
    NewAccount {
        username: Username::parse("admin").unwrap(),
        email: EmailAddress::default(),
        password: "!".to_owned(),
        is_staff: true,
        is_superuser: true,
        date_joined: Timestamp::EPOCH,
    }
}

/// A staff account of key 1 with these permissions: `posts.add_post`.
pub(crate) fn staff(held: &[&str]) -> Staff {
    member(held, false)
}

/// A superuser.
pub(crate) fn superuser() -> Staff {
    member(&[], true)
}

fn member(held: &[&str], is_superuser: bool) -> Staff {
    let account = Account {
        id: 1,
        username: "admin".to_owned(),
        email: String::new(),
        is_staff: true,
        is_superuser,
        is_active: true,
    };
    let held: BTreeSet<(String, String)> = held
        .iter()
        .map(|name| name.split_once('.').unwrap())
        .map(|(app, name)| (app.to_owned(), name.to_owned()))
        .collect();
    Staff::of(account, held.into_iter().collect::<PermissionSet>()).unwrap()
}

/// The value of a hidden field.
pub(crate) fn hidden(html: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let (_, rest) = html.split_once(&marker).unwrap_or_else(|| panic!("no {name} in {html}"));
    rest.split_once('"').unwrap().0.to_owned()
}
