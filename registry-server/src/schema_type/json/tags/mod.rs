//! Inline tags: the property `confluent:tags` of an object schema or of a property (json-schema §8).
//!
//! An entity path starts with `object` for the outermost object schema and goes inwards by names of properties, each
//! followed by what kind of schema is there: `object.items.array.object.sku`. Branches are counted in the order of
//! [`super::order`], not in that of the text.

mod edit;
mod find;

pub(super) use edit::edit;
pub(super) use find::find;

const TAGS: &str = "confluent:tags";
