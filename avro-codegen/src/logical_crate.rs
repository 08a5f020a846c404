//! The crates whose types can stand for logical types.

use avro_model::schema::LogicalType;

/// The crate that the Rust type of a logical type is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LogicalCrate {
    /// The types of `serde_wire::types`, which hold every value of the wire.
    #[default]
    SerdeWire,
    /// None: the type that the logical type stands on, such as `i64` or `Vec<u8>`.
    Plain,
    /// `chrono`: `NaiveDate`, `NaiveTime`, `DateTime<Utc>` and, for local timestamps, `NaiveDateTime`.
    Chrono,
    /// `jiff`: `civil::Date`, `civil::Time`, `Timestamp` and, for local timestamps, `civil::DateTime`.
    Jiff,
    /// `time`: `Date`, `Time`, `OffsetDateTime` and, for local timestamps, `PrimitiveDateTime`.
    Time,
    /// `rust_decimal::Decimal`, for `decimal` and `big-decimal`.
    RustDecimal,
    /// `bigdecimal::BigDecimal`, for `decimal` and `big-decimal`.
    BigDecimal,
    /// `uuid::Uuid`, for a `uuid` on a `fixed` too.
    Uuid,
}

/// Every logical type of a schema by its name, and what kind of thing it is.
const LOGICAL: &[(&str, Family)] = &[
    ("date", Family::Time),
    ("time-millis", Family::Time),
    ("time-micros", Family::Time),
    ("timestamp-millis", Family::Time),
    ("timestamp-micros", Family::Time),
    ("timestamp-nanos", Family::Time),
    ("local-timestamp-millis", Family::Time),
    ("local-timestamp-micros", Family::Time),
    ("local-timestamp-nanos", Family::Time),
    ("decimal", Family::Decimal),
    ("big-decimal", Family::Decimal),
    ("uuid", Family::Uuid),
    ("duration", Family::Duration),
];

/// What stands for every logical type that the crate has a type for.
const EVERY: &str = "*";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Time,
    Decimal,
    Uuid,
    Duration,
}

impl LogicalCrate {
    /// Whether it has a type for the logical type of this name.
    fn has(self, logical: &str) -> bool {
        let family = LOGICAL.iter().find(|(name, _)| *name == logical).map(|(_, family)| *family);
        match self {
            Self::SerdeWire | Self::Plain => family.is_some(),
            Self::Chrono | Self::Jiff | Self::Time => family == Some(Family::Time),
            Self::RustDecimal | Self::BigDecimal => family == Some(Family::Decimal),
            Self::Uuid => family == Some(Family::Uuid),
        }
    }
}

/// What is asked for a logical type: its name, or [`EVERY`], and the crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogicalChoice {
    pub(crate) logical: String,
    pub(crate) from: LogicalCrate,
}

impl LogicalChoice {
    /// The crate, if the choice is about this logical type, and whether it names it.
    pub(crate) fn of(&self, logical: LogicalType) -> Option<(LogicalCrate, bool)> {
        let is_named = self.logical == logical.name();
        let is_meant = is_named || self.logical == EVERY && self.from.has(logical.name());
        is_meant.then_some((self.from, is_named))
    }

    /// What was expected instead, if the name is none of a logical type that the crate has a type for.
    pub(crate) fn problem(&self) -> Option<String> {
        if self.logical == EVERY || self.from.has(&self.logical) {
            return None;
        }
        let names: Vec<&str> =
            LOGICAL.iter().map(|(name, _)| *name).filter(|name| self.from.has(name)).collect();
        Some(format!("{EVERY:?} or a logical type that this crate has a type for: {}", names.join(", ")))
    }
}
