//! Reading the blocks of a container file.

use super::error::{ContainerError, Place, Problem, hex};
use super::header::Header;
use super::input::Input;
use super::{MAX_BLOCK, SYNC};
use std::io::Read;

/// The blocks of a container file, one after the other.
pub(in crate::command) struct Blocks<R> {
    input: Input<R>,
    header: Header,
    /// How many blocks were begun.
    number: u64,
}

/// A block whose sync marker was found where it should be.
pub(in crate::command) struct Block {
    pub(super) place: Place,
    /// How many objects it says that it holds.
    pub(super) count: u64,
    /// Their encodings, one behind the other.
    pub(super) data: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    /// Reads the header.
    pub(in crate::command) fn open(reader: R) -> Result<Self, ContainerError> {
        let mut input = Input::new(reader);
        let header = Header::read(&mut input).map_err(|problem| problem.at(Place::Header))?;
        Ok(Self { input, header, number: 0 })
    }

    pub(in crate::command) fn header(&self) -> &Header {
        &self.header
    }

    /// The next block; `None` where the file ends behind one.
    pub(in crate::command) fn next_block(&mut self) -> Result<Option<Block>, ContainerError> {
        self.number += 1;
        let place = Place::Block { number: self.number, begins: self.input.offset() };
        self.read(place).map_err(|problem| problem.at(place))
    }

    fn read(&mut self, place: Place) -> Result<Option<Block>, Problem> {
        if self.input.at_end()? {
            return Ok(None);
        }
        let count = self.input.count("its number of objects")?;
        let length = self.input.length("its size", MAX_BLOCK)?;
        let packed = self.input.bytes(length, "its data")?;
        let offset = self.input.offset();
        let sync = self.input.bytes(SYNC, "the sync marker behind it")?;
        if sync != self.header.sync {
            return Err(Problem::Sync { offset, found: hex(&sync), expected: hex(&self.header.sync) });
        }
        let data = self.header.codec.unpack(packed, MAX_BLOCK)?;
        Ok(Some(Block { place, count, data }))
    }
}
