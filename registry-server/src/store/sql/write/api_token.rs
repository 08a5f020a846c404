//! Issuing and revoking tokens of the registry.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Stamp;
use super::log::{Entry, append};
use crate::domain::{Context, Subject};
use crate::store::sql::database::Writer;
use crate::store::sql::locks::LockSet;
use crate::store::sql::operation::{Operation, Verdict};
use crate::store::sql::param::params;
use crate::store::sql::read::{TOKEN_COLUMNS, api_token};
use crate::store::{ApiToken, ChangeKind, StoreError};

/// What the log keeps of a token. Its hash is nobody's business.
fn logged(token: &ApiToken) -> Value {
    json!({
        "id": token.id, "owner": token.owner, "groups": token.groups, "name": token.name, "scopes": token.scopes,
        "expires": token.expires,
    })
}

fn entry(before: Option<&ApiToken>, after: Option<&ApiToken>) -> Entry {
    let registry = Subject::of_context(Context::default_context());
    Entry::of(ChangeKind::Token, &registry, before.map(logged), after.map(logged))
}

fn locks() -> LockSet {
    LockSet::in_context(&Context::default_context())
}

/// Stores a token, unless there are as many as there may be.
pub(in crate::store::sql) struct IssueToken<'a> {
    pub(in crate::store::sql) token: &'a ApiToken,
    pub(in crate::store::sql) most: i64,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for IssueToken<'_> {
    /// Whether it was stored.
    type Outcome = bool;

    fn locks(&self) -> LockSet {
        locks()
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<bool>, StoreError> {
        let Self { token, most, stamp } = self;
        let text = |value: &Value| value.to_string();
        let groups = text(&json!(token.groups));
        let scopes = token.scopes.as_ref().map(|scopes| text(&json!(scopes)));
        let sql = "INSERT INTO api_tokens (id, hash, owner, owner_groups, name, scopes, created_ts, expires_ts) \
            SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT COUNT(*) FROM api_tokens) < $9";
        let values = params![
            token.id.as_str(),
            token.hash.as_slice(),
            token.owner.as_str(),
            groups,
            token.name.as_str(),
            scopes,
            token.created,
            token.expires,
            *most,
        ];
        if tx.execute(sql, &values).await? == 0 {
            return Ok(Verdict::Abandon(false));
        }
        append(tx, *stamp, &[entry(None, Some(token))]).await?;
        Ok(Verdict::Commit(true))
    }
}

/// Removes a token.
pub(in crate::store::sql) struct RevokeToken<'a> {
    pub(in crate::store::sql) id: &'a str,
    /// Who must be its owner, if anybody.
    pub(in crate::store::sql) owner: Option<&'a str>,
    pub(in crate::store::sql) stamp: Stamp<'a>,
}

#[async_trait]
impl Operation for RevokeToken<'_> {
    /// Whether it was there.
    type Outcome = bool;

    fn locks(&self) -> LockSet {
        locks()
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<bool>, StoreError> {
        let sql = format!("SELECT {TOKEN_COLUMNS} FROM api_tokens WHERE id = $1");
        let found = tx.fetch_first(&sql, &params![self.id]).await?;
        let Some(found) = found.map(|row| api_token(&row)).transpose()? else {
            return Ok(Verdict::Abandon(false));
        };
        if self.owner.is_some_and(|owner| owner != found.owner) {
            return Ok(Verdict::Abandon(false));
        }
        if tx.execute("DELETE FROM api_tokens WHERE id = $1", &params![self.id]).await? == 0 {
            // Another node was first.
            return Ok(Verdict::Abandon(false));
        }
        append(tx, self.stamp, &[entry(Some(&found), None)]).await?;
        Ok(Verdict::Commit(true))
    }
}

/// Notes when a token was used. That is no change of anything, so no row of the log tells of it.
pub(in crate::store::sql) struct NoteTokenUse<'a> {
    pub(in crate::store::sql) id: &'a str,
    pub(in crate::store::sql) at: i64,
}

#[async_trait]
impl Operation for NoteTokenUse<'_> {
    type Outcome = ();

    fn locks(&self) -> LockSet {
        locks()
    }

    async fn run(&self, tx: &mut Writer) -> Result<Verdict<()>, StoreError> {
        let sql = "UPDATE api_tokens SET last_used_ts = $2 WHERE id = $1 AND (last_used_ts IS NULL OR last_used_ts < $2)";
        tx.execute(sql, &params![self.id, self.at]).await?;
        Ok(Verdict::Commit(()))
    }
}
