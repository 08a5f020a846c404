//! The registry's data key on its way in and out of the database.

use std::sync::Arc;

use serde_json::Value;

use super::cipher::Cipher;
use super::database::{Database, Writer};
use super::encode::{CONFIG_METADATA, CONTENT_METADATA, corrupt};
use super::locks::LockSet;
use super::operation::Observer;
use super::param::{Param, params};
use super::sqlite::Purpose;
use crate::store::observer::NoObserver;
use crate::store::{Secrets, StoreError};

/// Rows that are sealed at once.
const BATCH: i64 = 200;

const WRAPPED: &str = "SELECT wrapped FROM metadata_key WHERE id = 1";

/// Why there is no key.
pub(super) enum NoKey {
    /// The secret is missing or wrong; what to do.
    Secret(&'static str),
    /// The database failed.
    Store(StoreError),
}

impl From<StoreError> for NoKey {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The cipher of a registry. The first secret that a registry is given makes its data key and seals what is there; after
/// that the registry opens with this secret only, or with a new one beside it as the old one.
pub(super) async fn cipher(database: &Database, secrets: &Secrets) -> Result<Cipher, NoKey> {
    let wrapped = database.fetch(WRAPPED, &[]).await?;
    let wrapped = wrapped.first().map(|row| row.bytes(0)).transpose()?;
    match (wrapped, &secrets.current) {
        (None, None) => Ok(Cipher::default()),
        (Some(_), None) => Err(NoKey::Secret(
            "it holds encrypted metadata, and metadata.encoder.secret is not set; set it to the secret that was used",
        )),
        (Some(wrapped), Some(secret)) => match Cipher::unwrap(&wrapped, secret.text()) {
            Some(cipher) => Ok(cipher),
            None => change(database, secrets).await,
        },
        (None, Some(_)) => change(database, secrets).await,
    }
}

/// Makes the data key or wraps it anew, unless another node has done so meanwhile.
async fn change(database: &Database, secrets: &Secrets) -> Result<Cipher, NoKey> {
    let mut tx = database.begin(Purpose::Alone, None).await?;
    // Held exclusively, no write is under way: what it writes in clear would not be found here.
    let changed = match tx.lock(&LockSet::default().registry()).await {
        Ok(()) => changed(&mut tx, secrets).await,
        Err(error) => Err(error.into()),
    };
    match changed {
        Ok(cipher) => {
            let nobody: Observer = Arc::new(NoObserver);
            tx.commit(&nobody).await?;
            // What was written in clear, or wrapped by the old secret, is not left in an SQLite file or its log.
            database.scrub().await?;
            Ok(cipher)
        }
        Err(error) => {
            let _ = tx.roll_back().await;
            Err(error)
        }
    }
}

async fn changed(tx: &mut Writer, secrets: &Secrets) -> Result<Cipher, NoKey> {
    let Some(secret) = &secrets.current else { return Ok(Cipher::default()) };
    let Some(row) = tx.fetch_first(WRAPPED, &[]).await? else {
        let (cipher, wrapped) = Cipher::generate(secret.text())?;
        tx.execute("INSERT INTO metadata_key (id, wrapped) VALUES (1, $1)", &params![wrapped.as_slice()])
            .await?;
        seal_what_is_there(tx, &cipher).await?;
        return Ok(cipher);
    };
    let wrapped = row.bytes(0)?;
    if let Some(cipher) = Cipher::unwrap(&wrapped, secret.text()) {
        return Ok(cipher);
    }
    let Some(old) = &secrets.old else {
        return Err(NoKey::Secret(
            "metadata.encoder.secret is not the secret that its metadata was encrypted with; set that one, or, to change it, \
             set the former one as metadata.encoder.old.secret beside the new one",
        ));
    };
    let Some((cipher, rewrapped)) = Cipher::rewrap(&wrapped, old.text(), secret.text())? else {
        return Err(NoKey::Secret(
            "neither metadata.encoder.secret nor metadata.encoder.old.secret is the secret that its metadata was encrypted with",
        ));
    };
    tx.execute("UPDATE metadata_key SET wrapped = $1 WHERE id = 1", &params![rewrapped.as_slice()]).await?;
    tracing::info!(
        "metadata.encoder.secret has been changed; metadata.encoder.old.secret is no longer needed"
    );
    Ok(cipher)
}

/// Encrypts the sensitive values that were written before there was a secret.
async fn seal_what_is_there(tx: &mut Writer, cipher: &Cipher) -> Result<(), StoreError> {
    seal_contents(tx, cipher).await?;
    seal_settings(tx, cipher).await?;
    seal_log(tx, cipher).await
}

async fn seal_contents(tx: &mut Writer, cipher: &Cipher) -> Result<(), StoreError> {
    let sql = "SELECT context, id, metadata FROM contents WHERE metadata LIKE '%\"sensitive\":%' \
        AND (context > $1 OR (context = $1 AND id > $2)) ORDER BY context, id LIMIT $3";
    let (mut context, mut id) = (String::new(), -1);
    loop {
        let rows = tx.fetch(sql, &params![context.as_str(), id, BATCH]).await?;
        for row in &rows {
            (context, id) = (row.text(0)?, row.int(1)?);
            let sealed = sealed(cipher, row.opt_text(2)?, Cipher::seal)?;
            let sql = "UPDATE contents SET metadata = $3 WHERE context = $1 AND id = $2";
            tx.execute(sql, &params![context.as_str(), id, sealed]).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

async fn seal_settings(tx: &mut Writer, cipher: &Cipher) -> Result<(), StoreError> {
    let sql = "SELECT context, subject, config FROM settings WHERE config LIKE '%\"sensitive\":%' \
        AND (context > $1 OR (context = $1 AND subject > $2)) ORDER BY context, subject LIMIT $3";
    // No context has an empty name, so this is before all of them.
    let (mut context, mut subject) = (String::new(), String::new());
    loop {
        let rows = tx.fetch(sql, &params![context.as_str(), subject.as_str(), BATCH]).await?;
        for row in &rows {
            (context, subject) = (row.text(0)?, row.text(1)?);
            let sealed =
                sealed(cipher, row.opt_text(2)?, |cipher, config| cipher.seal_in(config, &CONFIG_METADATA))?;
            let sql = "UPDATE settings SET config = $3 WHERE context = $1 AND subject = $2";
            tx.execute(sql, &params![context.as_str(), subject.as_str(), sealed]).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

async fn seal_log(tx: &mut Writer, cipher: &Cipher) -> Result<(), StoreError> {
    let sql = "SELECT seq, old_value, new_value FROM change_log WHERE seq > $1 \
        AND (old_value LIKE '%\"sensitive\":%' OR new_value LIKE '%\"sensitive\":%') ORDER BY seq LIMIT $2";
    let seal = |cipher: &Cipher, value: &mut Value| {
        cipher.seal_in(value, &CONFIG_METADATA)?;
        match value.get_mut("content") {
            Some(content) => cipher.seal_in(content, &CONTENT_METADATA),
            None => Ok(()),
        }
    };
    let mut seq = 0;
    loop {
        let rows = tx.fetch(sql, &params![seq, BATCH]).await?;
        for row in &rows {
            seq = row.int(0)?;
            let old = sealed(cipher, row.opt_text(1)?, seal)?;
            let new = sealed(cipher, row.opt_text(2)?, seal)?;
            let sql = "UPDATE change_log SET old_value = $2, new_value = $3 WHERE seq = $1";
            tx.execute(sql, &params![seq, old, new]).await?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// A JSON column with its metadata sealed.
fn sealed(
    cipher: &Cipher,
    text: Option<String>,
    seal: impl Fn(&Cipher, &mut Value) -> Result<(), StoreError>,
) -> Result<Param, StoreError> {
    let Some(text) = text else { return Ok(Param::Text(None)) };
    let mut value = serde_json::from_str(&text).map_err(|error| corrupt("a column with metadata", &error))?;
    seal(cipher, &mut value)?;
    Ok(Param::Text(Some(value.to_string())))
}
