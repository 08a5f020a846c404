//! Request bodies, read as the original's JSON library reads them: scalars are coerced, unknown members ignored, the
//! last of several equal members wins.

mod decode;
mod read;
mod value;

pub(super) use decode::text_of;
pub(super) use read::{Members, Shape};
pub(super) use value::{Malformed, Value, parse};
