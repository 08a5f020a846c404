//! Routing: from path and method to an operation.
//!
//! The table is a tree of path segments, made once; a path is walked down it once, whatever the method.

use std::collections::BTreeMap;

use super::operation::AnyOperation;
use super::uri::Segment;

/// Table of all paths with their operations.
#[derive(Debug, Default)]
pub(super) struct RouteTable {
    root: Node,
}

/// Paths that begin alike.
#[derive(Debug, Default)]
struct Node {
    literals: BTreeMap<&'static str, Node>,
    placeholder: Option<Box<Node>>,
    /// The operations of the path that ends here.
    operations: Vec<Route>,
}

/// An operation and the names of its path's placeholders, in order.
#[derive(Debug)]
struct Route {
    operation: &'static AnyOperation,
    placeholders: Vec<&'static str>,
}

/// Outcome of a look-up by path and method.
#[derive(Debug)]
pub(super) enum RouteMatch {
    /// An operation, and the path's placeholders with their texts.
    Operation(&'static AnyOperation, Vec<(&'static str, String)>),
    /// A path that exists, asked which methods it has.
    Options(Vec<&'static str>),
    /// A path that exists, with a method that it does not have.
    MethodNotAllowed,
    /// A path that does not exist.
    NotFound,
}

impl RouteTable {
    /// A table of these operations.
    pub(super) fn new(operations: impl Iterator<Item = &'static AnyOperation>) -> Self {
        let mut table = Self::default();
        for operation in operations {
            table.add(operation);
        }
        table
    }

    fn add(&mut self, operation: &'static AnyOperation) {
        let mut node = &mut self.root;
        let mut placeholders = Vec::new();
        for part in operation.definition.path.split('/').filter(|part| !part.is_empty()) {
            node = match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => {
                    placeholders.push(name);
                    node.placeholder.get_or_insert_default()
                }
                None => node.literals.entry(part).or_default(),
            };
        }
        node.operations.push(Route { operation, placeholders });
    }

    /// Finds the operation. The texts of placeholders are taken out of the segments.
    pub(super) fn find(&self, method: &str, segments: &mut [Segment]) -> RouteMatch {
        let mut values = Vec::new();
        let Some(node) = self.root.find(segments, 0, &mut values) else { return RouteMatch::NotFound };
        if method == "OPTIONS" {
            return RouteMatch::Options(node.methods());
        }
        let wanted = if method == "HEAD" { "GET" } else { method };
        let with_method = |route: &&Route| route.operation.definition.method.as_str() == wanted;
        let Some(route) = node.operations.iter().find(with_method) else {
            return RouteMatch::MethodNotAllowed;
        };
        let texts = values.iter().map(|at| std::mem::take(&mut segments[*at].text));
        RouteMatch::Operation(route.operation, route.placeholders.iter().copied().zip(texts).collect())
    }
}

impl Node {
    /// The node of the path that goes on at a segment; `values` become the places of the placeholders' texts. A literal
    /// wins over a placeholder.
    fn find(&self, segments: &[Segment], at: usize, values: &mut Vec<usize>) -> Option<&Self> {
        let Some(segment) = segments.get(at) else {
            return (!self.operations.is_empty()).then_some(self);
        };
        let literal = self.literals.get(segment.text.as_str());
        if let Some(found) = literal.and_then(|node| node.find(segments, at + 1, values)) {
            return Some(found);
        }
        let placeholder = self.placeholder.as_ref()?;
        values.push(at);
        let found = placeholder.find(segments, at + 1, values);
        if found.is_none() {
            values.pop();
        }
        found
    }

    /// The methods of the path that ends here, in the order of the original.
    fn methods(&self) -> Vec<&'static str> {
        let own = self.operations.iter().map(|route| route.operation.definition.method.as_str());
        let mut methods: Vec<&'static str> = own.collect();
        if methods.contains(&"GET") {
            methods.insert(0, "HEAD");
        }
        methods.push("OPTIONS");
        methods
    }
}

#[cfg(test)]
mod tests {
    use super::super::operations;
    use super::super::uri;
    use super::*;

    fn found(method: &str, path: &str) -> String {
        let mut segments = uri::segments(path, false).unwrap();
        match RouteTable::new(operations::all()).find(method, &mut segments) {
            RouteMatch::Operation(operation, values) => {
                let values = values.iter().map(|(name, text)| format!(" {name}={text}"));
                values.fold(operation.definition.name.to_owned(), |line, value| line + &value)
            }
            RouteMatch::Options(methods) => methods.join(","),
            RouteMatch::MethodNotAllowed => "405".to_owned(),
            RouteMatch::NotFound => "404".to_owned(),
        }
    }

    #[test]
    fn paths_lead_to_operations() {
        for (method, path, leads_to) in [
            ("GET", "/", "get"),
            ("HEAD", "/", "get"),
            ("GET", "/subjects", "list"),
            (
                "GET",
                "/subjects/versions/versions/latest",
                "getSchemaByVersion subject=versions version=latest",
            ),
            ("GET", "/subjects/a%2Fb/versions", "listVersions subject=a/b"),
            ("GET", "/subjects/a%2Fversions", "405"),
            ("GET", "/associations/resources/a", "getAssociationsByResourceId resourceId=a"),
            ("GET", "/associations/resources/a/b", "getAssociationsByResourceName namespace=a name=b"),
            ("DELETE", "/associations/resources/a/b", "405"),
            ("POST", "/associations:batchGet", "batchGetAssociations"),
            ("POST", "/associations;v=1:batchGet", "createAssociation"),
            ("get", "/subjects", "405"),
            ("GET", "/schemas/ids", "404"),
            ("GET", "/subjects/a/versions/1/none", "404"),
            ("OPTIONS", "/subjects/a", "POST,DELETE,OPTIONS"),
            ("OPTIONS", "/config", "HEAD,GET,PUT,DELETE,OPTIONS"),
        ] {
            assert_eq!(found(method, path), leads_to, "{method} {path}");
        }
    }

    #[test]
    fn no_two_operations_have_the_same_method_and_path() {
        let mut all: Vec<String> = operations::all()
            .map(|operation| {
                format!("{} {}", operation.definition.method.as_str(), operation.definition.path)
            })
            .collect();
        all.sort();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
