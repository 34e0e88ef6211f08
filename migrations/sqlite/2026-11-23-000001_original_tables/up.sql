-- The tables of the original, and the marker that says who made this database.
--
-- Where the original made it, only the marker is added. On an empty database the tables take today's shape of the
-- original (Django 5.2), rows of its own included, so that it runs on it at once. Both are one migration, as who made the
-- database can only be told before anything is created; tables of ours follow in migrations of their own.
--
-- SQLite has no conditional DDL, so the tables are made under names of ours and then either renamed or dropped. What
-- decides is a placeholder: an unqualified name means the temp schema first, so a temp table of the same name draws the
-- rename away from the real one. CREATE TABLE IF NOT EXISTS would not do: an original without the admin or the
-- sessions would get their tables, which its `migrate` would stumble over once it is given those apps, and indexes
-- beside those that an older original made under other names.

CREATE TABLE presspass_marker (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    made_by text NOT NULL CHECK (made_by IN ('original', 'presspass')),
    marked_at datetime NOT NULL
);

INSERT INTO presspass_marker (id, made_by, marked_at)
SELECT 1, CASE count(*) WHEN 0 THEN 'presspass' ELSE 'original' END, CURRENT_TIMESTAMP
FROM main.sqlite_schema
WHERE type IN ('table', 'view') AND name IN (
    'auth_group', 'auth_group_permissions', 'auth_permission', 'auth_user', 'auth_user_groups',
    'auth_user_user_permissions', 'django_admin_log', 'django_content_type', 'django_migrations', 'django_session'
);

-- The name of the constraint that fails is what the operator gets to read.
CREATE TEMP TABLE presspass_guard (
    name text NOT NULL,
    found bool NOT NULL,
    CONSTRAINT "missing table: auth_user" CHECK (found OR name <> 'auth_user'),
    CONSTRAINT "missing table: auth_group" CHECK (found OR name <> 'auth_group'),
    CONSTRAINT "missing table: auth_permission" CHECK (found OR name <> 'auth_permission'),
    CONSTRAINT "missing table: auth_user_groups" CHECK (found OR name <> 'auth_user_groups'),
    CONSTRAINT "missing table: auth_user_user_permissions" CHECK (found OR name <> 'auth_user_user_permissions'),
    CONSTRAINT "missing table: auth_group_permissions" CHECK (found OR name <> 'auth_group_permissions'),
    CONSTRAINT "missing table: django_content_type" CHECK (found OR name <> 'django_content_type')
);

INSERT INTO presspass_guard (name, found)
SELECT column1, EXISTS (SELECT * FROM main.sqlite_schema WHERE name = column1)
FROM (
    VALUES ('auth_user'), ('auth_group'), ('auth_permission'), ('auth_user_groups'),
        ('auth_user_user_permissions'), ('auth_group_permissions'), ('django_content_type')
)
WHERE (SELECT made_by FROM presspass_marker) = 'original';

DROP TABLE temp.presspass_guard;

