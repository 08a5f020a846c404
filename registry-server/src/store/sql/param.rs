//! Parameters and rows that mean the same on both databases: integers, texts and bytes.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::domain::{Context, SchemaId, Version};
use crate::store::StoreError;

/// A value for a `$n` in a statement.
#[derive(Clone, Debug)]
pub(super) enum Param {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA or BLOB.
    Bytes(Vec<u8>),
}

/// Makes a list of parameters, in order from `$1`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::store::sql::param::Param::from($value)),*]
    };
}
pub(super) use params;

impl Param {
    /// Postgres has no NUL in its texts.
    pub(super) fn has_nul(&self) -> bool {
        matches!(self, Self::Text(Some(text)) if text.contains('\0'))
    }
}

impl From<i64> for Param {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Param {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Param {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<Version> for Param {
    fn from(value: Version) -> Self {
        Self::Int(Some(value.get().into()))
    }
}

impl From<SchemaId> for Param {
    fn from(value: SchemaId) -> Self {
        Self::Int(Some(value.get().into()))
    }
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<&Context> for Param {
    fn from(value: &Context) -> Self {
        value.as_str().into()
    }
}

impl From<String> for Param {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Param {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<&[u8]> for Param {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

/// A row of either database.
pub(super) enum Row {
    Postgres(PgRow),
    Sqlite(SqliteRow),
}

impl Row {
    /// A BIGINT that is not NULL.
    pub(super) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| null(column))
    }

    /// A BIGINT.
    pub(super) fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        Ok(match self {
            Self::Postgres(row) => row.try_get(column)?,
            Self::Sqlite(row) => row.try_get(column)?,
        })
    }

    /// A TEXT that is not NULL.
    pub(super) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or_else(|| null(column))
    }

    /// A TEXT.
    pub(super) fn opt_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(match self {
            Self::Postgres(row) => row.try_get(column)?,
            Self::Sqlite(row) => row.try_get(column)?,
        })
    }

    /// A BYTEA or BLOB that is not NULL.
    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        Ok(match self {
            Self::Postgres(row) => row.try_get(column)?,
            Self::Sqlite(row) => row.try_get(column)?,
        })
    }

    /// A flag: 0 or 1.
    pub(super) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// A version number.
    pub(super) fn version(&self, column: usize) -> Result<Version, StoreError> {
        let number = self.int(column)?;
        Version::new(number)
            .ok_or_else(|| StoreError::Corrupt { place: "a version number", detail: number.to_string() })
    }

    /// A schema id.
    pub(super) fn id(&self, column: usize) -> Result<SchemaId, StoreError> {
        let number = self.int(column)?;
        SchemaId::new(number)
            .ok_or_else(|| StoreError::Corrupt { place: "a schema id", detail: number.to_string() })
    }

    /// A context name.
    pub(super) fn context(&self, column: usize) -> Result<Context, StoreError> {
        Ok(Context::from_stored(&self.text(column)?))
    }
}

fn null(column: usize) -> StoreError {
    StoreError::Corrupt { place: "a column that is never NULL", detail: format!("NULL in column {column}") }
}
