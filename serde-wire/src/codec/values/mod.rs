//! The codec of Rust's own types and of the two that stand in for a wire form Rust has no type for.

mod collection;
mod deep;
mod map;
mod option;
mod scalar;
mod text;

use collection::next_block;
pub use deep::Deep;
pub use map::Map;
pub use option::NullLast;
