//! How values of a type are written with a schema that is not its own.

use super::SerializeError;
use crate::layout::{same_layout, same_layout_at};
use avro_model::binary::{Decoder, encode_into};
use avro_model::compatibility::check;
use avro_model::{Kind, Resolution, Schema};
use std::sync::Arc;

/// The way of a value of one schema into data of another.
pub(super) enum Fit {
    /// Both lay data out alike.
    AsItIs,
    /// The other one is a union, of which this branch is laid out alike.
    Branch(usize),
    /// By reading what was written as the other schema's data.
    Through(Box<Through>),
}

/// Writes values of one schema as another schema has them.
pub(super) struct Through {
    decoder: Decoder,
    target: Schema,
}

impl Fit {
    /// `None` when the other schema has no place for the values; when `strict`, for some of them.
    pub(super) fn of(own: &Schema, target: Schema, strict: bool) -> Option<Self> {
        if same_layout(own, &target) {
            return Some(Self::AsItIs);
        }
        if let Kind::Union(branches) = &target[target.root()].kind {
            let alike = |branch| same_layout_at((own, own.root()), (&target, branch));
            if let Some(position) = branches.iter().position(|&branch| alike(branch)) {
                return Some(Self::Branch(position));
            }
        }
        if strict && !check(&target, own).is_ok_and(|findings| findings.is_empty()) {
            return None;
        }
        let resolution = Resolution::new(own, &target).ok()?;
        if resolution.certain_error(&target).is_some() {
            return None;
        }
        let decoder = Decoder::with_resolution(own, resolution);
        Some(Self::Through(Box::new(Through { decoder, target })))
    }
}

impl Through {
    /// Appends the datum of the other schema for that of the own one.
    #[cold]
    pub(super) fn write(&self, datum: &[u8], out: &mut Vec<u8>) -> Result<(), SerializeError> {
        let value = self
            .decoder
            .decode(datum)
            .map_err(|error| SerializeError::Unfit { path: error.path, problem: Arc::new(error.problem) })?;
        encode_into(&self.target, &value, out).map_err(|error| SerializeError::GenericValue(Arc::new(error)))
    }
}
