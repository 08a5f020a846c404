//! The codec of Rust's own types, of [`Map`] and [`Deep`], and of the forms that Rust types can have besides their own.

mod collection;
mod deep;
mod fallible;
pub mod form;
pub mod map;
mod option;
mod scalar;
#[cfg(feature = "bytes")]
mod shared;
mod text;

pub use deep::Deep;
pub use map::Map;
