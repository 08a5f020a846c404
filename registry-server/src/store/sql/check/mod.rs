//! Checking a database: the file itself, and the registry's own rules on what its tables hold.
//!
//! A check reads one snapshot and writes nothing, so a server may go on meanwhile.

mod contents;
mod rules;
mod snapshot;
#[cfg(test)]
mod tests;

use super::cipher::Cipher;
use super::param::Row;
use super::{OpenOptions, shown_url};
use crate::store::{OpenError, Secrets, StoreError};
use snapshot::Snapshot;

/// Findings of one rule that are told; what is broken as a whole need not be told row by row.
const MOST_OF_A_RULE: usize = 100;

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// The faults, one line each, at most a hundred of each rule.
    pub findings: Vec<String>,
    /// How many contents there are.
    pub contents: i64,
    /// How many versions, soft-deleted ones included.
    pub versions: i64,
    /// How many rows the change log has.
    pub changes: i64,
}

/// Checks the database of a URL: that an SQLite file is sound, that what refers to something finds it, that no id is above the
/// highest one of its context, and that every content is the one that its digest was made of. The database is neither locked nor
/// changed.
///
/// # Errors
/// [`OpenError`] when the database cannot be read, has the tables of another version, or holds encrypted metadata and
/// the secrets do not fit. What is wrong with what it holds is no error but a finding.
pub async fn check_database(url: &str, options: OpenOptions) -> Result<CheckReport, OpenError> {
    let secrets = options.secrets.clone();
    let mut snapshot = Snapshot::open(url, options).await?;
    let unreadable = |error: StoreError| OpenError::Unreadable { url: shown_url(url), error };
    let mut report = CheckReport::default();
    // What a broken file answers to the rest is worth nothing.
    report.findings.extend(snapshot.damages().await.map_err(unreadable)?);
    if !report.findings.is_empty() {
        return Ok(report);
    }
    snapshot.check_tables(url).await?;
    let cipher = cipher(&mut snapshot, &secrets, url).await?;
    check_rules(&mut snapshot, &cipher, &mut report).await.map_err(unreadable)?;
    Ok(report)
}

async fn check_rules(
    snapshot: &mut Snapshot,
    cipher: &Cipher,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    report.contents = snapshot.count("SELECT COUNT(*) FROM contents").await?;
    report.versions = snapshot.count("SELECT COUNT(*) FROM versions").await?;
    report.changes = snapshot.count("SELECT COUNT(*) FROM change_log").await?;
    for rule in rules::RULES {
        let rows = snapshot.fetch(&rule.statement(MOST_OF_A_RULE), &[]).await?;
        let whats = rows.iter().map(|row: &Row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
        report.findings.extend(whats.into_iter().map(|what| format!("{what}: {}", rule.broken)));
    }
    let found = contents::check(snapshot, cipher, MOST_OF_A_RULE).await?;
    report.findings.extend(found);
    Ok(())
}

/// The cipher that opens sealed values, without making a key where there is none.
async fn cipher(snapshot: &mut Snapshot, secrets: &Secrets, url: &str) -> Result<Cipher, OpenError> {
    let unreadable = |error: StoreError| OpenError::Unreadable { url: shown_url(url), error };
    let rows =
        snapshot.fetch("SELECT wrapped FROM metadata_key WHERE id = 1", &[]).await.map_err(unreadable)?;
    let Some(row) = rows.first() else { return Ok(Cipher::default()) };
    let wrapped = row.bytes(0).map_err(unreadable)?;
    let secrets = [&secrets.current, &secrets.old].into_iter().flatten();
    secrets.map(|secret| Cipher::unwrap(&wrapped, secret.text())).find_map(|cipher| cipher).ok_or_else(|| {
        let detail = "it holds encrypted metadata; set metadata.encoder.secret to the secret of its server";
        OpenError::Secret { url: shown_url(url), detail }
    })
}
