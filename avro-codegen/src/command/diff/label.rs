//! What a change breaks: what the registry's check finds where it is.

use super::changes::{Change, Part};
use avro_model::Schema;
use avro_model::compatibility::{IncompatibilityKind, Wording};
use avro_model::explanation::{NamedPart, explain};
use std::collections::HashSet;

/// The levels that a change breaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Breaks {
    backward: bool,
    forward: bool,
}

impl Breaks {
    pub(super) fn levels(self) -> &'static [&'static str] {
        match (self.backward, self.forward) {
            (false, false) => &[],
            (true, false) => &["BACKWARD", "FULL"],
            (false, true) => &["FORWARD", "FULL"],
            (true, true) => &["BACKWARD", "FORWARD", "FULL"],
        }
    }

    pub(super) fn as_text(self) -> String {
        match self.levels() {
            [] => String::new(),
            levels => format!(" [breaks {}]", levels.join(", ")),
        }
    }
}

type Found = HashSet<(IncompatibilityKind, Part)>;

/// What the check finds between two schemas, by the parts of the new one and of the old one.
pub(super) struct Findings {
    /// `None` when the check has no list, or one that it cut short: everything that could break does then.
    backward: Option<[Found; 2]>,
    forward: Option<[Found; 2]>,
}

impl Findings {
    pub(super) fn of(old: &Schema, new: &Schema) -> Self {
        let found = |direction| -> Option<[Found; 2]> {
            let report = explain(new, old, direction).ok().filter(|report| report.omitted == 0)?;
            let part = |part: &NamedPart| Part(part.type_name.clone(), part.field.clone());
            let all = |pick: fn(&avro_model::explanation::Explanation) -> &NamedPart| {
                let explanations = report.explanations.iter();
                explanations.map(|one| (one.incompatibility.kind, part(pick(one)))).collect()
            };
            Some([all(|one| &one.new_part), all(|one| &one.old_part)])
        };
        Self { backward: found(Wording::NewReadsOld), forward: found(Wording::OldReadsNew) }
    }

    pub(super) fn breaks(&self, change: &Change) -> Breaks {
        use IncompatibilityKind::{
            FixedSizeMismatch, MissingEnumSymbols, MissingUnionBranch, NameMismatch,
            ReaderFieldMissingDefaultValue, TypeMismatch,
        };
        let kinds: &[IncompatibilityKind] = match change.kind {
            "field-added" | "field-removed" | "field-renamed" => &[ReaderFieldMissingDefaultValue],
            "type-changed" | "branch-added" | "branch-removed" => &[TypeMismatch, MissingUnionBranch],
            "symbol-added" | "symbol-removed" => &[MissingEnumSymbols],
            "size-changed" => &[FixedSizeMismatch],
            "type-renamed" => &[NameMismatch, MissingUnionBranch],
            _ => return Breaks::default(),
        };
        // What is only in one schema is found by its part there: the other part is that of the whole record.
        let (in_new, in_old) = (change.kind != "field-removed", change.kind != "field-added");
        let is_found = |[of_new, of_old]: &[Found; 2]| {
            kinds.iter().any(|kind| {
                (in_new && of_new.contains(&(*kind, change.new_part.clone())))
                    || (in_old && of_old.contains(&(*kind, change.old_part.clone())))
            })
        };
        let [backward, forward] =
            [&self.backward, &self.forward].map(|all| all.as_ref().is_none_or(is_found));
        match change.kind {
            // Old readers do not miss what they do not know, new ones not what they do not have.
            "field-added" | "symbol-removed" | "branch-removed" => Breaks { backward, forward: false },
            "field-removed" | "symbol-added" | "branch-added" => Breaks { backward: false, forward },
            _ => Breaks { backward, forward },
        }
    }
}