-- Each statement is the original's own but for the prefix, so that sqlite_schema becomes the same, byte for byte.
-- An index that exists belongs to a table of the original.
CREATE TABLE "presspass_new_django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
CREATE TABLE "presspass_new_django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS "django_content_type_app_label_model_76bd3d3b_uniq" ON "presspass_new_django_content_type" ("app_label", "model");
CREATE TABLE "presspass_new_auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "presspass_new_django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS "auth_permission_content_type_id_codename_01ab375a_uniq" ON "presspass_new_auth_permission" ("content_type_id", "codename");
CREATE INDEX IF NOT EXISTS "auth_permission_content_type_id_2f476e4b" ON "presspass_new_auth_permission" ("content_type_id");
CREATE TABLE "presspass_new_auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "presspass_new_auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "presspass_new_auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "presspass_new_auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX IF NOT EXISTS "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "presspass_new_auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX IF NOT EXISTS "auth_group_permissions_group_id_b120cbf9" ON "presspass_new_auth_group_permissions" ("group_id");
CREATE INDEX IF NOT EXISTS "auth_group_permissions_permission_id_84c5c92e" ON "presspass_new_auth_group_permissions" ("permission_id");
CREATE TABLE "presspass_new_auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
CREATE TABLE "presspass_new_auth_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "presspass_new_auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "presspass_new_auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX IF NOT EXISTS "auth_user_groups_user_id_group_id_94350c0c_uniq" ON "presspass_new_auth_user_groups" ("user_id", "group_id");
CREATE INDEX IF NOT EXISTS "auth_user_groups_user_id_6a12ed8b" ON "presspass_new_auth_user_groups" ("user_id");
CREATE INDEX IF NOT EXISTS "auth_user_groups_group_id_97559544" ON "presspass_new_auth_user_groups" ("group_id");
CREATE TABLE "presspass_new_auth_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "presspass_new_auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "presspass_new_auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX IF NOT EXISTS "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq" ON "presspass_new_auth_user_user_permissions" ("user_id", "permission_id");
CREATE INDEX IF NOT EXISTS "auth_user_user_permissions_user_id_a95ead1b" ON "presspass_new_auth_user_user_permissions" ("user_id");
CREATE INDEX IF NOT EXISTS "auth_user_user_permissions_permission_id_1fbb5f2c" ON "presspass_new_auth_user_user_permissions" ("permission_id");
CREATE TABLE "presspass_new_django_admin_log" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "content_type_id" integer NULL REFERENCES "presspass_new_django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "presspass_new_auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "action_time" datetime NOT NULL);
CREATE INDEX IF NOT EXISTS "django_admin_log_content_type_id_c4bce8eb" ON "presspass_new_django_admin_log" ("content_type_id");
CREATE INDEX IF NOT EXISTS "django_admin_log_user_id_c564eba6" ON "presspass_new_django_admin_log" ("user_id");
CREATE TABLE "presspass_new_django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE INDEX IF NOT EXISTS "django_session_expire_date_a5c62663" ON "presspass_new_django_session" ("expire_date");

INSERT INTO presspass_new_django_migrations (id, app, name, applied) VALUES
    (1, 'contenttypes', '0001_initial', CURRENT_TIMESTAMP),
    (2, 'auth', '0001_initial', CURRENT_TIMESTAMP),
    (3, 'admin', '0001_initial', CURRENT_TIMESTAMP),
    (4, 'admin', '0002_logentry_remove_auto_add', CURRENT_TIMESTAMP),
    (5, 'admin', '0003_logentry_add_action_flag_choices', CURRENT_TIMESTAMP),
    (6, 'contenttypes', '0002_remove_content_type_name', CURRENT_TIMESTAMP),
    (7, 'auth', '0002_alter_permission_name_max_length', CURRENT_TIMESTAMP),
    (8, 'auth', '0003_alter_user_email_max_length', CURRENT_TIMESTAMP),
    (9, 'auth', '0004_alter_user_username_opts', CURRENT_TIMESTAMP),
    (10, 'auth', '0005_alter_user_last_login_null', CURRENT_TIMESTAMP),
    (11, 'auth', '0006_require_contenttypes_0002', CURRENT_TIMESTAMP),
    (12, 'auth', '0007_alter_validators_add_error_messages', CURRENT_TIMESTAMP),
    (13, 'auth', '0008_alter_user_username_max_length', CURRENT_TIMESTAMP),
    (14, 'auth', '0009_alter_user_last_name_max_length', CURRENT_TIMESTAMP),
    (15, 'auth', '0010_alter_group_name_max_length', CURRENT_TIMESTAMP),
    (16, 'auth', '0011_update_proxy_permissions', CURRENT_TIMESTAMP),
    (17, 'auth', '0012_alter_user_first_name_max_length', CURRENT_TIMESTAMP),
    (18, 'sessions', '0001_initial', CURRENT_TIMESTAMP);

INSERT INTO presspass_new_django_content_type (id, app_label, model) VALUES
    (1, 'admin', 'logentry'),
    (2, 'auth', 'permission'),
    (3, 'auth', 'group'),
    (4, 'auth', 'user'),
    (5, 'contenttypes', 'contenttype'),
    (6, 'sessions', 'session');

