//! Bringing purged versions back, and erasing contents for good.

use super::Fixture;
use super::fixture::{actor, content, i, v};
use crate::domain::{Content, Context, Mode, Reference, Subject};
use crate::store::{ChangeKind, Erasure, Insertion, Unpurge};

/// The positions of all purges, oldest first.
async fn purges(fixture: &Fixture) -> Vec<i64> {
    let changes = fixture.reads().changes(0, 1000).await.unwrap();
    changes.iter().filter(|change| change.kind == ChangeKind::Purge).map(|change| change.seq).collect()
}

async fn restore(fixture: &Fixture, seq: i64) -> Unpurge {
    fixture.writes().restore_purged(seq, &actor()).await.unwrap()
}

async fn erase(fixture: &Fixture, id: i64) -> Erasure {
    fixture.writes().erase(&Context::default_context(), i(id), &actor()).await.unwrap()
}

/// It is gone; the same content has these other ids.
fn erased(elsewhere: &[(&str, i64)]) -> Erasure {
    let elsewhere =
        elsewhere.iter().map(|(context, id)| (Context::parse(context).unwrap(), i(*id))).collect();
    Erasure::Erased { elsewhere }
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
    fixture.delete_subject("s").await;
    let before = fixture.state("s").await;
    fixture.purge_subject("s").await;
    // Times that are restored differ from those of now.
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(fixture.register("other", "a").await, (4, 1), "registered again meanwhile");
    for (seq, version) in purges(fixture).await.into_iter().zip([1, 2]) {
        assert_eq!(restore(fixture, seq).await, Unpurge::Restored(Subject::parse("s"), v(version)));
    }
    assert_eq!(fixture.versions("s").await, ["-1:2", "-2:3"], "as they were: soft-deleted");
    let after = fixture.state("s").await;
    for (before, after) in before.versions.iter().zip(&after.versions) {
        assert_eq!(before, after, "number, id, content, times and all");
    }
    let current = fixture.reads().current_id(&Context::default_context(), &content("a")).await.unwrap();
    assert_eq!(current, Some(i(4)), "the newer id stays the current one");
    let referrers = fixture.reads().referrers(&Subject::parse("target"), None).await.unwrap();
    assert_eq!(referrers.len(), 1);
}

/// What a schema refers to is found where it was when the schema was registered: no name of another context leads into the
/// default one.
pub(super) async fn a_version_comes_back_with_what_it_refers_to(fixture: &Fixture) {
    for (subject, name, target) in
        [("s", "t", "t"), (":.c:s", "t", ":.c:t"), (":.c:s", ":.d:t", ":.d:t"), (":.c:s", ":.:t", ":.c::.:t")]
    {
        let subject = format!("{subject}{}", name.len());
        fixture.register(target, &format!("target of {subject}")).await;
        let reference = Reference { name: "T".to_owned(), subject: name.to_owned(), version: v(1) };
        let content = Content { references: vec![reference], ..content(&format!("text of {subject}")) };
        fixture.register_with(&subject, content, &[(target, 1)]).await;
        fixture.delete(&subject, 1).await;
        fixture.purge(&subject, 1).await;
        let purge = *purges(fixture).await.last().unwrap();
        let restored = restore(fixture, purge).await;
        assert_eq!(restored, Unpurge::Restored(Subject::parse(&subject), v(1)), "{name} from {subject}");
        let referrers = fixture.reads().referrers(&Subject::parse(target), Some(v(1))).await.unwrap();
        assert_eq!(referrers.len(), 1, "{name} from {subject}");
        assert_eq!(referrers[0].subject, Subject::parse(&subject));
    }
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

pub(super) async fn a_read_only_subject_takes_nothing_back(fixture: &Fixture) {
    for key in ["s", "", ":.__GLOBAL:"] {
        fixture.register("s", "a").await;
        fixture.delete("s", 1).await;
        fixture.purge("s", 1).await;
        let purge = *purges(fixture).await.last().unwrap();
        fixture.put_mode(key, Some(Mode::ReadOnly)).await;
        assert_eq!(restore(fixture, purge).await, Unpurge::ReadOnly(Subject::parse("s")), "{key:?}");
        fixture.put_mode(key, None).await;
        assert!(matches!(restore(fixture, purge).await, Unpurge::Restored(..)), "{key:?}");
        fixture.purge("s", 1).await;
    }
}

pub(super) async fn an_overwritten_version_comes_back_whole_or_not_at_all(fixture: &Fixture) {
    fixture.register("target", "x").await;
    fixture.register_with("s", referring(), &[("target", 1)]).await;
    fixture.import("s", 1, 9, "other").await;
    let changes = fixture.reads().changes(0, 1000).await.unwrap();
    let overwrite = changes.iter().find(|change| change.kind == ChangeKind::Overwrite).unwrap().seq;
    assert_eq!(restore(fixture, overwrite).await, Unpurge::Occupied(Subject::parse("s"), v(1)));
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    fixture.delete("target", 1).await;
    let gone = Unpurge::TargetGone(Subject::parse("target"), v(1));
    assert_eq!(restore(fixture, overwrite).await, gone, "what is not deleted refers to nothing deleted");
    let token = fixture.token("target").await;
    fixture.writes().restore_version(&token, &Subject::parse("target"), v(1), &actor()).await.unwrap();
    assert_eq!(restore(fixture, overwrite).await, Unpurge::Restored(Subject::parse("s"), v(1)));
    assert_eq!(fixture.versions("s").await, ["1:2"]);
}

pub(super) async fn an_erasure_names_what_else_holds_the_content(fixture: &Fixture) {
    for _ in 0..2 {
        fixture.register("s", "a").await;
        fixture.delete("s", 1).await;
        fixture.purge("s", 1).await;
    }
    fixture.register(":.c:s", "a").await;
    fixture.register("other", "b").await;
    assert_eq!(erase(fixture, 1).await, erased(&[(".", 2), (".c", 1)]), "purged or not, in any context");
    assert_eq!(erase(fixture, 2).await, erased(&[(".c", 1)]));
    assert_eq!(erase(fixture, 2).await, erased(&[]), "again does no harm");
}

pub(super) async fn an_erased_content_is_gone_for_good(fixture: &Fixture) {
    fixture.register("s", "my secret").await;
    fixture.delete("s", 1).await;
    fixture.purge("s", 1).await;
    assert_eq!(erase(fixture, 1).await, erased(&[]));
    let changes = fixture.reads().changes(0, 1000).await.unwrap();
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
    assert_eq!(erase(fixture, 1).await, erased(&[]), "an import took its only version away");
    assert!(!fixture.has_content(".", 1).await);
}
