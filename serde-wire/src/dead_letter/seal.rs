//! The hash by which a replay knows that it restores what there was.

use crate::record::Record;
use avro_model::fingerprint::sha256;
use std::fmt::Write;

/// SHA-256 of key, value and the first headers, in hexadecimal digits.
pub(super) fn checksum(record: &Record<'_>, headers: usize) -> String {
    let mut text = String::new();
    part(&mut text, record.key);
    part(&mut text, record.value);
    for (name, value) in (0..headers).filter_map(|index| record.headers.header(index)) {
        part(&mut text, Some(name.as_bytes()));
        part(&mut text, value);
    }
    hex(&sha256(&text))
}

/// Null, or the bytes with their length: no two records come to the same text.
fn part(text: &mut String, bytes: Option<&[u8]>) {
    match bytes {
        None => text.push_str("null;"),
        Some(bytes) => {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}:{};", bytes.len(), hex(bytes));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
