//! The rules, with their reasons.

use super::levels::{Group, Rule};

pub(super) const MISPLACED_LOGICAL_TYPE: &str = "misplaced-logical-type";
pub(super) const UNKNOWN_LOGICAL_TYPE: &str = "unknown-logical-type";
pub(super) const INVALID_LOGICAL_TYPE: &str = "invalid-logical-type";
pub(super) const TEXT_FOR_NULL: &str = "text-for-null";
pub(super) const MISSPELT_ATTRIBUTE: &str = "misspelt-attribute";
pub(super) const UNKNOWN_RULE: &str = "unknown-rule";
pub(super) const ENDLESS_RECORD: &str = "endless-record";
pub(super) const ALIAS_CYCLE: &str = "alias-cycle";
pub(super) const ALIAS_CLASH: &str = "alias-clash";
pub(super) const NAME_COLLISION: &str = "name-collision";
pub(super) const NULLABLE_WITHOUT_DEFAULT: &str = "nullable-without-default";
pub(super) const ENUM_WITHOUT_DEFAULT: &str = "enum-without-default";
pub(super) const DEFAULT_OF_LATER_BRANCH: &str = "default-of-later-branch";
pub(super) const MISSING_DOC: &str = "missing-doc";
pub(super) const NO_NAMESPACE: &str = "no-namespace";
pub(super) const TYPE_NAMING: &str = "type-naming";
pub(super) const FIELD_NAMING: &str = "field-naming";
pub(super) const SYMBOL_NAMING: &str = "symbol-naming";
pub(super) const NAMESPACE_NAMING: &str = "namespace-naming";

/// Every rule, by groups.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: MISPLACED_LOGICAL_TYPE,
        group: Group::Mistakes,
        what: "`logicalType` beside the `type` of a field, instead of inside the type",
        why: "Every implementation ignores it there, so that what was meant as a date is a plain number.",
    },
    Rule {
        name: UNKNOWN_LOGICAL_TYPE,
        group: Group::Mistakes,
        what: "a logical type that the specification does not have",
        why: "Unknown logical types are ignored without a word, so that a slip of the pen is found by the data.",
    },
    Rule {
        name: INVALID_LOGICAL_TYPE,
        group: Group::Mistakes,
        what: "a logical type on another type than its own, or a decimal without a valid precision and scale",
        why: "It is ignored, as an unknown one.",
    },
    Rule {
        name: TEXT_FOR_NULL,
        group: Group::Mistakes,
        what: "the text \"null\" as the default of a field that may be null",
        why: "Readers of old data get a text of four letters where nothing was meant.",
    },
    Rule {
        name: MISSPELT_ATTRIBUTE,
        group: Group::Mistakes,
        what: "an attribute whose name is almost one of the specification: `namesapce`, `doct`, `,doc`",
        why: "What is not an attribute is a custom property, and has no effect.",
    },
    Rule {
        name: UNKNOWN_RULE,
        group: Group::Mistakes,
        what: "a rule in `avro-gen.allow` that does not exist",
        why: "It allows nothing.",
    },
    Rule {
        name: ENDLESS_RECORD,
        group: Group::Mistakes,
        what: "a record that no value can have, since it contains itself without an end",
        why: "No program can write one. A union with null, an array or a map ends the recursion.",
    },
    Rule {
        name: ALIAS_CYCLE,
        group: Group::Mistakes,
        what: "aliases that lead back to the type that has them",
        why: "An alias is the name that a type had before. In a circle each would have been the other, and implementations differ \
              in which data they take for which.",
    },
    Rule {
        name: ALIAS_CLASH,
        group: Group::Mistakes,
        what: "an alias of a field that is the name or an alias of another field, or the field's own name",
        why: "Two fields of the writer may match one of the reader then, and the registry's check gives up.",
    },
    Rule {
        name: NAME_COLLISION,
        group: Group::Mistakes,
        what: "names of one place that differ only in case and underscores",
        why: "Generated code has to number them, and other tools refuse them.",
    },
    Rule {
        name: NULLABLE_WITHOUT_DEFAULT,
        group: Group::Evolution,
        what: "a field that may be null and has no default",
        why: "A field that may be null has no default unless the schema says so. Readers cannot read data from before the field, \
              and it cannot be removed: the commonest reason for which a registry refuses a change.",
    },
    Rule {
        name: ENUM_WITHOUT_DEFAULT,
        group: Group::Evolution,
        what: "an enum without a default symbol",
        why: "Readers cannot read a symbol that was added after them.",
    },
    Rule {
        name: DEFAULT_OF_LATER_BRANCH,
        group: Group::Evolution,
        what: "a default that is not of the first branch of its union",
        why: "Only Avro 1.12 and later take it. Before, a schema with it was not valid.",
    },
    Rule {
        name: MISSING_DOC,
        group: Group::Style,
        what: "a named type or a field without `doc`",
        why: "A schema is what other teams read first.",
    },
    Rule {
        name: NO_NAMESPACE,
        group: Group::Style,
        what: "a named type without a namespace",
        why: "Its name is taken for everybody, and types in namespaces cannot refer to it in every implementation.",
    },
    Rule {
        name: TYPE_NAMING,
        group: Group::Style,
        what: "a named type that is not written in UpperCamelCase",
        why: "Types of all languages that code is generated for look like that.",
    },
    Rule {
        name: FIELD_NAMING,
        group: Group::Style,
        what: "a field that does not begin with a small letter, or mixes capitals and underscores",
        why: "snake_case and lowerCamelCase can be brought into the style of every language, mixtures of them cannot.",
    },
    Rule {
        name: SYMBOL_NAMING,
        group: Group::Style,
        what: "a symbol that is not written in UPPER_SNAKE_CASE",
        why: "One style makes symbols easy to tell from text.",
    },
    Rule {
        name: NAMESPACE_NAMING,
        group: Group::Style,
        what: "a namespace with capitals",
        why: "It becomes a package or module, which have none, and file systems may not tell them apart.",
    },
];
