//! Tokens of the registry.

use serde::de::DeserializeOwned;

use crate::store::sql::database::Database;
use crate::store::sql::encode::corrupt;
use crate::store::sql::param::Row;
use crate::store::{ApiToken, ApiTokens, StoreError};

/// The columns of a token, in the order that [`api_token`] reads.
pub(in crate::store::sql) const TOKEN_COLUMNS: &str =
    "id, hash, owner, owner_groups, name, scopes, created_ts, expires_ts, last_used_ts";

pub(in crate::store::sql) async fn api_tokens(database: &Database) -> Result<ApiTokens, StoreError> {
    let rows = database.fetch(&format!("SELECT {TOKEN_COLUMNS} FROM api_tokens"), &[]).await?;
    Ok(ApiTokens::new(rows.iter().map(api_token).collect::<Result<_, _>>()?))
}

/// Reads the columns of [`TOKEN_COLUMNS`].
pub(in crate::store::sql) fn api_token(row: &Row) -> Result<ApiToken, StoreError> {
    let hash = row.bytes(1)?.try_into();
    Ok(ApiToken {
        id: row.text(0)?,
        hash: hash.map_err(|_| corrupt("api_tokens.hash", &"it is not 32 bytes"))?,
        owner: row.text(2)?,
        groups: json(&row.text(3)?, "api_tokens.owner_groups")?,
        name: row.text(4)?,
        scopes: row.opt_text(5)?.map(|text| json(&text, "api_tokens.scopes")).transpose()?,
        created: row.int(6)?,
        expires: row.opt_int(7)?,
        last_used: row.opt_int(8)?,
    })
}

fn json<T: DeserializeOwned>(text: &str, place: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(place, &error))
}
