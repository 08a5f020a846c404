//! Associations.

use super::Conditions;
use crate::domain::Association;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{ASSOCIATION, association};
use crate::store::sql::param::Row;
use crate::store::{AssociationFilter, StoreError};

pub(in crate::store::sql) async fn associations(
    database: &Database,
    filter: &AssociationFilter,
) -> Result<Vec<Association>, StoreError> {
    let mut conditions = Conditions::new();
    if let Some(subject) = &filter.subject {
        conditions.and("context = $", subject.context());
        conditions.and("subject = $", subject.name());
    }
    for (condition, value) in [
        ("resource_id = $", &filter.resource_id),
        ("resource_name = $", &filter.resource_name),
        ("resource_namespace = $", &filter.resource_namespace),
        ("resource_type = $", &filter.resource_type),
    ] {
        if let Some(value) = value {
            conditions.and(condition, value.as_str());
        }
    }
    let sql = format!("SELECT {ASSOCIATION} FROM associations WHERE {}", conditions.sql);
    in_order(&database.fetch(&sql, &conditions.params).await?)
}

/// The associations of rows, in the order that lists have.
pub(super) fn in_order(rows: &[Row]) -> Result<Vec<Association>, StoreError> {
    let mut associations: Vec<Association> = rows.iter().map(association).collect::<Result<_, _>>()?;
    associations.sort_by_cached_key(|association| {
        (association.subject.to_string(), association.resource_id.clone(), association.association_type)
    });
    Ok(associations)
}
