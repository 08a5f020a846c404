//! Requests that meet in the service, on two nodes over one database: whoever comes first, what must hold holds. The
//! store's own races are in its contract suite; here the decisions are the service's, made on what each node remembers.
//!
//! SQLite has one process, so there the two nodes share its store; on Postgres, when `TEST_POSTGRES_URL` names one, each
//! has its own with its own memory, and the outcome is asked of a store that remembers nothing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use registry_server::domain::{Context, Lifecycle, Mode, Subject, Version, VersionSelector};
use registry_server::server::open_store;
use registry_server::service::{
    AssociationEndpoint, AssociationInfo, AssociationRequest, ConfigUpdate, Found, ReferenceRequest,
    RegisterOptions, Registry, RegistryError, SchemaRequest, Update,
};
use registry_server::store::sql::SqlStore;
use registry_server::store::{Actor, ChangeKind, Store, StoredVersion};

use crate::support::{databases, patient, settings};

const ROUNDS: u64 = 24;

/// Two nodes and what is really there.
struct Nodes {
    one: Registry,
    other: Registry,
    store: Store,
}

async fn all() -> Vec<Nodes> {
    let mut all = Vec::new();
    for url in databases().await {
        let open = || async { open_store(&url, patient()).await.expect("the database opens") };
        let registry = |store| Registry::new(store, Arc::new(settings(&[])));
        let first = open().await;
        all.push(if url.starts_with("sqlite:") {
            Nodes { one: registry(first.clone()), other: registry(first.clone()), store: first }
        } else {
            let store = SqlStore::open(&url, patient()).await.expect("the database opens");
            Nodes { one: registry(first), other: registry(open().await), store: Store::of(store) }
        });
    }
    all
}

impl Nodes {
    async fn versions(&self, subject: &str) -> Vec<StoredVersion> {
        self.store.reads.subject(&Subject::parse(subject)).await.expect("read").versions.clone()
    }

    /// The place of the last change of a kind in the log.
    async fn last(&self, kind: ChangeKind) -> Option<usize> {
        let changes = self.store.reads.changes(0, 100_000).await.expect("read");
        changes.iter().rposition(|change| change.kind == kind)
    }
}

/// Lets two things meet, each a little earlier or later than the other from round to round.
async fn meet<A, B>(round: u64, a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (early, late) = ((round % 7) * 700, (round / 7 % 4) * 500);
    let wait = |micros| tokio::time::sleep(Duration::from_micros(micros));
    tokio::join!(
        async {
            wait(early).await;
            a.await
        },
        async {
            wait(late).await;
            b.await
        }
    )
}

fn request(text: &str) -> SchemaRequest {
    SchemaRequest { schema: Some(text.to_owned()), ..SchemaRequest::default() }
}

