//! The promotions of the specification: the one table that resolution and the compatibility check share.
//! See resolution §2.

use crate::schema::Kind;

/// A conversion from the writer's primitive type to the reader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Promotion {
    /// `int` read as `long`
    IntToLong,
    /// `int` read as `float`, rounded to the nearest
    IntToFloat,
    /// `int` read as `double`
    IntToDouble,
    /// `long` read as `float`, rounded to the nearest
    LongToFloat,
    /// `long` read as `double`, rounded to the nearest
    LongToDouble,
    /// `float` read as `double`
    FloatToDouble,
    /// `string` read as its UTF-8 bytes
    StringToBytes,
    /// `bytes` read as `string`; fails on data that is not UTF-8
    BytesToString,
}

impl Promotion {
    /// The promotion from a writer's type to a reader's. There is none between equal kinds.
    ///
    /// ```
    /// use avro_model::Kind;
    /// use avro_model::resolution::Promotion;
    /// assert_eq!(Promotion::between(&Kind::Int, &Kind::Double), Some(Promotion::IntToDouble));
    /// assert_eq!(Promotion::between(&Kind::Double, &Kind::Int), None);
    /// ```
    pub fn between(writer: &Kind, reader: &Kind) -> Option<Self> {
        Some(match (writer, reader) {
            (Kind::Int, Kind::Long) => Self::IntToLong,
            (Kind::Int, Kind::Float) => Self::IntToFloat,
            (Kind::Int, Kind::Double) => Self::IntToDouble,
            (Kind::Long, Kind::Float) => Self::LongToFloat,
            (Kind::Long, Kind::Double) => Self::LongToDouble,
            (Kind::Float, Kind::Double) => Self::FloatToDouble,
            (Kind::String, Kind::Bytes) => Self::StringToBytes,
            (Kind::Bytes, Kind::String) => Self::BytesToString,
            _ => return None,
        })
    }
}
