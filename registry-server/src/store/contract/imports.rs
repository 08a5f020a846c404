//! Given ids and versions, and the switch to IMPORT.

use super::Fixture;
use super::fixture::{actor, content, i};
use crate::domain::{Context, Mode, Subject};
use crate::store::{ChangeKind, ImportScope, ImportSwitch, Insertion, StoreError, Unpurge};

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

pub(super) async fn an_id_is_not_bound_to_other_content(fixture: &Fixture) {
    assert!(is_in(&fixture.import("s", 1, 5, "a").await));
    assert_eq!(fixture.import("t", 1, 5, "b").await, Insertion::IdTaken);
    assert!(is_in(&fixture.import("t", 1, 5, "a").await));
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    fixture.delete("t", 1).await;
    assert_eq!(fixture.import("u", 1, 5, "b").await, Insertion::IdTaken, "a deleted version still holds it");
    assert!(fixture.versions("u").await.is_empty());
    assert!(is_in(&fixture.import("u", 1, 4, "b").await), "an id that was left out is free");
    assert!(is_in(&fixture.import("u", 1, 6, "c").await));
    assert_eq!(
        fixture.import("v", 1, 4, "d").await,
        Insertion::IdTaken,
        "an id whose version was overwritten goes on standing for what it stood for"
    );
}

/// Has content `a` of id 1 of context `.c` purged in one of the ways there are.
async fn purge_in_a_way(fixture: &Fixture, way: &str) {
    fixture.register(":.c:s", "a").await;
    fixture.delete(":.c:s", 1).await;
    let context = Context::parse("c").unwrap();
    match way {
        "purge of a version" => {
            fixture.purge(":.c:s", 1).await;
        }
        "purge of a subject" => {
            fixture.purge_subject(":.c:s").await;
        }
        "switch to IMPORT" => {
            assert_eq!(switch(fixture, ":.c:", ImportScope::Context(context)).await, ImportSwitch::Switched);
        }
        _ => {
            fixture.purge(":.c:s", 1).await;
            fixture.writes().delete_context(&context, &actor()).await.unwrap();
        }
    }
}

async fn a_purged_id_is_taken(fixture: &Fixture, way: &str) {
    purge_in_a_way(fixture, way).await;
    let context = Context::parse("c").unwrap();
    assert!(!fixture.has_content(".c", 1).await, "{way}");
    let before = fixture.reads().changes(0, 1000).await.unwrap().len();
    assert!(is_in(&fixture.import(":.c:t", 3, 1, "b").await), "{way}");
    assert_eq!(fixture.state(":.c:t").await.versions[0].content.text, "b", "{way}");
    let reads = fixture.reads();
    assert_eq!(reads.content(&context, i(1)).await.unwrap().unwrap().text, "b", "{way}");
    assert_eq!(reads.current_id(&context, &content("b")).await.unwrap(), Some(i(1)), "{way}");
    assert_eq!(reads.current_id(&context, &content("a")).await.unwrap(), None, "{way}");
    assert_eq!(reads.ids_by_guid(content("b").guid).await.unwrap(), [(context.clone(), i(1))], "{way}");
    assert!(reads.ids_by_guid(content("a").guid).await.unwrap().is_empty(), "{way}");
    let changes = reads.changes(0, 1000).await.unwrap();
    let told: Vec<_> = changes[before..].iter().filter(|one| one.kind == ChangeKind::Rebind).collect();
    let guid = |text: &str| Some(content(text).guid.to_string().into());
    assert_eq!(told.len(), 1, "{way}");
    assert_eq!((told[0].id, &told[0].before, &told[0].after), (Some(i(1)), &guid("a"), &guid("b")), "{way}");
    assert_eq!(
        fixture.import(":.c:u", 1, 1, "a").await,
        Insertion::IdTaken,
        "{way}: it is not free any more"
    );
    assert_eq!(fixture.register(":.c:u", "a").await, (2, 1), "{way}: a registration never takes an id again");
    let purge = changes.iter().find(|change| change.kind == ChangeKind::Purge).unwrap().seq;
    let restored = fixture.writes().restore_purged(purge, &actor()).await.unwrap();
    assert_eq!(restored, Unpurge::IdTaken(i(1)), "{way}");
}

pub(super) async fn an_id_is_free_after_the_purge_of_a_version(fixture: &Fixture) {
    a_purged_id_is_taken(fixture, "purge of a version").await;
}

