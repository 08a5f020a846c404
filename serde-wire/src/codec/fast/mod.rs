//! The runtime with `unsafe` inside: the only place of this crate that has any (codec §1).
//!
//! What it buys, and [`safe`](super::safe) cannot have: strings are checked by looking at 32 bytes at once, past their
//! end while that is inside the input; short copies are a few moves instead of a call; numbers are loaded and stored
//! as words; a block of numbers is cut at its terminator bits first, so that the loads do not wait for each other; a value that
//! was read is moved by words.
//!
//! The rules that make it sound, on which the `SAFETY` comments rest:
//! * A reader's `next` and `end` lie in one slice that lives for `'a`, `next <= end`; every read is preceded by a
//!   comparison with what remains. Both are made from the whole slice, never from a part of it, and so is every pointer
//!   that is read through: one that was made from a shorter slice must not be used past the end of that.
//! * A writer's `next` lies in the allocation of its vector, the bytes before it are initialised, and every write is
//!   preceded by a comparison with what is left that covers its size: a call of `short_room` or `room`, or what
//!   `write_long_bytes` begins with.

#[cfg(feature = "bytes")]
mod checked;
mod copy;
mod cpu;
mod gather;
pub(crate) mod moved;
mod reader;
mod scatter;
mod text;
mod word;
mod writer;

#[cfg(feature = "bytes")]
pub(crate) use checked::CheckedBytes;
pub use reader::FastReader;
pub use writer::FastWriter;
