//! Changes of a new schema that make it compatible.

use super::AffectedReaders;
use crate::json::Json;
use crate::name::Fullname;
use std::fmt;

/// A small change of the new schema. Its `Display` is advice.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Give a field a default.
    GiveDefault {
        /// The record.
        record: Fullname,
        /// The field.
        field: String,
        /// A default that fits, usually the empty one.
        default: Json,
    },
    /// Give a field whose default can no longer be used another one.
    FitDefault {
        /// The record.
        record: Fullname,
        /// The field.
        field: String,
        /// A default that fits, usually the empty one.
        default: Json,
        /// Why the default that is there does not.
        reason: String,
    },
    /// Tell readers the old name of a renamed field.
    AliasField {
        /// The record.
        record: Fullname,
        /// The field's new name.
        field: String,
        /// Its old name.
        alias: String,
    },
    /// Keep a field that old readers need.
    KeepField {
        /// The record.
        record: Fullname,
        /// The field.
        field: String,
    },
    /// Keep the old name of a field, which old readers look for.
    KeepFieldName {
        /// The record.
        record: Fullname,
        /// The field's new name.
        field: String,
        /// Its old name.
        old: String,
    },
    /// Tell readers the old name of a renamed type.
    AliasType {
        /// The type's new name.
        name: Fullname,
        /// Its old name.
        alias: Fullname,
    },
    /// Keep the old name of a type.
    KeepTypeName {
        /// The type's new name.
        name: Fullname,
        /// Its old name.
        old: Fullname,
    },
    /// Keep the simple name of a type that had no namespace.
    KeepSimpleName {
        /// The type's new name, in a namespace.
        name: Fullname,
        /// Its old name, without one.
        old: Fullname,
    },
    /// Keep symbols that old data may hold.
    KeepSymbols {
        /// The enum.
        name: Fullname,
        /// The symbols.
        symbols: Vec<String>,
    },
    /// Keep the symbols of an enum of which old readers know no other.
    RestoreSymbols {
        /// The enum.
        name: Fullname,
        /// The old symbols.
        symbols: Vec<String>,
    },
    /// Let a field be null, which is its default then: for a type that no default can be advised for.
    MakeNullable {
        /// The record.
        record: Fullname,
        /// The field.
        field: String,
    },
    /// Do not write symbols yet that old readers do not know.
    DropSymbols {
        /// The enum.
        name: Fullname,
        /// The symbols.
        symbols: Vec<String>,
    },
    /// Do not write symbols yet to old readers that know none, nor have a default that would be one.
    DropSymbolsAndDefaults {
        /// The enum.
        name: Fullname,
        /// The symbols.
        symbols: Vec<String>,
        /// The records and their fields.
        fields: Vec<(Fullname, String)>,
    },
    /// Keep a branch that old data may hold.
    KeepBranch {
        /// The place of the union.
        place: String,
        /// The branch.
        branch: String,
    },
    /// Do not write a branch yet that old readers do not know.
    DropBranch {
        /// The place of the union.
        place: String,
        /// The branch.
        branch: String,
    },
    /// Keep a type as it was.
    KeepType {
        /// The place.
        place: String,
        /// The type of the old schema.
        old: String,
        /// The type of the new schema.
        new: String,
        /// The readers that cannot read data of the other type.
        affected: AffectedReaders,
    },
    /// Keep the size of a fixed.
    KeepSize {
        /// The fixed.
        name: Fullname,
        /// The old size in bytes.
        size: usize,
    },
}

impl Change {
    /// The default that this change gives to a field.
    pub(super) fn default_of(&mut self, of_record: &Fullname, of_field: &str) -> Option<&mut Json> {
        match self {
            Self::GiveDefault { record, field, default }
            | Self::FitDefault { record, field, default, .. }
                if record == of_record && field == of_field =>
            {
                Some(default)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GiveDefault { record, field, default: Json::Null } => write!(
                f,
                "give field \"{field}\" of {record} the default null: a field that may be null has no default unless \
                 the schema says \"default\": null"
            ),
            Self::GiveDefault { record, field, default } => {
                write!(f, "give field \"{field}\" of {record} a default, such as {default}")
            }
            Self::FitDefault { record, field, default, reason } => write!(
                f,
                "give field \"{field}\" of {record} another default, such as {default}, since its own cannot be used: \
                 {reason}"
            ),
            Self::AliasField { record, field, alias } => write!(
                f,
                "if field \"{field}\" of {record} is the renamed field \"{alias}\", say \"aliases\": [\"{alias}\"]; if it \
                 is a new one, give it a default"
            ),
            Self::KeepField { record, field } => write!(
                f,
                "keep field \"{field}\" of {record}, which old readers need since it has no default there"
            ),
            Self::KeepFieldName { record, field, old } => write!(
                f,
                "if field \"{field}\" of {record} is the renamed field \"{old}\", keep its name, not as an alias, which old \
                 readers do not see; if it is a new one, keep field \"{old}\" too"
            ),
            Self::AliasType { name, alias } => {
                write!(f, "if {name} is the renamed type {alias}, say \"aliases\": [\"{alias}\"]")
            }
            Self::KeepTypeName { name, old } => {
                write!(f, "keep the name {old} of type {name}: old readers do not see aliases of the writer")
            }
            Self::KeepSimpleName { name, old } => write!(
                f,
                "keep the simple name {old} of type {name}: the checker knows no alias without a namespace for a type \
                 that has one"
            ),
            Self::KeepSymbols { name, symbols } => write!(
                f,
                "keep the symbols [{}] of enum {name}, or give it a default symbol for what it does not know",
                symbols.join(", ")
            ),
            Self::RestoreSymbols { name, symbols } => write!(
                f,
                "keep the symbols [{}] of enum {name}, of which its readers know no others",
                symbols.join(", ")
            ),
            Self::MakeNullable { record, field } => write!(
                f,
                "let field \"{field}\" of {record} be null, by a union that begins with \"null\", and give it the default \
                 null"
            ),
            Self::DropSymbols { name, symbols } => write!(
                f,
                "leave the symbols [{}] out of enum {name} until its readers know them or have a default symbol",
                symbols.join(", ")
            ),
            Self::DropSymbolsAndDefaults { name, symbols, fields } => {
                let fields: Vec<String> =
                    fields.iter().map(|(record, field)| format!("field \"{field}\" of {record}")).collect();
                write!(
                    f,
                    "leave the symbols [{}] out of enum {name} until its readers know them, and the default out of {}",
                    symbols.join(", "),
                    fields.join(", ")
                )
            }
            Self::KeepBranch { place, branch } => {
                write!(f, "keep the branch {branch} in the union of {place}")
            }
            Self::DropBranch { place, branch } => {
                write!(f, "leave the branch {branch} out of the union of {place} until all readers know it")
            }
            Self::KeepType { place, old, new, affected } => {
                let (written, read) = match affected {
                    AffectedReaders::NewReaders => (old, new),
                    AffectedReaders::OldReaders => (new, old),
                };
                write!(f, "keep the type {old} of {place}: data of {written} cannot be read as {read}")
            }
            Self::KeepSize { name, size } => write!(f, "keep the size of {size} bytes of fixed {name}"),
        }
    }
}
