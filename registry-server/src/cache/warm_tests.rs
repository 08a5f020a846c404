//! Everything that a store can be asked, asked of one that remembers and of the database itself after each of many writes:
//! the answers are the same, and asking again costs no statement.

use std::sync::Arc;

use crate::domain::{
    Association, AssociationType, CompatibilityLevel, Config, Content, Context, Lifecycle, Mode, SchemaId,
    Subject, SubjectFilter, Version,
};
use crate::server::cached;
use crate::store::contract::fixture::{actor, content, postgres_schema};
use crate::store::sql::{OpenOptions, SqlStore, Statements};
use crate::store::{
    AliasQuery, AssociationCondition, AssociationFilter, AssociationWrite, NewVersion, Page, Placement,
    ReadStore, Store, SubjectQuery, Token, VersionQuery, Visibility, WriteStore,
};

const SUBJECTS: [&str; 4] = ["s", "t", ":.c:s", ":.c:unknown"];
const KEYS: [&str; 3] = ["", ":.c:", ":.__GLOBAL:"];
const TEXTS: [&str; 4] = ["one", "two", "referring", "unknown"];
const VISIBILITIES: [Visibility; 3] = [Visibility::Active, Visibility::All, Visibility::DeletedOnly];

fn contents() -> Vec<Content> {
    TEXTS.iter().map(|text| content(text)).collect()
}

/// All answers, each with its question. That an id has no content is not remembered by itself: whoever asks for it has
/// asked who holds the id.
async fn everything(reads: &dyn ReadStore, unheld_contents: bool) -> Vec<String> {
    let mut answers = Vec::new();
    macro_rules! ask {
        ($method:ident($($argument:expr),*)) => {{
            let answer = reads.$method($($argument),*).await.unwrap();
            answers.push(format!(concat!(stringify!($method), "{:?} = {:?}"), ($(&$argument,)*), answer));
        }};
    }
    for subject in SUBJECTS.iter().chain(&KEYS).map(|text| Subject::parse(text)) {
        ask!(scope(&subject));
        ask!(subject(&subject));
        for version in [None, Some(Version::FIRST)] {
            ask!(referrers(&subject, version));
        }
        ask!(associations(&AssociationFilter {
            subject: Some(subject.clone()),
            ..AssociationFilter::default()
        }));
    }
    for context in
        [Context::default_context(), Context::parse("c").unwrap(), Context::parse("unknown").unwrap()]
    {
        ask!(max_id(&context));
        for content in contents() {
            ask!(current_id(&context, &content));
        }
        for id in (0..8).chain([1000]).filter_map(SchemaId::new) {
            ask!(holders(&context, id));
            let is_held = !reads.holders(&context, id).await.unwrap().versions.is_empty();
            if unheld_contents || is_held {
                ask!(content(&context, id));
            }
        }
    }
    for content in contents() {
        ask!(ids_by_guid(content.guid));
    }
    ask!(contexts());
    for filter in ["", ":*:", ":.c:", "t"].map(SubjectFilter::parse) {
        for (of_contexts, offset, limit) in [(true, 0, None), (false, 0, Some(2))] {
            let page = Page { offset, limit };
            ask!(aliases(&AliasQuery { filter: filter.clone(), of_contexts, page }));
        }
        for visibility in VISIBILITIES {
            ask!(subjects(&SubjectQuery::of(filter.clone(), visibility)));
            let page = Page { offset: 1, limit: Some(2) };
            ask!(subjects(&SubjectQuery { filter: filter.clone(), visibility, page }));
            for latest_only in [false, true] {
                let all = VersionQuery { latest_only, ..VersionQuery::of(filter.clone(), visibility) };
                ask!(versions(&all));
                ask!(versions(&VersionQuery { rule_type: Some("CEL".to_owned()), ..all.clone() }));
                for lifecycles in [vec![None], vec![Some(Lifecycle::Weak)]] {
                    let associated =
                        Some(AssociationCondition { lifecycles, ..AssociationCondition::default() });
                    let listed = VersionQuery { associated, ..all.clone() };
                    ask!(versions(&listed));
                    ask!(listed_associations(&listed));
                }
            }
        }
    }
    answers
}

/// A store that is written to step by step.
struct Writer<'a> {
    reads: &'a dyn ReadStore,
    writes: &'a dyn WriteStore,
}

