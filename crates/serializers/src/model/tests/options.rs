//! The answer to OPTIONS.

use super::*;

#[test]
fn options_describe_the_fields_as_drf_does() {
    let metadata = |fields: &'static [Field]| {
        let action = crate::MetadataAction { method: "POST", fields };
        let metadata =
            crate::Metadata { name: "", description: "", renders: &[], parses: &[], actions: vec![action] };
        let json = serde_json::to_string(&metadata).unwrap();
        json.split_once("\"POST\":").unwrap().1.strip_suffix("}}").unwrap().to_owned()
    };
    assert_eq!(metadata(fields(&SECTION)), include_str!("../options/section.json").trim_end());
    let author = of_model("owner", &Path::parse(&ARTICLE, "section.name").unwrap()).unwrap();
    let mut of_article: Vec<Field> = vec![fields(&ARTICLE)[0], author];
    of_article.extend(&fields(&ARTICLE)[1..]);
    assert_eq!(
        metadata(resource_fields(&ARTICLE, of_article)),
        include_str!("../options/article.json").trim_end()
    );
    assert_eq!(metadata(fields(&THING)), include_str!("../options/thing.json").trim_end());
}
