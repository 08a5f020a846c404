//! Registrations of versions that come next as one statement, as a function of the database is on Postgres.
//!
//! Each text that is sent to SQLite wakes the thread of a connection and waits for it, which costs more than what most texts do.
//! So the connection that writes has a view of its own, into which registrations are inserted, any number by one statement, and
//! a trigger that carries out each. Both are temporary: nothing of them is in the file.

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::store::ChangeKind;
use crate::store::sql::read::TOKEN;
use crate::store::sql::write::TARGET;

/// How many values a registration has.
pub(in crate::store::sql) const REGISTRATION_COLUMNS: usize = 19;

/// What a registration consists of, in the order of the parameters of [`insert`].
const COLUMNS: [&str; REGISTRATION_COLUMNS] = [
    "context",
    "subject",
    "version",
    // The token that it was decided on.
    "subject_revision",
    "context_revision",
    "default_context_revision",
    "global_revision",
    "ts",
    "actor",
    "guid",
    "digest",
    "schema_type",
    "body",
    "refs",
    "metadata",
    "rule_set",
    // What the change log tells of it.
    "logged",
    // The versions that it refers to as a JSON array of context, name and number each; NULL for none.
    "targets",
    "deleted_targets",
];

/// Gives a connection the view and its trigger. Its temporaries are in memory: what a statement of many registrations may have to
/// undo is small, and is not written to another file. What needs a copy of the whole file is run on another connection.
pub(in crate::store::sql) async fn prepare(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let columns: Vec<String> = COLUMNS.iter().map(|name| format!("NULL AS {name}")).collect();
    let view = format!("CREATE TEMP VIEW registering AS SELECT {}", columns.join(", "));
    for sql in ["PRAGMA temp_store = MEMORY".to_owned(), view, trigger()] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The statement that carries out so many registrations one after the other, each as far as nothing stands in its way and
/// nothing about it is special. Whether it was shows in the change log alone.
pub(in crate::store::sql) fn insert(count: usize) -> String {
    let row = format!("({})", ["?"; COLUMNS.len()].join(", "));
    format!("INSERT INTO registering ({}) VALUES {}", COLUMNS.join(", "), vec![row; count].join(", "))
}

/// A statement in which parameters are what these terms give.
fn with_terms(sql: &str, terms: &[&str]) -> String {
    let numbered = terms.iter().zip(1..);
    numbered.fold(sql.to_owned(), |sql, (term, number)| sql.replace(&format!("${number}"), term))
}

/// The statements of the trigger, with a parameter for each value of a registration.
#[cfg(test)]
pub(in crate::store::sql) fn trigger_statements() -> Vec<String> {
    let trigger = trigger();
    let (_, body) = trigger.split_once(" BEGIN ").unwrap();
    let mut body = body.strip_suffix("; END").unwrap().replace("RAISE(IGNORE)", "1");
    let mut columns: Vec<_> = COLUMNS.iter().zip(1..).collect();
    // Names that begin with another name come first.
    columns.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, number) in columns {
        body = body.replace(&format!("new.{name}"), &format!("?{number}"));
    }
    body.split("; ").map(str::to_owned).collect()
}

/// Leaves out a registration that is not to be carried out, or to be looked at step by step: another state than the token's,
/// or a version that does not come next or whose targets are not there; a context that is not on the list, a deleted version
/// that may be of the same content and would go, a content that was purged or whose id is bound anew, and ids that are at an
/// end.
fn trigger() -> String {
    let token = with_terms(TOKEN, &["new.context", "new.subject"]);
    let target =
        with_terms(TARGET, &["t.value ->> 0", "t.value ->> 1", "t.value ->> 2", "new.deleted_targets"]);
    let subject = "context = new.context AND subject = new.subject";
    let current = "context = new.context AND digest = new.digest";
    let last_id = "COALESCE(last_id, (SELECT skipped FROM history WHERE one = 1))";
    let last_row = "(SELECT MAX(seq) FROM change_log)";
    format!(
        "CREATE TEMP TRIGGER register INSTEAD OF INSERT ON registering BEGIN \
         SELECT RAISE(IGNORE) WHERE \
         (new.subject_revision, new.context_revision, new.default_context_revision, new.global_revision) <> ({token}) \
         OR new.version <> COALESCE((SELECT MAX(version) FROM versions WHERE {subject}), 0) + 1 \
         OR EXISTS (SELECT 1 FROM versions WHERE {subject} AND deleted = 1) \
         OR NOT EXISTS (SELECT 1 FROM contexts WHERE name = new.context AND listed = 1 AND {last_id} < {most}) \
         OR EXISTS (SELECT 1 FROM current_ids k JOIN contents c ON c.context = k.context AND c.id = k.id \
         WHERE k.context = new.context AND k.digest = new.digest AND (c.digest <> k.digest OR c.purged <> 0)) \
         OR EXISTS (SELECT 1 FROM json_each(new.targets) t WHERE new.targets IS NOT NULL AND NOT EXISTS ({target})); \
         UPDATE contexts SET last_id = {last_id} + 1 \
         WHERE name = new.context AND NOT EXISTS (SELECT 1 FROM current_ids WHERE {current}); \
         INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set, purged) \
         SELECT name, last_id, new.guid, new.digest, new.schema_type, new.body, new.refs, new.metadata, new.rule_set, 0 \
         FROM contexts WHERE name = new.context AND NOT EXISTS (SELECT 1 FROM current_ids WHERE {current}); \
         INSERT INTO current_ids (context, digest, id) SELECT name, new.digest, last_id \
         FROM contexts WHERE name = new.context ON CONFLICT DO NOTHING; \
         INSERT INTO change_log (ts, actor, kind, context, subject, version, id, old_value, new_value) \
         SELECT new.ts, new.actor, '{kind}', new.context, new.subject, new.version, id, NULL, new.logged \
         FROM current_ids WHERE {current}; \
         INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written) \
         SELECT context, subject, version, id, 0, ts, ts, seq FROM change_log WHERE seq = {last_row}; \
         INSERT INTO version_references \
         (context, subject, version, target_context, target_subject, target_version) \
         SELECT new.context, new.subject, new.version, t.value ->> 0, t.value ->> 1, t.value ->> 2 \
         FROM json_each(new.targets) t WHERE new.targets IS NOT NULL ON CONFLICT DO NOTHING; \
         INSERT INTO subjects (context, name, revision) VALUES (new.context, new.subject, {last_row}) \
         ON CONFLICT (context, name) DO UPDATE SET revision = excluded.revision; \
         END",
        // The highest id that there is.
        most = i32::MAX,
        kind = ChangeKind::Register.as_str(),
    )
}
