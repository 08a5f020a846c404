//! Writes that meet. Each case lets them meet many times and asserts what must hold whoever comes first.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Fixture;
use super::fixture::{actor, content, i, v};
use crate::domain::{CompatibilityLevel, Config, Content, Context, Mode, SchemaId, Subject, Version};
use crate::store::{
    ContextRemoval, Erasure, ImportScope, ImportSwitch, Insertion, NewVersion, Placement, Put, Removal, Store,
};

const ROUNDS: usize = 24;

/// Lets writes meet at another moment in each round.
async fn stagger(round: usize) {
    tokio::time::sleep(Duration::from_millis(u64::try_from(round % 6).unwrap())).await;
}

/// Registers as the service does: read, decide, write, and again from the start upon a conflict. A content that the
/// subject has already is not added. `None` if a target is gone, or the mode is IMPORT.
async fn register(
    store: Store,
    subject: Subject,
    content: Content,
    targets: Vec<(Subject, Version)>,
) -> Option<(SchemaId, Version)> {
    loop {
        let state = store.reads.subject(&subject).await.unwrap();
        let scope = &state.scope;
        let mode = scope.own.mode.or(scope.context.mode).or(scope.global.mode);
        if mode == Some(Mode::Import) {
            return None;
        }
        for (target, version) in &targets {
            let target = store.reads.subject(target).await.unwrap();
            if target.version(*version).is_none_or(|target| target.deleted) {
                return None;
            }
        }
        if let Some(known) = state.versions.iter().find(|known| !known.deleted && *known.content == content) {
            return Some((known.id, known.version));
        }
        let new = NewVersion {
            subject: subject.clone(),
            content: content.clone(),
            targets: targets.clone(),
            deleted_targets: false,
            placement: Placement::Next(state.next_version().unwrap()),
        };
        match store.writes.insert_version(&scope.token, &new, &actor()).await.unwrap() {
            Insertion::Inserted { id, version, .. } => return Some((id, version)),
            Insertion::Conflict => {}
            Insertion::IdTaken => panic!("no id was given"),
        }
    }
}

pub(super) async fn different_content_in_one_subject(fixture: &Fixture) {
    let mut tasks = JoinSet::new();
    for number in 0..24 {
        let text = content(&format!("text {number}"));
        tasks.spawn(register(fixture.node(number), Subject::parse("s"), text, Vec::new()));
    }
    let given: BTreeSet<(SchemaId, Version)> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(given, (1..=24).map(|number| (i(number), v(number))).collect(), "ids and versions are dense");
    assert_eq!(fixture.state("s").await.versions.len(), 24);
}

pub(super) async fn the_same_content_in_one_subject(fixture: &Fixture) {
    let mut tasks = JoinSet::new();
    for number in 0..24 {
        tasks.spawn(register(fixture.node(number), Subject::parse("s"), content("text"), Vec::new()));
    }
    assert!(tasks.join_all().await.into_iter().all(|given| given == Some((i(1), v(1)))));
    assert_eq!(fixture.versions("s").await, ["1:1"]);
    assert_eq!(fixture.reads().max_id(&Context::default_context()).await.unwrap(), Some(i(1)));
}

pub(super) async fn the_same_content_in_many_subjects(fixture: &Fixture) {
    for round in 0..ROUNDS {
        let text = content(&format!("round {round}"));
        let mut tasks = JoinSet::new();
        for number in 0..8 {
            let subject = Subject::parse(&format!("s{number}"));
            tasks.spawn(register(fixture.node(number), subject, text.clone(), Vec::new()));
        }
        let ids: BTreeSet<SchemaId> =
            tasks.join_all().await.into_iter().flatten().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 1, "round {round}: {ids:?}");
        assert_eq!(fixture.reads().ids_by_guid(text.guid).await.unwrap().len(), 1);
    }
}

