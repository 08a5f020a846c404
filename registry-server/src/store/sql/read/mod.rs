//! Reads. Each statement stands once and runs on both databases: columns are BIGINT, TEXT and BYTEA or BLOB only, and
//! texts compare by their bytes on both.

mod api_token;
mod association;
mod change;
mod filtered;
mod inventory;
mod listing;
mod schema;
mod subject;
mod subjects;

pub(super) use api_token::{TOKEN_COLUMNS, api_token, api_tokens};
pub(super) use association::associations;
pub(super) use change::{changes, find_changes, purged};
pub(super) use filtered::listed_associations;
pub(super) use inventory::inventory;
pub(super) use listing::{aliases, contexts, subjects, versions};
pub(super) use schema::{content, current_id, holders, ids_by_guid, max_id, referrers, targets};
pub(super) use subject::{TOKEN, scope, subject, subject_since, token};

use super::encode::prefix_end;
use super::param::Param;
use crate::domain::SubjectFilter;
use crate::store::Page;

/// Conditions of a WHERE clause with their parameters.
struct Conditions {
    sql: String,
    params: Vec<Param>,
}

impl Conditions {
    fn new() -> Self {
        Self { sql: String::from("1 = 1"), params: Vec::new() }
    }

    /// Adds a condition; `$` stands for the parameter.
    fn and(&mut self, condition: &str, param: impl Into<Param>) {
        let number = self.param(param);
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace('$', &number));
    }

    /// Adds a parameter, and gives its place in the statement.
    fn param(&mut self, param: impl Into<Param>) -> String {
        self.params.push(param.into());
        format!("${}", self.params.len())
    }

    /// Adds a condition without a parameter.
    fn and_also(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// The clause that gives a page. SQLite takes no OFFSET without a LIMIT, so there is always one. Whole lists have another text
    /// than pages, whose plans they must not share.
    fn page(&mut self, page: Page) -> String {
        let limit = match page.limit {
            None => i64::MAX.to_string(),
            Some(limit) => {
                self.params.push(Param::from(i64::from(limit)));
                format!("${}", self.params.len())
            }
        };
        self.params.push(Param::from(i64::from(page.offset)));
        format!("LIMIT {limit} OFFSET ${}", self.params.len())
    }

    /// The subjects that pass a filter, by the columns `context` and `subject` of `table`. A prefix is a range, which an
    /// index can answer and which knows no wildcards.
    fn and_filter(&mut self, table: &str, filter: &SubjectFilter) {
        self.and_names(table, "subject", filter);
    }

    /// The same by the columns `context` and `name` of `table`.
    fn and_names(&mut self, table: &str, name: &str, filter: &SubjectFilter) {
        if let Some(context) = &filter.context {
            self.and(&format!("{table}.context = $"), context);
        }
        if !filter.prefix.is_empty() {
            self.and(&format!("{table}.{name} >= $"), filter.prefix.as_str());
            if let Some(end) = prefix_end(&filter.prefix) {
                self.and(&format!("{table}.{name} < $"), end);
            }
        }
    }
}
