//! A part of build scripts: every option of the generator at once.

use crate::files::with_everything;
use avro_codegen::{Config, LintLevel, LogicalCrate, MapType, OnUnusableDefault, StringType};

/// Turns on every option that goes for any schema.
pub(crate) fn all(config: Config) -> Config {
    with_everything(config)
        .lint("all", LintLevel::Allow)
        .map_type(".", MapType::IndexMap)
        .string_type(".", StringType::Shared)
        .logical_type(".", "*", LogicalCrate::Chrono)
        .logical_type(".", "*", LogicalCrate::RustDecimal)
        .logical_type(".", "*", LogicalCrate::Uuid)
        .properties(".")
        .on_unusable_default(OnUnusableDefault::Ignore)
        .serde(".")
}
