//! Associations.

use super::Fixture;
use super::fixture::{actor, content, removed};
use crate::domain::{Association, AssociationType, Lifecycle, Subject};
use crate::store::{AssociationFilter, AssociationWrite, Insertion, Put};

fn association(subject: &str, kind: AssociationType, lifecycle: Lifecycle) -> Association {
    Association {
        subject: Subject::parse(subject),
        guid: uuid::Uuid::new_v4().to_string(),
        resource_name: "orders".to_owned(),
        resource_namespace: "lkc-1".to_owned(),
        resource_id: "r1".to_owned(),
        resource_type: "topic".to_owned(),
        association_type: kind,
        lifecycle,
        frozen: lifecycle == Lifecycle::Strong,
        create_ts: 1,
        update_ts: 2,
    }
}

async fn write(
    fixture: &Fixture,
    seen: &[Association],
    put: &[Association],
    remove: &[AssociationType],
) -> AssociationWrite {
    let mut expected = Vec::new();
    for association in put {
        expected.push((association.subject.clone(), fixture.token(&association.subject.to_string()).await));
    }
    AssociationWrite {
        resource_id: "r1".to_owned(),
        resource_type: "topic".to_owned(),
        seen: seen.to_vec(),
        expected,
        unreferenced: Vec::new(),
        put: put.to_vec(),
        remove: remove.to_vec(),
    }
}

/// Gives a subject an association of a type with a resource of its own.
pub(super) async fn associate(
    fixture: &Fixture,
    subject: &str,
    resource: &str,
    kind: AssociationType,
    lifecycle: Lifecycle,
) {
    let one = Association { resource_id: resource.to_owned(), ..association(subject, kind, lifecycle) };
    let write = AssociationWrite {
        resource_id: resource.to_owned(),
        ..write(fixture, &[], std::slice::from_ref(&one), &[]).await
    };
    assert_eq!(perform(fixture, &write).await, Put::Written, "{subject}");
}

async fn perform(fixture: &Fixture, write: &AssociationWrite) -> Put {
    fixture.writes().write_associations(write, &actor()).await.unwrap()
}

async fn all(fixture: &Fixture, filter: AssociationFilter) -> Vec<Association> {
    fixture.reads().associations(&filter).await.unwrap()
}

pub(super) async fn a_write_replaces_by_type(fixture: &Fixture) {
    let key = association("k", AssociationType::Key, Lifecycle::Weak);
    let value = association(":.c:v", AssociationType::Value, Lifecycle::Weak);
    let first = write(fixture, &[], &[key.clone(), value.clone()], &[]).await;
    assert_eq!(perform(fixture, &first).await, Put::Written);
    assert_eq!(all(fixture, AssociationFilter::default()).await, [value.clone(), key.clone()]);
    let other = association("other", AssociationType::Value, Lifecycle::Weak);
    let before = fixture.token(":.c:v").await;
    let second =
        write(fixture, &[value.clone(), key.clone()], std::slice::from_ref(&other), &[AssociationType::Key])
            .await;
    assert_eq!(perform(fixture, &second).await, Put::Written);
    assert_ne!(fixture.token(":.c:v").await, before, "who loses an association has a new state");
    for (filter, expected) in [
        (AssociationFilter { subject: Some(Subject::parse("k")), ..Default::default() }, 0),
        (AssociationFilter { subject: Some(Subject::parse("other")), ..Default::default() }, 1),
        (AssociationFilter { resource_name: Some("orders".to_owned()), ..Default::default() }, 1),
        (AssociationFilter { resource_namespace: Some("x".to_owned()), ..Default::default() }, 0),
        (AssociationFilter { resource_id: Some("r1".to_owned()), ..Default::default() }, 1),
        (AssociationFilter { resource_type: Some("table".to_owned()), ..Default::default() }, 0),
    ] {
        assert_eq!(all(fixture, filter.clone()).await.len(), expected, "{filter:?}");
    }
}

pub(super) async fn a_stale_write_is_refused(fixture: &Fixture) {
    let mine = association("s", AssociationType::Value, Lifecycle::Weak);
    let stale = write(fixture, &[], std::slice::from_ref(&mine), &[]).await;
    fixture.register("s", "a").await;
    assert_eq!(perform(fixture, &stale).await, Put::Conflict, "the subject changed");
    let theirs = association("t", AssociationType::Key, Lifecycle::Weak);
    let mine = write(fixture, &[], &[mine], &[]).await;
    let theirs = write(fixture, &[], &[theirs], &[]).await;
    assert_eq!(perform(fixture, &theirs).await, Put::Written);
    assert_eq!(perform(fixture, &mine).await, Put::Conflict, "the resource changed");
    let token = fixture.token("s").await;
    assert_eq!(fixture.delete_subject("s").await, removed(&[1]));
    assert_ne!(token, fixture.token("s").await);
}

pub(super) async fn a_strong_subject_is_not_referred_to(fixture: &Fixture) {
    fixture.register("s", "a").await;
    let strong = association("s", AssociationType::Value, Lifecycle::Strong);
    let write = AssociationWrite {
        unreferenced: vec![Subject::parse("s")],
        ..write(fixture, &[], &[strong], &[]).await
    };
    let new = fixture.next("r", content("refers"), &[("s", 1)]).await;
    assert_eq!(perform(fixture, &write).await, Put::Written);
    assert_eq!(fixture.insert(&fixture.token("r").await, &new).await, Insertion::Conflict);

    fixture.register("free", "a").await;
    fixture.register_with("r", content("refers"), &[("free", 1)]).await;
    let late = AssociationWrite {
        resource_id: "r2".to_owned(),
        unreferenced: vec![Subject::parse("free")],
        ..Default::default()
    };
    assert_eq!(perform(fixture, &late).await, Put::Conflict);
}
