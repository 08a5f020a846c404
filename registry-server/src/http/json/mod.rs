//! Request bodies, read as the original's JSON library reads them: scalars are coerced, unknown members ignored, the
//! last of several equal members wins.

mod decode;
mod malformed;
mod parse;
mod read;
mod value;

pub(super) use decode::{is_utf8, text_of};
pub(super) use malformed::Malformed;
pub(super) use parse::parse_within;
pub(super) use read::{FromJson, Members};
pub(super) use value::Value;