pub(super) async fn an_id_is_free_after_the_purge_of_a_subject(fixture: &Fixture) {
    a_purged_id_is_taken(fixture, "purge of a subject").await;
}

pub(super) async fn an_id_is_free_after_a_switch_to_import(fixture: &Fixture) {
    a_purged_id_is_taken(fixture, "switch to IMPORT").await;
}

pub(super) async fn an_id_is_free_after_the_removal_of_its_context(fixture: &Fixture) {
    a_purged_id_is_taken(fixture, "removal of the context").await;
}

pub(super) async fn a_purged_id_can_change_its_content_again_and_again(fixture: &Fixture) {
    for text in ["a", "b", "a", "c"] {
        assert!(is_in(&fixture.import("s", 1, 7, text).await), "{text}");
        assert_eq!(fixture.state("s").await.versions[0].content.text, text);
        fixture.delete("s", 1).await;
        fixture.purge("s", 1).await;
        let context = Context::default_context();
        assert_eq!(fixture.reads().current_id(&context, &content(text)).await.unwrap(), None, "{text}");
    }
    let changes = fixture.reads().changes(0, 1000).await.unwrap();
    let purges: Vec<_> =
        changes.iter().filter(|one| one.kind == ChangeKind::Purge).map(|one| one.seq).collect();
    let restored = fixture.writes().restore_purged(purges[1], &actor()).await.unwrap();
    assert!(matches!(restored, Unpurge::Restored(..)), "a free id takes back what it stood for before");
    assert_eq!(fixture.state("s").await.versions[0].content.text, "b");
}

/// A step of a history: a version is imported, soft-deleted, restored or purged.
enum Write {
    Import(&'static str, i64, i64),
    Delete(&'static str, i64),
    Restore(&'static str, i64),
}

pub(super) async fn the_version_written_last_names_the_current_id(fixture: &Fixture) {
    use Write::{Delete, Import, Restore};
    for (context, history, expected) in [
        ("a", vec![Import("s", 1, 5), Import("t", 1, 50)], 50),
        ("b", vec![Import("s", 1, 5), Import("t", 1, 50), Delete("s", 1)], 5),
        ("c", vec![Import("s", 1, 5), Import("t", 1, 50), Delete("s", 1), Delete("t", 1)], 50),
        (
            "d",
            vec![Import("s", 1, 5), Import("t", 1, 50), Delete("s", 1), Delete("t", 1), Restore("s", 1)],
            5,
        ),
        ("e", vec![Import("s", 3, 100), Import("t", 3, 2), Import("u", 1, 5), Import("s", 7, 2)], 2),
        ("f", vec![Import("s", 7, 2), Import("s", 3, 100), Import("t", 1, 5), Delete("s", 3)], 100),
        ("g", vec![Import("s", 3, 100), Import("s", 7, 2), Import("t", 1, 5), Delete("s", 0)], 2),
        ("h", vec![Import("s", 3, 2), Import("s", 7, 100), Import("t", 1, 5), Delete("s", 0)], 100),
    ] {
        let name = |subject: &str| format!(":.{context}:{subject}");
        for write in &history {
            match write {
                Import(subject, version, id) => {
                    assert!(is_in(&fixture.import(&name(subject), *version, *id, "same").await));
                }
                Delete(subject, 0) => drop(fixture.delete_subject(&name(subject)).await),
                Delete(subject, version) => drop(fixture.delete(&name(subject), *version).await),
                Restore(subject, version) => {
                    let subject = name(subject);
                    let token = fixture.token(&subject).await;
                    let (subject, version) = (Subject::parse(&subject), super::fixture::v(*version));
                    fixture.writes().restore_version(&token, &subject, version, &actor()).await.unwrap();
                }
            }
        }
        let in_context = Context::parse(context).unwrap();
        let current = fixture.reads().current_id(&in_context, &content("same")).await.unwrap();
        assert_eq!(current, Some(i(expected)), "{context}");
        let ids = fixture.reads().ids_by_guid(content("same").guid).await.unwrap();
        assert!(ids.contains(&(in_context, i(expected))), "{context}: {ids:?}");
        assert_eq!(
            fixture.register(&name("next"), "same").await.0,
            i32::try_from(expected).unwrap(),
            "{context}"
        );
    }
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
