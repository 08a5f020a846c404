//! `FileDescriptorProto`: the binary form of a file, as input and as the format `serialized`.
//!
//! The few message types of it that matter are written and read by hand: that keeps the order and the presence of their
//! fields, which clients see, in one place each.

mod options;
mod read;
mod read_parts;
mod wire;
mod write;
mod write_parts;

pub(super) use options::tags_in;
pub(super) use read::read;
pub(super) use write::write;
