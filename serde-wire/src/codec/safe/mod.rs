//! The runtime without `unsafe`: what runs without the feature `fast`, and what the fast one is tested against.

mod reader;
mod writer;

pub use reader::SafeReader;
pub use writer::SafeWriter;
