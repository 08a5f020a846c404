//! Listings of subjects, versions, contexts and aliases.

use super::Conditions;
use super::filtered::filtered_versions;
use super::subjects::{has_versions, order_of_subjects, subjects_under};
use crate::domain::{Context, Subject};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{VERSION, stored_version};
use crate::store::sql::param::Row;
use crate::store::{AliasQuery, Page, StoreError, StoredVersion, SubjectQuery, VersionQuery, Visibility};

/// Each subject that has a version has a row of its own, so not every version has to be looked at.
pub(in crate::store::sql) async fn subjects(
    database: &Database,
    query: &SubjectQuery,
) -> Result<Vec<Subject>, StoreError> {
    let mut conditions = Conditions::new();
    let is_whole = query.page == Page::default();
    let from = match query.visibility {
        Visibility::All => {
            subjects_under(&mut conditions, &query.filter, &has_versions("s", "1 = 1", is_whole)).to_owned()
        }
        Visibility::Active => {
            let active = has_versions("s", "u.deleted = 0", is_whole);
            subjects_under(&mut conditions, &query.filter, &active).to_owned()
        }
        Visibility::DeletedOnly => {
            conditions.and_names("s", "name", &query.filter);
            let versions = "SELECT 1 FROM versions u WHERE u.context = s.context AND u.subject = s.name";
            conditions.and_also(&format!("NOT EXISTS ({versions} AND u.deleted = 0)"));
            conditions.and_also("s.context = few.context AND s.name = few.subject");
            // What few subjects have is where to begin.
            let few = "SELECT DISTINCT w.context, w.subject FROM versions w WHERE w.deleted = 1";
            format!("({few}) AS few CROSS JOIN subjects s")
        }
    };
    let order = order_of_subjects(&query.filter);
    let page = conditions.page(query.page);
    let sql =
        format!("SELECT s.context, s.name FROM {from} WHERE {} ORDER BY {order} {page}", conditions.sql);
    let rows = database.fetch(&sql, &conditions.params).await?;
    rows.iter().map(subject_at_start).collect()
}

pub(in crate::store::sql) async fn versions(
    database: &Database,
    cipher: &Cipher,
    query: &VersionQuery,
) -> Result<Vec<StoredVersion>, StoreError> {
    if query.rule_type.is_some() || query.associated.is_some() {
        return filtered_versions(database, cipher, query).await;
    }
    let mut conditions = Conditions::new();
    let counts = |table: &str| match query.visibility {
        Visibility::All => "1 = 1".to_owned(),
        Visibility::Active => format!("{table}.deleted = 0"),
        Visibility::DeletedOnly => format!("{table}.deleted = 1"),
    };
    let order = order_of_subjects(&query.filter);
    let (from, order, page) = if query.latest_only {
        // Each of the subjects has one, so they are as many.
        let from = subjects_of_versions(&mut conditions, query, &counts("u"), query.page);
        conditions.and_also("v.context = s.context AND v.subject = s.name AND v.version = s.last");
        (format!("{from} CROSS JOIN versions v"), order.to_owned(), String::new())
    } else if query.filter.context.is_some() {
        conditions.and_filter("v", &query.filter);
        ("versions v".to_owned(), "v.subject, v.version".to_owned(), conditions.page(query.page))
    } else {
        let from = if query.filter.prefix.is_empty() {
            "subjects s".to_owned()
        } else {
            // The subjects are put in order, but no more of them than the page can need: each of these has a version at least.
            let Page { offset, limit } = query.page;
            let first = Page { offset: 0, limit: limit.map(|limit| limit.saturating_add(offset)) };
            subjects_of_versions(&mut conditions, query, &counts("u"), first)
        };
        conditions.and_also("v.context = s.context AND v.subject = s.name");
        let page = conditions.page(query.page);
        (format!("{from} CROSS JOIN versions v"), format!("{order}, v.version"), page)
    };
    conditions.and_also(&counts("v"));
    conditions.and_also("c.context = v.context AND c.id = v.id");
    let sql = format!(
        "SELECT {VERSION} FROM {from} CROSS JOIN contents c WHERE {} ORDER BY {order} {page}",
        conditions.sql
    );
    let rows = database.fetch(&sql, &conditions.params).await?;
    rows.iter().map(|row| stored_version(row, cipher)).collect()
}

/// A page of the subjects `s` that have versions to list, with the number of the `last` of them. `counts` is the condition that a
/// version `u` counts.
fn subjects_of_versions(
    conditions: &mut Conditions,
    query: &VersionQuery,
    counts: &str,
    page: Page,
) -> String {
    let mut subjects = Conditions::new();
    let versions = format!("FROM versions u WHERE u.context = s.context AND u.subject = s.name AND {counts}");
    let is_whole = page == Page::default();
    let from = subjects_under(&mut subjects, &query.filter, &has_versions("s", counts, is_whole));
    let page = subjects.page(page);
    let order = order_of_subjects(&query.filter);
    conditions.params = subjects.params;
    format!(
        "(SELECT s.context, s.name, s.qualified, (SELECT MAX(u.version) {versions}) AS last \
         FROM {from} WHERE {} ORDER BY {order} {page}) AS s",
        subjects.sql
    )
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
    AliasQuery { filter, of_contexts, page }: &AliasQuery,
) -> Result<Vec<(Subject, String)>, StoreError> {
    let mut conditions = Conditions::new();
    conditions.and_filter("s", filter);
    conditions.and_also("s.alias <> ''");
    if !of_contexts {
        conditions.and_also("s.subject <> ''");
    }
    // The text of subjects, which has no index here: those with aliases are few.
    let order =
        "CASE WHEN context = '.' THEN subject ELSE ':' || context || ':' || subject END, context, subject";
    let page = conditions.page(*page);
    let sql = format!(
        "SELECT context, subject, alias FROM \
         (SELECT s.context, s.subject, s.alias FROM settings s WHERE s.alias IS NOT NULL AND {}) AS few \
         ORDER BY {order} {page}",
        conditions.sql
    );
    let rows = database.fetch(&sql, &conditions.params).await?;
    rows.iter().map(|row| Ok((subject_at_start(row)?, row.text(2)?))).collect()
}

fn subject_at_start(row: &Row) -> Result<Subject, StoreError> {
    Ok(Subject::new(row.context(0)?, &row.text(1)?))
}
