//! The description of the API: OpenAPI 3.1 made from the operations, and the same as a page for people.

mod document;
mod entities;
mod page;

use bytes::Bytes;

use super::operation::AnyOperation;

/// The description of the operations that are served, in both forms.
#[derive(Clone, Debug)]
pub(super) struct Description {
    openapi: Bytes,
    page: Bytes,
}

impl Description {
    /// Describes operations.
    pub(super) fn new(operations: impl Iterator<Item = &'static AnyOperation> + Clone) -> Self {
        Self {
            openapi: document::document(operations.clone()).to_string().into(),
            page: page::page(operations).into(),
        }
    }

    /// The OpenAPI document.
    pub(super) fn openapi(&self) -> Bytes {
        self.openapi.clone()
    }

    /// The HTML page.
    pub(super) fn page(&self) -> Bytes {
        self.page.clone()
    }
}
