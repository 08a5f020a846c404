use super::{Document, Parser};
use crate::Schema;

fn printed(text: &str) -> Result<String, String> {
    text.parse::<Schema>().map(|schema| schema.canonical_text()).map_err(|error| error.to_string())
}

#[test]
fn forward_references_are_printed_as_definitions_at_their_first_use() {
    let text = r#"[{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]},{"type":"fixed","name":"B","size":1}]"#;
    let expected = r#"[{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"fixed","name":"B","size":1}}]},"B"]"#;
    assert_eq!(printed(text).as_deref(), Ok(expected));
}

#[test]
fn a_document_may_be_a_name_of_another() {
    let documents = [
        Document { name: "reference.avsc", text: "\"n.E\"" },
        Document { name: "e.avsc", text: r#"{"type":"enum","name":"n.E","symbols":["A"]}"# },
    ];
    let schemas = Parser::new().parse_documents(&documents).unwrap();
    assert_eq!(schemas[0].canonical_text(), schemas[1].canonical_text());
}
