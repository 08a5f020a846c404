//! Reads that note what they tell, so that what was made of it can be told again.

use std::fmt::Debug;
use std::sync::Arc;

use super::ReadStore;

/// Reads for one piece of work.
#[derive(Clone, Debug)]
pub struct NotedReads {
    /// The reads.
    pub reads: Arc<dyn ReadStore>,
    /// The notes of what they have read.
    pub notes: Arc<dyn Notes>,
}

/// Notes of what was read.
pub trait Notes: Debug + Send + Sync {
    /// The basis of an answer that was made of these reads; `None` for one that cannot be told again.
    fn basis(&self) -> Option<Arc<dyn Basis>>;
}

/// The reads that an answer rests on.
pub trait Basis: Debug + Send + Sync {
    /// Whether all that was read would be read again, as far as a store that remembers can tell: then the answer is as true
    /// as one that is made now.
    fn holds(&self) -> bool;

    /// Whether an answer that tells only what cannot change may be told again, however long it is not known what others
    /// write: everything that was read leads to what an id stands for, and is what this store knew of it last.
    fn is_last_known(&self) -> bool;

    /// Bytes of memory that this takes.
    fn weight(&self) -> usize;
}
