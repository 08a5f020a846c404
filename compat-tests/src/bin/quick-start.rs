//! The program of serde-wire's quick start, out of the guide: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/quick_start.rs"));
