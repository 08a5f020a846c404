//! Listings of subjects, versions, contexts and aliases.

use super::Conditions;
use crate::domain::{Context, Subject, SubjectFilter};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{VERSION, VERSION_TABLES, stored_version};
use crate::store::sql::param::{Param, Row};
use crate::store::{StoreError, StoredVersion, VersionQuery, Visibility};

/// The text form of a subject, which is what listings are ordered by.
const QUALIFIED: &str =
    "CASE WHEN v.context = '.' THEN v.subject ELSE ':' || v.context || ':' || v.subject END";

/// Each subject that has a version has a row of its own, so not every version has to be looked at.
pub(in crate::store::sql) async fn subjects(
    database: &Database,
    filter: &SubjectFilter,
    visibility: Visibility,
) -> Result<Vec<Subject>, StoreError> {
    let mut conditions = Conditions::new();
    conditions.and_names("s", "name", filter);
    let versions = "EXISTS (SELECT 1 FROM versions v WHERE v.context = s.context AND v.subject = s.name";
    conditions.and_also(&match visibility {
        Visibility::All => format!("{versions})"),
        Visibility::Active => format!("{versions} AND v.deleted = 0)"),
        Visibility::DeletedOnly => format!("{versions}) AND NOT {versions} AND v.deleted = 0)"),
    });
    let sql = format!("SELECT s.context, s.name FROM subjects s WHERE {}", conditions.sql);
    let rows = database.fetch(&sql, &conditions.params).await?;
    let mut subjects: Vec<Subject> = rows.iter().map(subject_at_start).collect::<Result<_, _>>()?;
    subjects.sort_by_cached_key(ToString::to_string);
    Ok(subjects)
}

pub(in crate::store::sql) async fn versions(
    database: &Database,
    cipher: &Cipher,
    query: &VersionQuery,
) -> Result<Vec<StoredVersion>, StoreError> {
    let mut conditions = Conditions::new();
    conditions.and_filter("v", &query.filter);
    let counts = |table: &str| match query.visibility {
        Visibility::All => "1 = 1".to_owned(),
        Visibility::Active => format!("{table}.deleted = 0"),
        Visibility::DeletedOnly => format!("{table}.deleted = 1"),
    };
    conditions.and_also(&counts("v"));
    if query.latest_only {
        conditions.and_also(&format!(
            "v.version = (SELECT MAX(w.version) FROM versions w \
             WHERE w.context = v.context AND w.subject = v.subject AND {})",
            counts("w")
        ));
    }
    // SQLite takes no OFFSET without a LIMIT, so there is always one.
    let limit = query.page.limit.map_or(i64::MAX, i64::from);
    conditions.params.push(Param::from(limit));
    conditions.params.push(Param::from(i64::from(query.page.offset)));
    let last = conditions.params.len();
    // In one context the order is that of an index, which is read no further than the page goes.
    let order = if query.filter.context.is_some() { "v.subject" } else { QUALIFIED };
    let sql = format!(
        "SELECT {VERSION} FROM {VERSION_TABLES} WHERE {} ORDER BY {order}, v.version LIMIT ${} OFFSET ${last}",
        conditions.sql,
        last - 1,
    );
    let rows = database.fetch(&sql, &conditions.params).await?;
    rows.iter().map(|row| stored_version(row, cipher)).collect()
}

pub(in crate::store::sql) async fn contexts(database: &Database) -> Result<Vec<Context>, StoreError> {
    let sql = "SELECT name FROM contexts WHERE listed = 1 AND name <> '.' ORDER BY name";
    let mut contexts = vec![Context::default_context()];
    for row in database.fetch(sql, &[]).await? {
        contexts.push(row.context(0)?);
    }
    Ok(contexts)
}

pub(in crate::store::sql) async fn aliases(
    database: &Database,
    filter: &SubjectFilter,
) -> Result<Vec<(Subject, String)>, StoreError> {
    let mut conditions = Conditions::new();
    conditions.and_filter("s", filter);
    let sql = format!(
        "SELECT s.context, s.subject, s.alias FROM settings s WHERE s.alias IS NOT NULL AND {}",
        conditions.sql
    );
    let rows = database.fetch(&sql, &conditions.params).await?;
    let mut aliases: Vec<(Subject, String)> = rows
        .iter()
        .map(|row| Ok((subject_at_start(row)?, row.text(2)?)))
        .collect::<Result<_, StoreError>>()?;
    aliases.sort_by_cached_key(|(subject, _)| subject.to_string());
    Ok(aliases)
}

fn subject_at_start(row: &Row) -> Result<Subject, StoreError> {
    Ok(Subject::new(row.context(0)?, &row.text(1)?))
}
