//! Rendered bodies: the bytes of an answer, ready to be sent again (storage §7).

use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;
use moka::policy::EvictionPolicy;

use super::weight::Weigh as _;
use crate::domain::{Content, Context, SchemaId};
use crate::store::{Holders, ScopeState};

/// Which answer a body is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BodyKey {
    /// The context of the id.
    pub context: Context,
    /// The id.
    pub id: SchemaId,
    /// Everything else that shapes the bytes: endpoint, format, response level, subject asked for, and so on.
    pub shape: String,
}

/// The ingredients of a body. It is found again only with the very same ingredients, not with equal ones: a store that
/// remembers gives the same ones as long as they are true.
#[derive(Clone, Debug)]
pub struct Ingredients {
    /// The content.
    pub content: Arc<Content>,
    /// The holders, if they are told.
    pub holders: Option<Arc<Holders>>,
    /// The settings, if they count.
    pub scope: Option<Arc<ScopeState>>,
}

impl Ingredients {
    fn are(&self, other: &Self) -> bool {
        fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
            match (one, other) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                (None, None) => true,
                _ => false,
            }
        }
        Arc::ptr_eq(&self.content, &other.content)
            && same(self.holders.as_ref(), other.holders.as_ref())
            && same(self.scope.as_ref(), other.scope.as_ref())
    }
}

/// Rendered bodies. There is nothing to invalidate: a change gives other ingredients.
#[derive(Clone, Debug)]
pub struct Bodies {
    entries: Cache<BodyKey, (Ingredients, Bytes)>,
}

impl Bodies {
    /// Room for bodies of `capacity` bytes together.
    #[must_use]
    pub fn new(capacity: u64) -> Self {
        let entries = Cache::builder()
            .max_capacity(capacity)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|key: &BodyKey, (made_of, body): &(Ingredients, Bytes)| {
                // What it was made of may be nowhere else any more.
                let held = key.shape.len() + body.len() + made_of.weight();
                u32::try_from(held + 200).unwrap_or(u32::MAX)
            })
            .build();
        Self { entries }
    }

    /// The body that was made of these ingredients, or the one that `render` makes.
    ///
    /// # Errors
    /// The error of `render`.
    pub async fn get<E>(
        &self,
        key: BodyKey,
        ingredients: Ingredients,
        render: impl FnOnce(&Ingredients) -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        if let Some((made_of, body)) = self.entries.get(&key).await
            && made_of.are(&ingredients)
        {
            return Ok(body);
        }
        let body = render(&ingredients)?;
        self.entries.insert(key, (ingredients, body.clone())).await;
        Ok(body)
    }
}
