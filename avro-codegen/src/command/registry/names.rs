//! The names that a schema's text defines, and those that it only uses.

use avro_model::json::Json;
use std::collections::BTreeSet;

/// Full names in the text of a schema.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) defined: BTreeSet<String>,
    /// Those that are used and not defined, each as it may be meant: in the namespace where it stands, and as written.
    pub(super) used: BTreeSet<(String, String)>,
}

impl Names {
    pub(super) fn of(schema: &Json) -> Self {
        let mut names = Self::default();
        names.walk(schema, "");
        let Self { defined, used } = &mut names;
        used.retain(|(here, plain)| !defined.contains(here) && !defined.contains(plain));
        names
    }

    fn walk(&mut self, schema: &Json, namespace: &str) {
        match schema {
            Json::String(name) if !is_primitive(name) => {
                self.used.insert((full(name, namespace), name.clone()));
            }
            Json::Array(branches) => branches.iter().for_each(|branch| self.walk(branch, namespace)),
            Json::Object(_) => self.object(schema, namespace),
            _ => {}
        }
    }

    fn object(&mut self, schema: &Json, namespace: &str) {
        let text = |key: &str| schema.get(key).and_then(Json::as_str);
        match text("type") {
            Some("record" | "error" | "enum" | "fixed") => {
                let written = text("namespace").unwrap_or(namespace);
                let name = full(text("name").unwrap_or_default(), written);
                let inner = name.rsplit_once('.').map_or("", |(inner, _)| inner).to_owned();
                self.defined.insert(name);
                if let Some(Json::Array(fields)) = schema.get("fields") {
                    for field in fields.iter().filter_map(|field| field.get("type")) {
                        self.walk(field, &inner);
                    }
                }
            }
            Some("array") => schema.get("items").into_iter().for_each(|items| self.walk(items, namespace)),
            Some("map") => schema.get("values").into_iter().for_each(|values| self.walk(values, namespace)),
            _ => schema.get("type").into_iter().for_each(|inner| self.walk(inner, namespace)),
        }
    }
}

fn full(name: &str, namespace: &str) -> String {
    match name.strip_prefix('.') {
        Some(name) => name.to_owned(),
        None if name.contains('.') || namespace.is_empty() => name.to_owned(),
        None => format!("{namespace}.{name}"),
    }
}

fn is_primitive(name: &str) -> bool {
    matches!(name, "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_namespace_that_they_stand_in() {
        let text = r#"{"type":"record","name":"Order","namespace":"com.acme","fields":[
            {"name":"id","type":"Id"},
            {"name":"lines","type":{"type":"array","items":{"type":"record","name":"x.Line","fields":[
                {"name":"sku","type":"Sku"},{"name":"price","type":["null","com.money.Price"]}]}}},
            {"name":"line","type":"x.Line"},
            {"name":"tags","type":{"type":"map","values":{"type":"string"}}},
            {"name":"state","type":{"type":"enum","name":"State","symbols":["A"]}},
            {"name":"last","type":"State","default":"A"}]}"#;
        let names = Names::of(&Json::parse(text).unwrap());
        let used: Vec<&str> = names.used.iter().map(|(full, _)| full.as_str()).collect();
        assert_eq!(used, ["com.acme.Id", "com.money.Price", "x.Sku"]);
        let defined: Vec<&str> = names.defined.iter().map(String::as_str).collect();
        assert_eq!(defined, ["com.acme.Order", "com.acme.State", "x.Line"]);
    }
}
