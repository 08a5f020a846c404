//! Schemas for the other crate.

use apache_avro::Schema as Theirs;
use avro_model::Schema;

/// The schema, with all that it refers to, as one of `apache-avro`.
///
/// # Errors
/// What that crate refuses, which is more than the specification and the registry do.
pub fn to_apache_schema(schema: &Schema) -> Result<Theirs, apache_avro::Error> {
    Theirs::parse_str(&schema.resolved_text())
}
