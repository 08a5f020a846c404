//! Lists of versions by what their schemas or their subjects have. The page is found by names and numbers alone, from where an
//! index finds the few that can be in it; then the schemas on it are read.

use super::Conditions;
use super::association::in_order;
use super::subjects::{Associations, has_versions, order_of_subjects, subjects_under};
use crate::domain::Association;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{ASSOCIATION, VERSION, stored_version};
use crate::store::sql::param::Param;
use crate::store::{Page, StoreError, StoredVersion, VersionQuery, Visibility};

pub(super) async fn filtered_versions(
    database: &Database,
    cipher: &Cipher,
    query: &VersionQuery,
) -> Result<Vec<StoredVersion>, StoreError> {
    let (page, params) = page_of(query);
    let sql = format!(
        "SELECT {VERSION} FROM ({page}) AS p CROSS JOIN versions v CROSS JOIN contents c \
         WHERE v.context = p.context AND v.subject = p.subject AND v.version = p.version \
         AND c.context = v.context AND c.id = v.id ORDER BY p.place, p.context, p.subject, p.version"
    );
    let rows = database.fetch(&sql, &params).await?;
    rows.iter().map(|row| stored_version(row, cipher)).collect()
}

pub(in crate::store::sql) async fn listed_associations(
    database: &Database,
    query: &VersionQuery,
) -> Result<Vec<Association>, StoreError> {
    let Some(asked) = &query.associated else { return Ok(Vec::new()) };
    let (page, params) = page_of(query);
    let mut conditions = Conditions { params, ..Conditions::new() };
    let is_listed = Associations::of(&mut conditions, asked).is_listed("a");
    let sql = format!(
        "SELECT {ASSOCIATION} FROM (SELECT DISTINCT p.context AS of_context, p.subject AS of_subject FROM ({page}) AS p) AS few \
         CROSS JOIN associations a WHERE a.context = of_context AND a.subject = of_subject AND {is_listed}"
    );
    let rows = database.fetch(&sql, &conditions.params).await?;
    in_order(&rows)
}

/// A page as a statement: context, subject and version of each row, and the `place` that orders them.
fn page_of(query: &VersionQuery) -> (String, Vec<Param>) {
    let mut conditions = Conditions::new();
    let sql = match &query.rule_type {
        Some(rule_type) => page_by_rules(&mut conditions, query, rule_type),
        None => page_by_associations(&mut conditions, query),
    };
    (sql, conditions.params)
}

/// That a version counts.
fn counts(version: &str, query: &VersionQuery) -> String {
    match query.visibility {
        Visibility::All => "1 = 1".to_owned(),
        Visibility::Active => format!("{version}.deleted = 0"),
        Visibility::DeletedOnly => format!("{version}.deleted = 1"),
    }
}

/// Schemas with rules are where to begin. They are few, but without statistics Postgres would begin elsewhere if it were free to.
fn page_by_rules(conditions: &mut Conditions, query: &VersionQuery, rule_type: &str) -> String {
    let mut of_few = Conditions::new();
    of_few.and_also("c.rule_set IS NOT NULL");
    if let Some(context) = &query.filter.context {
        of_few.and("c.context = $", context);
    }
    let has_rule = has_rule(&mut of_few, rule_type);
    of_few.and_also(&has_rule);
    of_few.and_also("w.context = c.context AND w.id = c.id");
    of_few.and_filter("w", &query.filter);
    of_few.and_also(&counts("w", query));
    let few = format!(
        "(SELECT DISTINCT w.context, w.subject, w.version FROM contents c CROSS JOIN versions w WHERE {}) AS few",
        of_few.sql
    );
    conditions.params = of_few.params;
    if query.latest_only {
        conditions.and_also(&format!(
            "few.version = (SELECT MAX(u.version) FROM versions u \
             WHERE u.context = few.context AND u.subject = few.subject AND {})",
            counts("u", query)
        ));
    }
    if let Some(asked) = &query.associated {
        let lists = Associations::of(conditions, asked).lists("few.context", "few.subject");
        conditions.and_also(&lists);
    }
    let (from, place) = match query.filter.context {
        Some(_) => (few, "few.subject"),
        None => {
            conditions.and_also("s.context = few.context AND s.name = few.subject");
            (format!("{few} CROSS JOIN subjects s"), "s.qualified")
        }
    };
    let page = conditions.page(query.page);
    format!(
        "SELECT few.context, few.subject, few.version, {place} AS place FROM {from} WHERE {} \
         ORDER BY {place}, few.context, few.subject, few.version {page}",
        conditions.sql
    )
}

/// The condition that the schema `c` has a rule of a type, by the text that rules are stored as: a rule's type stands behind its
/// mode and before one of these members, the last of which every rule has. A parameter of the same name and value does not:
/// parameters stand in order, and none of these names comes after `type`. Inside of a text a `"` is never behind a comma.
fn has_rule(conditions: &mut Conditions, rule_type: &str) -> String {
    let member = format!(r#","type":{}"#, serde_json::Value::from(rule_type));
    let next = ["tags", "params", "expr", "onSuccess", "onFailure", "disabled"];
    let found = next.map(|next| {
        let text = conditions.param(format!(r#"{member},"{next}":"#));
        format!("replace(c.rule_set, {text}, '') <> c.rule_set")
    });
    format!("({})", found.join(" OR "))
}

/// Subjects are chosen first: by their associations, or, where those without any are listed, in the order of the list.
fn page_by_associations(conditions: &mut Conditions, query: &VersionQuery) -> String {
    let filter = &query.filter;
    // Each of the subjects has a version to list, and only one if it is the last.
    let Page { offset, limit } = query.page;
    let as_many = Page { offset: 0, limit: limit.map(|limit| limit.saturating_add(offset)) };
    let of_subjects = if query.latest_only { query.page } else { as_many };
    let has_version = |subject: &str| has_versions(subject, &counts("u", query), false);
    let mut order = order_of_subjects(filter);
    let asked = query.associated.clone().unwrap_or_default();
    let associations = Associations::of(conditions, &asked);
    let from = if associations.or_none {
        let lists = associations.lists("s.context", "s.name");
        subjects_under(conditions, filter, &format!("{} AND {lists}", has_version("s"))).to_owned()
    } else {
        conditions.and_filter("a", filter);
        conditions.and_also(&associations.is_first());
        conditions.and_also("s.context = a.context AND s.name = a.subject");
        conditions.and_also(&has_version("s"));
        if filter.context.is_some() {
            // The order of an index.
            order = "a.subject";
            "associations a CROSS JOIN subjects s".to_owned()
        } else {
            conditions.and_also("a.context = contexts.name");
            "contexts CROSS JOIN associations a CROSS JOIN subjects s".to_owned()
        }
    };
    let page = conditions.page(of_subjects);
    let place = if filter.context.is_some() { "s.name" } else { "s.qualified" };
    let subjects = format!(
        "SELECT s.context, s.name, {place} AS place, \
         (SELECT MAX(u.version) FROM versions u WHERE u.context = s.context AND u.subject = s.name AND {}) AS last \
         FROM {from} WHERE {} ORDER BY {order} {page}",
        counts("u", query),
        conditions.sql
    );
    let (which, page) = match query.latest_only {
        true => (" AND v.version = s.last", String::new()),
        false => ("", conditions.page(query.page)),
    };
    format!(
        "SELECT v.context, v.subject, v.version, s.place FROM ({subjects}) AS s CROSS JOIN versions v \
         WHERE v.context = s.context AND v.subject = s.name{which} AND {} \
         ORDER BY s.place, v.context, v.subject, v.version {page}",
        counts("v", query)
    )
}
