//! Documentation that is missing.

use super::finding::Findings;
use super::rules::MISSING_DOC;
use super::walk::{Element, ElementKind};

pub(super) fn check(element: &Element<'_>, found: &mut Findings) {
    if matches!(element.kind, ElementKind::Type)
        || element.text("doc").is_some_and(|doc| !doc.trim().is_empty())
    {
        return;
    }
    found.add(MISSING_DOC, element, Some("name"), format!("{} has no doc", element.called()), None);
}
