//! How names of records, enums and fixed types match (resolution §3).

use crate::name::Fullname;
use crate::schema::{Kind, Node};

/// How well a reader's name matches a writer's; a larger one is a better match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameMatch {
    /// The unqualified names are equal.
    Simple,
    /// The full names are equal.
    Full,
    /// An alias of the reader is the writer's full name: the reader acts as though the writer's type had its name.
    Alias,
}

/// How the name of a reader's type matches that of a writer's type of the same kind.
pub(crate) fn name_match(writer: &Fullname, reader: &Fullname, aliases: &[Fullname]) -> Option<NameMatch> {
    if aliases.contains(writer) {
        Some(NameMatch::Alias)
    } else if writer == reader {
        Some(NameMatch::Full)
    } else if writer.name() == reader.name() {
        Some(NameMatch::Simple)
    } else {
        None
    }
}

/// The aliases of a named type.
pub(crate) fn aliases(node: &Node) -> &[Fullname] {
    match &node.kind {
        Kind::Record(record) => &record.aliases,
        Kind::Enum(definition) => &definition.aliases,
        Kind::Fixed(fixed) => &fixed.aliases,
        _ => &[],
    }
}
