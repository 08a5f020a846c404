//! Many versions at once, as they were in another registry.

use super::Fixture;
use super::fixture::{actor, content, i, v};
use crate::domain::{Context, Subject};
use crate::store::{BulkImport, ChangeKind, ImportRefusal, ImportedVersion, StoreError};

/// A version by its subject, number, id and text; a minus sign before the number stands for a soft-deleted one.
fn version(subject: &str, number: i64, id: i64, text: &str) -> ImportedVersion {
    ImportedVersion {
        subject: Subject::parse(subject),
        version: v(number.abs()),
        id: i(id),
        content: content(text),
        targets: Vec::new(),
        deleted: number < 0,
        ts: None,
    }
}

fn referring(one: ImportedVersion, target: &str, number: i64) -> ImportedVersion {
    ImportedVersion { targets: vec![(Subject::parse(target), v(number))], ..one }
}

async fn import(fixture: &Fixture, versions: &[ImportedVersion]) -> BulkImport {
    fixture.writes().import_versions(versions, &actor()).await.unwrap()
}

fn all(written: usize, known: usize) -> BulkImport {
    BulkImport::Imported { written, known }
}

pub(super) async fn a_list_is_written_as_it_is(fixture: &Fixture) {
    fixture.register("s", "before").await;
    let list = [
        version("s", 7, 100, "a"),
        version("s", -3, 40, "b"),
        version("t", 1, 100, "a"),
        version(":.c:t", 1, 9, "a"),
        referring(version("u", 2, 41, "c"), "s", 7),
        referring(version("u", -1, 42, "d"), "s", 3),
        ImportedVersion { ts: Some(5), ..version("v", 1, 43, "e") },
    ];
    assert_eq!(import(fixture, &list).await, all(7, 0));
    for (subject, versions) in [
        ("s", vec!["1:1", "-3:40", "7:100"]),
        ("t", vec!["1:100"]),
        (":.c:t", vec!["1:9"]),
        ("u", vec!["-1:42", "2:41"]),
        ("v", vec!["1:43"]),
    ] {
        assert_eq!(fixture.versions(subject).await, versions, "{subject}");
    }
    let state = fixture.state("v").await;
    assert_eq!((state.versions[0].ts, state.versions[0].created_ts), (5, 5));
    let referrers = fixture.reads().referrers(&Subject::parse("s"), None).await.unwrap();
    let referrers: Vec<_> = referrers.iter().map(|one| (one.target.get(), one.version.get())).collect();
    assert_eq!(referrers, [(3, 1), (7, 2)]);
    let contexts = fixture.reads().contexts().await.unwrap();
    assert!(contexts.contains(&Context::parse("c").unwrap()));
    let holders = fixture.reads().holders(&Context::default_context(), i(100)).await.unwrap();
    assert_eq!(holders.versions.len(), 2);
    assert!(holders.versions[0].written < holders.versions[1].written, "in the order of the list");
    assert_eq!(fixture.register("s", "next").await, (101, 8), "the counter is above the highest id");
}

pub(super) async fn a_list_of_thousands_is_one_write(fixture: &Fixture) {
    const COUNT: i64 = 2_500;
    let list: Vec<_> = (1..=COUNT)
        .map(|number| version(&format!("s{}", number % 7), number, number, &number.to_string()))
        .collect();
    assert_eq!(import(fixture, &list).await, all(list.len(), 0));
    let changes = fixture.reads().changes(0, 10_000).await.unwrap();
    let registered: Vec<_> = changes.iter().filter(|change| change.kind == ChangeKind::Register).collect();
    assert_eq!(registered.len(), list.len());
    assert!(registered.iter().zip(&list).all(|(change, one)| change.id == Some(one.id)), "in order");
    for number in [0, 3, 6] {
        let subject = format!("s{number}");
        let state = fixture.state(&subject).await;
        let written = list.iter().filter(|one| one.subject.name() == subject).count();
        assert_eq!(state.versions.len(), written);
        assert!(state.versions.iter().all(|one| one.content.text == one.id.to_string()));
    }
}

pub(super) async fn what_is_there_is_passed_over(fixture: &Fixture) {
    fixture.register("s", "a").await;
    let list = [version("s", 1, 1, "a"), version("s", 2, 2, "b")];
    assert_eq!(import(fixture, &list).await, all(1, 1));
    let token = fixture.token("s").await;
    assert_eq!(import(fixture, &list).await, all(0, 2));
    assert_eq!(fixture.token("s").await, token, "nothing was written");
    assert_eq!(import(fixture, &[]).await, all(0, 0));
}