impl Writer<'_> {
    async fn token(&self, subject: &Subject) -> Token {
        self.reads.scope(subject).await.unwrap().token.clone()
    }

    async fn register(&self, subject: &str, text: &str, target: Option<&str>) {
        let subject = Subject::parse(subject);
        let next = self.reads.subject(&subject).await.unwrap().next_version().unwrap();
        self.insert(subject, text, target, Placement::Next(next)).await;
    }

    async fn insert(&self, subject: Subject, text: &str, target: Option<&str>, placement: Placement) {
        let targets = target.map(|target| (Subject::parse(target), Version::FIRST)).into_iter().collect();
        let new = NewVersion { subject, content: content(text), targets, deleted_targets: false, placement };
        let token = self.token(&new.subject).await;
        self.writes.insert_version(&token, &new, &actor()).await.unwrap();
    }

    /// The writes: every kind that there is.
    async fn step(&self, number: usize) -> Option<&'static str> {
        let (s, t, c) = (Subject::parse("s"), Subject::parse("t"), Subject::parse(":.c:s"));
        let first = Version::FIRST;
        let full = Config {
            compatibility_level: Some(CompatibilityLevel::Full),
            alias: Some("t".to_owned()),
            ..Config::default()
        };
        let who = &actor();
        Some(match number {
            0 => "nothing",
            1 => {
                self.register("s", "one", None).await;
                "a first version"
            }
            2 => {
                self.register("t", "one", None).await;
                "the same content elsewhere"
            }
            3 => {
                self.register(":.c:s", "two", None).await;
                "another context"
            }
            4 => {
                self.register("t", "referring", Some("s")).await;
                "a reference"
            }
            5 => {
                self.writes.put_config(&self.token(&s).await, &s, Some(&full), who).await.unwrap();
                "a config with an alias"
            }
            6 => {
                let key = Subject::of_context(Context::global());
                self.writes.put_config(&self.token(&key).await, &key, Some(&full), who).await.unwrap();
                "a config of the registry"
            }
            7 => {
                self.writes.put_mode(&self.token(&t).await, &t, Some(Mode::Import), who).await.unwrap();
                "a mode"
            }
            8 => {
                let at = Placement::At { version: Version::new(5).unwrap(), id: SchemaId::new(7) };
                self.insert(t, "one", None, at).await;
                "an import under another id"
            }
            9 => {
                let context = Context::default_context();
                let key = Subject::of_context(context.clone());
                self.writes.clear_modes(&self.token(&key).await, &context, who).await.unwrap();
                "modes removed"
            }
            10 => {
                let version = Version::new(2).unwrap();
                self.writes.delete_version(&self.token(&t).await, &t, version, who).await.unwrap();
                "a soft deletion"
            }
            11 => {
                let version = Version::new(2).unwrap();
                self.writes.restore_version(&self.token(&t).await, &t, version, who).await.unwrap();
                "a restoral"
            }
            12 => {
                self.writes.delete_subject(&self.token(&t).await, &t, who).await.unwrap();
                "a subject deleted"
            }
            13 => {
                self.writes.purge_subject(&self.token(&t).await, &t, who).await.unwrap();
                "a subject purged"
            }
            14 => {
                self.writes.delete_version(&self.token(&c).await, &c, first, who).await.unwrap();
                self.writes.purge_version(&self.token(&c).await, &c, first, who).await.unwrap();
                "the last version of a context purged"
            }
            15 => {
                self.writes.delete_context(c.context(), who).await.unwrap();
                "a context removed"
            }
            16 => {
                let changes = self.reads.changes(0, 1000).await.unwrap();
                let purge = changes.iter().rfind(|change| change.kind.as_str() == "purge").unwrap();
                self.writes.restore_purged(purge.seq, who).await.unwrap();
                "a purge taken back"
            }
            17 => {
                let key = Subject::of_context(c.context().clone());
                let scope = crate::store::ImportScope::Context(c.context().clone());
                self.writes.enter_import(&self.token(&key).await, &key, &scope, who).await.unwrap();
                "a switch to import"
            }
            18 => {
                self.writes.erase(c.context(), SchemaId::new(1).unwrap(), who).await.unwrap();
                "an erasure"
            }
            19 => {
                let association = Association {
                    subject: s.clone(),
                    guid: "g".to_owned(),
                    resource_name: "n".to_owned(),
                    resource_namespace: "ns".to_owned(),
                    resource_id: "r".to_owned(),
                    resource_type: "topic".to_owned(),
                    association_type: AssociationType::Value,
                    lifecycle: Lifecycle::Weak,
                    frozen: false,
                    create_ts: 1,
                    update_ts: 1,
                };
                let write = AssociationWrite {
                    resource_id: "r".to_owned(),
                    resource_type: "topic".to_owned(),
                    expected: vec![(s.clone(), self.token(&s).await)],
                    put: vec![association],
                    ..AssociationWrite::default()
                };
                self.writes.write_associations(&write, who).await.unwrap();
                "an association"
            }
            20 => {
                self.insert(s, "two", None, Placement::At { version: first, id: SchemaId::new(6) }).await;
                "an import in place of another content"
            }
            21 => {
                self.writes.erase(s.context(), SchemaId::new(1).unwrap(), who).await.unwrap();
                "an erasure of what nobody purged"
            }
            _ => return None,
        })
    }
}

