//! Variable-length zig-zag numbers (specification, "Binary Encoding"): the arithmetic that both runtimes share.

use super::DecodeError;

/// The longest encoding of a `long`.
pub(crate) const MAX_LONG: usize = 10;

/// The longest encoding of an `int`; a `long` may be padded beyond what it needs, an `int` only up to this.
pub(crate) const MAX_INT: usize = 5;

/// The continuation bit of each of eight bytes.
pub(crate) const CONTINUATION: u64 = 0x8080_8080_8080_8080;

/// Zig-zag: numbers near zero become small unsigned ones.
#[inline(always)]
pub(crate) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// [`zigzag`] of the length of a slice, which is never negative.
#[cfg(feature = "fast")]
#[inline(always)]
pub(crate) const fn zigzag_length(length: usize) -> u64 {
    (length as u64) << 1
}

/// The inverse of [`zigzag`].
#[inline(always)]
pub(crate) const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

/// Packs the seven low bits of each of eight bytes together, the first byte lowest: undoes [`spread`].
#[inline(always)]
pub(crate) const fn gather(word: u64) -> u64 {
    let word = word & !CONTINUATION;
    let word = (word & 0x007f_007f_007f_007f) | ((word & 0x7f00_7f00_7f00_7f00) >> 1);
    let word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x3fff_0000_3fff_0000) >> 2);
    (word & 0x0000_0000_0fff_ffff) | ((word & 0x0fff_ffff_0000_0000) >> 4)
}

/// Spreads the low 56 bits over eight bytes of seven bits each.
#[inline(always)]
pub(crate) const fn spread(value: u64) -> u64 {
    let word = (value & 0x0fff_ffff) | ((value & 0x00ff_ffff_f000_0000) << 4);
    let word = (word & 0x0000_3fff_0000_3fff) | ((word & 0x0fff_c000_0fff_c000) << 2);
    (word & 0x007f_007f_007f_007f) | ((word & 0x3f80_3f80_3f80_3f80) << 1)
}

/// How many bytes the encoding of an unsigned number below 2^56 takes: `ceil(bits / 7)`, at least 1.
#[inline(always)]
pub(crate) const fn encoded_size(value: u64) -> usize {
    // (bits * 9 + 64) / 64 is the exact quotient for up to 56 bits, and needs no division.
    ((((value | 1).ilog2()) * 9 + 73) >> 6) as usize
}

/// The encoding of an unsigned number below 2^56 as one little-endian word, and its size in bytes; the bytes behind
/// it are zero.
#[inline(always)]
pub(crate) const fn encoded_word(value: u64) -> (u64, usize) {
    let size = encoded_size(value);
    (spread(value) | (CONTINUATION & ((1 << (8 * (size - 1))) - 1)), size)
}

/// The number at the start of eight little-endian bytes and its size in bytes; `None` when it does not end there.
#[inline(always)]
pub(crate) const fn decoded_word(word: u64) -> Option<(u64, usize)> {
    let ends = !word & CONTINUATION;
    if ends == 0 {
        return None;
    }
    Some((gather(word & (ends ^ (ends - 1))), (ends.trailing_zeros() as usize + 1) >> 3))
}

/// The number at the start of `bytes` and its size, byte by byte. Encodings with padding are accepted, ones beyond 64
/// bits are not.
#[cold]
#[inline(never)]
pub(crate) fn decode_slowly(bytes: &[u8]) -> Result<(u64, usize), DecodeError> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(MAX_LONG).enumerate() {
        if index == MAX_LONG - 1 && byte > 1 {
            return Err(DecodeError::Varint);
        }
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Ok((value, index + 1));
        }
    }
    Err(if bytes.len() < MAX_LONG { DecodeError::UnexpectedEnd } else { DecodeError::Varint })
}

/// The encoding of any number into ten bytes, byte by byte, and its size.
#[cold]
#[inline(never)]
pub(crate) fn encode_slowly(mut value: u64) -> ([u8; MAX_LONG], usize) {
    let mut bytes = [0; MAX_LONG];
    let mut size = 0;
    loop {
        #[expect(clippy::cast_possible_truncation, reason = "the low seven bits are meant")]
        let low = value as u8 & 0x7f;
        value >>= 7;
        bytes[size] = if value == 0 { low } else { low | 0x80 };
        size += 1;
        if value == 0 {
            return (bytes, size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zigzag_keeps_small_numbers_small() {
        for (value, encoded) in
            [(0, 0), (-1, 1), (1, 2), (-64, 127), (i64::MAX, u64::MAX - 1), (i64::MIN, u64::MAX)]
        {
            assert_eq!(zigzag(value), encoded);
            assert_eq!(unzigzag(encoded), value);
        }
    }

    #[test]
    fn words_and_bytes_agree_around_every_power_of_two() {
        for bits in 0..64 {
            for value in [(1_u64 << bits).wrapping_sub(1), 1 << bits, (1 << bits) + 1] {
                let (bytes, size) = encode_slowly(value);
                assert_eq!(decode_slowly(&bytes[..size]), Ok((value, size)), "{value}");
                if value < 1 << 56 {
                    let (word, word_size) = encoded_word(value);
                    assert_eq!(word.to_le_bytes()[..word_size], bytes[..size], "{value}");
                    assert_eq!(decoded_word(word), Some((value, size)), "{value}");
                }
            }
        }
    }

    #[test]
    fn malformed_numbers_are_refused() {
        let mut eleven = [0x80; 11];
        eleven[10] = 1;
        let mut overflow = [0xff; 10];
        overflow[9] = 2;
        for (bytes, expected) in [
            (&[][..], Err(DecodeError::UnexpectedEnd)),
            (&[0x80, 0x80], Err(DecodeError::UnexpectedEnd)),
            (&eleven, Err(DecodeError::Varint)),
            (&overflow, Err(DecodeError::Varint)),
            (&[0x82, 0x80, 0x00], Ok((2, 3))),
        ] {
            assert_eq!(decode_slowly(bytes), expected, "{bytes:02x?}");
        }
    }
}
