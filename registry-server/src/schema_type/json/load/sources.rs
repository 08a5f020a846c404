//! Which JSON values are equal. Of equal branches of `oneOf` and its like the original counts one, so equality must be
//! cheap to tell.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::text::Json;
use crate::schema_type::Budget;

/// Numbers for JSON values: equal ones get the same, whatever the order of their members.
#[derive(Debug)]
pub(super) struct Sources<'b> {
    budget: &'b Budget,
    /// Hashes by the address of the value, which lives as long as the loading does.
    hashes: HashMap<usize, u64>,
    numbers: HashMap<(u64, u64), usize>,
}

impl<'b> Sources<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { budget, hashes: HashMap::new(), numbers: HashMap::new() }
    }

    /// The number of a value; any number once the budget ends.
    pub(super) fn number(&mut self, json: &Json) -> usize {
        let hash = self.hash(json);
        let next = self.numbers.len();
        *self.numbers.entry((hash, weight(json))).or_insert(next)
    }

    /// A hash in which the order of members has no part. Each value is hashed once.
    fn hash(&mut self, json: &Json) -> u64 {
        let address = std::ptr::from_ref(json) as usize;
        if let Some(hash) = self.hashes.get(&address) {
            return *hash;
        }
        let mut hasher = DefaultHasher::new();
        std::mem::discriminant(json).hash(&mut hasher);
        match json {
            Json::Null => {}
            Json::Bool(truth) => truth.hash(&mut hasher),
            Json::Number(text) | Json::String(text) => text.hash(&mut hasher),
            Json::Array(elements) => {
                for element in elements.iter().take_while(|_| self.budget.spend(1)) {
                    self.hash(element).hash(&mut hasher);
                }
            }
            Json::Object(members) => {
                let counted = members.iter().take_while(|_| self.budget.spend(1));
                let mut hashes: Vec<(&str, u64)> =
                    counted.map(|(name, value)| (name.as_str(), self.hash(value))).collect();
                hashes.sort_unstable();
                hashes.hash(&mut hasher);
            }
        }
        let hash = hasher.finish();
        self.hashes.insert(address, hash);
        hash
    }
}

/// A second opinion: the size of the uppermost level.
fn weight(json: &Json) -> u64 {
    let size = match json {
        Json::Null | Json::Bool(_) => 0,
        Json::Number(text) | Json::String(text) => text.len(),
        Json::Array(elements) => elements.len(),
        Json::Object(members) => members.iter().map(|(name, _)| name.len() + 1).sum(),
    };
    size as u64
}
