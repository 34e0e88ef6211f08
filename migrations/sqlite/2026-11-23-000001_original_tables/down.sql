-- Takes back what up.sql made: on a database of the original the marker; on ours the tables too, but only while they
-- hold nothing but the rows that up.sql wrote.
--
-- An unqualified name means the temp schema first: placeholders there stand before the tables of the original, and give
-- way where the marker says that we made them.

CREATE TEMP TABLE django_migrations (app, name);
CREATE TEMP TABLE django_content_type (id);
CREATE TEMP TABLE auth_permission (id);
CREATE TEMP TABLE auth_group (id);
CREATE TEMP TABLE auth_group_permissions (id);
CREATE TEMP TABLE auth_user (id);
CREATE TEMP TABLE auth_user_groups (id);
CREATE TEMP TABLE auth_user_user_permissions (id);
CREATE TEMP TABLE django_admin_log (id);
CREATE TEMP TABLE django_session (id);

-- If this did nothing, nothing of the original's would be dropped.
PRAGMA writable_schema = ON;
UPDATE sqlite_temp_schema
SET name = 'presspass_aside_' || name,
    tbl_name = 'presspass_aside_' || tbl_name,
    sql = replace(sql, 'TABLE ', 'TABLE presspass_aside_')
WHERE type = 'table' AND name IN (
    'auth_group', 'auth_group_permissions', 'auth_permission', 'auth_user', 'auth_user_groups',
    'auth_user_user_permissions', 'django_admin_log', 'django_content_type', 'django_migrations', 'django_session'
) AND (SELECT made_by FROM presspass_marker) = 'presspass';
PRAGMA writable_schema = RESET;

CREATE TEMP TABLE presspass_guard (
    name text NOT NULL,
    found bool NOT NULL,
    CONSTRAINT "refused: auth_user holds rows" CHECK (NOT found OR name <> 'auth_user'),
    CONSTRAINT "refused: auth_group holds rows" CHECK (NOT found OR name <> 'auth_group'),
    CONSTRAINT "refused: django_session holds rows" CHECK (NOT found OR name <> 'django_session'),
    CONSTRAINT "refused: django_admin_log holds rows" CHECK (NOT found OR name <> 'django_admin_log'),
    CONSTRAINT "refused: django_content_type holds rows of others" CHECK (NOT found OR name <> 'django_content_type'),
    CONSTRAINT "refused: auth_permission holds rows of others" CHECK (NOT found OR name <> 'auth_permission'),
    CONSTRAINT "refused: django_migrations holds rows of others" CHECK (NOT found OR name <> 'django_migrations')
);

INSERT INTO presspass_guard (name, found)
SELECT 'auth_user', EXISTS (SELECT * FROM auth_user)
UNION ALL SELECT 'auth_group', EXISTS (SELECT * FROM auth_group)
UNION ALL SELECT 'django_session', EXISTS (SELECT * FROM django_session)
UNION ALL SELECT 'django_admin_log', EXISTS (SELECT * FROM django_admin_log)
UNION ALL SELECT 'django_content_type', EXISTS (SELECT * FROM django_content_type WHERE id > 6)
UNION ALL SELECT 'auth_permission', EXISTS (SELECT * FROM auth_permission WHERE id > 24)
UNION ALL SELECT 'django_migrations', EXISTS (
    SELECT * FROM django_migrations WHERE (app, name) NOT IN (
        VALUES
            ('contenttypes', '0001_initial'),
            ('auth', '0001_initial'),
            ('admin', '0001_initial'),
            ('admin', '0002_logentry_remove_auto_add'),
            ('admin', '0003_logentry_add_action_flag_choices'),
            ('contenttypes', '0002_remove_content_type_name'),
            ('auth', '0002_alter_permission_name_max_length'),
            ('auth', '0003_alter_user_email_max_length'),
            ('auth', '0004_alter_user_username_opts'),
            ('auth', '0005_alter_user_last_login_null'),
            ('auth', '0006_require_contenttypes_0002'),
            ('auth', '0007_alter_validators_add_error_messages'),
            ('auth', '0008_alter_user_username_max_length'),
            ('auth', '0009_alter_user_last_name_max_length'),
            ('auth', '0010_alter_group_name_max_length'),
            ('auth', '0011_update_proxy_permissions'),
            ('auth', '0012_alter_user_first_name_max_length'),
            ('sessions', '0001_initial')
    )
);

DROP TABLE temp.presspass_guard;

-- What references goes before what is referenced.
DROP TABLE django_session;
DROP TABLE django_admin_log;
DROP TABLE auth_user_user_permissions;
DROP TABLE auth_user_groups;
DROP TABLE auth_user;
DROP TABLE auth_group_permissions;
DROP TABLE auth_group;
DROP TABLE auth_permission;
DROP TABLE django_content_type;
DROP TABLE django_migrations;

DROP TABLE IF EXISTS temp.presspass_aside_django_migrations;
DROP TABLE IF EXISTS temp.presspass_aside_django_content_type;
DROP TABLE IF EXISTS temp.presspass_aside_auth_permission;
DROP TABLE IF EXISTS temp.presspass_aside_auth_group;
DROP TABLE IF EXISTS temp.presspass_aside_auth_group_permissions;
DROP TABLE IF EXISTS temp.presspass_aside_auth_user;
DROP TABLE IF EXISTS temp.presspass_aside_auth_user_groups;
DROP TABLE IF EXISTS temp.presspass_aside_auth_user_user_permissions;
DROP TABLE IF EXISTS temp.presspass_aside_django_admin_log;
DROP TABLE IF EXISTS temp.presspass_aside_django_session;

DROP TABLE presspass_marker;
