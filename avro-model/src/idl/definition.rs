//! The types that a file defines, each by its name.

use crate::json::Json;
use crate::name::Fullname;

/// A named type and the document, by number, in which its definition stands.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) document: usize,
    pub(super) name: Fullname,
}

/// The types that a JSON schema inside `namespace` defines, in the order in which their definitions end: those inside
/// another one come before it, as in the reference.
pub(super) fn definitions(document: usize, schema: &Json, namespace: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    collect(schema, namespace, &mut |name| found.push(Definition { document, name }));
    found
}

/// One level of recursion for each level of JSON, whose reader bounds them.
fn collect(schema: &Json, namespace: &str, found: &mut dyn FnMut(Fullname)) {
    match schema {
        Json::Array(branches) => branches.iter().for_each(|branch| collect(branch, namespace, found)),
        Json::Object(_) => {
            let text = |key: &str| schema.get(key).and_then(Json::as_str);
            match (schema.get("type"), text("type")) {
                (_, Some(kind @ ("record" | "error" | "enum" | "fixed"))) => {
                    let namespace = text("namespace").unwrap_or(namespace);
                    let name = Fullname::new(text("name").unwrap_or_default(), namespace);
                    if let (Some(Json::Array(fields)), "record" | "error") = (schema.get("fields"), kind) {
                        for field in fields.iter().filter_map(|field| field.get("type")) {
                            collect(field, name.namespace(), found);
                        }
                    }
                    found(name);
                }
                (_, Some(kind @ ("array" | "map"))) => {
                    let inner = if kind == "array" { "items" } else { "values" };
                    schema.get(inner).into_iter().for_each(|inner| collect(inner, namespace, found));
                }
                (Some(inner), None) => collect(inner, namespace, found),
                _ => {}
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_definitions_come_first() {
        for (schema, names) in [
            (r#""int""#, &[][..]),
            (r#"{"type":"fixed","name":"F","size":1}"#, &["n.F"]),
            (r#"{"type":{"type":"enum","name":"x.E","symbols":[]}}"#, &["x.E"]),
            (
                r#"[{"type":"record","name":"A","namespace":"","fields":[
                    {"name":"b","type":{"type":"record","name":"B","fields":[{"name":"c","type":
                        {"type":"array","items":{"type":"enum","name":"C","symbols":[]}}}]}},
                    {"name":"d","type":["null",{"type":"map","values":{"type":"fixed","name":"q.D","size":1}}]}]},
                  "B",{"type":"error","name":"E","fields":[]}]"#,
                &["C", "B", "q.D", "A", "n.E"],
            ),
        ] {
            let found = definitions(0, &Json::parse(schema).unwrap(), "n");
            let found: Vec<_> = found.iter().map(|definition| definition.name.to_string()).collect();
            assert_eq!(found, names, "{schema}");
        }
    }
}
