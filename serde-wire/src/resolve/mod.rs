//! From a writer's schema to a way of decoding it into a Rust type.

mod plan;
mod skip;

pub use plan::{Plan, Primitive, RecordPlan, Step};
