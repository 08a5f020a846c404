//! Keywords of the newer drafts that the older drafts' schemas have no place for: the original keeps them where it keeps
//! keywords that it does not know, and `$defs` and such keywords write over them (json-schema §4.2).

use super::super::model::Kind;

/// The keywords that the original's library for the newer drafts knows.
const KNOWN: &[&str] = &[
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "$vocabulary",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "else",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];

/// Whether a keyword is one of them.
pub(super) fn is_known(keyword: &str) -> bool {
    KNOWN.binary_search(&keyword).is_ok()
}

/// Takes away what the older drafts' schemas have no place for.
pub(super) fn forget(kind: &mut Kind) {
    match kind {
        Kind::Array(array) => {
            array.unevaluated = None;
            (array.min_contains, array.max_contains) = (None, None);
        }
        Kind::Object(object) => object.unevaluated = None,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keywords_are_sorted() {
        assert!(KNOWN.is_sorted());
        for (keyword, known) in
            [("type", true), ("$anchor", true), ("writeOnly", true), ("definitions", false), ("", false)]
        {
            assert_eq!(is_known(keyword), known, "{keyword}");
        }
    }
}
