//! The paths of the admin's pages.

use presspass_domain::model::{Key, KeyKind};

/// A page of the admin, by Django's paths, so that bookmarks go on working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminRoute {
    /// `/admin/`
    Index,
    /// `/admin/login/`
    LogIn,
    /// `/admin/logout/`
    LogOut,
    /// `/admin/password_change/`
    PasswordChange,
    /// `/admin/<app>/`
    App(String),
    Model {
        /// `posts`
        app_label: String,
        /// `post`
        model: String,
        page: ModelPage,
    },
    Unknown,
}

/// A page of a model, below `/admin/<app>/<model>/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelPage {
    List,
    /// `add/`
    Add,
    /// `<id>/`, which leads to `<id>/change/`
    Record(Key),
    /// `<id>/change/`
    Change(Key),
    /// `<id>/delete/`
    Delete(Key),
    /// `<id>/history/`
    History(Key),
    /// `<id>/password/`
    Password(Key),
    /// A page of a record whose id is no primary key.
    InvalidId,
}

impl AdminRoute {
    /// The page of a path, given without `/admin/` and its last slash.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [""] => Self::Index,
            ["login"] => Self::LogIn,
            ["logout"] => Self::LogOut,
            ["password_change"] => Self::PasswordChange,
            [app] if is_name(app) => Self::App((*app).to_owned()),
            [app, model, rest @ ..] if is_name(app) && is_name(model) => match ModelPage::of(rest) {
                Some(page) => Self::Model { app_label: (*app).to_owned(), model: (*model).to_owned(), page },
                None => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }
}

impl ModelPage {
    /// The same where the model has keys of this kind.
    pub(crate) fn with_keys(self, kind: KeyKind) -> Self {
        match self {
            Self::Record(key)
            | Self::Change(key)
            | Self::Delete(key)
            | Self::History(key)
            | Self::Password(key)
                if key.kind() != kind =>
            {
                Self::InvalidId
            }
            page => page,
        }
    }

    fn of(parts: &[&str]) -> Option<Self> {
        let page: fn(Key) -> Self = match parts {
            [] => return Some(Self::List),
            ["add"] => return Some(Self::Add),
            [_] => Self::Record,
            [_, "change"] => Self::Change,
            [_, "delete"] => Self::Delete,
            [_, "history"] => Self::History,
            [_, "password"] => Self::Password,
            _ => return None,
        };
        Some(parts.first().and_then(|id| key(id)).map_or(Self::InvalidId, page))
    }
}

/// A primary key of either kind: digits, within their range, or a UUID, which is longer.
fn key(text: &str) -> Option<Key> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_number { KeyKind::Integer.parse(text) } else { None };
    number.or_else(|| KeyKind::Uuid.parse(text))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_post(page: ModelPage) -> AdminRoute {
        AdminRoute::Model { app_label: "posts".to_owned(), model: "post".to_owned(), page }
    }

    #[test]
    fn djangos_paths_are_its_pages() {
        for (path, route) in [
            ("", AdminRoute::Index),
            ("login", AdminRoute::LogIn),
            ("posts", AdminRoute::App("posts".to_owned())),
            ("posts/post", of_post(ModelPage::List)),
            ("posts/post/add", of_post(ModelPage::Add)),
            ("posts/post/7", of_post(ModelPage::Record(Key::Integer(7)))),
            ("posts/post/07/change", of_post(ModelPage::Change(Key::Integer(7)))),
            ("posts/post/7/delete", of_post(ModelPage::Delete(Key::Integer(7)))),
            ("posts/post/7/history", of_post(ModelPage::History(Key::Integer(7)))),
            (
                "shop/order/a0000000-0000-0000-0000-000000000001/change",
                AdminRoute::Model {
                    app_label: "shop".to_owned(),
                    model: "order".to_owned(),
                    page: ModelPage::Change(Key::Uuid(0xA000_0000_0000_0000_0000_0000_0000_0001)),
                },
            ),
            ("shop2", AdminRoute::App("shop2".to_owned())),
        ] {
            assert_eq!(AdminRoute::parse(path), route, "{path}");
        }
    }

    #[test]
    fn ids_that_no_record_can_have_are_distinguished_from_unknown_paths() {
        for id in ["x", "-1", "+1", "9223372036854775808", "1e3", "1 ", "%31", "١"] {
            assert_eq!(
                AdminRoute::parse(&format!("posts/post/{id}/change")),
                of_post(ModelPage::InvalidId),
                "{id}"
            );
        }
        for path in ["posts/post/1/change/x", "posts/post//x", "Posts/post", "posts//", "..", "posts/post/1/"]
        {
            assert_eq!(AdminRoute::parse(path), AdminRoute::Unknown, "{path}");
        }
    }
}
