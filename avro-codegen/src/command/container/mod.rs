//! Object container files (specification, "Object Container Files"): a header with the schema, then blocks of data, each behind
//! its number of objects and its size, and followed by the sync marker of the file.
//!
//! [`Blocks`] reads one block after the other from any source, [`Writer`] writes them. What a file says of itself is a claim:
//! sizes are bounded before memory is taken, which then grows with the bytes that really arrive.
//!
//! All codecs are written in Rust, so that nobody needs a C compiler to install the command.

mod blocks;
mod codec;
mod error;
mod header;
mod input;
mod objects;
#[cfg(test)]
mod tests;
mod writer;

pub(super) use blocks::Blocks;
pub(super) use codec::Codec;
pub(super) use objects::Objects;
pub(super) use writer::Writer;

use std::fs::File;
use std::path::Path;

/// The first bytes of every container file: `Obj` and the version of the format.
pub(super) const MAGIC: [u8; 4] = *b"Obj\x01";

/// The bytes of a sync marker.
const SYNC: usize = 16;

/// How many bytes the header of a file may have, where its schema is.
const MAX_HEADER: usize = 64 << 20;

/// How many entries the metadata in a header may have. Writers have some two to ten.
const MAX_ENTRIES: u64 = 1 << 16;

/// How many bytes a block may have, compressed or not. Writers end blocks at 16,000 to some million bytes.
const MAX_BLOCK: usize = 256 << 20;

/// How many objects of one file may take no bytes, as those of the schema `"null"` do.
const MAX_EMPTY: u64 = 1 << 20;

/// The text of the schema in a container file; or the problem.
pub(super) fn schema_of(path: &Path) -> Result<String, String> {
    let told = |problem: &dyn ToString| format!("cannot read {}: {}", path.display(), problem.to_string());
    let file = File::open(path).map_err(|error| told(&error))?;
    let blocks = Blocks::open(file).map_err(|error| told(&error))?;
    Ok(blocks.header().schema.clone())
}

/// Whether a path is that of a container file, by its extension.
pub(super) fn is_container(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "avro")
}
