//! Given ids and versions, and the switch to IMPORT.

use super::Fixture;
use super::fixture::{actor, content, i};
use crate::domain::{Context, Mode, Subject};
use crate::store::{ImportScope, ImportSwitch, Insertion, StoreError};

fn is_in(insertion: &Insertion) -> bool {
    matches!(insertion, Insertion::Inserted { .. })
}

async fn switch(fixture: &Fixture, key: &str, scope: ImportScope) -> ImportSwitch {
    let token = fixture.token(key).await;
    fixture.writes().enter_import(&token, &Subject::parse(key), &scope, &actor()).await.unwrap()
}

pub(super) async fn given_ids_and_versions_are_kept(fixture: &Fixture) {
    assert!(is_in(&fixture.import("s", 7, 100, "a").await));
    assert!(is_in(&fixture.import("s", 3, 40, "b").await));
    assert_eq!(fixture.versions("s").await, ["3:40", "7:100"]);
    assert_eq!(fixture.register("s", "c").await, (101, 8), "the counter is above the highest id");
    assert!(is_in(&fixture.import("zero", 1, 0, "d").await));
    assert_eq!(fixture.versions("zero").await, ["1:0"]);
    assert!(is_in(&fixture.import(":.c:zero", 1, 0, "d").await));
    assert_eq!(fixture.register(":.c:next", "e").await, (2, 1), "as the original counts on from 0");
}

pub(super) async fn an_id_is_never_bound_to_other_content(fixture: &Fixture) {
    assert!(is_in(&fixture.import("s", 1, 5, "a").await));
    assert_eq!(fixture.import("t", 1, 5, "b").await, Insertion::IdTaken);
    assert!(is_in(&fixture.import("t", 1, 5, "a").await));
    for subject in ["s", "t"] {
        fixture.delete(subject, 1).await;
        fixture.purge(subject, 1).await;
    }
    assert_eq!(fixture.import("t", 1, 5, "b").await, Insertion::IdTaken, "burned");
    assert!(fixture.versions("t").await.is_empty());
    assert!(is_in(&fixture.import("t", 1, 4, "b").await), "an id that was left out is free");
}

pub(super) async fn after_the_last_id_there_is_none(fixture: &Fixture) {
    assert!(is_in(&fixture.import("s", 1, i32::MAX.into(), "a").await));
    let new = fixture.next("s", content("b"), &[]).await;
    let token = fixture.token("s").await;
    let result = fixture.writes().insert_version(&token, &new, &actor()).await;
    assert!(matches!(result, Err(StoreError::OutOfNumbers { .. })), "{result:?}");
    assert_eq!(fixture.register("t", "a").await, (i32::MAX, 1), "known content needs none");
}

pub(super) async fn a_purged_id_takes_its_own_content_back(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    assert!(is_in(&fixture.import("s", 1, 1, "a").await));
    assert!(fixture.has_content(".", 1).await);
    assert_eq!(fixture.state("s").await.versions[0].content.text, "a");
}

pub(super) async fn the_latest_import_names_the_current_id(fixture: &Fixture) {
    fixture.register("s", "a").await;
    assert!(is_in(&fixture.import("t", 1, 9, "a").await));
    let context = Context::default_context();
    let store = fixture.store();
    assert_eq!(store.reads.current_id(&context, &content("a")).await.unwrap(), Some(i(9)));
    assert_eq!(store.reads.ids_by_guid(content("a").guid).await.unwrap(), [(context.clone(), i(9))]);
    assert_eq!(fixture.register("u", "a").await, (9, 1));
    assert!(fixture.has_content(".", 1).await, "the older id still resolves");
    assert_eq!(store.reads.holders(&context, i(1)).await.unwrap().current_id, Some(i(9)));
}

pub(super) async fn a_version_can_be_overwritten(fixture: &Fixture) {
    fixture.register("target", "x").await;
    fixture.register_with("s", content("a"), &[("target", 1)]).await;
    assert!(is_in(&fixture.import("s", 1, 50, "b").await));
    assert_eq!(fixture.versions("s").await, ["1:50"]);
    assert!(fixture.has_content(".", 2).await, "what records were written with stays readable");
    let referrers = fixture.reads().referrers(&Subject::parse("target"), None).await.unwrap();
    assert!(referrers.is_empty(), "the references went with the schema that made them");
}

pub(super) async fn a_switch_needs_an_empty_scope(fixture: &Fixture) {
    fixture.register(":.c:s", "a").await;
    let c = Context::parse("c").unwrap();
    for (key, scope, expected) in [
        (":.c:s", ImportScope::Subject(Subject::parse(":.c:s")), ImportSwitch::Occupied),
        (":.c:", ImportScope::Context(c), ImportSwitch::Occupied),
        ("", ImportScope::Registry, ImportSwitch::Occupied),
        (":.c:t", ImportScope::Subject(Subject::parse(":.c:t")), ImportSwitch::Switched),
        ("", ImportScope::Context(Context::default_context()), ImportSwitch::Switched),
    ] {
        assert_eq!(switch(fixture, key, scope.clone()).await, expected, "{key:?} {scope:?}");
        let mode = fixture.reads().scope(&Subject::parse(key)).await.unwrap().own.mode;
        assert_eq!(mode == Some(Mode::Import), expected == ImportSwitch::Switched, "{key:?}");
    }
}

pub(super) async fn a_switch_purges_what_was_deleted(fixture: &Fixture) {
    for subject in ["s", "t", ":.c:s"] {
        fixture.register(subject, "a").await;
        fixture.delete(subject, 1).await;
    }
    fixture.put_mode("t", Some(Mode::ReadOnly)).await;
    let own = ImportScope::Subject(Subject::parse("s"));
    assert_eq!(switch(fixture, "s", own).await, ImportSwitch::Switched);
    assert!(fixture.versions("s").await.is_empty());
    assert_eq!(fixture.versions("t").await, ["-1:1"]);
    assert_eq!(switch(fixture, "", ImportScope::Registry).await, ImportSwitch::Switched);
    assert!(fixture.versions("t").await.is_empty());
    assert!(fixture.versions(":.c:s").await.is_empty());
    assert!(!fixture.has_content(".", 1).await);
    assert_eq!(fixture.state("t").await.scope.own.mode, Some(Mode::ReadOnly), "settings stay");
}

pub(super) async fn a_switch_keeps_what_is_referred_to(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register_with(":.c:r", content("refers"), &[("s", 1)]).await;
    fixture.delete(":.c:r", 1).await;
    fixture.delete("s", 1).await;
    let own = ImportScope::Subject(Subject::parse("s"));
    let expected = ImportSwitch::Referenced(Subject::parse("s"), super::fixture::v(1));
    assert_eq!(switch(fixture, "s", own).await, expected);
    assert_eq!(fixture.versions("s").await, ["-1:1"]);
}