WITH
    action (number, verb) AS (VALUES (1, 'add'), (2, 'change'), (3, 'delete'), (4, 'view')),
    subject (content_type_id, label) AS (
        VALUES (1, 'log entry'), (2, 'permission'), (3, 'group'), (4, 'user'), (5, 'content type'), (6, 'session')
    )
INSERT INTO presspass_new_auth_permission (id, content_type_id, codename, name)
SELECT 4 * (content_type_id - 1) + number, content_type_id, verb || '_' || model, 'Can ' || verb || ' ' || label
FROM action, subject JOIN presspass_new_django_content_type AS content_type ON content_type.id = content_type_id
ORDER BY 1;

CREATE TEMP TABLE presspass_new_django_migrations (id);
CREATE TEMP TABLE presspass_new_django_content_type (id);
CREATE TEMP TABLE presspass_new_auth_permission (id);
CREATE TEMP TABLE presspass_new_auth_group (id);
CREATE TEMP TABLE presspass_new_auth_group_permissions (id);
CREATE TEMP TABLE presspass_new_auth_user (id);
CREATE TEMP TABLE presspass_new_auth_user_groups (id);
CREATE TEMP TABLE presspass_new_auth_user_user_permissions (id);
CREATE TEMP TABLE presspass_new_django_admin_log (id);
CREATE TEMP TABLE presspass_new_django_session (id);

-- On an empty database the placeholders step aside. This touches the temp schema alone, and if it did nothing, nothing
-- would be renamed. RESET ends it and reads the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_temp_schema
SET name = replace(name, 'presspass_new_', ''),
    tbl_name = replace(tbl_name, 'presspass_new_', ''),
    sql = replace(sql, 'presspass_new_', '')
WHERE name LIKE 'presspass\_new\_%' ESCAPE '\' AND (SELECT made_by FROM presspass_marker) = 'presspass';
PRAGMA writable_schema = RESET;

ALTER TABLE presspass_new_django_migrations RENAME TO django_migrations;
ALTER TABLE presspass_new_django_content_type RENAME TO django_content_type;
ALTER TABLE presspass_new_auth_permission RENAME TO auth_permission;
ALTER TABLE presspass_new_auth_group RENAME TO auth_group;
ALTER TABLE presspass_new_auth_group_permissions RENAME TO auth_group_permissions;
ALTER TABLE presspass_new_auth_user RENAME TO auth_user;
ALTER TABLE presspass_new_auth_user_groups RENAME TO auth_user_groups;
ALTER TABLE presspass_new_auth_user_user_permissions RENAME TO auth_user_user_permissions;
ALTER TABLE presspass_new_django_admin_log RENAME TO django_admin_log;
ALTER TABLE presspass_new_django_session RENAME TO django_session;

-- By now the placeholders have the original's names in either case, and would hide its tables from this connection.
DROP TABLE temp.django_migrations;
DROP TABLE temp.django_content_type;
DROP TABLE temp.auth_permission;
DROP TABLE temp.auth_group;
DROP TABLE temp.auth_group_permissions;
DROP TABLE temp.auth_user;
DROP TABLE temp.auth_user_groups;
DROP TABLE temp.auth_user_user_permissions;
DROP TABLE temp.django_admin_log;
DROP TABLE temp.django_session;

DROP TABLE IF EXISTS main.presspass_new_django_session;
DROP TABLE IF EXISTS main.presspass_new_django_admin_log;
DROP TABLE IF EXISTS main.presspass_new_auth_user_user_permissions;
DROP TABLE IF EXISTS main.presspass_new_auth_user_groups;
DROP TABLE IF EXISTS main.presspass_new_auth_user;
DROP TABLE IF EXISTS main.presspass_new_auth_group_permissions;
DROP TABLE IF EXISTS main.presspass_new_auth_group;
DROP TABLE IF EXISTS main.presspass_new_auth_permission;
DROP TABLE IF EXISTS main.presspass_new_django_content_type;
DROP TABLE IF EXISTS main.presspass_new_django_migrations;
