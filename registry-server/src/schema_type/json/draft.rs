//! The drafts of JSON Schema, told apart by `$schema` (json-schema §3).

use super::text::Json;

/// A draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    /// Draft 4.
    Four,
    /// Draft 6.
    Six,
    /// Draft 7.
    Seven,
    /// 2019-09 and 2020-12, which the original reads alike.
    Modern,
}

const URLS: &[(&str, Draft)] = &[
    ("json-schema.org/draft-04/schema", Draft::Four),
    ("json-schema.org/schema", Draft::Four),
    ("json-schema.org/draft-06/schema", Draft::Six),
    ("json-schema.org/draft-07/schema", Draft::Seven),
    ("json-schema.org/draft/2019-09/schema", Draft::Modern),
    ("json-schema.org/draft/2020-12/schema", Draft::Modern),
];

impl Draft {
    /// The draft that a text names; `None` when it names none that is known.
    pub(super) fn named_in(json: &Json) -> Option<Self> {
        let url = json.get("$schema")?.as_str()?;
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
        URLS.iter().find(|(known, _)| rest.starts_with(known)).map(|(_, draft)| *draft)
    }

    /// The keyword that names a schema.
    pub(super) fn id_keyword(self) -> &'static str {
        if self == Self::Four { "id" } else { "$id" }
    }

    /// The keywords that make something an array schema.
    pub(super) fn array_keywords(self) -> &'static [&'static str] {
        const ALL: &[&str] = &["items", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains"];
        if self == Self::Four { &ALL[..5] } else { ALL }
    }

    /// The keywords that make something an object schema.
    pub(super) fn object_keywords(self) -> &'static [&'static str] {
        const ALL: &[&str] = &[
            "properties",
            "required",
            "minProperties",
            "maxProperties",
            "dependencies",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
        ];
        if self == Self::Four { &ALL[..7] } else { ALL }
    }
}

/// The keywords that make something a number schema.
pub(super) const NUMBER_KEYWORDS: &[&str] =
    &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
/// The keywords that make something a string schema.
pub(super) const STRING_KEYWORDS: &[&str] = &["minLength", "maxLength", "pattern", "format"];
/// The keywords that make something a conditional schema, from draft 7 on.
pub(super) const CONDITIONAL_KEYWORDS: &[&str] = &["if", "then", "else"];
