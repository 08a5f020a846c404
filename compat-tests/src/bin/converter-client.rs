//! `converter-client URL`: the crate `schema_registry_converter` against a registry.
//!
//! Every public function of its asynchronous registry and Avro modules is called; the harness reads their names out of
//! the crate's source and looks for each of them here.

use std::process::ExitCode;

use apache_avro::types::Value;
use schema_registry_converter::async_impl::avro::{AvroDecoder, AvroEncoder, get_avro_schema};
use schema_registry_converter::async_impl::schema_registry::{
    SrSettings, get_all_subjects, get_all_versions, get_referenced_schema, get_schema_by_guid,
    get_schema_by_guid_and_type, get_schema_by_id, get_schema_by_id_and_type, get_schema_by_subject,
    get_schema_by_subject_and_version, is_compatible_schema, perform_sr_call, post_schema,
};
use schema_registry_converter::error::SRCError;
use schema_registry_converter::schema_registry_common::{
    SchemaType, SrCall, SubjectNameStrategy, SuppliedReference, SuppliedSchema,
};

const V1: &str =
    r#"{"type":"record","name":"User","namespace":"app","fields":[{"name":"name","type":"string"}]}"#;
const V2: &str = r#"{"type":"record","name":"User","namespace":"app","fields":[{"name":"name","type":"string"},{"name":"email","type":"string","default":""}]}"#;
const BROKEN: &str = r#"{"type":"record","name":"User","namespace":"app","fields":[{"name":"name","type":"string"},{"name":"age","type":"int"}]}"#;
const TEAM: &str =
    r#"{"type":"record","name":"Team","namespace":"app","fields":[{"name":"lead","type":"app.User"}]}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: converter-client URL");
        return ExitCode::FAILURE;
    };
    let mut checks = Checks::default();
    if let Err(error) = run(&url, &mut checks).await {
        checks.check("the specification", false, &format!("stopped by {error}"));
    }
    println!("{} passed, {} failed", checks.passed, checks.failed);
    if checks.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Checks {
    passed: usize,
    failed: usize,
}

impl Checks {
    fn check(&mut self, what: &str, right: bool, problem: &str) {
        if right {
            self.passed += 1;
        } else {
            self.failed += 1;
            println!("FAIL {what}: {problem}");
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "the values compared are made for the call")]
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, got: T, want: T) {
        self.check(what, got == want, &format!("got {got:?}, want {want:?}"));
    }
}

async fn run(url: &str, checks: &mut Checks) -> Result<(), SRCError> {
    let settings = SrSettings::new_builder(url.to_owned())
        .add_header("Confluent-Accept-Unknown-Properties", "true")
        .no_proxy()
        .set_timeout(std::time::Duration::from_secs(20))
        .build()?;
    let topic = format!("converter-{}", std::process::id());
    let subject = format!("{topic}-value");
    let plain = SrSettings::new(url.to_owned());
    registry(&settings, &plain, &subject, checks).await?;
    references(&settings, &topic, &subject, checks).await?;
    codec(&settings, &topic, &subject, checks).await
}

fn supplied(schema: &str) -> SuppliedSchema {
    SuppliedSchema::new(Some("app.User".to_owned()), SchemaType::Avro, schema.to_owned())
}

async fn registry(
    settings: &SrSettings,
    plain: &SrSettings,
    subject: &str,
    checks: &mut Checks,
) -> Result<(), SRCError> {
    let first = post_schema(settings, subject.to_owned(), supplied(V1)).await?;
    let second = post_schema(settings, subject.to_owned(), supplied(V2)).await?;
    checks.check("post_schema", second.id > first.id, "ids do not grow");
    checks.check(
        "post_schema of an incompatible schema",
        post_schema(settings, subject.to_owned(), supplied(BROKEN)).await.is_err(),
        "it was taken",
    );
    checks.equal("get_schema_by_id", get_schema_by_id(first.id, plain).await?.schema, V1.to_owned());
    let typed = get_schema_by_id_and_type(first.id, settings, SchemaType::Avro).await?;
    checks.equal("get_schema_by_id_and_type", typed.schema.as_str(), V1);
    let latest = SubjectNameStrategy::RecordNameStrategy(subject.to_owned());
    checks.equal("get_schema_by_subject", get_schema_by_subject(settings, &latest).await?.id, second.id);
    let one = get_schema_by_subject_and_version(settings, subject, Some(1)).await?;
    checks.equal("get_schema_by_subject_and_version", (one.id, one.version), (first.id, Some(1)));
    let raw = perform_sr_call(settings, SrCall::GetById(second.id)).await?;
    checks.equal("perform_sr_call", raw.schema, Some(V2.to_owned()));
    let guid = one.guid.unwrap_or_default();
    checks.equal("get_schema_by_guid", get_schema_by_guid(&guid, settings).await?.schema.as_str(), V1);
    let typed = get_schema_by_guid_and_type(&guid, settings, SchemaType::Avro).await?;
    checks.equal("get_schema_by_guid_and_type", typed.schema.as_str(), V1);
    let subjects = get_all_subjects(settings).await?;
    checks.check("get_all_subjects", subjects.iter().any(|one| one == subject), "the subject is missing");
    checks.equal("get_all_versions", get_all_versions(settings, subject.to_owned()).await?, vec![1, 2]);
    for (schema, verdict) in [(V1, true), (BROKEN, false)] {
        let found = is_compatible_schema(settings, subject.to_owned(), supplied(schema)).await?;
        checks.equal("is_compatible_schema", found, verdict);
    }
    let parsed = get_avro_schema(settings, get_schema_by_id(second.id, settings).await?).await?;
    checks.equal("get_avro_schema", parsed.id, second.id);
    Ok(())
}

