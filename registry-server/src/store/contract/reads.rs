//! The answers of reads.

use std::collections::{BTreeMap, BTreeSet};

use super::Fixture;
use super::fixture::{actor, content, i, v};
use crate::domain::{
    Content, Context, Guid, Metadata, Reference, Rule, RuleKind, RuleMode, RuleSet, SchemaType, Subject,
    SubjectFilter,
};
use crate::store::{AssociationFilter, StoreError, SubjectQuery, Visibility};

pub(super) async fn nothing_is_there(fixture: &Fixture) {
    let store = fixture.store();
    let context = Context::default_context();
    assert!(fixture.state("s").await.versions.is_empty());
    assert!(store.reads.content(&context, i(1)).await.unwrap().is_none());
    assert!(store.reads.holders(&context, i(1)).await.unwrap().versions.is_empty());
    assert!(store.reads.ids_by_guid(Guid([1; 16])).await.unwrap().is_empty());
    let every_subject = SubjectQuery::of(SubjectFilter::everything(), Visibility::All);
    assert!(store.reads.subjects(&every_subject).await.unwrap().is_empty());
    assert!(store.reads.associations(&AssociationFilter::default()).await.unwrap().is_empty());
    assert!(store.reads.changes(0, 10).await.unwrap().is_empty());
    store.reads.ping().await.unwrap();
}

pub(super) async fn all_of_a_content_comes_back(fixture: &Fixture) {
    fixture.register("target", "target").await;
    let rule = Rule {
        name: Some("check".to_owned()),
        doc: Some(String::new()),
        kind: RuleKind::Condition,
        mode: RuleMode::UpDown,
        rule_type: Some("CEL".to_owned()),
        tags: BTreeSet::from(["PII".to_owned()]),
        params: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
        expr: Some("message.x > 1".to_owned()),
        on_success: Some("NONE".to_owned()),
        on_failure: Some("DLQ".to_owned()),
        disabled: true,
    };
    let whole = Content {
        schema_type: SchemaType::Protobuf,
        guid: Guid([9; 16]),
        text: "syntax = \"proto3\";\n// \u{1f600} '$1' \\".to_owned(),
        references: vec![Reference { name: "t".to_owned(), subject: ":.:target".to_owned(), version: v(1) }],
        metadata: Some(Metadata {
            tags: BTreeMap::from([("a.b".to_owned(), BTreeSet::from(["t".to_owned()]))]),
            properties: BTreeMap::from([("owner".to_owned(), "nul \0 is fine in a value".to_owned())]),
            sensitive: BTreeSet::from(["owner".to_owned()]),
        }),
        rule_set: Some(RuleSet {
            migration_rules: vec![rule.clone()],
            domain_rules: Vec::new(),
            encoding_rules: vec![Rule::default()],
            enable_at: Some("CLIENT".to_owned()),
        }),
    };
    let (id, _) = fixture.register_with("s", whole.clone(), &[("target", 1)]).await;
    let read = fixture.reads().content(&Context::default_context(), i(id.into())).await.unwrap().unwrap();
    assert_eq!(*read, whole);
    let state = fixture.state("s").await;
    assert_eq!(*state.versions[0].content, whole);
    assert!(state.versions[0].ts > 0);
    assert_eq!(state.versions[0].ts, state.versions[0].created_ts);
}

pub(super) async fn nul_characters_are_refused(fixture: &Fixture) {
    let store = fixture.store();
    let subject = Subject::parse("a\0b");
    let state = store.reads.subject(&subject).await.unwrap();
    assert!(state.versions.is_empty(), "a read finds nothing");
    let query = SubjectQuery::of(SubjectFilter::parse("a\0"), Visibility::All);
    assert!(store.reads.subjects(&query).await.unwrap().is_empty());
    for new in
        [fixture.next("a\0b", content("text"), &[]).await, fixture.next("s", content("te\0xt"), &[]).await]
    {
        let result = store.writes.insert_version(&state.scope.token, &new, &actor()).await;
        assert!(matches!(result, Err(StoreError::Unstorable { .. })), "{result:?}");
    }
    assert_eq!(fixture.register("s", "text").await, (1, 1));
}
