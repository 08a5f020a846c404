//! The kinds of differences between two schemas, which of them keep data from being read, and what is said about them.
//! See json-schema §6.1 and json-schema §7.

use crate::domain::CompatibilityPolicy;
use crate::schema_type::Direction;

/// Texts about differences; `R` and `W` stand for the schemas that read and write, `P` for the place.
const KEYWORD: &str = "The keyword at path 'P' in the R schema is not present in the W schema";
const MORE: &str = "The value at path 'P' in the R schema is more than its value in the W schema";
const LESS: &str = "The value at path 'P' in the R schema is less than its value in the W schema";
const VALUE: &str = "The value at path 'P' is different between the R and W schema";
const NARROWED: &str =
    "An array or combined type at path 'P' has fewer elements in the R schema than the W schema";
const EXTENDED: &str =
    "An array or combined type at path 'P' has more elements in the R schema than the W schema";
const TYPE: &str = "A type at path 'P' is different between the R schema and the W schema";
const OPEN: &str = "The R schema has an open content model and has a property or item at path 'P' which is missing in the W schema";
const UNOPEN: &str = "The R schema has an unopen content model and has a required property at path 'P' which is missing in the W schema";
const CLOSED: &str =
    "The R has a closed content model and is missing a property or item present at path 'P' in the W schema";
const UNCOVERED_REMOVED: &str = "A property or item is missing in the R schema but present at path 'P' in the W schema and is not covered by its partially open content model";
const UNCOVERED_ADDED: &str = "The R schema has a property or item at path 'P' which is missing in the W schema and is not covered by its partially open content model";
/// The original says nothing about this one.
const NOTHING: &str = "";

/// A way in which a new schema refuses what the old one accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Difference {
    name: &'static str,
    text: &'static str,
    /// The lenient policy lets it pass.
    lenient: bool,
}

macro_rules! differences {
    ($($name:ident: $text:ident $($lenient:ident)?;)*) => {
        $(pub(super) const $name: Difference = Difference {
            name: stringify!($name),
            text: $text,
            lenient: differences!(@lenient $($lenient)?),
        };)*
    };
    (@lenient lenient) => { true };
    (@lenient) => { false };
}

// Differences that are compatible under every policy are no findings and have no names here.
differences! {
    SCHEMA_ADDED: NOTHING;
    TYPE_NARROWED: TYPE;
    TYPE_CHANGED: TYPE;
    MAX_LENGTH_ADDED: KEYWORD;
    MAX_LENGTH_DECREASED: LESS;
    MIN_LENGTH_ADDED: KEYWORD;
    MIN_LENGTH_INCREASED: MORE;
    PATTERN_ADDED: KEYWORD;
    PATTERN_CHANGED: VALUE;
    MAXIMUM_ADDED: KEYWORD;
    MAXIMUM_DECREASED: LESS;
    MINIMUM_ADDED: KEYWORD;
    MINIMUM_INCREASED: MORE;
    EXCLUSIVE_MAXIMUM_ADDED: KEYWORD;
    EXCLUSIVE_MAXIMUM_DECREASED: LESS;
    EXCLUSIVE_MINIMUM_ADDED: KEYWORD;
    EXCLUSIVE_MINIMUM_INCREASED: MORE;
    MULTIPLE_OF_ADDED: KEYWORD;
    MULTIPLE_OF_EXPANDED: MORE;
    MULTIPLE_OF_CHANGED: VALUE;
    REQUIRED_ATTRIBUTE_ADDED: KEYWORD;
    MAX_PROPERTIES_ADDED: KEYWORD;
    MAX_PROPERTIES_DECREASED: LESS;
    MIN_PROPERTIES_ADDED: KEYWORD;
    MIN_PROPERTIES_INCREASED: MORE;
    ADDITIONAL_PROPERTIES_REMOVED: KEYWORD lenient;
    ADDITIONAL_PROPERTIES_NARROWED: NARROWED lenient;
    UNEVALUATED_PROPERTIES_REMOVED: KEYWORD lenient;
    UNEVALUATED_PROPERTIES_NARROWED: NARROWED lenient;
    DEPENDENCY_ARRAY_ADDED: KEYWORD;
    DEPENDENCY_ARRAY_EXTENDED: EXTENDED;
    DEPENDENCY_ARRAY_CHANGED: VALUE;
    DEPENDENCY_SCHEMA_ADDED: KEYWORD;
    REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: OPEN;
    REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL: OPEN lenient;
    OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: OPEN lenient;
    REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL: UNOPEN;
    PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL: CLOSED lenient;
    PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: UNCOVERED_REMOVED lenient;
    PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: UNCOVERED_ADDED lenient;
    MAX_ITEMS_ADDED: KEYWORD;
    MAX_ITEMS_DECREASED: LESS;
    MIN_ITEMS_ADDED: KEYWORD;
    MIN_ITEMS_INCREASED: MORE;
    MAX_CONTAINS_ADDED: KEYWORD;
    MAX_CONTAINS_DECREASED: LESS;
    MIN_CONTAINS_ADDED: KEYWORD;
    MIN_CONTAINS_INCREASED: MORE;
    UNIQUE_ITEMS_ADDED: KEYWORD;
    ADDITIONAL_ITEMS_REMOVED: KEYWORD;
    ADDITIONAL_ITEMS_NARROWED: NARROWED;
    UNEVALUATED_ITEMS_REMOVED: KEYWORD;
    UNEVALUATED_ITEMS_NARROWED: NARROWED;
    ITEM_ADDED_TO_OPEN_CONTENT_MODEL: OPEN;
    ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL: CLOSED;
    ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: UNCOVERED_REMOVED;
    ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: UNCOVERED_ADDED;
    ENUM_ARRAY_NARROWED: NARROWED;
    ENUM_ARRAY_CHANGED: TYPE;
    COMBINED_TYPE_CHANGED: TYPE;
    PRODUCT_TYPE_EXTENDED: EXTENDED;
    SUM_TYPE_NARROWED: NARROWED;
    COMBINED_TYPE_SUBSCHEMAS_CHANGED: TYPE;
    NOT_TYPE_EXTENDED: EXTENDED;
}

impl Difference {
    /// Whether a policy lets it pass.
    pub(super) fn passes(self, policy: CompatibilityPolicy) -> bool {
        self.lenient && policy == CompatibilityPolicy::Lenient
    }

    /// The finding as clients see it; that a quotation mark opens and an apostrophe closes is the original's.
    pub(super) fn describe(self, path: &str, direction: Direction) -> String {
        let (reader, writer) = match direction {
            Direction::Backward => ("new", "old"),
            Direction::Forward => ("old", "new"),
        };
        let mut text = String::new();
        for word in self.text.split_inclusive(' ') {
            match word {
                "R " => text.push_str(&format!("{reader} ")),
                "W " => text.push_str(&format!("{writer} ")),
                "'P' " => text.push_str(&format!("'{path}' ")),
                "'P'" => text.push_str(&format!("'{path}'")),
                other => text.push_str(other),
            }
        }
        format!("{{errorType:\"{}\", description:\"{text}'}}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_name_the_schema_that_reads_first() {
        assert_eq!(
            MAX_LENGTH_DECREASED.describe("#/maxLength", Direction::Backward),
            "{errorType:\"MAX_LENGTH_DECREASED\", description:\"The value at path '#/maxLength' in the new schema is less than its value in the old schema'}"
        );
        assert_eq!(
            TYPE_CHANGED.describe("#/", Direction::Forward),
            "{errorType:\"TYPE_CHANGED\", description:\"A type at path '#/' is different between the old schema and the new schema'}"
        );
    }
}
