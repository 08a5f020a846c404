//! `serde-wire` with a real registry in the process, its database in memory.

mod server;
mod twins;
