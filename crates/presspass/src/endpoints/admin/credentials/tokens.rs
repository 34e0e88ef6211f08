//! The tokens of an account, which can only be revoked together.

use presspass_admin::PanelTexts;

pub(super) static TEXTS: PanelTexts = PanelTexts {
    title: "Tokens",
    about: "Revoke every token issued so far.",
    empty: "",
    item: "token",
    revoke: "",
    revoked: "",
    revoke_all: "Revoke all tokens",
    all_revoked: "All tokens were revoked.",
    nothing_to_revoke: "There is nothing to revoke.",
};
