//! Tests that look at the workspace from outside: case tables, real clients, real brokers.

pub mod tables;
