use presspass_domain::model::Model;
pub static SECTION: Model = Model::new("a", "a");
pub static TAG: Model = Model::new("a", "a");
pub static ARTICLE: Model = Model::new("a", "a");
pub static COMMENT: Model = Model::new("a", "a");
