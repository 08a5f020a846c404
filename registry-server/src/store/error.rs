//! Errors of a store.

use std::error::Error;

type Source = Box<dyn Error + Send + Sync>;

/// A read or a write that did not happen, or whose outcome is unknown. The message is complete: it tells the cause,
/// which `source` does not repeat.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database did not answer, or refused to.
    #[error("the database is not available: {0}")]
    Unavailable(Source),
    /// The database answers, but takes no writes for now. Nothing was written, or it is not known; a later try may succeed.
    #[error("the database takes no writes: {reason}")]
    Unwritable {
        /// Why, and what ends it.
        reason: &'static str,
    },
    /// The database lacks writes that were acknowledged, so nothing is written to it before an operator has confirmed it.
    #[error("{detail}")]
    LostWrites {
        /// The message: what is known of it, and what to do.
        detail: String,
    },
    /// The write met others again and again and gave up. Nothing was written; a later try may succeed.
    #[error("gave up after {attempts} attempts that met concurrent writes")]
    Contention {
        /// How often it was tried.
        attempts: u32,
    },
    /// A text that the database cannot hold: it has a NUL character.
    #[error("{what} contains a NUL character, which cannot be stored")]
    Unstorable {
        /// Which text.
        what: &'static str,
    },
    /// The context has no id left, or the subject no version number.
    #[error("no number is left after {last}")]
    OutOfNumbers {
        /// The highest number.
        last: i64,
    },
    /// The database holds something that this version of the registry cannot read.
    #[error("the database holds something unreadable in {place}: {detail}")]
    Corrupt {
        /// The table and column.
        place: &'static str,
        /// The fault of what is there.
        detail: String,
    },
    /// Sensitive metadata cannot be encrypted or decrypted.
    #[error("values of sensitive metadata cannot be read or written: {detail}")]
    Sealed {
        /// Why.
        detail: String,
    },
    /// Any other failure of the database, which points to a defect here or there.
    #[error("the database failed: {0}")]
    Database(Source),
}

impl StoreError {
    /// The error of a call that several callers shared, for each of them.
    pub(crate) fn shared(&self) -> Self {
        match self {
            Self::Unavailable(source) => Self::Unavailable(source.to_string().into()),
            Self::Contention { attempts } => Self::Contention { attempts: *attempts },
            Self::Unstorable { what } => Self::Unstorable { what },
            Self::OutOfNumbers { last } => Self::OutOfNumbers { last: *last },
            Self::Corrupt { place, detail } => Self::Corrupt { place, detail: detail.clone() },
            Self::Sealed { detail } => Self::Sealed { detail: detail.clone() },
            Self::Unwritable { reason } => Self::Unwritable { reason },
            Self::LostWrites { detail } => Self::LostWrites { detail: detail.clone() },
            Self::Database(source) => Self::Database(source.to_string().into()),
        }
    }
}

/// A database that could not be opened. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL is none of a database that is supported.
    #[error(
        "'{url}' is not a database URL: allowed are sqlite:PATH, sqlite::memory: and postgres://USER@HOST/DATABASE ({detail})"
    )]
    Url {
        /// The URL, without its password.
        url: String,
        /// The fault of the URL.
        detail: String,
    },
    /// The file or its folder cannot be used.
    #[error("cannot open the database file {path}: {detail}")]
    File {
        /// The file.
        path: String,
        /// Why.
        detail: String,
    },
    /// Another process has the file open.
    #[error("the database file {path} is in use by another process; stop it, or give this one another file")]
    InUse {
        /// The file.
        path: String,
    },
    /// The server cannot be reached or does not let us in.
    #[error("cannot connect to {url}: {detail}")]
    Connect {
        /// The URL, without its password.
        url: String,
        /// Why.
        detail: String,
    },
    /// `metadata.encoder.secret` is missing or wrong.
    #[error("cannot use {url}: {detail}")]
    Secret {
        /// The URL, without its password.
        url: String,
        /// The advice on what to set.
        detail: &'static str,
    },
    /// The database did not answer, or holds what cannot be read.
    #[error("cannot read {url}: {error}")]
    Unreadable {
        /// The URL, without its password.
        url: String,
        /// Why.
        error: StoreError,
    },
    /// The tables are not those of this version and cannot be brought to it.
    #[error("cannot bring the tables of {url} up to date: {detail}")]
    Migration {
        /// The URL, without its password.
        url: String,
        /// Why.
        detail: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once_and_in_the_message() {
        let cause = "connection refused";
        let database = || StoreError::Database(cause.into());
        let errors: [Box<dyn Error>; 3] = [
            Box::new(StoreError::Unavailable(cause.into())),
            Box::new(database()),
            Box::new(OpenError::Unreadable { url: "postgres://db".to_owned(), error: database() }),
        ];
        for error in errors {
            assert_eq!(error.to_string().matches(cause).count(), 1, "{error}");
            assert!(error.source().is_none_or(|source| !source.to_string().contains(cause)), "{error}");
        }
    }
}
