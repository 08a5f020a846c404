//! Statements over many rows of values.

use crate::store::StoreError;
use crate::store::sql::database::Writer;
use crate::store::sql::param::{Param, Row};

/// Values per statement: far below the limits of both databases, and few enough for SQLite, which looks each of them up by
/// its number.
const MOST_VALUES: usize = 600;

/// Runs a statement for rows of values, a part of them at a time, and gives what it gave. `{rows}` in the statement is
/// where `($1, $2), ($3, $4)` goes; every row must have the same number of values.
pub(super) async fn for_rows<const N: usize>(
    tx: &mut Writer,
    sql: &str,
    rows: &[[Param; N]],
) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::new();
    for part in rows.chunks((MOST_VALUES / N).max(1)) {
        let placeholders: Vec<String> = (0..part.len())
            .map(|row| {
                let numbers: Vec<String> = (1..=N).map(|column| format!("${}", row * N + column)).collect();
                format!("({})", numbers.join(", "))
            })
            .collect();
        let values: Vec<Param> = part.iter().flatten().cloned().collect();
        found.extend(tx.fetch(&sql.replace("{rows}", &placeholders.join(", ")), &values).await?);
    }
    Ok(found)
}
