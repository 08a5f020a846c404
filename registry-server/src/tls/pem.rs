//! PEM: texts between lines of dashes, with whatever stands before and after them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// One block.
pub(super) struct Block<'a> {
    /// What it says that it is: `CERTIFICATE`.
    pub(super) label: &'a str,
    /// What it holds; `None` where headers say that it is encrypted as OpenSSL did of old.
    pub(super) content: Option<Vec<u8>>,
}

/// All blocks of a text, also where each is on one line, as it has to be in some settings.
///
/// # Errors
/// Why a block cannot be read.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>, String> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let (label, after) = after.split_once("-----").ok_or("a BEGIN line breaks off")?;
        let end = format!("-----END {label}-----");
        let (body, after) = after.split_once(&end).ok_or_else(|| format!("there is no {end}"))?;
        rest = after;
        let content = if body.contains(':') {
            None
        } else {
            let digits: String = body.split_whitespace().collect();
            let content = BASE64_STANDARD.decode(digits);
            Some(content.map_err(|error| format!("a {label} is no base64: {error}"))?)
        };
        blocks.push(Block { label, content });
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_in_texts_and_on_one_line() {
        for text in [
            "-----BEGIN A-----\nAQID\n-----END A-----\n-----BEGIN B C-----\r\nBA\r\n==\r\n-----END B C-----\r\n",
            "Bag Attributes\n  friendlyName: x\n-----BEGIN A-----\nAQ\nID\n-----END A-----\n\
             subject=/CN=x\n-----BEGIN B C-----\nBA==\n-----END B C-----",
            "-----BEGIN A----- AQID -----END A----- -----BEGIN B C----- BA== -----END B C-----",
        ] {
            let blocks = blocks(text).unwrap();
            let found: Vec<_> = blocks.iter().map(|one| (one.label, one.content.as_deref())).collect();
            assert_eq!(found, [("A", Some(&[1, 2, 3][..])), ("B C", Some(&[4]))], "{text}");
        }
        assert!(blocks("no PEM").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (text, expected) in [
            ("-----BEGIN A", "breaks off"),
            ("-----BEGIN A-----\nAQID\n", "no -----END A-----"),
            ("-----BEGIN A-----\nAQID\n-----END B-----\n", "no -----END A-----"),
            ("-----BEGIN A-----\n?\n-----END A-----\n", "no base64"),
        ] {
            let reason = blocks(text).err().unwrap();
            assert!(reason.contains(expected), "{text}: {reason}");
        }
        let old = "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAQID\n-----END A-----";
        assert!(blocks(old).unwrap()[0].content.is_none());
    }
}
