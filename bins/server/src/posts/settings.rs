//! The settings of posts.

use presspass::settings::{Fallback, Kind, Setting};

pub(super) static READ_ONLY: Setting = Setting {
    name: "posts.read_only",
    kind: Kind::Boolean,
    default: Fallback::Value("false"),
    help: "Whether posts are read-only in the API; writes are then answered 405.",
    why: "`permissions` decides who may write.",
};

pub(super) static FILTERS: Setting = Setting {
    name: "posts.filters",
    kind: Kind::Boolean,
    default: Fallback::Value("true"),
    help: "Whether lists filter by field, such as `?title__icontains=` and `?created_at__gte=`.",
    why: "As django-filter does in the sample project.",
};

static THROTTLE: Setting = Setting {
    name: "throttle.scopes.posts",
    kind: Kind::Rate,
    default: Fallback::Unset("none"),
    help: "The same for `api/posts/` and the paths below it.",
    why: "DRF's default: no throttle.",
};

/// All of them, in the order of the documentation.
pub(super) static ALL: &[&Setting] = &[&READ_ONLY, &FILTERS, &THROTTLE];