async fn check(remembering: &Store, statements: &Statements, database: &SqlStore, writer: Writer<'_>) {
    let mut number = 0;
    let mut before = Vec::new();
    while let Some(step) = writer.step(number).await {
        number += 1;
        remembering.reads.catch_up(remembering.reads.known()).await.unwrap();
        let truth = everything(database, true).await;
        // What is erased was purged before, and cannot be seen any more.
        assert!(truth != before || step == "an erasure", "{step} changes nothing");
        for (told, truth) in everything(&*remembering.reads, true).await.iter().zip(&truth) {
            assert_eq!(told, truth, "after {step}");
        }
        let sent = statements.for_requests();
        let again = everything(&*remembering.reads, false).await;
        assert!(again.iter().all(|told| truth.contains(told)), "after {step}, again");
        assert_eq!(statements.for_requests(), sent, "after {step}");
        before = truth;
    }
}

#[tokio::test]
async fn what_was_asked_once_costs_nothing_until_it_changes() {
    let database = SqlStore::in_memory().await.unwrap();
    let statements = database.statements();
    let super::Cached { reads, writes } = super::Cached::new(database);
    let remembering = Store { reads: Arc::new(reads), writes: writes.clone() };
    check(&remembering, &statements, &writes, Writer { reads: &*writes, writes: &*writes }).await;
}

#[tokio::test]
async fn what_another_node_writes_is_told_and_then_costs_nothing() {
    let Some(url) = postgres_schema().await else { return };
    let open = || async { SqlStore::open(&url, OpenOptions::default()).await.unwrap() };
    let (other, database) = (open().await, open().await);
    let statements = database.statements();
    let remembering = cached(database);
    check(&remembering, &statements, &other, Writer { reads: &other, writes: &other }).await;
}

#[tokio::test]
async fn a_storm_of_unknown_ids_costs_no_statements() {
    let mut urls = vec!["sqlite::memory:".to_owned()];
    urls.extend(postgres_schema().await);
    for url in urls {
        let database = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
        let statements = database.statements();
        let store = cached(database);
        Writer { reads: &*store.reads, writes: &*store.writes }.register("s", "one", None).await;
        // A node finds its own writes in the log as well.
        store.reads.catch_up(store.reads.known()).await.unwrap();
        let contexts = [Context::default_context(), Context::parse("unknown").unwrap()];
        let is_held = async |context: &Context, id: i64| {
            let holders = store.reads.holders(context, SchemaId::new(id).unwrap()).await.unwrap();
            !holders.versions.is_empty()
        };
        for context in &contexts {
            assert!(!is_held(context, 2).await);
        }
        let sent = statements.for_requests();
        for context in &contexts {
            for id in 2..300 {
                assert!(!is_held(context, id).await);
            }
        }
        assert_eq!(statements.for_requests(), sent, "{url}");
        assert!(is_held(&contexts[0], 1).await);
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_there_once_the_node_has_caught_up() {
    let Some(url) = postgres_schema().await else { return };
    let open = || async { SqlStore::open(&url, OpenOptions::default()).await.unwrap() };
    let (other, store) = (open().await, cached(open().await));
    let writer = Writer { reads: &other, writes: &other };
    let context = Context::default_context();
    for number in 1..=40 {
        let id = SchemaId::new(number).unwrap();
        let text = format!("text {number}");
        let guid = content(&text).guid;
        // Both are remembered as unknown.
        for _ in 0..2 {
            assert!(store.reads.holders(&context, id).await.unwrap().versions.is_empty());
            assert!(store.reads.ids_by_guid(guid).await.unwrap().is_empty());
        }
        writer.register("s", &text, None).await;
        store.reads.catch_up(store.reads.known()).await.unwrap();
        assert_eq!(store.reads.holders(&context, id).await.unwrap().versions.len(), 1, "{number}");
        assert_eq!(store.reads.ids_by_guid(guid).await.unwrap(), [(context.clone(), id)]);
    }
}

#[tokio::test]
async fn contents_that_share_a_hash_are_told_apart() {
    let store = cached(SqlStore::in_memory().await.unwrap());
    let context = Context::default_context();
    let one = content("one");
    let other = Content { guid: one.guid, ..content("another text") };
    Writer { reads: &*store.reads, writes: &*store.writes }.register("s", "one", None).await;
    for _ in 0..2 {
        assert_eq!(store.reads.current_id(&context, &one).await.unwrap(), SchemaId::new(1));
        assert_eq!(store.reads.current_id(&context, &other).await.unwrap(), None);
    }
}
