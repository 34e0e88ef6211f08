-- Takes back what up.sql made: on a database of the original the marker; on ours the tables too, but only while they
-- hold nothing but the rows that up.sql wrote.

DO $$
DECLARE
    refused text;
BEGIN
    IF (SELECT made_by FROM presspass_marker) = 'presspass' THEN
        -- Nothing may be written between the look and the drop.
        LOCK TABLE
            auth_group, auth_group_permissions, auth_permission, auth_user, auth_user_groups,
            auth_user_user_permissions, django_admin_log, django_content_type, django_migrations, django_session;

        SELECT string_agg(name, ', ') INTO refused
        FROM (
            VALUES
                ('auth_user', EXISTS (SELECT FROM auth_user)),
                ('auth_group', EXISTS (SELECT FROM auth_group)),
                ('django_session', EXISTS (SELECT FROM django_session)),
                ('django_admin_log', EXISTS (SELECT FROM django_admin_log))
        ) AS content (name, holds)
        WHERE holds;
        IF refused IS NOT NULL THEN
            RAISE EXCEPTION 'refused, these tables hold rows: %', refused;
        END IF;

        SELECT string_agg(name, ', ') INTO refused
        FROM (
            VALUES
                ('django_content_type', EXISTS (SELECT FROM django_content_type WHERE id > 6)),
                ('auth_permission', EXISTS (SELECT FROM auth_permission WHERE id > 24)),
                ('django_migrations', EXISTS (
                    SELECT FROM django_migrations WHERE (app, name) NOT IN (
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
                ))
        ) AS content (name, holds)
        WHERE holds;
        IF refused IS NOT NULL THEN
            RAISE EXCEPTION 'refused, these tables hold rows of others: %', refused;
        END IF;

        DROP TABLE
            auth_group, auth_group_permissions, auth_permission, auth_user, auth_user_groups,
            auth_user_user_permissions, django_admin_log, django_content_type, django_migrations, django_session;
    END IF;

    DROP TABLE presspass_marker;
END
$$;
