//! Which content has which id.

use super::Fixture;
use super::fixture::{content, i};
use crate::domain::{Content, Context, Guid, Metadata, SchemaType};

pub(super) async fn numbers_start_at_one(fixture: &Fixture) {
    let context = Context::default_context();
    assert_eq!(fixture.reads().max_id(&context).await.unwrap(), None);
    assert_eq!(fixture.register("s", "a").await, (1, 1));
    assert_eq!(fixture.reads().max_id(&context).await.unwrap(), Some(i(1)));
}

pub(super) async fn one_content_has_one_id(fixture: &Fixture) {
    for subject in ["s", "t", "u"] {
        assert_eq!(fixture.register(subject, "a").await, (1, 1));
    }
    let context = Context::default_context();
    let holders = fixture.reads().holders(&context, i(1)).await.unwrap();
    let subjects: Vec<String> = holders.versions.iter().map(|holder| holder.subject.to_string()).collect();
    assert_eq!(subjects, ["s", "t", "u"]);
    assert_eq!(holders.current_id, Some(i(1)));
    assert_eq!(fixture.reads().current_id(&context, &content("a")).await.unwrap(), Some(i(1)));
    assert_eq!(fixture.reads().current_id(&context, &content("b")).await.unwrap(), None);
    assert_eq!(fixture.reads().ids_by_guid(content("a").guid).await.unwrap(), [(context, i(1))]);
}

pub(super) async fn other_content_has_another_id(fixture: &Fixture) {
    let plain = content("a");
    let with_empty = Content { metadata: Some(Metadata::default()), ..plain.clone() };
    assert_eq!(fixture.register_with("s", plain, &[]).await, (1, 1));
    assert_eq!(fixture.register_with("s", with_empty, &[]).await, (2, 2));
}

pub(super) async fn the_type_counts(fixture: &Fixture) {
    // The GUID leaves out the type, so both have the same.
    let avro = Content { guid: Guid([7; 16]), ..content("\"string\"") };
    let json = Content { schema_type: SchemaType::Json, ..avro.clone() };
    assert_eq!(fixture.register_with("s", avro, &[]).await, (1, 1));
    assert_eq!(fixture.register_with("t", json, &[]).await, (2, 1));
    let ids = fixture.reads().ids_by_guid(Guid([7; 16])).await.unwrap();
    assert_eq!(ids, [(Context::default_context(), i(1)), (Context::default_context(), i(2))]);
}
