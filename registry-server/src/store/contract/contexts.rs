//! Contexts.

use super::Fixture;
use super::fixture::{actor, content, i};
use crate::domain::{Config, Context};
use crate::store::ContextRemoval;

async fn contexts(fixture: &Fixture) -> Vec<String> {
    fixture.reads().contexts().await.unwrap().iter().map(ToString::to_string).collect()
}

pub(super) async fn ids_count_per_context(fixture: &Fixture) {
    assert_eq!(contexts(fixture).await, ["."]);
    fixture.put_config(":.only-config:", Some(&Config::default())).await;
    for subject in ["s", ":.b:s", ":.a:s"] {
        assert_eq!(fixture.register(subject, "a").await, (1, 1));
    }
    assert_eq!(contexts(fixture).await, [".", ".a", ".b"], "config alone makes no context");
    let ids = fixture.reads().ids_by_guid(content("a").guid).await.unwrap();
    let shown: Vec<String> = ids.iter().map(|(context, id)| format!("{context}/{id}")).collect();
    assert_eq!(shown, ["./1", ".a/1", ".b/1"]);
}

pub(super) async fn a_context_with_versions_stays(fixture: &Fixture) {
    fixture.register(":.c:s", "a").await;
    fixture.delete(":.c:s", 1).await;
    let context = Context::parse("c").unwrap();
    let removal = fixture.writes().delete_context(&context, &actor()).await.unwrap();
    assert_eq!(removal, ContextRemoval::NotEmpty, "a soft-deleted version counts");
    assert_eq!(contexts(fixture).await, [".", ".c"]);
}

pub(super) async fn a_removed_context_keeps_its_ids_burned(fixture: &Fixture) {
    let context = Context::parse("c").unwrap();
    fixture.register(":.c:s", "a").await;
    fixture.delete(":.c:s", 1).await;
    fixture.purge(":.c:s", 1).await;
    for _ in 0..2 {
        let removal = fixture.writes().delete_context(&context, &actor()).await.unwrap();
        assert_eq!(removal, ContextRemoval::Removed);
        assert_eq!(contexts(fixture).await, ["."]);
    }
    assert_eq!(fixture.reads().max_id(&context).await.unwrap(), Some(i(1)));
    assert_eq!(fixture.register(":.c:s", "b").await, (2, 1));
    assert_eq!(contexts(fixture).await, [".", ".c"]);
}
