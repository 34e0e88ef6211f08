//! The names of the inputs of inlines, as Django has them: `comment_set-0-text`.

use crate::model_admin::ModelAdmin;

/// The input that says which version of a record a form was made of.
pub(crate) const VERSION: &str = "_version";

/// How many records of one inline a form shows.
pub(crate) const SHOWN: usize = 100;

/// The input of a row that names its record; Django's name.
pub(crate) const ID: &str = "id";
/// The checkbox that deletes it; Django's name.
pub(crate) const DELETE: &str = "DELETE";

/// `comment_set-`; the second inline of a model is `comment_set-2-`.
pub(crate) fn section_prefix(admin: &ModelAdmin, at: usize) -> String {
    let name = admin.inlines[at].admin.model.name;
    let same = admin.inlines[..at].iter().filter(|other| other.admin.model.name == name).count();
    if same == 0 { format!("{name}_set-") } else { format!("{name}_set-{}-", same + 1) }
}

/// The names of all inputs that the rows of a form may have.
pub(crate) fn names(admin: &ModelAdmin) -> Vec<String> {
    let mut names = Vec::new();
    for (at, inline) in admin.inlines.iter().enumerate() {
        let prefix = section_prefix(admin, at);
        let fields = inline.admin.model.fields.iter().map(|field| field.name);
        let of_row: Vec<&str> = fields.chain([ID, DELETE, VERSION]).collect();
        for row in 0..SHOWN + usize::from(inline.extra) {
            names.extend(of_row.iter().map(|name| format!("{prefix}{row}-{name}")));
        }
    }
    names
}
