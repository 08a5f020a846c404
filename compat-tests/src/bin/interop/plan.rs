//! What is to be written and read.

use crate::Result;
use avro_model::parser::Parser;
use avro_model::{Schema, binary, json_encoding};
use serde_json::Value as Json;
use serde_wire::registry::SchemaReference;

/// The cases that this client takes part in.
pub(crate) struct Plan {
    /// In their order.
    pub(crate) cases: Vec<Case>,
}

/// The messages of one topic.
pub(crate) struct Case {
    /// The name, of letters and hyphens.
    pub(crate) name: String,
    /// The keys.
    pub(crate) key: Half,
    /// The values.
    pub(crate) value: Half,
    /// Whether the schema stands in a header.
    pub(crate) in_header: bool,
    /// Whether the subject's latest version is written, which is there before.
    pub(crate) latest: bool,
    /// Keys and values in the JSON encoding.
    pub(crate) messages: Vec<(Json, Json)>,
}

/// The schema of one half of the records.
pub(crate) struct Half {
    /// The name of its file, or the schema itself.
    pub(crate) name: String,
    /// The writer's schema.
    pub(crate) text: String,
    /// That of the reader, where it is another one.
    pub(crate) reader: Option<(String, String)>,
    /// What the schema refers to, with its text.
    pub(crate) references: Vec<(SchemaReference, String)>,
}

impl Plan {
    /// Reads the file.
    pub(crate) fn read(path: &str) -> Result<Self> {
        let json: Json = serde_json::from_slice(&std::fs::read(path)?)?;
        let cases = json.as_array().ok_or("a plan is an array")?.iter().map(Case::new);
        Ok(Self { cases: cases.collect::<Result<_>>()? })
    }
}

impl Case {
    fn new(json: &Json) -> Result<Self> {
        let messages = json["messages"].as_array().ok_or("a case has messages")?;
        Ok(Self {
            name: text(&json["name"])?,
            key: Half::new(&json["key"])?,
            value: Half::new(&json["value"])?,
            in_header: json["framing"] == "header",
            latest: json["source"] == "latest",
            messages: messages.iter().map(|one| (one["key"].clone(), one["value"].clone())).collect(),
        })
    }

    /// The topic of that writer's messages.
    pub(crate) fn topic(&self, writer: &str) -> String {
        format!("{writer}-{}", self.name)
    }
}

impl Half {
    fn new(json: &Json) -> Result<Self> {
        let references = json["references"].as_array().map_or(&[][..], Vec::as_slice);
        let reader = &json["reader"];
        Ok(Self {
            name: text(&json["name"])?,
            text: text(&json["schema"])?,
            reader: if reader.is_null() {
                None
            } else {
                Some((text(&reader["name"])?, text(&reader["schema"])?))
            },
            references: references.iter().map(reference).collect::<Result<_>>()?,
        })
    }

    /// The schema that is written with.
    pub(crate) fn schema(&self) -> Result<Schema> {
        let texts: Vec<&str> = self.references.iter().map(|(_, text)| text.as_str()).collect();
        Ok(Parser::new().parse_with_references(&self.text, &texts)?)
    }

    /// The name of the type that is read.
    pub(crate) fn read_name(&self) -> &str {
        self.reader.as_ref().map_or(&self.name, |(name, _)| name)
    }

    /// The schema that is read with.
    pub(crate) fn reader_schema(&self) -> Result<Schema> {
        match &self.reader {
            Some((_, text)) => Ok(text.parse()?),
            None => self.schema(),
        }
    }

    /// The value that JSON stands for.
    pub(crate) fn value(&self, json: &Json) -> Result<avro_model::Value> {
        Ok(json_encoding::decode(&self.schema()?, &json.to_string())?)
    }

    /// Its data.
    pub(crate) fn data(&self, json: &Json) -> Result<Vec<u8>> {
        Ok(binary::encode(&self.schema()?, &self.value(json)?)?)
    }
}

fn reference(json: &Json) -> Result<(SchemaReference, String)> {
    Ok((SchemaReference::new(text(&json["name"])?, text(&json["subject"])?, 1), text(&json["schema"])?))
}

fn text(json: &Json) -> Result<String> {
    Ok(json.as_str().ok_or_else(|| format!("{json} stands where a text is expected"))?.to_owned())
}
