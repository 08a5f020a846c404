//! The crate `schema_registry_converter` with `apache-avro`.

use crate::kafka::Letter;
use crate::plan::{Case, Half};
use crate::{Result, plain};
use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use rdkafka::Message;
use rdkafka::message::{Headers as _, OwnedMessage};
use schema_registry_converter::async_impl::avro::{AvroDecoder, AvroEncoder};
use schema_registry_converter::async_impl::schema_registry::SrSettings;
use schema_registry_converter::schema_registry_common::{SchemaType, SubjectNameStrategy, SuppliedSchema};
use serde_json::Value as Json;

/// The messages of a case.
pub(crate) async fn write(registry: &str, topic: &str, case: &Case) -> Result<Vec<Letter>> {
    let encoder = AvroEncoder::new(settings(registry)?);
    let (keys, values) = (parsed(&case.key)?, parsed(&case.value)?);
    let mut letters = Vec::new();
    for (key, value) in &case.messages {
        let mut letter = Letter::default();
        for (is_key, half, schemas, json) in
            [(true, &case.key, &keys, key), (false, &case.value, &values, value)]
        {
            if json.is_null() {
                continue;
            }
            let value = datum(schemas, &half.data(json)?)?;
            let topic = topic.to_owned();
            let strategy = if case.latest {
                SubjectNameStrategy::TopicNameStrategy(topic, is_key)
            } else {
                let schema = SuppliedSchema::new(None, SchemaType::Avro, half.text.clone());
                SubjectNameStrategy::TopicNameStrategyWithSchema(topic, is_key, schema)
            };
            let bytes = if case.in_header {
                let (bytes, header) = encoder.encode_value_with_header_id(value, &strategy, is_key).await?;
                letter.headers.push((header.name.to_owned(), header.value));
                bytes
            } else {
                encoder.encode_value(value, &strategy).await?
            };
            if is_key { letter.key = bytes } else { letter.value = Some(bytes) }
        }
        letters.push(letter);
    }
    Ok(letters)
}

/// Prints what is in the records of a case.
pub(crate) async fn read(registry: &str, case: &Case, records: &[OwnedMessage]) -> Result<()> {
    // One for each half: a decoder takes all schemas that it found by GUID for the first of them.
    let (keys, values) = (AvroDecoder::new(settings(registry)?), AvroDecoder::new(settings(registry)?));
    for (position, record) in records.iter().enumerate() {
        let key = half(&keys, &case.key, record, "__key_schema_id", record.key()).await;
        let value = half(&values, &case.value, record, "__value_schema_id", record.payload()).await;
        plain::print(&case.name, position, key, value);
    }
    Ok(())
}

/// It knows what came with version 8, but must be told to say so: a registry of `response.level=auto` hides that from others.
fn settings(registry: &str) -> Result<SrSettings> {
    let mut builder = SrSettings::new_builder(registry.to_owned());
    Ok(builder.add_header("Confluent-Accept-Unknown-Properties", "true").build()?)
}

async fn half(
    decoder: &AvroDecoder,
    half: &Half,
    record: &OwnedMessage,
    name: &str,
    bytes: Option<&[u8]>,
) -> Result<Json> {
    let header = record.headers().and_then(|all| all.iter().find(|one| one.key == name)?.value);
    let value = match header {
        Some(_) => decoder.decode_with_header_id(header, bytes).await?.value,
        None => decoder.decode(bytes).await?.value,
    };
    match &half.reader {
        Some((_, reader)) => plain::of_apache(&value.resolve(&Schema::parse_str(reader)?)?),
        None => plain::of_apache(&value),
    }
}

/// The schema, and behind it those that it refers to.
fn parsed(half: &Half) -> Result<Vec<Schema>> {
    let texts: Vec<&str> = half.references.iter().map(|(_, text)| text.as_str()).collect();
    let (schema, mut all) = Schema::parse_str_with_list(&half.text, texts)?;
    all.insert(0, schema);
    Ok(all)
}

fn datum(schemas: &[Schema], data: &[u8]) -> Result<Value> {
    let [schema, others @ ..] = schemas else { return Err("no schema".into()) };
    let all = others.iter().chain([schema]).collect();
    let reader = GenericDatumReader::builder(schema).writer_schemata(all)?.build()?;
    Ok(reader.read_value(&mut &data[..])?)
}