pub(super) async fn imports_of_one_id_into_a_context_that_they_make(fixture: &Fixture) {
    for round in 0..ROUNDS {
        let mut tasks = JoinSet::new();
        for number in 0..8 {
            let (node, subject) = (fixture.node(number), Subject::parse(&format!(":.c{round}:s{number}")));
            tasks.spawn(async move {
                let token = node.reads.scope(&subject).await.unwrap().token.clone();
                let placement = Placement::At { version: v(1), id: Some(i(5)) };
                let content = content(&format!("text {number}"));
                let new =
                    NewVersion { subject, content, targets: Vec::new(), deleted_targets: false, placement };
                node.writes.insert_version(&token, &new, &actor()).await.unwrap()
            });
        }
        let outcomes = tasks.join_all().await;
        let bound = outcomes.iter().filter(|outcome| matches!(outcome, Insertion::Inserted { .. })).count();
        assert_eq!(bound, 1, "round {round}: {outcomes:?}");
        assert!(
            outcomes.iter().all(|outcome| *outcome != Insertion::Conflict),
            "round {round}: {outcomes:?}"
        );
    }
}

pub(super) async fn a_registration_against_the_deletion_of_its_target(fixture: &Fixture) {
    for round in 0..ROUNDS {
        let target = Subject::parse(&format!("target{round}"));
        let referrer = Subject::parse(&format!("referrer{round}"));
        fixture.register(&target.to_string(), "shared").await;
        let token = fixture.token(&target.to_string()).await;
        let node = fixture.node(1);
        let registration =
            register(fixture.node(0), referrer.clone(), content("refers"), vec![(target.clone(), v(1))]);
        let deletion = async {
            stagger(round).await;
            node.writes.delete_version(&token, &target, v(1), &actor()).await.unwrap()
        };
        let (registered, deleted) = tokio::join!(registration, deletion);
        let is_deleted = fixture.state(&target.to_string()).await.versions[0].deleted;
        assert_eq!(registered.is_some(), !is_deleted, "round {round}: {deleted:?}");
        assert_eq!(deleted == Removal::Referenced(v(1)), registered.is_some(), "round {round}: {deleted:?}");
    }
}

pub(super) async fn a_purge_against_the_reuse_of_its_id(fixture: &Fixture) {
    for round in 0..ROUNDS {
        let text = content(&format!("round {round}"));
        let holder = Subject::parse(&format!("holder{round}"));
        let reuser = Subject::parse(&format!("reuser{round}"));
        let (old, _) = fixture.register_with(&holder.to_string(), text.clone(), &[]).await;
        fixture.delete(&holder.to_string(), 1).await;
        let token = fixture.token(&holder.to_string()).await;
        let node = fixture.node(1);
        let purge = async { node.writes.purge_version(&token, &holder, v(1), &actor()).await.unwrap() };
        let registration = async {
            stagger(round).await;
            register(fixture.node(0), reuser, text.clone(), Vec::new()).await
        };
        let (registered, purged) = tokio::join!(registration, purge);
        assert_eq!(purged, Removal::Removed(vec![v(1)]));
        let (id, _) = registered.unwrap();
        let context = Context::default_context();
        let stored = fixture.reads().content(&context, id).await.unwrap();
        assert_eq!(stored.as_deref(), Some(&text), "round {round}: a version holds what is there");
        let kept = fixture.has_content(".", old.into()).await;
        assert_eq!(kept, id == i(old.into()), "round {round}: taken over, or burned");
    }
}

pub(super) async fn an_erasure_against_the_reuse_of_its_id(fixture: &Fixture) {
    let context = Context::default_context();
    for round in 0..ROUNDS {
        let text = content(&format!("round {round}"));
        let (old, _) = fixture.register_with(&format!("holder{round}"), text.clone(), &[]).await;
        // An import takes the only version away; the content stays, and nobody holds it.
        let other = 1_000 * (1 + i64::try_from(round).unwrap());
        fixture.import(&format!("holder{round}"), 1, other, &format!("other {round}")).await;
        let node = fixture.node(1);
        let (who, id) = (actor(), i(old.into()));
        let erasure = async {
            stagger(round).await;
            node.writes.erase(&context, id, &who).await.unwrap()
        };
        let reuser = Subject::parse(&format!("reuser{round}"));
        let registration = register(fixture.node(0), reuser, text.clone(), Vec::new());
        let (registered, erased) = tokio::join!(registration, erasure);
        let (given, _) = registered.unwrap();
        assert_eq!(given == id, erased == Erasure::Held, "round {round}: {erased:?}");
        let stored = fixture.reads().content(&context, given).await.unwrap();
        assert_eq!(stored.as_deref(), Some(&text), "round {round}: a version holds what is there");
        assert_eq!(fixture.has_content(".", old.into()).await, given == id, "round {round}");
    }
}

