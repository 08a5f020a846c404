//! References between versions.

use super::Fixture;
use super::fixture::{actor, content, removed, v};
use crate::domain::{Content, Reference, Subject};
use crate::store::{Insertion, NewVersion, Placement, Removal, Restoral};

pub(super) async fn referrers_are_told(fixture: &Fixture) {
    fixture.register("target", "a").await;
    fixture.register("target", "b").await;
    fixture.register_with("r", content("one"), &[("target", 1), ("target", 2), ("target", 1)]).await;
    fixture.register_with(":.c:r", content("two"), &[("target", 2)]).await;
    fixture.delete(":.c:r", 1).await;
    let show = |version: Option<i64>| async move {
        let referrers = fixture.reads().referrers(&Subject::parse("target"), version.map(v)).await.unwrap();
        let show = |r: &crate::store::Referrer| {
            format!(
                "{} <- {}/{} {}{}",
                r.target,
                r.subject,
                r.version,
                r.id,
                if r.deleted { " deleted" } else { "" }
            )
        };
        referrers.iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(show(Some(1)).await, ["1 <- r/1 3"]);
    assert_eq!(show(Some(2)).await, ["2 <- :.c:r/1 1 deleted", "2 <- r/1 3"]);
    assert_eq!(show(None).await, ["1 <- r/1 3", "2 <- :.c:r/1 1 deleted", "2 <- r/1 3"]);
}

pub(super) async fn a_version_that_is_referred_to_stays(fixture: &Fixture) {
    fixture.register("target", "a").await;
    fixture.register("target", "b").await;
    fixture.register_with("r", content("refers"), &[("target", 2)]).await;
    assert_eq!(fixture.delete("target", 2).await, Removal::Referenced(v(2)));
    assert_eq!(fixture.delete_subject("target").await, Removal::Referenced(v(2)));
    assert_eq!(fixture.delete("target", 1).await, removed(&[1]));
    fixture.delete("r", 1).await;
    assert_eq!(
        fixture.delete("target", 2).await,
        removed(&[2]),
        "a deleted referrer does not keep it from this"
    );
    assert_eq!(fixture.purge("target", 2).await, Removal::Referenced(v(2)), "but from being removed");
    assert_eq!(fixture.purge_subject("target").await, Removal::Referenced(v(2)));
    fixture.purge("r", 1).await;
    assert_eq!(fixture.purge_subject("target").await, removed(&[1, 2]));
}

pub(super) async fn references_inside_a_subject_do_not_keep_it(fixture: &Fixture) {
    fixture.register("s", "a").await;
    fixture.register_with("s", content("refers"), &[("s", 1)]).await;
    assert_eq!(fixture.delete("s", 1).await, Removal::Referenced(v(1)), "one version alone is kept");
    assert_eq!(fixture.delete_subject("s").await, removed(&[1, 2]));
    assert_eq!(fixture.purge_subject("s").await, removed(&[1, 2]));
}

pub(super) async fn a_deleted_target_is_refused(fixture: &Fixture) {
    fixture.register("target", "a").await;
    let reference = Reference { name: "T".to_owned(), subject: "target".to_owned(), version: v(1) };
    let refers = Content { references: vec![reference], ..content("refers") };
    fixture.register_with("r", refers.clone(), &[("target", 1)]).await;
    fixture.delete("r", 1).await;
    fixture.delete("target", 1).await;
    let new = fixture.next("r", refers, &[("target", 1)]).await;
    assert_eq!(fixture.insert(&fixture.token("r").await, &new).await, Insertion::Conflict);
    let token = fixture.token("r").await;
    let restored =
        fixture.writes().restore_version(&token, &Subject::parse("r"), v(1), &actor()).await.unwrap();
    assert_eq!(restored, Restoral::TargetDeleted(Subject::parse("target"), v(1)));
}

pub(super) async fn a_deleted_target_may_do(fixture: &Fixture) {
    fixture.register("target", "a").await;
    fixture.delete("target", 1).await;
    let reference = Reference { name: "T".to_owned(), subject: "target".to_owned(), version: v(1) };
    let refers = Content { references: vec![reference], ..content("refers") };
    for (subject, placement) in [
        ("next", Placement::Next(v(1))),
        ("imported", Placement::At { version: v(4), id: Some(super::fixture::i(9)) }),
    ] {
        let new = NewVersion {
            deleted_targets: true,
            placement,
            ..fixture.next(subject, refers.clone(), &[("target", 1)]).await
        };
        let inserted = fixture.insert(&fixture.token(subject).await, &new).await;
        assert!(matches!(inserted, Insertion::Inserted { .. }), "{subject}");
        let missing = NewVersion { targets: vec![(Subject::parse("target"), v(2))], ..new };
        let token = fixture.token(subject).await;
        assert_eq!(
            fixture.insert(&token, &missing).await,
            Insertion::Conflict,
            "{subject}: it has to be there"
        );
    }
    assert_eq!(fixture.purge("target", 1).await, Removal::Referenced(v(1)));
}
