//! The registry's opt-in normal form (text-forms §3).
//!
//! The registry writes the schema once in a fixed order and reads that text back. The text has full names and no
//! namespaces, so two things happen on the way, which clients can observe and which are therefore kept: a type of the
//! null namespace that is nested in a namespaced one moves into that namespace, and an error becomes a record.

use crate::budget::Budget;
use crate::json::{Json, push_json_string};
use crate::name::Fullname;
use crate::parser::{ParseError, Parser};
use crate::rendered::{rendered_default, sort_members, utf16_order};
use crate::schema::{Field, Kind, LogicalType, Node, Order, Schema};
use crate::writer::{Form, external_names, key, push_text_member, push_texts, write};

impl Schema {
    /// The normal form: aliases and properties sorted, `logicalType` and its attributes first, empty docs of types
    /// dropped, defaults written as values of their type (`100` of a float as `100.0`).
    ///
    /// `parser` and `references` are those that this schema was read with. It is the parser's budget that is taken from.
    ///
    /// A default that is not of the first branch of its union is lost, as in the original. One inside the default of a
    /// record or an array is kept, where the original fails.
    ///
    /// # Errors
    /// When what was moved into another namespace now collides with another type there, or when the budget ends.
    ///
    /// ```
    /// use avro_model::{Parser, Schema};
    /// let parser = Parser::new();
    /// let schema = parser.parse(r#"{"type":"long","b":{"z":1,"y":2},"a":[],"logicalType":"timestamp-millis"}"#)?;
    /// assert_eq!(
    ///     schema.normalized(&parser, &[])?.canonical_text(),
    ///     r#"{"type":"long","logicalType":"timestamp-millis","a":[],"b":{"y":2,"z":1}}"#,
    /// );
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn normalized(&self, parser: &Parser<'_>, references: &[&str]) -> Result<Self, ParseError> {
        let unlimited = Budget::unlimited();
        let budget = parser.budget().unwrap_or(&unlimited);
        let form = NormalText { schema: self, budget };
        let text = write(self, self.root(), external_names(self), &form, budget);
        parser.parse_with_references(&text.map_err(ParseError::stopped)?, references)
    }
}

/// The text that is read back: what it says is in the order of the normal form.
struct NormalText<'s> {
    schema: &'s Schema,
    budget: &'s Budget,
}

impl Form for NormalText<'_> {
    const ERRORS: bool = false;

    fn text(&self, out: &mut String, text: &str) {
        push_json_string(out, text);
    }

    fn reference(&self, out: &mut String, name: &Fullname, _: &str) {
        push_json_string(out, name.as_str());
    }

    fn definition(&self, out: &mut String, type_name: &str, _: &Node, name: &Fullname, _: &str) {
        out.push_str("{\"name\":");
        push_json_string(out, name.as_str());
        push_text_member(out, key!("type"), type_name);
    }

    fn is_bare(&self, _: &Node) -> bool {
        false
    }

    fn type_attributes(&self, out: &mut String, node: &Node) {
        let of_values = !matches!(node.kind, Kind::Array(_) | Kind::Map(_) | Kind::Record(_) | Kind::Enum(_));
        if of_values && !has_java_property(node) {
            logical_type(out, node.logical);
        }
        if let Some(name) = node.name() {
            self.description(out, node.doc(), name, node.aliases());
        }
        if let Kind::Enum(definition) = &node.kind
            && let Some(default) = &definition.default
        {
            push_text_member(out, key!("default"), default);
        }
        self.properties(out, &node.properties);
    }

    fn field_attributes(&self, out: &mut String, field: &Field) {
        out.push_str(match field.order {
            Order::Ascending => ",\"order\":\"ASCENDING\"",
            Order::Descending => ",\"order\":\"DESCENDING\"",
            Order::Ignore => ",\"order\":\"IGNORE\"",
        });
        if let Some(doc) = &field.doc {
            push_text_member(out, key!("doc"), doc);
        }
        if !field.aliases.is_empty() {
            let aliases = field.aliases.iter().map(String::as_str);
            let mut aliases: Vec<&str> = aliases.take_while(|_| self.budget.spend(1)).collect();
            aliases.sort_by(|a, b| utf16_order(a, b));
            out.push_str(key!("aliases"));
            push_texts(out, aliases, push_json_string);
        }
        let default = field.default.as_ref();
        if let Some(default) =
            default.and_then(|default| rendered_default(self.schema, field.schema, default, self.budget))
        {
            out.push_str(key!("default"));
            out.push_str(&default);
        }
        self.properties(out, &field.properties);
    }
}

/// Properties that Java classes leave on their types, as texts. One of them makes the original write all properties of the type
/// in one order, the attributes of its logical type among them. It asks for texts: another value counts for nothing.
const JAVA_PROPERTIES: [&str; 4] = ["avro.java.string", "java-class", "java-element-class", "java-key-class"];

fn has_java_property(node: &Node) -> bool {
    node.properties
        .iter()
        .any(|(key, value)| JAVA_PROPERTIES.contains(&key.as_str()) && matches!(value, Json::String(_)))
}

