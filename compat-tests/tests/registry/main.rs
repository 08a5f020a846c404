//! `serde-wire` with a real registry in the process, its database in memory.

mod outage;
mod server;
mod twins;
