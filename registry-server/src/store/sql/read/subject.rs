//! The state of a subject: settings in scope, token, versions.

use std::sync::Arc;

use crate::domain::{Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{
    VERSION, VERSION_BODY, VERSION_COLUMNS, corrupt, setting, stored_version_at,
};
use crate::store::sql::param::{Row, params};
use crate::store::{ScopeState, Setting, StoreError, StoredVersion, SubjectState, Token};

/// One row for each setting in scope of the subject in `$1` and `$2`, from near to far, and one for its revision; first what
/// it is. Read by [`add_to_scope`].
const SCOPE: &str = "\
    SELECT 'revision', CAST(NULL AS TEXT), CAST(NULL AS TEXT), revision FROM subjects WHERE context = $1 AND name = $2 \
    UNION ALL SELECT 'own', config, mode, revision FROM settings WHERE context = $1 AND subject = $2 \
    UNION ALL SELECT 'context', config, mode, revision FROM settings WHERE context = $1 AND subject = '' \
    UNION ALL SELECT 'default', config, mode, revision FROM settings WHERE context = '.' AND subject = '' \
    UNION ALL SELECT 'global', config, mode, revision FROM settings WHERE context = '.__GLOBAL' AND subject = ''";

/// The versions of a subject that were written behind position `$3` of the log, how many versions it has, and the rows of
/// [`SCOPE`]: all from one state of the database.
fn written_since_sql() -> String {
    format!(
        "SELECT 'version', CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS BIGINT), {VERSION} \
         FROM versions v LEFT JOIN contents c ON c.context = v.context AND c.id = v.id \
         WHERE v.context = $1 AND v.subject = $2 AND v.written > $3 \
         UNION ALL SELECT 'count', NULL, NULL, COUNT(*), {nulls} FROM versions WHERE context = $1 AND subject = $2 \
         UNION ALL SELECT s.*, {nulls} FROM ({SCOPE}) AS s",
        nulls = ["NULL"; VERSION_COLUMNS].join(", ")
    )
}

/// The four revisions of a token, of the subject in `$1` and `$2`.
pub(in crate::store::sql) const TOKEN: &str = "\
    SELECT \
    COALESCE((SELECT revision FROM subjects WHERE context = $1 AND name = $2), 0), \
    COALESCE((SELECT revision FROM settings WHERE context = $1 AND subject = ''), 0), \
    COALESCE((SELECT revision FROM settings WHERE context = '.' AND subject = ''), 0), \
    COALESCE((SELECT revision FROM settings WHERE context = '.__GLOBAL' AND subject = ''), 0)";

/// Reads a row of [`TOKEN`].
pub(in crate::store::sql) fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        subject: row.int(0)?,
        context: row.int(1)?,
        default_context: row.int(2)?,
        global: row.int(3)?,
        guess: 0,
    })
}

/// One statement, hence one state of the database.
pub(in crate::store::sql) async fn scope(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
) -> Result<ScopeState, StoreError> {
    let mut scope = nothing_in_scope();
    for row in &database.fetch(SCOPE, &params![subject.context(), subject.name()]).await? {
        add_to_scope(&mut scope, row, cipher)?;
    }
    Ok(scope)
}

fn nothing_in_scope() -> ScopeState {
    ScopeState {
        token: Token { subject: 0, context: 0, default_context: 0, global: 0, guess: 0 },
        own: Setting::default(),
        context: Setting::default(),
        default_context: Setting::default(),
        global: Setting::default(),
    }
}

/// Reads a row of [`SCOPE`].
fn add_to_scope(scope: &mut ScopeState, row: &Row, cipher: &Cipher) -> Result<(), StoreError> {
    let revision = row.int(3)?;
    match row.text(0)?.as_str() {
        "revision" => scope.token.subject = revision,
        // Its revision is the subject's, which a row of its own gives.
        "own" => scope.own = setting(row, 1, cipher)?,
        "context" => (scope.context, scope.token.context) = (setting(row, 1, cipher)?, revision),
        "default" => {
            (scope.default_context, scope.token.default_context) = (setting(row, 1, cipher)?, revision);
        }
        _ => (scope.global, scope.token.global) = (setting(row, 1, cipher)?, revision),
    }
    Ok(())
}

/// One statement, hence one state of the database.
pub(in crate::store::sql) async fn subject(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
) -> Result<SubjectState, StoreError> {
    // Positions of the log begin at 1.
    let WrittenSince { scope, versions, .. } = written_since(database, cipher, subject, 0).await?;
    Ok(SubjectState { scope: Arc::new(scope), versions })
}

/// The state of a subject of which an earlier state is known, in one statement that gives only the versions that were written
/// since, and their numbers; `None` where versions went away since, or where the state is not a later one. The earlier state
/// must be one of this very history of the database.
pub(in crate::store::sql) async fn subject_since(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
    former: &SubjectState,
) -> Result<Option<(SubjectState, Vec<Version>)>, StoreError> {
    // Writes of one subject follow each other, so whatever was written later has a higher position in the log.
    let revision = former.scope.token.subject;
    let WrittenSince { scope, versions, count } = written_since(database, cipher, subject, revision).await?;
    if scope.token.subject < revision {
        return Ok(None);
    }
    let written = versions.iter().map(|version| version.version).collect();
    let mut merged = former.versions.clone();
    for version in versions {
        match merged.binary_search_by_key(&version.version, |one| one.version) {
            Ok(at) => merged.splice(at..=at, [version]).for_each(drop),
            Err(at) => merged.insert(at, version),
        }
    }
    if i64::try_from(merged.len()).ok() != Some(count) {
        return Ok(None);
    }
    Ok(Some((SubjectState { scope: Arc::new(scope), versions: merged }, written)))
}

/// The scope of a subject and the versions of it that were written.
struct WrittenSince {
    scope: ScopeState,
    /// In ascending order.
    versions: Vec<StoredVersion>,
    /// How many versions the subject has in all.
    count: i64,
}

async fn written_since(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
    revision: i64,
) -> Result<WrittenSince, StoreError> {
    let (mut scope, mut versions, mut count) = (nothing_in_scope(), Vec::new(), 0);
    let key = params![subject.context(), subject.name(), revision];
    for row in &database.fetch(&written_since_sql(), &key).await? {
        match row.text(0)?.as_str() {
            "version" if row.opt_text(4 + VERSION_BODY)?.is_none() => {
                return Err(corrupt("versions.id", &"there is no content of this id"));
            }
            "version" => versions.push(stored_version_at(row, 4, cipher)?),
            "count" => count = row.int(3)?,
            _ => add_to_scope(&mut scope, row, cipher)?,
        }
    }
    versions.sort_by_key(|version| version.version);
    Ok(WrittenSince { scope, versions, count })
}