/// Record `R` with an `int` field `a` and, if given, a field `b` of a type that has a default.
fn record(b: Option<(&str, &str)>) -> SchemaRequest {
    let more = b.map(|(kind, default)| format!(r#",{{"name":"b","type":"{kind}","default":{default}}}"#));
    request(&format!(
        r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":"int"}}{}]}}"#,
        more.unwrap_or_default()
    ))
}

fn referring(target: &str) -> SchemaRequest {
    let reference =
        ReferenceRequest { name: Some("D".into()), subject: Some(target.into()), version: Some(1) };
    SchemaRequest { references: vec![reference], ..request(r#"{"type":"array","items":"D"}"#) }
}

const TARGET: &str = r#"{"type":"record","name":"D","fields":[]}"#;

async fn register(node: &Registry, subject: &str, request: &SchemaRequest) -> Result<Found, RegistryError> {
    node.register(&Subject::parse(subject), request, &RegisterOptions::default()).await
}

async fn delete(node: &Registry, subject: &str, permanent: bool) -> Result<Vec<i32>, RegistryError> {
    node.delete_subject(&Subject::parse(subject), permanent, &Actor::default()).await
}

async fn set_level(node: &Registry, subject: &str, level: &str) {
    let update = ConfigUpdate { compatibility: Update::Set(level.to_owned()), ..ConfigUpdate::default() };
    node.update_config(&Subject::parse(subject), &update, &Actor::default()).await.expect("the level is set");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_schemas_that_fit_the_first_but_not_each_other_are_never_both_stored() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let subject = format!("s{round}");
            register(&nodes.one, &subject, &record(None)).await.expect("the first");
            // Both nodes remember the subject with its one version.
            register(&nodes.other, &subject, &record(None)).await.expect("the first again");
            let (text, number) = (record(Some(("string", "\"\""))), record(Some(("long", "0"))));
            let (a, b) =
                meet(round, register(&nodes.one, &subject, &text), register(&nodes.other, &subject, &number))
                    .await;
            let refused = match (a, b) {
                (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
                both => panic!("round {round}: {both:?}"),
            };
            assert!(matches!(refused, RegistryError::Incompatible { .. }), "round {round}: {refused}");
            assert_eq!(nodes.versions(&subject).await.len(), 2, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_schema_on_both_nodes_is_one_version_with_one_id() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let subject = format!("s{round}");
            let schema = request(&format!(r#"{{"type":"fixed","name":"F","size":{round}}}"#));
            let (a, b) = meet(
                round,
                register(&nodes.one, &subject, &schema),
                register(&nodes.other, &subject, &schema),
            )
            .await;
            let (a, b) = (a.expect("registered"), b.expect("registered"));
            assert_eq!((a.id, a.version), (b.id, b.version), "round {round}");
            assert_eq!(nodes.versions(&subject).await.len(), 1, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_referred_to_is_not_deleted() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let (target, referrer) = (format!("target{round}"), format!("referrer{round}"));
            register(&nodes.one, &target, &request(TARGET)).await.expect("the target");
            let wanted = referring(&target);
            let (registered, deleted) =
                meet(round, register(&nodes.other, &referrer, &wanted), delete(&nodes.one, &target, false))
                    .await;
            let is_deleted = nodes.versions(&target).await[0].deleted;
            assert_eq!(nodes.versions(&referrer).await.len(), usize::from(registered.is_ok()));
            assert_ne!(registered.is_ok(), is_deleted, "round {round}: {registered:?} {deleted:?}");
            assert_eq!(deleted.is_ok(), is_deleted, "round {round}: {deleted:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_restored_refers_to_nothing_deleted() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let (target, referrer) = (format!("target{round}"), format!("referrer{round}"));
            register(&nodes.one, &target, &request(TARGET)).await.expect("the target");
            register(&nodes.one, &referrer, &referring(&target)).await.expect("the referrer");
            delete(&nodes.one, &referrer, false).await.expect("deleted");
            let subject = Subject::parse(&referrer);
            let one = VersionSelector::Number(Version::FIRST);
            let actor = Actor::default();
            let (restored, deleted) = meet(
                round,
                nodes.other.restore_version(&subject, one, &actor),
                delete(&nodes.one, &target, false),
            )
            .await;
            let dangling =
                nodes.versions(&target).await[0].deleted && !nodes.versions(&referrer).await[0].deleted;
            assert!(!dangling, "round {round}: {restored:?} {deleted:?}");
            assert!(restored.is_ok() != deleted.is_ok(), "round {round}: {restored:?} {deleted:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_is_purged_is_taken_over_whole_or_never_given_again() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let schema = request(&format!(r#"{{"type":"fixed","name":"P","size":{round}}}"#));
            let (holder, reuser) = (format!("holder{round}"), format!("reuser{round}"));
            let old = register(&nodes.one, &holder, &schema).await.expect("registered").id;
            delete(&nodes.one, &holder, false).await.expect("deleted");
            let (registered, purged) =
                meet(round, register(&nodes.other, &reuser, &schema), delete(&nodes.one, &holder, true))
                    .await;
            purged.expect("purged");
            let new = registered.expect("registered").id;
            let context = Context::default_context();
            let content = nodes
                .store
                .reads
                .content(&context, new)
                .await
                .expect("read")
                .expect("the id has its content");
            assert_eq!(Some(&content.text), schema.schema.as_ref(), "round {round}");
            let kept = nodes.store.reads.content(&context, old).await.expect("read").is_some();
            assert_eq!(kept, new == old, "round {round}: taken over, or burned");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_that_is_switched_to_import_is_empty() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let subject = format!(":.c{round}:s");
            let context = Subject::parse(&format!(":.c{round}:"));
            let actor = Actor::default();
            let (registered, switched) = meet(
                round,
                register(&nodes.one, &subject, &record(None)),
                nodes.other.set_mode(&context, Some("IMPORT"), false, &actor),
            )
            .await;
            assert_ne!(registered.is_ok(), switched.is_ok(), "round {round}: {registered:?} {switched:?}");
            assert_eq!(
                nodes.versions(&subject).await.len(),
                usize::from(registered.is_ok()),
                "round {round}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_with_a_version_is_listed() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let subject = format!(":.c{round}:s");
            register(&nodes.one, &subject, &request("\"int\"")).await.expect("registered");
            delete(&nodes.one, &subject, false).await.expect("deleted");
            delete(&nodes.one, &subject, true).await.expect("purged");
            let context = Subject::parse(&subject).context().clone();
            let actor = Actor::default();
            let (registered, removed) = meet(
                round,
                register(&nodes.one, &subject, &request("\"long\"")),
                nodes.other.delete_context(&context, &actor),
            )
            .await;
            registered.expect("registered");
            let listed = nodes.store.reads.contexts().await.expect("read").contains(&context);
            assert!(listed, "round {round}: {removed:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_level_that_was_set_holds_for_every_later_version() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let subject = format!(":.c{round}:s");
            let scope = if round % 2 == 0 { subject.clone() } else { format!(":.c{round}:") };
            set_level(&nodes.one, &scope, "NONE").await;
            register(&nodes.one, &subject, &request("\"string\"")).await.expect("the first");
            register(&nodes.other, &subject, &request("\"string\"")).await.expect("the first again");
            let (registered, ()) = meet(
                round,
                register(&nodes.other, &subject, &record(None)),
                set_level(&nodes.one, &scope, "BACKWARD"),
            )
            .await;
            match registered {
                Ok(_) => assert!(
                    nodes.last(ChangeKind::Register).await < nodes.last(ChangeKind::Config).await,
                    "round {round}: stored although the level forbade it"
                ),
                Err(refused) => assert!(matches!(refused, RegistryError::Incompatible { .. }), "{refused}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_after_a_scope_became_read_only() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let subject = format!(":.c{round}:s");
            let scope = if round % 2 == 0 { subject.clone() } else { format!(":.c{round}:") };
            let (scope, actor) = (Subject::parse(&scope), Actor::default());
            let (registered, set) = meet(
                round,
                register(&nodes.other, &subject, &record(None)),
                nodes.one.set_mode(&scope, Some(Mode::ReadOnly.as_str()), false, &actor),
            )
            .await;
            set.expect("the mode is set");
            match registered {
                Ok(_) => assert!(
                    nodes.last(ChangeKind::Register).await < nodes.last(ChangeKind::Mode).await,
                    "round {round}"
                ),
                Err(refused) => assert!(matches!(refused, RegistryError::ReadOnly { .. }), "{refused}"),
            }
            assert!(
                register(&nodes.one, &subject, &record(Some(("long", "0")))).await.is_err(),
                "round {round}: the node that set it knows"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_resource_owns_is_not_referred_to() {
    for nodes in all().await {
        for round in 0..ROUNDS {
            let (target, referrer) = (format!(":.k:t{round}-value"), format!(":.k:referrer{round}"));
            // A resource comes to own a subject together with its first version.
            let own = AssociationRequest {
                resource_name: Some(format!("t{round}")),
                resource_namespace: Some("k".to_owned()),
                resource_id: Some(format!("id{round}")),
                associations: vec![AssociationInfo {
                    subject: Some(target.clone()),
                    lifecycle: Some(Lifecycle::Strong),
                    schema: Some(request(TARGET)),
                    ..AssociationInfo::default()
                }],
                ..AssociationRequest::default()
            };
            let (wanted, actor) = (referring(&target), Actor::default());
            let (registered, owned) = meet(
                round,
                register(&nodes.other, &referrer, &wanted),
                nodes.one.change_associations(&own, AssociationEndpoint::Create, &actor),
            )
            .await;
            // The version is written before the association, as in the original; a reference may come between the two.
            match (owned, registered) {
                (Ok(owned), Err(_)) => {
                    assert_eq!(owned.associations.len(), 1, "round {round}");
                    assert!(nodes.versions(&referrer).await.is_empty(), "round {round}");
                }
                (Err(RegistryError::ReferencesExist(..)), Ok(_)) => {
                    assert_eq!(nodes.versions(&referrer).await.len(), 1, "round {round}");
                }
                other => panic!("round {round}: {other:?}"),
            }
        }
    }
}
