//! The state of a subject: settings in scope, token, versions.

use std::sync::Arc;

use crate::domain::{Content, SchemaId, Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{VERSION, VERSION_TABLES, setting, stored_version};
use crate::store::sql::param::{Row, params};
use crate::store::{ScopeState, Setting, StoreError, StoredVersion, SubjectState, Token};

/// One row for each thing in scope, first what it is: the subject's revision, then the settings from near to far.
const SCOPE: &str = "\
    SELECT 'revision', CAST(NULL AS TEXT), CAST(NULL AS TEXT), revision FROM subjects WHERE context = $1 AND name = $2 \
    UNION ALL SELECT 'own', config, mode, revision FROM settings WHERE context = $1 AND subject = $2 \
    UNION ALL SELECT 'context', config, mode, revision FROM settings WHERE context = $1 AND subject = '' \
    UNION ALL SELECT 'default', config, mode, revision FROM settings WHERE context = '.' AND subject = '' \
    UNION ALL SELECT 'global', config, mode, revision FROM settings WHERE context = '.__GLOBAL' AND subject = ''";

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
    })
}

/// One statement, hence one state of the database.
pub(in crate::store::sql) async fn scope(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
) -> Result<ScopeState, StoreError> {
    let rows = database.fetch(SCOPE, &params![subject.context(), subject.name()]).await?;
    let mut state = ScopeState {
        token: Token { subject: 0, context: 0, default_context: 0, global: 0 },
        own: Setting::default(),
        context: Setting::default(),
        default_context: Setting::default(),
        global: Setting::default(),
    };
    for row in &rows {
        let revision = row.int(3)?;
        match row.text(0)?.as_str() {
            "revision" => state.token.subject = revision,
            // Its revision is the subject's, which the first row gives.
            "own" => state.own = setting(row, 1, cipher)?,
            "context" => (state.context, state.token.context) = (setting(row, 1, cipher)?, revision),
            "default" => {
                (state.default_context, state.token.default_context) = (setting(row, 1, cipher)?, revision);
            }
            _ => (state.global, state.token.global) = (setting(row, 1, cipher)?, revision),
        }
    }
    Ok(state)
}

/// Two statements. The token is read before the versions: if a write comes in between, the token is older than what is
/// decided on, and the decision is refused.
pub(in crate::store::sql) async fn subject(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
) -> Result<SubjectState, StoreError> {
    let scope = scope(database, cipher, subject).await?;
    Ok(SubjectState {
        scope: Arc::new(scope),
        versions: versions_from(database, cipher, subject, Version::FIRST).await?,
    })
}

/// The versions of a subject from `first` on, in ascending order.
pub(in crate::store::sql) async fn versions_from(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
    first: Version,
) -> Result<Vec<StoredVersion>, StoreError> {
    let sql = format!(
        "SELECT {VERSION} FROM {VERSION_TABLES} \
         WHERE v.context = $1 AND v.subject = $2 AND v.version >= $3 ORDER BY v.version"
    );
    let rows = database.fetch(&sql, &params![subject.context(), subject.name(), first]).await?;
    rows.iter().map(|row| stored_version(row, cipher)).collect()
}

/// A subject without the contents of its versions.
pub(crate) struct Outline {
    pub(crate) scope: ScopeState,
    pub(crate) versions: Vec<OutlinedVersion>,
}

/// A version without its content.
pub(crate) struct OutlinedVersion {
    pub(crate) version: Version,
    pub(crate) id: SchemaId,
    deleted: bool,
    ts: i64,
    created_ts: i64,
}

impl OutlinedVersion {
    /// The version with its content.
    pub(crate) fn with(&self, subject: &Subject, content: Arc<Content>) -> StoredVersion {
        let Self { version, id, deleted, ts, created_ts } = *self;
        StoredVersion { subject: subject.clone(), version, id, content, deleted, ts, created_ts }
    }
}

/// Two statements, the token first as in [`subject`].
pub(in crate::store::sql) async fn outline(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
) -> Result<Outline, StoreError> {
    let scope = scope(database, cipher, subject).await?;
    let sql = "SELECT version, id, deleted, ts, created_ts FROM versions \
        WHERE context = $1 AND subject = $2 ORDER BY version";
    let rows = database.fetch(sql, &params![subject.context(), subject.name()]).await?;
    let version = |row: &Row| {
        Ok(OutlinedVersion {
            version: row.version(0)?,
            id: row.id(1)?,
            deleted: row.flag(2)?,
            ts: row.int(3)?,
            created_ts: row.int(4)?,
        })
    };
    Ok(Outline { scope, versions: rows.iter().map(version).collect::<Result<_, StoreError>>()? })
}
