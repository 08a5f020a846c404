//! Schemas as the original's validator library holds them: each is of one kind, and one text may come to several that
//! are combined.

use super::regexp::Pattern;

/// How many references in a row are followed, each of which leads to nothing but the next.
const MAX_REFERENCES: usize = 1_000;

/// A schema of a [`Model`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SchemaId(pub(super) usize);

/// All schemas of one text and of what it refers to.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// The schemas.
    pub(super) schemas: Vec<Schema>,
    /// The one that the text is.
    pub(super) root: Option<SchemaId>,
}

impl std::ops::Index<SchemaId> for Model {
    type Output = Schema;

    fn index(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.0]
    }
}

impl Model {
    /// Whether a comparison may have to compile patterns.
    pub(super) fn has_patterns(&self) -> bool {
        self.schemas
            .iter()
            .any(|schema| matches!(&schema.kind, Kind::Object(object) if !object.patterns.is_empty()))
    }

    /// The schema that is meant: a reference stands for its target. References that only refer to each other mean themselves.
    /// So does the last of several in a row where they lead to an empty schema, which the original does not see behind them.
    pub(super) fn target(&self, id: SchemaId) -> SchemaId {
        let (mut at, mut last) = (id, id);
        for followed in 0..MAX_REFERENCES {
            let Kind::Reference(Some(target)) = self[at].kind else {
                return if followed > 1 && self[at].kind.accepts_all() { last } else { at };
            };
            (last, at) = (at, target);
        }
        id
    }

    /// Whether a schema is the last reference in a row that leads to an empty one.
    pub(super) fn hides_empty(&self, id: SchemaId) -> bool {
        matches!(self[id].kind, Kind::Reference(Some(target)) if self[target].kind.accepts_all())
    }
}

/// One schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    /// The title.
    pub(super) title: Option<String>,
    /// The description.
    pub(super) description: Option<String>,
    /// The default value, printed.
    pub(super) default: Option<String>,
    /// The note of Kafka Connect about the type.
    pub(super) connect_type: Option<String>,
    /// `confluent:tags`.
    pub(super) tags: Vec<String>,
    /// The schemas under `definitions` and `$defs`, for tags only.
    pub(super) definitions: Vec<(String, SchemaId)>,
    /// Equal for schemas that were read from equal JSON.
    pub(super) source: Option<usize>,
    /// The kind.
    pub(super) kind: Kind,
}

impl From<Kind> for Schema {
    fn from(kind: Kind) -> Self {
        Self { kind, ..Self::default() }
    }
}

/// The kind of a schema.
#[derive(Clone, Debug, Default)]
pub(super) enum Kind {
    Array(Box<ArrayPart>),
    Boolean,
    Combined(Combined),
    Conditional {
        condition: Option<SchemaId>,
        then: Option<SchemaId>,
        otherwise: Option<SchemaId>,
    },
    /// The permitted value, printed with its members sorted.
    Const(String),
    /// No keyword that validates anything.
    #[default]
    Empty,
    /// The permitted values, printed with their members sorted.
    Enum(Vec<String>),
    False,
    Not(SchemaId),
    Null,
    Number(Box<NumberPart>),
    Object(Box<ObjectPart>),
    /// None where references are not followed.
    Reference(Option<SchemaId>),
    String(StringPart),
    True,
}

impl Kind {
    /// The place of the kind among the kinds, which the original keeps in alphabetical order.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Array(_) => 0,
            Self::Boolean => 1,
            Self::Combined(_) => 2,
            Self::Conditional { .. } => 3,
            Self::Const(_) => 4,
            Self::Empty => 5,
            Self::Enum(_) => 6,
            Self::False => 7,
            Self::Not(_) => 8,
            Self::Null => 9,
            Self::Number(_) => 10,
            Self::Object(_) => 11,
            Self::Reference(_) => 12,
            Self::String(_) => 13,
            Self::True => 14,
        }
    }

    /// Whether everything fits; `true` is a special case of `{}` in the original.
    pub(super) fn accepts_all(&self) -> bool {
        matches!(self, Self::Empty | Self::True)
    }
}

/// How many of the combined schemas must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Criterion {
    All,
    Any,
    One,
}

impl Criterion {
    /// The name in an entity path.
    pub(super) fn path_name(self) -> &'static str {
        match self {
            Self::All => "allof",
            Self::Any => "anyof",
            Self::One => "oneof",
        }
    }
}

/// Schemas that are combined.
#[derive(Clone, Debug)]
pub(super) struct Combined {
    pub(super) criterion: Criterion,
    pub(super) parts: Vec<SchemaId>,
    /// Made by the translation of a newer draft, not written by anyone.
    pub(super) generated: bool,
}

/// Keywords of arrays.
#[derive(Clone, Debug, Default)]
pub(super) struct ArrayPart {
    pub(super) min_items: Option<i64>,
    pub(super) max_items: Option<i64>,
    pub(super) unique_items: bool,
    pub(super) all_items: Option<SchemaId>,
    pub(super) items: Vec<SchemaId>,
    /// `false` where further items are forbidden.
    pub(super) forbids_additional: bool,
    pub(super) additional: Option<SchemaId>,
    pub(super) unevaluated: Option<SchemaId>,
    pub(super) min_contains: Option<i64>,
    pub(super) max_contains: Option<i64>,
}

/// Keywords of numbers; limits keep their digits.
#[derive(Clone, Debug, Default)]
pub(super) struct NumberPart {
    pub(super) minimum: Option<String>,
    pub(super) maximum: Option<String>,
    pub(super) exclusive_minimum: Option<String>,
    pub(super) exclusive_maximum: Option<String>,
    pub(super) multiple_of: Option<String>,
    pub(super) integer: bool,
}

/// Keywords of objects, members in the order of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct ObjectPart {
    pub(super) properties: Vec<(String, SchemaId)>,
    pub(super) patterns: Vec<(Pattern, SchemaId)>,
    pub(super) required: Vec<String>,
    pub(super) forbids_additional: bool,
    pub(super) additional: Option<SchemaId>,
    pub(super) unevaluated: Option<SchemaId>,
    pub(super) min_properties: Option<i64>,
    pub(super) max_properties: Option<i64>,
    pub(super) property_dependencies: Vec<(String, Vec<String>)>,
    pub(super) schema_dependencies: Vec<(String, SchemaId)>,
}

/// Keywords of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct StringPart {
    pub(super) min_length: Option<i64>,
    pub(super) max_length: Option<i64>,
    pub(super) pattern: Option<String>,
}
