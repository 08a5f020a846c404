//! The rule on contents: each is what its digest was made of.

use super::snapshot::Snapshot;
use crate::store::StoreError;
use crate::store::sql::cipher::Cipher;
use crate::store::sql::encode::{CONTENT, ContentColumns, content};
use crate::store::sql::param::{Row, params};

/// Contents that are read at once.
const BATCH: i64 = 500;

/// Reads every content that was not purged, and tells which are not what they were.
pub(super) async fn check(
    snapshot: &mut Snapshot,
    cipher: &Cipher,
    most: usize,
) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "SELECT c.context, c.id, c.digest, {CONTENT} FROM contents c WHERE c.purged = 0 \
         AND (c.context > $1 OR (c.context = $1 AND c.id > $2)) ORDER BY c.context, c.id LIMIT $3"
    );
    let mut findings = Vec::new();
    // No context has an empty name, so this is before all of them.
    let (mut context, mut id) = (String::new(), -1);
    loop {
        let rows = snapshot.fetch(&sql, &params![context.as_str(), id, BATCH]).await?;
        if rows.is_empty() {
            return Ok(findings);
        }
        for row in &rows {
            (context, id) = (row.text(0)?, row.int(1)?);
            if let Some(problem) = problem(row, cipher)?
                && findings.len() < most
            {
                findings.push(format!("id {id} in context {context}: {problem}"));
            }
        }
    }
}

fn problem(row: &Row, cipher: &Cipher) -> Result<Option<String>, StoreError> {
    let digest = row.bytes(2)?;
    let columns = content(row, 3, cipher).and_then(|content| ContentColumns::of(&content, cipher));
    Ok(match columns {
        Ok(columns) if columns.digest == *digest => None,
        Ok(_) => Some("its content is not the one that its digest was made of".to_owned()),
        Err(error) => Some(error.to_string()),
    })
}
