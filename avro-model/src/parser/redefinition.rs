//! Whether a repeated definition equals the first (schemas §3.3).
//!
//! The reference compares at the moment of the second definition, when names that are not defined yet are stand-ins
//! that equal nothing but themselves. A recursive record can therefore not be repeated.

use super::builder::Builder;
use crate::equality::{Graph, same_structure};
use crate::schema::{Node, NodeId};

impl Builder<'_> {
    pub(super) fn repeats(&self, second: NodeId, first: NodeId) -> bool {
        let graph = AsRead(self);
        same_structure(&graph, second, &graph, first, false)
    }
}

struct AsRead<'b>(&'b Builder<'b>);

impl Graph for AsRead<'_> {
    fn node(&self, id: NodeId) -> Option<&Node> {
        self.0.nodes.get(id.index())
    }

    fn step(&self) -> bool {
        self.0.budget.spend(1)
    }
}
