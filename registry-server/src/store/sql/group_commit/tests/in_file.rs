//! Registrations that are carried out together on SQLite.

use super::{decided, id, insert_all};
use crate::domain::{Config, Subject, Version};
use crate::store::contract::fixture::actor;
use crate::store::sql::group_commit::in_file::Sqlite;
use crate::store::sql::{SqlStore, StatementKind};
use crate::store::{Insertion, NewVersion, Put, ReadStore as _, Removal, Token, WriteStore as _};

/// The versions of a subject with their texts, soft-deleted ones with a minus sign.
async fn versions(store: &SqlStore, subject: &str) -> Vec<String> {
    let state = store.subject(&Subject::parse(subject)).await.unwrap();
    let sign = |deleted| if deleted { "-" } else { "" };
    let versions = state.versions.iter();
    versions.map(|one| format!("{}{} {}", sign(one.deleted), one.version, one.content.text)).collect()
}

async fn delete(store: &SqlStore, subject: &str, purge: bool) {
    let (subject, actor) = (Subject::parse(subject), actor());
    let one = Version::FIRST;
    let token = store.scope(&subject).await.unwrap().token.clone();
    let removed = store.delete_version(&token, &subject, one, &actor).await.unwrap();
    assert_eq!(removed, Removal::Removed(vec![one]));
    if purge {
        let token = store.scope(&subject).await.unwrap().token.clone();
        store.purge_version(&token, &subject, one, &actor).await.unwrap();
    }
}

#[tokio::test]
async fn registrations_that_wait_share_transactions() {
    let most = Sqlite::LIMITS.most_together;
    for count in [1, 2, most, most + 1, 3 * most] {
        let store = SqlStore::in_memory().await.unwrap();
        let mut registrations = Vec::new();
        for number in 0..count {
            // Every third one has a content that another one has.
            let text = format!("text {}", number - number % 3 / 2);
            registrations.push(decided(&store, &format!("s{number}"), &text).await);
        }
        let statements = store.statements();
        let before = statements.of(StatementKind::Begin);
        let results = insert_all(&store, &registrations).await;
        // All of them wait before the first one is sent.
        let begun = usize::try_from(statements.of(StatementKind::Begin) - before).unwrap();
        assert_eq!(begun, count.div_ceil(most), "of {count}");
        for ((_, new), result) in registrations.iter().zip(&results) {
            let state = store.subject(&new.subject).await.unwrap();
            assert_eq!(state.versions.len(), 1, "{}", new.subject);
            assert_eq!(*state.versions[0].content, new.content);
            assert_eq!(Some(state.versions[0].id.get()), id(result), "{}", new.subject);
        }
        let mut ids: Vec<i32> = results.iter().filter_map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        let contents = count - count / 3;
        assert_eq!(ids, (1..=i32::try_from(contents).unwrap()).collect::<Vec<_>>(), "of {count}");
        let changes = store.changes(0, 1000).await.unwrap();
        assert_eq!(changes.len(), count, "each is in the change log once");
    }
}

#[tokio::test]
async fn what_is_special_is_done_step_by_step() {
    let store = SqlStore::in_memory().await.unwrap();
    let first = [
        decided(&store, "again", "text").await,
        decided(&store, "purged", "gone").await,
        decided(&store, "target", "target").await,
        decided(&store, "gone-target", "gone target").await,
    ];
    insert_all(&store, &first).await;
    delete(&store, "again", false).await;
    delete(&store, "purged", true).await;
    delete(&store, "gone-target", false).await;
    let referring = |(token, new): (Token, NewVersion), target: &str| {
        let targets = vec![(Subject::parse(target), Version::FIRST)];
        (token, NewVersion { targets, ..new })
    };
    let mut registrations = vec![
        decided(&store, "usual", "usual").await,
        // The deleted version of the same content goes.
        decided(&store, "again", "text").await,
        // The content comes back.
        decided(&store, "elsewhere", "gone").await,
        // The context comes to be.
        decided(&store, ":.new:s", "usual").await,
        referring(decided(&store, "refers", "refers").await, "target"),
        referring(decided(&store, "dangles", "dangles").await, "gone-target"),
        decided(&store, "last", "last").await,
    ];
    // What a config changes is decided anew.
    let subject = Subject::parse("stale");
    registrations.push(decided(&store, "stale", "stale").await);
    let (config, doer) = (Config::default(), actor());
    let put = store.put_config(&registrations[7].0, &subject, Some(&config), &doer).await;
    assert_eq!(put.unwrap(), Put::Written);
    let results = insert_all(&store, &registrations).await;
    for ((_, new), result) in registrations.iter().zip(results) {
        let name = new.subject.to_string();
        let expected = match name.as_str() {
            "again" => vec!["2 text".to_owned()],
            "dangles" | "stale" => {
                assert_eq!(result.unwrap(), Insertion::Conflict, "{name}");
                assert!(versions(&store, &name).await.is_empty());
                continue;
            }
            _ => vec![format!("1 {}", new.content.text)],
        };
        assert!(matches!(result, Ok(Insertion::Inserted { .. })), "{name}: {result:?}");
        assert_eq!(versions(&store, &name).await, expected, "{name}");
    }
    let referrers = store.referrers(&Subject::parse("target"), None).await.unwrap();
    assert_eq!(referrers.iter().map(|one| one.subject.to_string()).collect::<Vec<_>>(), ["refers"]);
}
