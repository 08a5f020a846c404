//! How the blocks of a container file are packed.

use super::error::Problem;
use bzip2::read::{BzEncoder, MultiBzDecoder};
use clap::ValueEnum;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use lzma_rust2::{XzOptions, XzReader, XzWriter};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fmt;
use std::io::{self, Read, Write};

/// A codec, by the name that the specification gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::command) enum Codec {
    /// Blocks as they are.
    Null,
    /// Deflate (RFC 1951), without the header of zlib.
    Deflate,
    /// Snappy, with the CRC-32 of the data behind it.
    Snappy,
    /// Zstandard.
    Zstandard,
    /// Bzip2.
    Bzip2,
    /// Xz.
    Xz,
}

/// How much memory the dictionary of an xz block may take, in KiB: that of its strongest preset is 64 MiB.
const XZ_MEMORY: u32 = 80 << 10;

/// The dictionary of the presets that xz is used with.
const XZ_DICTIONARY: usize = 8 << 20;

/// What three bytes of snappy can be at most: a copy of 64 bytes.
const SNAPPY_COPY: usize = 64;

/// The bytes of a CRC-32.
const CRC: usize = 4;

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Codec {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Deflate => "deflate",
            Self::Snappy => "snappy",
            Self::Zstandard => "zstandard",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|codec| codec.name() == name)
    }

    pub(super) fn names() -> String {
        Self::value_variants().iter().map(|codec| codec.name()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn pack(self, data: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut packed = Vec::new();
        match self {
            Self::Null => return Ok(data),
            Self::Deflate => {
                DeflateEncoder::new(data.as_slice(), flate2::Compression::default())
                    .read_to_end(&mut packed)?;
            }
            Self::Snappy => {
                packed = snap::raw::Encoder::new().compress_vec(&data)?;
                packed.extend_from_slice(&crc32fast::hash(&data).to_be_bytes());
            }
            Self::Zstandard => packed = compress_to_vec(data.as_slice(), CompressionLevel::Fastest),
            Self::Bzip2 => {
                BzEncoder::new(data.as_slice(), bzip2::Compression::best()).read_to_end(&mut packed)?;
            }
            Self::Xz => {
                let mut options = XzOptions::default();
                // A dictionary larger than the data has no use, and takes time to set up.
                let dictionary = data.len().clamp(4096, XZ_DICTIONARY);
                options.lzma_options.dict_size = u32::try_from(dictionary).unwrap_or(u32::MAX);
                let mut writer = XzWriter::new(packed, options)?;
                writer.write_all(&data)?;
                packed = writer.finish()?;
            }
        }
        Ok(packed)
    }

    /// The data of a block, which has at most `limit` bytes.
    pub(super) fn unpack(self, packed: Vec<u8>, limit: usize) -> Result<Vec<u8>, Problem> {
        let mut data = Vec::new();
        let mut fill = |reader: &mut dyn Read| -> Result<(), Problem> {
            let room = (limit - data.len()) as u64;
            // One byte more than there is room for tells that there are more.
            reader.take(room + 1).read_to_end(&mut data).map_err(|error| self.damaged(&error))?;
            if data.len() > limit { Err(Problem::Unpacked { codec: self, limit }) } else { Ok(()) }
        };
        match self {
            Self::Null => return Ok(packed),
            Self::Snappy => return self.unpack_snappy(&packed, limit),
            Self::Deflate => fill(&mut DeflateDecoder::new(packed.as_slice()))?,
            Self::Bzip2 => fill(&mut MultiBzDecoder::new(packed.as_slice()))?,
            Self::Xz => fill(&mut XzReader::new_mem_limit(packed.as_slice(), true, XZ_MEMORY))?,
            Self::Zstandard => {
                // A stream is one frame or several.
                let mut rest = packed.as_slice();
                loop {
                    let mut frame = StreamingDecoder::new(&mut rest).map_err(|error| self.damaged(&error))?;
                    fill(&mut frame)?;
                    let (said, found) =
                        (frame.decoder.get_checksum_from_data(), frame.decoder.get_calculated_checksum());
                    if said.is_some() && said != found {
                        return Err(self.damaged(&"its checksum is another one"));
                    }
                    if rest.is_empty() {
                        break;
                    }
                }
            }
        }
        Ok(data)
    }

    fn unpack_snappy(self, packed: &[u8], limit: usize) -> Result<Vec<u8>, Problem> {
        let Some((packed, crc)) = packed.split_last_chunk::<CRC>() else {
            return Err(self.damaged(&"it is too short for a CRC-32"));
        };
        // The decoder takes memory for the length that the data begins with, so that is looked at first.
        let claimed = snap::raw::decompress_len(packed).map_err(|error| self.damaged(&error))?;
        if claimed > limit {
            return Err(Problem::Unpacked { codec: self, limit });
        }
        if claimed / SNAPPY_COPY > packed.len() / 3 + 1 {
            let length = packed.len();
            return Err(
                self.damaged(&format!("{length} bytes cannot become the {claimed} that they claim to be"))
            );
        }
        let data = snap::raw::Decoder::new().decompress_vec(packed).map_err(|error| self.damaged(&error))?;
        let (said, found) = (u32::from_be_bytes(*crc), crc32fast::hash(&data));
        if said != found {
            return Err(self.damaged(&format!("its CRC-32 is {found:08x}, and {said:08x} is written")));
        }
        Ok(data)
    }

    fn damaged(self, problem: &dyn ToString) -> Problem {
        Problem::Damaged { codec: self, problem: problem.to_string() }
    }
}
