//! From a text to schemas. Drafts up to 7 and the newer ones are read by two libraries in the original, which differ
//! in much more than the drafts do; each has its module here.

mod classic;
mod classic_references;
mod documents;
mod followed;
mod join;
mod keywords;
mod metaschemas;
mod modern;
mod modern_anchors;
mod modern_extras;
mod modern_keywords;
mod sources;

use super::draft::Draft;
use super::limits::{MAX_FOLLOWED, MAX_SCHEMAS};
use super::model::{Kind, Model, Schema, SchemaId};
use super::text::Json;
use crate::schema_type::{Budget, ReferencedText, Stopped};
use documents::Documents;
use followed::Followed;
use sources::Sources;

/// Why a text is no schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LoadError {
    /// The text or what it refers to is neither an object nor a boolean.
    #[error("a schema must be an object or a boolean")]
    NoSchema,
    /// The root is neither an object nor a boolean but what Jackson calls by this name.
    #[error("expected an object or boolean at the root, found {0}")]
    NoRoot(&'static str),
    /// A keyword has a value that it cannot have.
    #[error("the keyword '{keyword}' must be {expected}")]
    Keyword {
        /// The keyword.
        keyword: String,
        /// The values that it could have had.
        expected: &'static str,
    },
    /// `type` names no type.
    #[error("unknown type: [{0}]")]
    UnknownType(String),
    /// A `$ref` leads nowhere.
    #[error("'{0}' leads nowhere")]
    Unresolved(String),
    /// A `$ref` leads to another server.
    #[error("'{0}' is not among the references, and this registry fetches no schemas from elsewhere")]
    Remote(String),
    /// A URI is none.
    #[error("'{0}' is not a URI")]
    NotUri(String),
    /// Two schemas have the same name.
    #[error("two schemas are named '{0}'")]
    Duplicate(String),
    /// A referenced text is no JSON object.
    #[error("the referenced schema '{0}' cannot be read")]
    UnreadableReference(String),
    /// There are too many schemas.
    #[error("more than {MAX_SCHEMAS} schemas")]
    TooMany,
    /// References take too much work.
    #[error(
        "its references take too long to follow: more than {MAX_FOLLOWED} members and bytes are looked at"
    )]
    TooMuchFollowed,
    /// The budget ended.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Reads a text, following references by the names of what it refers to. Once the budget ends, so does this: with an error,
/// or with a model of no worth.
pub(super) fn load(json: &Json, references: &[ReferencedText], budget: &Budget) -> Result<Model, LoadError> {
    if json.get("$schema").is_some_and(|dialect| dialect.as_str().is_none()) {
        return Err(keywords::invalid("$schema", "a string"));
    }
    let documents = Documents::parse(references, budget);
    let mut loader = Loader::new(false, budget);
    let root = match (json, Draft::named_in(json)) {
        (Json::Bool(truth), _) => loader.add(boolean(*truth).into())?,
        (Json::Object(_), Some(Draft::Modern)) => modern::load(&mut loader, json, &documents)?,
        (Json::Object(_), draft) => {
            classic::load(&mut loader, json, draft.unwrap_or(Draft::Seven), &documents)?
        }
        (Json::Null, _) => return Err(LoadError::NoRoot("NULL")),
        (Json::Number(_), _) => return Err(LoadError::NoRoot("NUMBER")),
        (Json::String(_), _) => return Err(LoadError::NoRoot("STRING")),
        (Json::Array(_), _) => return Err(LoadError::NoRoot("ARRAY")),
    };
    loader.model.root = Some(root);
    Ok(loader.model)
}

/// Reads a text without following its references, but with all that stands under `definitions` and `$defs`: as tags
/// are looked for.
pub(super) fn load_detached(json: &Json, draft: Draft, budget: &Budget) -> Result<Model, LoadError> {
    let documents = Documents::default();
    let mut loader = Loader::new(true, budget);
    let root = match (json, draft) {
        (Json::Bool(truth), _) => loader.add(boolean(*truth).into())?,
        (Json::Object(_), Draft::Modern) => modern::load(&mut loader, json, &documents)?,
        (Json::Object(_), draft) => classic::load(&mut loader, json, draft, &documents)?,
        _ => return Err(LoadError::NoSchema),
    };
    loader.model.root = Some(root);
    Ok(loader.model)
}

fn boolean(truth: bool) -> Kind {
    if truth { Kind::True } else { Kind::False }
}

/// The schemas that were read so far.
struct Loader<'b> {
    model: Model,
    sources: Sources<'b>,
    followed: Followed<'b>,
    budget: &'b Budget,
    /// References are not followed.
    detached: bool,
}

impl<'b> Loader<'b> {
    fn new(detached: bool, budget: &'b Budget) -> Self {
        Self {
            model: Model::default(),
            sources: Sources::new(budget),
            followed: Followed::new(budget),
            budget,
            detached,
        }
    }

    /// Takes in a schema.
    fn add(&mut self, schema: Schema) -> Result<SchemaId, LoadError> {
        if self.model.schemas.len() >= MAX_SCHEMAS {
            return Err(LoadError::TooMany);
        }
        self.budget.take(1)?;
        self.model.schemas.push(schema);
        Ok(SchemaId(self.model.schemas.len() - 1))
    }

    /// Takes a schema out of its place, for it to be put back.
    fn take(&mut self, id: SchemaId) -> Schema {
        self.model.schemas.get_mut(id.0).map(std::mem::take).unwrap_or_default()
    }

    /// Fills a place that was taken before.
    fn put(&mut self, id: SchemaId, schema: Schema) {
        if let Some(place) = self.model.schemas.get_mut(id.0) {
            *place = schema;
        }
    }
}
