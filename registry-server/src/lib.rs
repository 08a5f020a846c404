//! A drop-in replacement for the Confluent Schema Registry.