pub(super) async fn a_switch_to_import_against_a_registration(fixture: &Fixture) {
    for round in 0..ROUNDS {
        let name = format!(":.c{round}:s");
        let context = Context::parse(&format!("c{round}")).unwrap();
        let key = Subject::of_context(context.clone());
        let token = fixture.token(&key.to_string()).await;
        let node = fixture.node(1);
        // The whole registry is empty in the first round only.
        let scope = if round == 0 { ImportScope::Registry } else { ImportScope::Context(context) };
        let switch = async {
            stagger(round).await;
            node.writes.enter_import(&token, &key, &scope, &actor()).await.unwrap()
        };
        let registration = register(fixture.node(0), Subject::parse(&name), content("text"), Vec::new());
        let (registered, switched) = tokio::join!(registration, switch);
        let expected = if registered.is_some() { ImportSwitch::Occupied } else { ImportSwitch::Switched };
        assert_eq!(switched, expected, "round {round}");
        assert_eq!(fixture.versions(&name).await.len(), usize::from(registered.is_some()));
    }
}

pub(super) async fn a_removed_context_against_a_registration(fixture: &Fixture) {
    for round in 0..ROUNDS {
        let subject = Subject::parse(&format!(":.c{round}:s"));
        let name = subject.to_string();
        let context = subject.context().clone();
        fixture.register(&name, "first").await;
        fixture.delete(&name, 1).await;
        fixture.purge(&name, 1).await;
        let node = fixture.node(1);
        let removal = async {
            stagger(round).await;
            node.writes.delete_context(&context, &actor()).await.unwrap()
        };
        let registration = register(fixture.node(0), subject, content("second"), Vec::new());
        let (registered, removal) = tokio::join!(registration, removal);
        assert_eq!(registered, Some((i(2), v(1))));
        let listed = fixture.reads().contexts().await.unwrap().contains(&context);
        assert!(listed, "round {round}: {removal:?}, but it has a version");
        assert!(matches!(removal, ContextRemoval::Removed | ContextRemoval::NotEmpty));
    }
}

pub(super) async fn a_change_of_config_during_a_check(fixture: &Fixture) {
    let none = Config { compatibility_level: Some(CompatibilityLevel::None), ..Config::default() };
    for (round, key) in ["s", "", ":.__GLOBAL:", "s", "", ":.__GLOBAL:"].into_iter().enumerate() {
        let subject = Subject::parse("s");
        let key = Subject::parse(key);
        let new = fixture.next("s", content(&format!("text {round}")), &[]).await;
        let decided_on = fixture.token("s").await;
        let key_token = fixture.token(&key.to_string()).await;
        let (first, second) = (fixture.node(round), fixture.node(round + 1));
        let put = async { first.writes.put_config(&key_token, &key, Some(&none), &actor()).await.unwrap() };
        let who = actor();
        let insert = async { second.writes.insert_version(&decided_on, &new, &who).await.unwrap() };
        let (put, inserted) = tokio::join!(put, insert);
        // The decision stands if it was written before the config changed, and only then; a config of the subject itself
        // loses against a registration that came first.
        let log = fixture.reads().changes(0, 1000).await.unwrap();
        let last = |kind: &str| log.iter().rposition(|change| change.kind.as_str() == kind);
        match (put, inserted) {
            (Put::Written, Insertion::Inserted { .. }) => assert!(last("register") < last("config")),
            (Put::Conflict, inserted) => {
                assert!(matches!(inserted, Insertion::Inserted { .. }) && key == subject);
            }
            (Put::Written, inserted) => assert_eq!(inserted, Insertion::Conflict),
        }
    }
}