async fn references(
    settings: &SrSettings,
    topic: &str,
    subject: &str,
    checks: &mut Checks,
) -> Result<(), SRCError> {
    let reference = SuppliedReference::new("app.User".to_owned(), subject.to_owned(), V2.to_owned());
    let team = SuppliedSchema::new(Some("app.Team".to_owned()), SchemaType::Avro, TEAM.to_owned())
        .with_references(vec![reference]);
    let made = post_schema(settings, format!("{topic}-team-value"), team).await?;
    let found = get_schema_by_id(made.id, settings).await?;
    checks.equal("references", found.references.len(), 1);
    if let Some(reference) = found.references.first() {
        let user = get_referenced_schema(settings, reference).await?;
        checks.equal("get_referenced_schema", user.schema.as_str(), V2);
    }
    Ok(())
}

async fn codec(
    settings: &SrSettings,
    topic: &str,
    subject: &str,
    checks: &mut Checks,
) -> Result<(), SRCError> {
    let (encoder, decoder) = (AvroEncoder::new(settings.clone()), AvroDecoder::new(settings.clone()));
    let strategy = SubjectNameStrategy::TopicNameStrategy(topic.to_owned(), false);
    let fields =
        || vec![("name", Value::String("Ada".into())), ("email", Value::String("ada@example".into()))];
    let value = Value::Record(fields().into_iter().map(|(name, field)| (name.to_owned(), field)).collect());
    let item = serde_json::json!({"name": "Ada", "email": "ada@example"});

    let schema = encoder.get_schema_and_id(subject, strategy.clone()).await?;
    let framed = encoder.encode(fields(), strategy.clone()).await?;
    checks.equal(
        "encode",
        framed.get(..5),
        Some([&[0], schema.id.to_be_bytes().as_slice()].concat().as_slice()),
    );
    checks.equal("encode_value", encoder.encode_value(value.clone(), &strategy).await?, framed.clone());
    checks.equal("encode_struct", encoder.encode_struct(&item, &strategy).await?, framed.clone());
    checks.equal("decode", decoder.decode(Some(&framed)).await?.value, value.clone());
    let with_schema = decoder.decode_with_schema(Some(&framed)).await?;
    checks.equal("decode_with_schema", with_schema.map(|found| found.schema.id), Some(schema.id));
    checks.equal("get_schema", decoder.get_schema(schema.id).await?.raw.as_str(), V2);

    let (bytes, header) = encoder.encode_with_header_id(fields(), strategy.clone(), false).await?;
    checks.equal("encode_with_header_id", bytes.as_slice(), &framed[5..]);
    let (bytes, _) = encoder.encode_value_with_header_id(value.clone(), &strategy, false).await?;
    checks.equal("encode_value_with_header_id", bytes.as_slice(), &framed[5..]);
    let (bytes, _) = encoder.encode_struct_with_header_id(&item, &strategy, false).await?;
    checks.equal("encode_struct_with_header_id", bytes.as_slice(), &framed[5..]);
    let found = decoder.decode_with_header_id(Some(&header.value), Some(&bytes)).await?;
    checks.equal("decode_with_header_id", found.value, value);
    let found = decoder.decode_with_schema_with_header_id(Some(&header.value), Some(&bytes)).await?;
    checks.check("decode_with_schema_with_header_id", found.is_some(), "nothing was decoded");
    encoder.remove_errors_from_cache();
    decoder.remove_errors_from_cache();
    Ok(())
}
