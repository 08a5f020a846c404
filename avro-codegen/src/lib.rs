//! Code generation from Avro schemas.
