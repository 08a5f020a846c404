//! The avro-gen command.

fn main() {}
