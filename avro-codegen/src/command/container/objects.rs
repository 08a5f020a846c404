//! The objects of the blocks.

use super::MAX_EMPTY;
use super::blocks::{Block, Blocks};
use super::error::{ContainerError, Problem};
use avro_model::Value;
use avro_model::binary::Decoder;
use std::io::Read;

/// Reads the objects of a container file.
pub(in crate::command) struct Objects<R> {
    blocks: Blocks<R>,
    decoder: Decoder,
    /// The block that is being read, how many of its objects were, and how many of its bytes.
    block: Option<(Block, u64, usize)>,
    /// Objects without bytes that may still come.
    empty: u64,
}

impl<R: Read> Objects<R> {
    /// The objects of these blocks, by a decoder for the schema of the header.
    pub(in crate::command) fn new(blocks: Blocks<R>, decoder: Decoder) -> Self {
        Self { blocks, decoder, block: None, empty: MAX_EMPTY }
    }

    /// The next object; `None` where the file ends behind a block. Behind an error nothing can be read.
    pub(in crate::command) fn next_object(&mut self) -> Result<Option<Value>, ContainerError> {
        loop {
            let Some((block, read, at)) = &mut self.block else {
                match self.blocks.next_block()? {
                    Some(block) => self.block = Some((block, 0, 0)),
                    None => return Ok(None),
                }
                continue;
            };
            let (place, count) = (block.place, block.count);
            if *read < count {
                *read += 1;
                let number = *read;
                let decoded = self.decoder.decode_prefix(&block.data[*at..]);
                let (value, length) = decoded.map_err(|mut error| {
                    error.offset += *at;
                    Problem::Object { number, count, error }.at(place)
                })?;
                if length == 0 {
                    let left = self.empty.checked_sub(1);
                    self.empty = left.ok_or_else(|| Problem::Empty { number, count }.at(place))?;
                }
                *at += length;
                return Ok(Some(value));
            }
            let bytes = block.data.len() - *at;
            if bytes > 0 {
                return Err(Problem::Left { bytes, count }.at(place));
            }
            self.block = None;
        }
    }
}
