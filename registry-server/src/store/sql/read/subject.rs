//! The state of a subject: settings in scope, token, versions.

use std::sync::Arc;

use crate::domain::{Content, SchemaId, Subject, Version};
use crate::store::sql::cipher::Cipher;
use crate::store::sql::database::Database;
use crate::store::sql::encode::{CONTENT, content, corrupt, setting};
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

/// The versions of a subject with their contents from version `$3` on, and the rows of [`SCOPE`]: all from one state of
/// the database.
fn outline_sql() -> String {
    format!(
        "SELECT 'version', CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS BIGINT), \
         v.version, v.id, v.deleted, v.ts, v.created_ts, {CONTENT} FROM versions v \
         LEFT JOIN contents c ON c.context = v.context AND c.id = v.id AND v.version >= $3 \
         WHERE v.context = $1 AND v.subject = $2 \
         UNION ALL SELECT s.*, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM ({SCOPE}) AS s"
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
        token: Token { subject: 0, context: 0, default_context: 0, global: 0 },
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
    let Outline { scope, versions } = outline(database, cipher, subject, Version::FIRST).await?;
    let no_content = || corrupt("versions.id", &"there is no content of this id");
    let with_content = |version: OutlinedVersion| {
        let content = version.content.clone().ok_or_else(no_content)?;
        Ok(version.with(subject, content))
    };
    let versions = versions.into_iter().map(with_content).collect::<Result<_, StoreError>>()?;
    Ok(SubjectState { scope: Arc::new(scope), versions })
}

/// A subject with the contents of some of its versions.
pub(crate) struct Outline {
    pub(crate) scope: ScopeState,
    /// In ascending order.
    pub(crate) versions: Vec<OutlinedVersion>,
}

/// A version, perhaps without its content.
pub(crate) struct OutlinedVersion {
    pub(crate) version: Version,
    pub(crate) id: SchemaId,
    pub(crate) content: Option<Arc<Content>>,
    deleted: bool,
    ts: i64,
    created_ts: i64,
}

impl OutlinedVersion {
    /// The version with its content.
    pub(crate) fn with(&self, subject: &Subject, content: Arc<Content>) -> StoredVersion {
        let Self { version, id, deleted, ts, created_ts, .. } = *self;
        StoredVersion { subject: subject.clone(), version, id, content, deleted, ts, created_ts }
    }
}

/// A subject with the contents of its versions from `first` on. One statement, hence one state of the database.
pub(in crate::store::sql) async fn outline(
    database: &Database,
    cipher: &Cipher,
    subject: &Subject,
    first: Version,
) -> Result<Outline, StoreError> {
    let (mut scope, mut versions) = (nothing_in_scope(), Vec::new());
    let key = params![subject.context(), subject.name(), first];
    for row in &database.fetch(&outline_sql(), &key).await? {
        if row.opt_int(4)?.is_none() {
            add_to_scope(&mut scope, row, cipher)?;
            continue;
        }
        versions.push(OutlinedVersion {
            version: row.version(4)?,
            id: row.id(5)?,
            deleted: row.flag(6)?,
            ts: row.int(7)?,
            created_ts: row.int(8)?,
            content: match row.opt_text(10)? {
                Some(_) => Some(Arc::new(content(row, 9, cipher)?)),
                None => None,
            },
        });
    }
    versions.sort_by_key(|version| version.version);
    Ok(Outline { scope, versions })
}
