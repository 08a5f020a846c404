//! Tokens of the registry.

use super::Fixture;
use super::fixture::actor;
use crate::store::{ApiToken, ChangeKind, Scope};

fn token(id: &str, hash: u8) -> ApiToken {
    ApiToken {
        id: id.to_owned(),
        hash: [hash; 32],
        owner: "alice".to_owned(),
        groups: vec!["developers".to_owned()],
        name: "é".to_owned(),
        scopes: Some(vec![Scope::new(vec!["SUBJECT_READ".to_owned()], vec!["orders-".to_owned()])]),
        created: 5,
        expires: Some(7),
        last_used: None,
    }
}

async fn issue(fixture: &Fixture, token: &ApiToken) -> bool {
    fixture.writes().issue_token(token, 3, &actor()).await.unwrap()
}

pub(super) async fn a_token_comes_back_until_it_is_revoked(fixture: &Fixture) {
    let (one, two) = (token("one", 1), ApiToken { scopes: None, expires: None, ..token("two", 2) });
    // Remembered as nothing, and not told so any more.
    assert_eq!(fixture.reads().api_tokens().await.unwrap().iter().count(), 0);
    for token in [&one, &two] {
        assert!(issue(fixture, token).await);
        assert_eq!(fixture.reads().api_tokens().await.unwrap().find(&token.hash), Some(token));
    }
    assert_eq!(fixture.reads().api_tokens().await.unwrap().find(&[3; 32]), None);
    let revoke = async |id: &str, owner: Option<&str>| {
        fixture.writes().revoke_token(id, owner, &actor()).await.unwrap()
    };
    assert!(!revoke("one", Some("bob")).await, "it is another's");
    assert!(!revoke("none", None).await);
    assert!(revoke("one", Some("alice")).await);
    assert!(!revoke("one", Some("alice")).await, "it is gone");
    assert!(revoke("two", None).await);
    assert_eq!(fixture.reads().api_tokens().await.unwrap().iter().count(), 0);
}

pub(super) async fn there_are_no_more_than_may_be(fixture: &Fixture) {
    for (id, is_stored) in [(1, true), (2, true), (3, true), (4, false)] {
        assert_eq!(issue(fixture, &token(&id.to_string(), id)).await, is_stored, "{id}");
    }
}

pub(super) async fn a_token_leaves_rows_without_its_hash(fixture: &Fixture) {
    let one = token("one", 1);
    issue(fixture, &one).await;
    fixture.writes().note_token_use("one").await.unwrap();
    let stored = fixture.reads().stored_api_tokens().await.unwrap();
    assert!(stored.find(&one.hash).unwrap().last_used.is_some());
    fixture.writes().revoke_token("one", None, &actor()).await.unwrap();
    fixture.writes().note_token_use("one").await.unwrap();
    let rows = fixture.reads().changes(0, 100).await.unwrap();
    assert_eq!(rows.len(), 2, "its use is no change");
    let told = |value: &Option<serde_json::Value>| value.as_ref().map(|value| value["owner"].clone());
    for (row, before, after) in
        [(&rows[0], None, Some("alice".into())), (&rows[1], Some("alice".into()), None)]
    {
        assert_eq!((row.kind, told(&row.before), told(&row.after)), (ChangeKind::Token, before, after));
        assert_eq!(row.actor.as_deref(), Some("tester"));
        assert!(!format!("{row:?}").contains("hash"));
    }
}
