//! Fingerprints of a text, usually of a Parsing Canonical Form (specification, "Schema Fingerprints"; text-forms §4).

use md5::Md5;
use sha2::{Digest, Sha256};

/// The fingerprint of the empty text, and the polynomial.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

/// For each byte, what eight steps of the polynomial make of it.
const TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            value = (value >> 1) ^ (EMPTY & (value & 1).wrapping_neg());
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
};

/// CRC-64-AVRO. The single-object encoding writes it as eight bytes, little-endian.
///
/// ```
/// use avro_model::fingerprint::rabin;
/// assert_eq!(rabin(""), 0xc15d_213a_a4d7_a795);
/// assert_eq!(rabin("\"int\""), 0x7275_d51a_3f39_5c8f);
/// ```
pub fn rabin(text: &str) -> u64 {
    text.bytes().fold(EMPTY, |crc, byte| (crc >> 8) ^ TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)])
}

/// MD5.
pub fn md5(text: &str) -> [u8; 16] {
    Md5::digest(text).into()
}

/// SHA-256.
pub fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
