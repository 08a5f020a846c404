//! The registry's wording of a finding (compatibility §4).

use super::{Incompatibility, IncompatibilityKind};

/// Which of the two schemas reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// The new schema reads what the old one wrote: a backward check.
    NewReadsOld,
    /// The old schema reads what the new one writes: a forward check.
    OldReadsNew,
}

impl Incompatibility {
    /// The text that the registry answers with.
    ///
    /// ```
    /// use avro_model::compatibility::{self, Wording};
    /// let found = compatibility::check(&"\"int\"".parse()?, &"\"string\"".parse()?)?;
    /// assert_eq!(
    ///     found[0].describe(Wording::NewReadsOld),
    ///     "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the new schema does not match \
    ///      with the old schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'}",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn describe(&self, wording: Wording) -> String {
        let (reader, writer) = match wording {
            Wording::NewReadsOld => ("new", "old"),
            Wording::OldReadsNew => ("old", "new"),
        };
        let Self { kind, path, message } = self;
        let description = match kind {
            IncompatibilityKind::FixedSizeMismatch => format!(
                "The size of FIXED type field at path '{path}' in the {reader} schema does not match with the {writer} schema"
            ),
            IncompatibilityKind::TypeMismatch => format!(
                "The type (path '{path}') of a field in the {reader} schema does not match with the {writer} schema"
            ),
            IncompatibilityKind::NameMismatch => {
                format!("The name of the schema has changed (path '{path}')")
            }
            IncompatibilityKind::MissingEnumSymbols => format!(
                "The {reader} schema is missing enum symbols '{message}' at path '{path}' in the {writer} schema"
            ),
            IncompatibilityKind::MissingUnionBranch => format!(
                "The {reader} schema is missing a type inside a union field at path '{path}' in the {writer} schema"
            ),
            IncompatibilityKind::ReaderFieldMissingDefaultValue => format!(
                "The field '{message}' at path '{path}' in the {reader} schema has no default value and is missing in the {writer} schema"
            ),
        };
        format!("{{errorType:'{kind}', description:'{description}', additionalInfo:'{message}'}}")
    }
}