/// A valid logical type comes first, a decimal with its precision and its scale unless that is zero. The same keys come
/// again among the properties; what is read back keeps the first place.
fn logical_type(out: &mut String, logical: Option<LogicalType>) {
    let Some(logical) = logical else { return };
    push_text_member(out, key!("logicalType"), logical.name());
    if let LogicalType::Decimal { precision, scale } = logical {
        out.push_str(key!("precision"));
        out.push_str(&precision.to_string());
        if scale != 0 {
            out.push_str(key!("scale"));
            out.push_str(&scale.to_string());
        }
    }
}

impl NormalText<'_> {
    /// Doc and aliases of a type. An alias of the null namespace in a type that has one keeps it by a leading dot.
    fn description(&self, out: &mut String, doc: Option<&str>, name: &Fullname, aliases: &[Fullname]) {
        if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
            push_text_member(out, key!("doc"), doc);
        }
        if aliases.is_empty() {
            return;
        }
        let spelled = |alias: &Fullname| {
            let dot = if alias.namespace().is_empty() && !name.namespace().is_empty() { "." } else { "" };
            format!("{dot}{alias}")
        };
        let aliases = aliases.iter().take_while(|_| self.budget.spend(1));
        let mut spelled: Vec<String> = aliases.map(spelled).collect();
        spelled.sort_by(|a, b| utf16_order(a, b));
        out.push_str(key!("aliases"));
        push_texts(out, spelled.iter().map(String::as_str), push_json_string);
    }

    fn properties(&self, out: &mut String, properties: &[(String, Json)]) {
        let mut sorted: Vec<&(String, Json)> = properties.iter().collect();
        sorted.sort_by(|(a, _), (b, _)| utf16_order(a, b));
        for (key, value) in sorted {
            out.push(',');
            push_json_string(out, key);
            out.push(':');
            sort_members(value, self.budget).print_within(out, self.budget);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal_text(text: &str) -> String {
        let parser = Parser::new();
        parser.parse(text).unwrap().normalized(&parser, &[]).unwrap().canonical_text().clone()
    }

    #[test]
    fn a_property_of_java_on_a_type_puts_its_logical_type_in_order() {
        let decimal = |property: &str| {
            format!(
                r#"{{"type":"bytes","scale":0,"zz":1,"logicalType":"decimal","precision":9,"{property}":"x","b":2}}"#
            )
        };
        for property in JAVA_PROPERTIES {
            let all = ["b", "logicalType", "precision", "scale", "zz", property];
            let value = |key: &str| match key {
                "b" => "2",
                "logicalType" => r#""decimal""#,
                "precision" => "9",
                "scale" => "0",
                "zz" => "1",
                _ => r#""x""#,
            };
            let mut sorted = all.to_vec();
            sorted.sort_unstable();
            let members: Vec<String> =
                sorted.iter().map(|key| format!(r#""{key}":{}"#, value(key))).collect();
            let expected = format!(r#"{{"type":"bytes",{}}}"#, members.join(","));
            assert_eq!(normal_text(&decimal(property)), expected, "{property}");
        }
        for value in ["0.10", "1", "true", "null", "{}", r#"["x"]"#] {
            let given =
                format!(r#"{{"type":"long","logicalType":"timestamp-millis","java-class":{value},"a":1}}"#);
            let text = normal_text(&given);
            assert!(text.starts_with(r#"{"type":"long","logicalType":"timestamp-millis","a":1"#), "{text}");
        }
        let empty = r#"{"type":"long","logicalType":"timestamp-millis","java-class":"","a":1}"#;
        assert_eq!(
            normal_text(empty),
            r#"{"type":"long","a":1,"java-class":"","logicalType":"timestamp-millis"}"#
        );
        for other in ["avro.java.strings", "java-classes", "Java-class", "java-key", "connect.name", "a"] {
            let text = normal_text(&decimal(other));
            assert!(text.starts_with(r#"{"type":"bytes","logicalType":"decimal","precision":9"#), "{text}");
        }
    }

    #[test]
    fn a_property_of_java_counts_for_its_own_type_alone() {
        for (given, expected) in [
            (
                r#"{"type":"string","avro.java.string":"String","logicalType":"uuid"}"#,
                r#"{"type":"string","avro.java.string":"String","logicalType":"uuid"}"#,
            ),
            (
                r#"{"type":"array","java-class":"x","items":{"type":"long","a":1,"logicalType":"timestamp-millis"}}"#,
                r#"{"type":"array","items":{"type":"long","logicalType":"timestamp-millis","a":1},"java-class":"x"}"#,
            ),
            (
                r#"{"type":"map","values":{"type":"int","logicalType":"date","java-class":"x","a":1}}"#,
                r#"{"type":"map","values":{"type":"int","a":1,"java-class":"x","logicalType":"date"}}"#,
            ),
            (
                r#"{"type":"record","name":"R","fields":[{"name":"f","java-class":"x",
                    "type":{"type":"int","a":1,"logicalType":"date"}}]}"#,
                r#"{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"int","logicalType":"date","a":1},"java-class":"x"}]}"#,
            ),
            (
                r#"{"type":"fixed","name":"F","size":12,"logicalType":"duration","java-class":"x","a":1}"#,
                r#"{"type":"fixed","name":"F","size":12,"a":1,"java-class":"x","logicalType":"duration"}"#,
            ),
        ] {
            assert_eq!(normal_text(given), expected, "{given}");
        }
    }
}
