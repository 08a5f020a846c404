//! Bringing purged versions back, and erasing contents for good.

use super::Fixture;
use super::fixture::{actor, content, i, v};
use crate::domain::{Content, Context, Reference, Subject};
use crate::store::{ChangeKind, Erasure, Insertion, Unpurge};

/// The positions of all purges, oldest first.
async fn purges(fixture: &Fixture) -> Vec<i64> {
    let changes = fixture.store().changes(0, 1000).await.unwrap();
    changes.iter().filter(|change| change.kind == ChangeKind::Purge).map(|change| change.seq).collect()
}

async fn restore(fixture: &Fixture, seq: i64) -> Unpurge {
    fixture.store().restore_purged(seq, &actor()).await.unwrap()
}

async fn erase(fixture: &Fixture, id: i64) -> Erasure {
    fixture.store().erase(&Context::default_context(), i(id), &actor()).await.unwrap()
}

/// A content that refers to version 1 of `target`.
fn referring() -> Content {
    let reference = Reference { name: "T".to_owned(), subject: "target".to_owned(), version: v(1) };
    Content { references: vec![reference], ..content("refers") }
}

pub(super) async fn a_purged_version_comes_back(fixture: &Fixture) {
    fixture.register("target", "x").await;
    fixture.register("s", "a").await;
    fixture.register_with("s", referring(), &[("target", 1)]).await;
    let before = fixture.state("s").await;
    fixture.delete_subject("s").await;
    fixture.purge_subject("s").await;
    assert_eq!(fixture.register("other", "a").await, (4, 1), "registered again meanwhile");
    for (seq, version) in purges(fixture).await.into_iter().zip([1, 2]) {
        assert_eq!(restore(fixture, seq).await, Unpurge::Restored(Subject::parse("s"), v(version)));
    }
    assert_eq!(fixture.versions("s").await, ["-1:2", "-2:3"], "as they were: soft-deleted");
    let after = fixture.state("s").await;
    for (before, after) in before.versions.iter().zip(&after.versions) {
        assert_eq!((&before.content, before.created_ts), (&after.content, after.created_ts));
    }
    let current = fixture.store().current_id(&Context::default_context(), &content("a")).await.unwrap();
    assert_eq!(current, Some(i(4)), "the newer id stays the current one");
    let referrers = fixture.store().referrers(&Subject::parse("target"), None).await.unwrap();
    assert_eq!(referrers.len(), 1);
}

pub(super) async fn what_cannot_come_back_is_told(fixture: &Fixture) {
    fixture.register("target", "x").await;
    fixture.register_with("s", referring(), &[("target", 1)]).await;
    for subject in ["s", "target"] {
        fixture.delete(subject, 1).await;
        fixture.purge(subject, 1).await;
    }
    let purges = purges(fixture).await;
    assert_eq!(restore(fixture, purges[0]).await, Unpurge::TargetGone(Subject::parse("target"), v(1)));
    assert_eq!(restore(fixture, 1).await, Unpurge::NoSuchPurge);
    assert_eq!(restore(fixture, i64::MAX).await, Unpurge::NoSuchPurge);
    fixture.register("target", "y").await;
    assert_eq!(restore(fixture, purges[1]).await, Unpurge::Occupied(Subject::parse("target"), v(1)));
}

pub(super) async fn an_erased_content_is_gone_for_good(fixture: &Fixture) {
    fixture.register("s", "my secret").await;
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    assert_eq!(erase(fixture, 1).await, Erasure::Erased);
    let changes = fixture.store().changes(0, 1000).await.unwrap();
    let guid = content("my secret").guid.to_string();
    let log = format!("{changes:?}");
    assert!(!log.contains("secret") && !log.contains(&guid), "{log}");
    let last = changes.last().unwrap();
    assert_eq!((last.kind, last.id, last.actor.as_deref()), (ChangeKind::Erase, Some(i(1)), Some("tester")));
    assert_eq!(restore(fixture, purges(fixture).await[0]).await, Unpurge::Erased);
    assert_eq!(fixture.import("s", 1, 1, "my secret").await, Insertion::IdTaken, "the id stays burned");
    assert_eq!(fixture.register("s", "my secret").await, (2, 1));
}

pub(super) async fn what_is_held_is_not_erased(fixture: &Fixture) {
    fixture.register("s", "a").await;
    assert_eq!(erase(fixture, 1).await, Erasure::Held);
    fixture.delete("s", 1).await;
    assert_eq!(erase(fixture, 1).await, Erasure::Held);
    assert_eq!(erase(fixture, 2).await, Erasure::NoSuchId);
    fixture.import("s", 1, 7, "b").await;
    assert!(fixture.has_content(".", 1).await);
    assert_eq!(erase(fixture, 1).await, Erasure::Erased, "an import took its only version away");
    assert!(!fixture.has_content(".", 1).await);
}
