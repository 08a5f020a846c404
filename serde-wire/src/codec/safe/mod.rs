//! The runtime without `unsafe`: what runs without the feature `fast`, and what the fast one is tested against.

#[cfg(all(feature = "bytes", not(feature = "fast")))]
mod checked;
mod reader;
mod writer;

#[cfg(all(feature = "bytes", not(feature = "fast")))]
pub(crate) use checked::CheckedBytes;
pub use reader::SafeReader;
pub use writer::SafeWriter;