pub(super) async fn a_refused_version_keeps_all_out(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register("gone", "b").await;
    fixture.delete("gone", 1).await;
    fixture.register("erased", "c").await;
    fixture.delete("erased", 1).await;
    fixture.purge("erased", 1).await;
    fixture.writes().erase(&Context::default_context(), i(3), &actor()).await.unwrap();
    let taken = |deleted| ImportRefusal::VersionTaken {
        subject: Subject::parse("s"),
        version: v(1),
        id: i(1),
        deleted,
    };
    let id_taken = |subject: &str, id| ImportRefusal::IdTaken { subject: Subject::parse(subject), id: i(id) };
    let target_gone = |subject: &str| ImportRefusal::TargetGone(Subject::parse(subject), v(1));
    for (bad, reason) in [
        (version("s", 1, 8, "x"), taken(false)),
        (version("s", -1, 1, "a"), taken(false)),
        (version("t", 1, 1, "x"), id_taken("t", 1)),
        (version("t", 1, 3, "x"), id_taken("t", 3)),
        (version("t", 1, 50, "x"), id_taken("t", 50)),
        (referring(version("t", 1, 9, "x"), "nowhere", 1), target_gone("nowhere")),
        (referring(version("t", 1, 9, "x"), "later", 1), target_gone("later")),
        (referring(version("t", 1, 9, "x"), "gone", 1), target_gone("gone")),
    ] {
        let list = [version("first", 1, 50, "first"), bad.clone(), version("later", 1, 60, "later")];
        assert_eq!(import(fixture, &list).await, BulkImport::Refused { index: 1, reason }, "{bad:?}");
        assert!(fixture.versions("first").await.is_empty(), "{bad:?}");
        assert!(!fixture.has_content(".", 50).await, "{bad:?}");
    }
    assert_eq!(fixture.register("s", "next").await, (4, 2), "no id was counted");
    let deleted = referring(version("t", -1, 9, "x"), "gone", 1);
    assert_eq!(import(fixture, &[deleted]).await, all(1, 0), "what is deleted may refer to what is deleted");
}

pub(super) async fn an_import_names_the_current_id(fixture: &Fixture) {
    fixture.register("s", "a").await;
    let list = [version("t", 1, 9, "a"), version("u", 1, 8, "a"), version("v", 1, 7, "b")];
    assert_eq!(import(fixture, &list).await, all(3, 0));
    assert_eq!(fixture.register("w", "a").await, (8, 1), "that of the last one");
    let changes = fixture.reads().changes(0, 100).await.unwrap();
    let superseded = changes.iter().filter(|change| change.kind == ChangeKind::Supersede);
    let superseded: Vec<_> =
        superseded.filter_map(|change| change.id.map(crate::domain::SchemaId::get)).collect();
    assert_eq!(superseded, [1, 9]);
}

pub(super) async fn a_purged_content_comes_back_by_its_id(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    assert_eq!(import(fixture, &[version("s", 1, 1, "a")]).await, all(1, 0));
    assert_eq!(fixture.state("s").await.versions[0].content.text, "a");
    assert!(fixture.has_content(".", 1).await);
}

pub(super) async fn a_purged_id_takes_other_content(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    assert_eq!(import(fixture, &[version("s", 1, 1, "b"), version("t", 1, 1, "b")]).await, all(2, 0));
    assert_eq!(fixture.state("s").await.versions[0].content.text, "b");
    let context = Context::default_context();
    assert_eq!(fixture.reads().current_id(&context, &content("b")).await.unwrap(), Some(i(1)));
    let changes = fixture.reads().changes(0, 100).await.unwrap();
    let told: Vec<_> = changes.iter().filter(|one| one.kind == ChangeKind::Rebind).collect();
    let guid = |text: &str| Some(content(text).guid.to_string().into());
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].id, &told[0].before, &told[0].after), (Some(i(1)), &guid("a"), &guid("b")));
    assert_eq!(fixture.register("u", "a").await, (2, 1));
}

pub(super) async fn nul_characters_keep_all_out(fixture: &Fixture) {
    let list = [version("s", 1, 1, "a"), version("s", 2, 2, "b\0")];
    let result = fixture.writes().import_versions(&list, &actor()).await;
    assert!(matches!(result, Err(StoreError::Unstorable { .. })), "{result:?}");
    assert!(fixture.versions("s").await.is_empty());
}
