//! Soft deletion, removal and restoration.

use super::Fixture;
use super::fixture::{actor, removed, v};
use crate::domain::{Config, Mode, Subject};
use crate::store::{Removal, Restoral};

pub(super) async fn a_soft_deletion_hides_and_keeps(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register("s", "b").await;
    assert_eq!(fixture.delete("s", 2).await, removed(&[2]));
    assert_eq!(fixture.versions("s").await, ["1:1", "-2:2"]);
    let state = fixture.state("s").await;
    assert_eq!(state.latest().map(|latest| latest.version), Some(v(1)));
    assert_eq!(state.version(v(2)).unwrap().content.text, "b");
    assert!(fixture.has_content(".", 2).await);
    assert_eq!(fixture.delete("s", 2).await, Removal::Conflict, "twice");
    assert_eq!(fixture.delete("s", 3).await, Removal::Conflict, "not there");
}

pub(super) async fn a_purge_needs_a_soft_deletion(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register("s", "b").await;
    assert_eq!(fixture.purge("s", 1).await, Removal::Conflict);
    fixture.delete("s", 1).await;
    assert_eq!(fixture.purge_subject("s").await, Removal::Conflict);
    assert_eq!(fixture.purge("s", 1).await, removed(&[1]));
    assert_eq!(fixture.versions("s").await, ["2:2"]);
}

pub(super) async fn a_purge_burns_the_id(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.delete("s", 1).await;
    assert_eq!(fixture.purge("s", 1).await, removed(&[1]));
    assert!(!fixture.has_content(".", 1).await);
    let context = Subject::parse("s").context().clone();
    let holders = fixture.reads().holders(&context, super::fixture::i(1)).await.unwrap();
    assert_eq!((holders.current_id, holders.versions.len()), (None, 0));
    assert_eq!(fixture.register("s", "a").await, (2, 1), "a new id, and the freed number");
}

pub(super) async fn a_subject_goes_as_a_whole(fixture: &Fixture) {
    for text in ["a", "b", "c"] {
        fixture.register("s", text).await;
    }
    fixture.delete("s", 2).await;
    assert_eq!(fixture.delete_subject("s").await, removed(&[1, 3]), "those that were not yet deleted");
    assert_eq!(fixture.delete_subject("s").await, Removal::Conflict);
    assert_eq!(fixture.purge_subject("s").await, removed(&[1, 2, 3]));
    assert_eq!(fixture.purge_subject("s").await, Removal::Conflict);
    assert!(fixture.versions("s").await.is_empty());
}

pub(super) async fn a_purge_leaves_contents_that_others_hold(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register("t", "a").await;
    for subject in ["s", "t"] {
        fixture.delete(subject, 1).await;
    }
    fixture.purge("s", 1).await;
    assert!(fixture.has_content(".", 1).await, "a soft-deleted holder is one");
    fixture.purge("t", 1).await;
    assert!(!fixture.has_content(".", 1).await);
}

pub(super) async fn the_last_purge_takes_the_settings(fixture: &Fixture) {
    let config = Config { normalize: Some(true), ..Config::default() };
    fixture.put_config("", Some(&config)).await;
    for text in ["a", "b"] {
        fixture.register("s", text).await;
    }
    fixture.put_config("s", Some(&config)).await;
    fixture.put_mode("s", Some(Mode::ReadWrite)).await;
    fixture.delete_subject("s").await;
    fixture.purge("s", 1).await;
    assert!(fixture.state("s").await.scope.own.config.is_some());
    fixture.purge("s", 2).await;
    let scope = fixture.reads().scope(&Subject::parse("s")).await.unwrap();
    assert_eq!((&scope.own.config, scope.own.mode), (&None, None));
    assert_eq!(scope.context.config, Some(config), "the context's are not the subject's");
}

pub(super) async fn a_restored_version_is_as_before(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register("s", "b").await;
    let created = fixture.state("s").await.versions[0].created_ts;
    fixture.delete("s", 1).await;
    let restore = |version| async move {
        let token = fixture.token("s").await;
        fixture.writes().restore_version(&token, &Subject::parse("s"), v(version), &actor()).await.unwrap()
    };
    assert_eq!(restore(1).await, Restoral::Restored);
    assert_eq!(fixture.versions("s").await, ["1:1", "2:2"]);
    assert_eq!(fixture.state("s").await.versions[0].created_ts, created);
    assert_eq!(restore(1).await, Restoral::Conflict, "not deleted");
    assert_eq!(restore(3).await, Restoral::Conflict, "not there");
}
