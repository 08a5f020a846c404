//! The files that every schema can import without a reference.
//!
//! Each `.proto` file beside this one holds the declarations of one of them, under the path of its import, without
//! comments and options that no schema sees. They come from Google's `protobuf` and `googleapis` and from Confluent's
//! Protobuf types, all under licences that permit it (BSD-3-Clause and Apache-2.0).

use std::sync::LazyLock;

use super::names::{Dependency, Names};
use super::parser;
use crate::schema_type::Budget;

static FILES: LazyLock<Vec<Dependency>> = LazyLock::new(|| {
    TEXTS
        .iter()
        .filter_map(|(name, text)| {
            // A test reads them all, so nothing is left out here.
            let file = parser::parse(text, &Budget::unlimited()).ok()?;
            Some(Dependency { name: (*name).to_owned(), file })
        })
        .collect()
});

static NAMES: LazyLock<Names<'static>> = LazyLock::new(|| {
    let mut names = Names::default();
    for file in FILES.iter() {
        names.add_file(Some(&file.name), &file.file);
    }
    names
});

/// The names that they define.
pub(super) fn names() -> &'static Names<'static> {
    &NAMES
}

/// The file of an import.
pub(super) fn file(name: &str) -> Option<&'static Dependency> {
    FILES.iter().find(|file| file.name == name)
}

macro_rules! texts {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!($name))),*] };
}

const TEXTS: &[(&str, &str)] = texts![
    "confluent/meta.proto",
    "confluent/type/decimal.proto",
    "confluent/type/variant.proto",
    "google/protobuf/any.proto",
    "google/protobuf/api.proto",
    "google/protobuf/descriptor.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto",
    "google/protobuf/source_context.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/type.proto",
    "google/protobuf/wrappers.proto",
    "google/type/calendar_period.proto",
    "google/type/color.proto",
    "google/type/date.proto",
    "google/type/datetime.proto",
    "google/type/dayofweek.proto",
    "google/type/decimal.proto",
    "google/type/expr.proto",
    "google/type/fraction.proto",
    "google/type/interval.proto",
    "google/type/latlng.proto",
    "google/type/money.proto",
    "google/type/month.proto",
    "google/type/phone_number.proto",
    "google/type/postal_address.proto",
    "google/type/quaternion.proto",
    "google/type/timeofday.proto",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_defines_a_type() {
        for (name, text) in TEXTS {
            let file =
                parser::parse(text, &Budget::unlimited()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!file.types.is_empty(), "{name}");
        }
    }
}
