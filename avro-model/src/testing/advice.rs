//! Properties that explanations must have.

use super::{Random, Values};
use crate::Schema;
use crate::binary::{Decoder, encode};
use crate::compatibility::{Wording, check};
use crate::explanation::{CompatibilityReport, FailingValue, explain, pair};
use crate::json_encoding;

/// Values of the writer that are tried out for one that cannot be read.
const VALUES: usize = 16;

/// Explains a new schema beside an old one in both directions: there are explanations exactly when the checker finds
/// something, every failing value fails, and what was repaired is compatible.
///
/// # Panics
/// When any of that does not hold.
pub fn advice_holds(new: &Schema, old: &Schema) {
    for direction in [Wording::NewReadsOld, Wording::OldReadsNew] {
        let (reader, writer) = pair(new, old, direction);
        let Ok(explained) = explain(new, old, direction) else { continue };
        assert_eq!(explained.explanations.is_empty(), check(reader, writer) == Ok(Vec::new()));
        for failing in explained.explanations.iter().filter_map(|one| one.failing.as_ref()) {
            value_fails(reader, writer, failing);
        }
        for change in explained.explanations.iter().filter_map(|one| one.change.as_ref()) {
            assert!(explained.changes.contains(change), "{change}\n{explained}");
        }
        let text = explained.to_string();
        for change in &explained.changes {
            assert!(text.contains(&change.to_string()), "{change}\n{text}");
        }
        if let Some(repaired) = &explained.repaired {
            let (reader, writer) = pair(repaired, old, direction);
            assert_eq!(check(reader, writer), Ok(Vec::new()), "{explained}");
            assert!(!explained.changes.is_empty());
        }
        if let Some(failing) = &explained.overlooked {
            let accepted = explained.repaired.as_ref().unwrap_or(new);
            let (reader, writer) = pair(accepted, old, direction);
            assert_eq!(check(reader, writer), Ok(Vec::new()));
            value_fails(reader, writer, failing);
        }
    }
}

/// Checks that the explanation shows a value that cannot be read where one made at random cannot.
///
/// # Panics
/// When it does not.
pub fn failing_values_are_shown(new: &Schema, old: &Schema, random: &mut Random<'_>) {
    for direction in [Wording::NewReadsOld, Wording::OldReadsNew] {
        let (reader, writer) = pair(new, old, direction);
        let values = Values::of(writer);
        let (Ok(explained), Ok(decoder), true) =
            (explain(new, old, direction), Decoder::resolving(writer, reader), values.any())
        else {
            continue;
        };
        for _ in 0..VALUES {
            let value = values.value(random);
            let data = encode(writer, &value).unwrap_or_else(|error| panic!("{error}"));
            if decoder.decode(&data).is_err() {
                assert!(shows_a_value(&explained), "{direction:?}: {value:?} fails\n{explained}");
            }
        }
    }
}

fn shows_a_value(explained: &CompatibilityReport) -> bool {
    explained.overlooked.is_some() || explained.explanations.iter().any(|one| one.failing.is_some())
}

fn value_fails(reader: &Schema, writer: &Schema, failing: &FailingValue) {
    let data = encode(writer, &failing.value).unwrap_or_else(|error| panic!("{error}: {failing}"));
    let decoder = Decoder::resolving(writer, reader).unwrap_or_else(|error| panic!("{error}"));
    let error = decoder.decode(&data).err().map(|error| error.to_string());
    assert_eq!(error.as_ref(), Some(&failing.error));
    assert_eq!(json_encoding::decode(writer, &failing.json).as_ref(), Ok(&failing.value));
}
