//! Writing container files.

use super::codec::Codec;
use super::error::hex;
use super::header::{Header, put_long};
use avro_model::Schema;
use avro_model::fingerprint::md5;
use std::io::{self, Write};

/// Writes a container file.
pub(in crate::command) struct Writer<W> {
    out: W,
    header: Header,
    /// Whether the header is written.
    begun: bool,
    /// How large a block may become before it is written.
    block_size: usize,
    /// The block that is being filled.
    data: Vec<u8>,
    count: usize,
}

impl<W: Write> Writer<W> {
    pub(in crate::command) fn new(out: W, schema: &Schema, codec: Codec, block_size: usize) -> Self {
        // With the types of other documents, which a file has to carry.
        let header = Header { schema: schema.resolved_text(), codec, sync: [0; _] };
        Self { out, header, begun: false, block_size, data: Vec::new(), count: 0 }
    }

    /// Adds an object by its encoding.
    pub(in crate::command) fn push(&mut self, datum: &[u8]) -> io::Result<()> {
        if self.count > 0 && self.data.len() + datum.len() > self.block_size {
            self.end_block()?;
        }
        self.data.extend_from_slice(datum);
        self.count += 1;
        Ok(())
    }

    /// Writes what is left, and gives back where it went.
    pub(in crate::command) fn finish(mut self) -> io::Result<W> {
        self.begin()?;
        if self.count > 0 {
            self.end_block()?;
        }
        Ok(self.out)
    }

    /// The sync marker follows from the schema and the first block, so that the same data gives the same file.
    fn begin(&mut self) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            self.header.sync = md5(&format!("{}{}", self.header.schema, hex(&self.data)));
            self.out.write_all(&self.header.write())?;
        }
        Ok(())
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.begin()?;
        let packed = self.header.codec.pack(std::mem::take(&mut self.data))?;
        let mut head = Vec::new();
        put_long(&mut head, std::mem::take(&mut self.count));
        put_long(&mut head, packed.len());
        self.out.write_all(&head)?;
        self.out.write_all(&packed)?;
        self.out.write_all(&self.header.sync)
    }
}
