//! Django's tables and ours, as both engines have them.

use crate::columns::types::{Instant, Key};

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use super::{Instant, Key};

    auth_user (id) {
        id -> Key,
        password -> Text,
        last_login -> Nullable<Instant>,
        is_superuser -> Bool,
        username -> Text,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        is_staff -> Bool,
        is_active -> Bool,
        date_joined -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::Key;

    auth_permission (id) {
        id -> Key,
        content_type_id -> Key,
        codename -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::Key;

    django_content_type (id) {
        id -> Key,
        app_label -> Text,
        model -> Text,
    }
}

diesel::table! {
    use super::Key;

    auth_user_groups (id) {
        id -> Key,
        user_id -> Key,
        group_id -> Key,
    }
}

diesel::table! {
    use super::Key;

    auth_group_permissions (id) {
        id -> Key,
        group_id -> Key,
        permission_id -> Key,
    }
}

diesel::table! {
    use super::Key;

    auth_user_user_permissions (id) {
        id -> Key,
        user_id -> Key,
        permission_id -> Key,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::Instant;

    django_session (session_key) {
        session_key -> Text,
        expire_date -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use super::{Instant, Key};

    presspass_session (digest) {
        digest -> Binary,
        account_id -> Key,
        fingerprint -> Binary,
        began_at -> Instant,
        expires_at -> Instant,
    }
}

diesel::table! {
    presspass_throttle (key) {
        key -> Text,
        uses -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use super::Key;

    presspass_revocation (account_id) {
        account_id -> Key,
        revoked_before -> Nullable<BigInt>,
        known_password -> Nullable<Binary>,
        lines_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use super::Key;

    presspass_revoked_token (account_id, line) {
        account_id -> Key,
        line -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::{Instant, Key};

    presspass_api_key (id) {
        id -> Key,
        digest -> Binary,
        account_id -> Key,
        name -> Text,
        scopes -> Text,
        created_at -> Instant,
        expires_at -> Nullable<Instant>,
        last_used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use super::Key;

    authtoken_token (key) {
        key -> Text,
        user_id -> Key,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    authtoken_token,
    presspass_api_key,
    presspass_revocation,
    presspass_revoked_token,
    auth_user,
    auth_permission,
    django_content_type,
    auth_user_groups,
    auth_group_permissions,
    auth_user_user_permissions,
);
