//! The header of a container file.

use super::codec::Codec;
use super::error::{Problem, hex};
use super::input::Input;
use super::{MAGIC, MAX_ENTRIES, MAX_HEADER, SYNC};
use std::io::Read;

const SCHEMA: &str = "avro.schema";
const CODEC: &str = "avro.codec";

/// What the header of a container file says.
pub(in crate::command) struct Header {
    /// The text of the schema of its objects.
    pub(in crate::command) schema: String,
    /// How its blocks are packed.
    pub(in crate::command) codec: Codec,
    /// What stands behind each block.
    pub(super) sync: [u8; SYNC],
}

impl Header {
    pub(super) fn read<R: Read>(input: &mut Input<R>) -> Result<Self, Problem> {
        let magic = input.up_to(MAGIC.len())?;
        if magic != MAGIC {
            let begins = if magic.is_empty() { "nothing".to_owned() } else { hex(&magic) };
            return Err(Problem::Magic { begins });
        }
        let (mut schema, mut codec) = (None, None);
        let (mut left, mut entries_left) = (MAX_HEADER, MAX_ENTRIES);
        loop {
            let begins = input.offset();
            let entries = input.long("the number of entries of the metadata")?;
            if entries == 0 {
                break;
            }
            if entries < 0 {
                // The size of the entries, by which a reader may jump over them.
                input.count("the size of the metadata")?;
            }
            // Keys and values may take no bytes, so their bytes are no bound on their number.
            let remaining = entries_left.checked_sub(entries.unsigned_abs());
            entries_left = remaining.ok_or(Problem::Entries { offset: begins })?;
            for _ in 0..entries.unsigned_abs() {
                let key =
                    entry(input, &mut left, "the length of a key of the metadata", "a key of the metadata")?;
                let value = entry(
                    input,
                    &mut left,
                    "the length of a value of the metadata",
                    "a value of the metadata",
                )?;
                let text = |key| String::from_utf8(value).map_err(|_| Problem::NoText { key });
                match key.as_slice() {
                    key if key == SCHEMA.as_bytes() => schema = Some(text(SCHEMA)?),
                    key if key == CODEC.as_bytes() => codec = Some(text(CODEC)?),
                    _ => {}
                }
            }
        }
        let codec = match codec {
            None => Codec::Null,
            Some(name) => Codec::named(&name).ok_or(Problem::UnknownCodec(name))?,
        };
        let mut sync = [0; SYNC];
        sync.copy_from_slice(&input.bytes(SYNC, "the sync marker")?);
        Ok(Self { schema: schema.ok_or(Problem::NoSchema)?, codec, sync })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        put_long(&mut bytes, 2);
        for (key, value) in [(SCHEMA, self.schema.as_str()), (CODEC, self.codec.name())] {
            for text in [key, value] {
                put_long(&mut bytes, text.len());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
        put_long(&mut bytes, 0);
        bytes.extend_from_slice(&self.sync);
        bytes
    }
}

/// A key or a value, of what is left for the header.
fn entry<R: Read>(
    input: &mut Input<R>,
    left: &mut usize,
    length: &'static str,
    what: &'static str,
) -> Result<Vec<u8>, Problem> {
    let length = input.length(length, *left)?;
    *left -= length;
    input.bytes(length, what)
}

/// A number that is not negative in zig-zag and base 128.
pub(super) fn put_long(bytes: &mut Vec<u8>, number: usize) {
    let mut rest = (number as u64) << 1;
    while rest >= 0x80 {
        bytes.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    bytes.push(rest.to_le_bytes()[0]);
}
