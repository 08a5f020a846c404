//! The check that a service makes before it starts: what it can read and write, told from the registry's versions.

use crate::support::{FakeRegistry, Reply};
use serde_wire::codec::{AvroSchema, OnUnknownSymbol};
use serde_wire::frame::{Guid, SchemaId};
use serde_wire::registry::{
    CompatibilityLevel, MockRegistry, NewSchema, RegisteredSchema, RegistryClient, RegistryError,
    SchemaReference, SchemaRegistry, VersionSelector,
};
use serde_wire::startup::{Acceptance, Readability, StartupCheck, StartupError, StartupReport};
use serde_wire::subject::{AssociatedNaming, Role, SubjectStrategy};
use serde_wire::{DeserializerOptions, SchemaSource, SerializerOptions};
use std::sync::Arc;
use std::time::Duration;

/// A type with that schema, which is all that a check asks of it.
macro_rules! type_of {
    ($name:ident, $schema:expr $(, $unknown:expr)?) => {
        #[derive(Debug)]
        struct $name;
        impl AvroSchema for $name {
            const SCHEMA: &'static str = $schema;
            const FINGERPRINT: u64 = 0;
            $(const UNKNOWN_SYMBOLS: &'static [(&'static str, OnUnknownSymbol)] = $unknown;)?
        }
    };
}

const RATING: &str = r#"{"type":"record","name":"r.Rating","fields":[{"name":"id","type":"long"},{"name":"channel","type":{"type":"enum","name":"Channel","symbols":["WEB","APP"]}},{"name":"note","type":["null","string"],"default":null}]}"#;
type_of!(Rating, RATING);
type_of!(Keeping, RATING, &[("r.Channel", OnUnknownSymbol::Keep)]);
type_of!(Plain, r#"{"type":"record","name":"Plain","fields":[{"name":"n","type":"int"}]}"#);
type_of!(Broken, r#"{"type":"record"}"#);

fn rating(id: &str, symbols: &str, rest: &str) -> String {
    format!(
        r#"{{"type":"record","name":"r.Rating","fields":[{{"name":"id","type":{id}}},{{"name":"channel","type":{{"type":"enum","name":"Channel","symbols":{symbols}}}}}{rest}]}}"#
    )
}

fn readers() -> DeserializerOptions {
    DeserializerOptions::default()
}

fn put(mock: &MockRegistry, subject: &str, text: impl Into<String>) {
    mock.put(subject, RegisteredSchema::avro(text));
}

async fn report(check: StartupCheck) -> StartupReport {
    check.run().await.expect("the registry answers")
}

#[tokio::test]
async fn each_version_is_told_apart_with_the_reason_and_what_helps() {
    let mock = Arc::new(MockRegistry::new());
    let subject = "ratings-value";
    put(&mock, subject, rating(r#""int""#, r#"["WEB","APP"]"#, ""));
    put(&mock, subject, rating(r#""long""#, r#"["WEB","APP","PARTNER"]"#, ""));
    put(&mock, subject, rating(r#""string""#, r#"["WEB","APP"]"#, ""));
    put(&mock, subject, RATING);
    let mut json = RegisteredSchema::avro("{}");
    json.schema_type = "JSON".to_owned();
    mock.put(subject, json);

    let report = report(StartupCheck::new(mock).reads::<Rating>("ratings", Role::Value, &readers())).await;
    let [reader] = &report.readers[..] else { panic!("{report}") };
    assert_eq!((reader.subject.as_str(), reader.schema.as_str()), (subject, "r.Rating"));
    let versions: Vec<_> = reader.versions.iter().map(|version| (version.version, version.deleted)).collect();
    assert_eq!(versions, [(1, false), (2, false), (3, false), (4, false), (5, false)]);
    let of = |number: usize| &reader.versions[number - 1].readability;
    assert_eq!((of(1), of(4)), (&Readability::Everything, &Readability::Everything));

    let Readability::NotAll(symbol) = of(2) else { panic!("{report}") };
    assert_eq!(symbol.places.len(), 1);
    assert_eq!(symbol.places[0].path, "$.channel");
    assert!(symbol.places[0].reason.contains(r#""PARTNER""#), "{report}");
    assert!(symbol.example.as_ref().is_some_and(|example| example.contains("PARTNER")), "{report}");
    assert!(symbol.changes.iter().any(|change| change.contains("PARTNER")), "{report}");

    let Readability::Nothing { error, obstacles } = of(3) else { panic!("{report}") };
    assert_eq!(error.name(), "incompatible-schema");
    assert_eq!(obstacles.places[0].path, "$.id");
    assert!(obstacles.places[0].reason.contains("string"), "{report}");
    let Readability::Nothing { error, obstacles } = of(5) else { panic!("{report}") };
    assert_eq!((error.name(), obstacles.places.len()), ("not-avro", 0));

    assert!(!report.is_ready() && !report.reads_everything());
    let text = report.to_string();
    for part in ["not ready\n", "ratings-value, read as r.Rating:\n", "  version 1 (id 1): all of it\n"] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    assert!(text.contains("version 3 (id 3): nothing of it\n    at $.id: "), "{text}");
    assert_eq!(report.into_result().unwrap_err().to_string(), text, "the error of a main that ends here");
}

#[tokio::test]
async fn a_check_goes_by_what_the_deserializer_does() {
    let mock = Arc::new(MockRegistry::new());
    put(&mock, "ratings-value", rating(r#""long""#, r#"["WEB","PARTNER"]"#, ""));
    put(&mock, "flink-value", r#"{"type":"record","name":"record","fields":[{"name":"n","type":"int"}]}"#);
    put(&mock, "texts-value", "\"bytes\"");
    put(&mock, "tree-value", r#"{"type":"map","values":{"type":"array","items":["null","string"]}}"#);
    type_of!(Tree, r#"{"type":"map","values":{"type":"array","items":"string"}}"#);
    let by_structure = readers().with_by_structure(true);
    let report = report(
        StartupCheck::new(mock)
            .reads::<Keeping>("ratings", Role::Value, &readers())
            .reads::<Plain>("flink", Role::Value, &readers())
            .reads::<Plain>("flink", Role::Value, &by_structure)
            .reads::<String>("texts", Role::Value, &readers())
            .reads::<Tree>("tree", Role::Value, &readers()),
    )
    .await;
    let of = |reader: usize| &report.readers[reader].versions[0].readability;
    assert_eq!(of(0), &Readability::Everything, "an enum that keeps what it does not know");
    assert!(matches!(of(1), Readability::Nothing { .. }), "{report}");
    assert_eq!(of(2), &Readability::Everything);
    assert!(matches!(of(3), Readability::NotAll(places) if places.places[0].path == "$"), "{report}");
    assert!(matches!(of(4), Readability::NotAll(places) if places.places[0].path == "${}[]"), "{report}");
}

/// Resolution goes by the bytes, which are those of other values then.
#[tokio::test]
async fn values_of_another_unit_or_scale_are_not_all_of_it() {
    type_of!(Times, r#"{"type":"array","items":{"type":"long","logicalType":"timestamp-millis"}}"#);
    type_of!(Price, r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#);
    type_of!(Token, r#"{"type":"string","logicalType":"uuid"}"#);
    type_of!(Amount, r#"{"type":"bytes","logicalType":"big-decimal"}"#);
    type_of!(Count, "\"long\"");
    fn logical(base: &str, name: &str) -> String {
        format!(r#"{{"type":"{base}","logicalType":"{name}"}}"#)
    }
    let list = |items: &str| format!(r#"{{"type":"array","items":{items}}}"#);
    let decimal =
        |scale: u32| format!(r#"{{"type":"bytes","logicalType":"decimal","precision":9,"scale":{scale}}}"#);
    let cases = [
        ("times", list(&logical("long", "timestamp-millis")), None),
        ("times", list("\"long\""), None),
        ("times", list("\"int\""), None),
        ("times", list(&logical("long", "timestamp-micros")), Some(("$[]", "timestamp-micros"))),
        ("times", list(&logical("long", "local-timestamp-millis")), Some(("$[]", "local-timestamp-millis"))),
        ("times", list(&logical("int", "date")), Some(("$[]", "date"))),
        ("prices", decimal(2), None),
        ("prices", "\"bytes\"".to_owned(), None),
        ("prices", decimal(4), Some(("$", "scale 4"))),
        ("prices", decimal(0), Some(("$", "scale 0"))),
        ("prices", logical("bytes", "big-decimal"), Some(("$", "big-decimal"))),
        ("prices", "\"string\"".to_owned(), Some(("$", "text is read as decimal"))),
        ("tokens", logical("string", "uuid"), None),
        ("tokens", "\"string\"".to_owned(), Some(("$", "no uuid"))),
        ("amounts", logical("bytes", "big-decimal"), None),
        ("amounts", "\"bytes\"".to_owned(), Some(("$", "no big-decimal"))),
        ("counts", logical("long", "timestamp-micros"), None),
    ];
    for (topic, version, obstacle) in cases {
        let mock = Arc::new(MockRegistry::new());
        put(&mock, &format!("{topic}-value"), version.clone());
        let check = StartupCheck::new(mock);
        let check = match topic {
            "times" => check.reads::<Times>(topic, Role::Value, &readers()),
            "prices" => check.reads::<Price>(topic, Role::Value, &readers()),
            "tokens" => check.reads::<Token>(topic, Role::Value, &readers()),
            "amounts" => check.reads::<Amount>(topic, Role::Value, &readers()),
            _ => check.reads::<Count>(topic, Role::Value, &readers()),
        };
        let report = report(check).await;
        let found = match &report.readers[0].versions[0].readability {
            Readability::Everything => None,
            Readability::NotAll(obstacles) => {
                assert_eq!(obstacles.places.len(), 1, "{topic}, {version}: {report}");
                Some(&obstacles.places[0])
            }
            other => panic!("{topic}, {version}: {other:?}"),
        };
        match (found, obstacle) {
            (None, None) => {}
            (Some(found), Some((path, reason))) => {
                assert_eq!(found.path, path, "{topic}, {version}");
                assert!(found.reason.contains(reason), "{topic}, {version}: {found}");
            }
            (found, _) => panic!("{topic}, {version}: {found:?}"),
        }
        assert_eq!((report.is_ready(), report.reads_everything()), (true, obstacle.is_none()));
    }
}

#[tokio::test]
async fn deleted_versions_are_looked_at_on_request() {
    let mock = Arc::new(MockRegistry::new());
    put(&mock, "s-value", "\"string\"");
    put(&mock, "s-value", "\"long\"");
    mock.delete_version("s-value", 2).unwrap();
    let check = |deleted| {
        StartupCheck::new(mock.clone()).reads::<String>("s", Role::Value, &readers()).with_deleted(deleted)
    };
    let without = report(check(false)).await;
    assert!(without.is_ready() && without.readers[0].versions.len() == 1);
    let with = report(check(true)).await;
    assert!(!with.is_ready() && with.readers[0].versions[1].deleted);
    assert!(with.to_string().contains("version 2 (id 2, deleted): nothing of it"), "{with}");

    mock.delete_version("s-value", 1).unwrap();
    assert!(report(check(false)).await.readers[0].versions.is_empty());
    assert_eq!(report(check(true)).await.readers[0].versions.len(), 2);
}

#[tokio::test]
async fn versions_are_read_with_what_they_refer_to() {
    let mock = Arc::new(MockRegistry::new());
    put(&mock, "item", r#"{"type":"record","name":"Item","fields":[{"name":"n","type":"long"}]}"#);
    let order = |version| {
        let mut order = RegisteredSchema::avro(r#"{"type":"array","items":"Item"}"#);
        order.references = vec![SchemaReference::new("Item", "item", version)];
        order
    };
    mock.put("orders-value", order(1));
    mock.put("orders-value", order(7));
    type_of!(
        Orders,
        r#"{"type":"array","items":{"type":"record","name":"Item","fields":[{"name":"n","type":"long"}]}}"#
    );
    let report = report(StartupCheck::new(mock).reads_subject::<Orders>("orders-value", &readers())).await;
    let versions = &report.readers[0].versions;
    assert_eq!(versions[0].readability, Readability::Everything);
    let Readability::Nothing { error, .. } = &versions[1].readability else { panic!("{report}") };
    assert_eq!(error.name(), "unknown-schema", "its reference is not there: no message of it can be read");
}

#[tokio::test]
async fn subjects_are_named_as_the_options_say() {
    let mock = Arc::new(MockRegistry::new());
    for subject in ["t-key", "Plain", "t-Plain", "elsewhere", ":.eu:t-value", ":.eu:named"] {
        put(&mock, subject, Plain::SCHEMA);
    }
    mock.associate("-", "t", Role::Value, "elsewhere");
    let named = |strategy| readers().with_strategy(strategy);
    let associated = SubjectStrategy::Associated(AssociatedNaming::default());
    let check = StartupCheck::new(mock)
        .reads::<Plain>("t", Role::Key, &readers())
        .reads::<Plain>("t", Role::Value, &named(SubjectStrategy::RecordName))
        .reads::<Plain>("t", Role::Value, &named(SubjectStrategy::TopicRecordName))
        .reads::<Plain>("t", Role::Value, &named(associated.clone()))
        .reads::<Plain>("t", Role::Key, &named(associated))
        .reads::<Plain>("t", Role::Value, &readers().with_context("eu"))
        .reads_subject::<Plain>("named", &readers().with_context("eu"))
        .reads::<Plain>("unknown", Role::Value, &readers());
    let report = report(check).await;
    let subjects: Vec<_> =
        report.readers.iter().map(|reader| (reader.subject.as_str(), reader.versions.len())).collect();
    let expected = [
        ("t-key", 1),
        ("Plain", 1),
        ("t-Plain", 1),
        ("elsewhere", 1),
        ("t-key", 1),
        (":.eu:t-value", 1),
        (":.eu:named", 1),
        ("unknown-value", 0),
    ];
    assert_eq!(subjects, expected);
    assert!(report.is_ready() && report.reads_everything(), "what nobody has written yet is no obstacle");
    assert!(report.to_string().contains("unknown-value, read as Plain: no version yet"), "{report}");
}

#[tokio::test]
async fn writers_are_told_whether_their_schema_is_taken() {
    let old = r#"{"type":"record","name":"Plain","fields":[]}"#;
    let wide = r#"{"type":"record","name":"Plain","fields":[{"name":"n","type":"long"}]}"#;
    let mut ruled = RegisteredSchema::avro(Plain::SCHEMA);
    ruled.rules =
        serde_wire::serde_json::from_str(r#"{"domainRules":[{"name":"pii","type":"ENCRYPT"}]}"#).unwrap();
    let mut json = RegisteredSchema::avro("{}");
    json.schema_type = "JSON".to_owned();

    let mock = Arc::new(MockRegistry::new());
    put(&mock, "known-value", Plain::SCHEMA);
    put(&mock, "optional-value", old);
    put(&mock, "wide-value", wide);
    mock.set_level("forward-value", CompatibilityLevel::Forward);
    put(&mock, "forward-value", wide);
    mock.put("ruled-value", ruled);
    mock.put("json-value", json);
    for subject in ["closed-value", "known-value"] {
        mock.set_read_only(subject, true);
    }

    let register = SerializerOptions::default();
    let lookup = register.clone().with_source(SchemaSource::Lookup { normalize: false });
    let latest = register.clone().with_source(SchemaSource::Latest);
    let (registered, accepted): (Option<&str>, _) = (None, Some("would be accepted"));
    // Options, topic, and what the text says.
    let cases = [
        (&register, "known", registered),
        (&register, "new", accepted),
        (&register, "closed", Some("takes no new versions of \"closed-value\", for the mode READONLY")),
        (&register, "optional", Some("refused")),
        (&register, "wide", Some("refused")),
        (&register, "forward", accepted),
        (&register, "ruled", Some("ENCRYPT rule \"pii\"")),
        (&lookup, "known", registered),
        (&lookup, "new", Some("auto.register.schemas=false); the registry would accept it")),
        (&lookup, "wide", Some("auto.register.schemas=false)\n    ")),
        (&latest, "known", registered),
        (&latest, "new", Some("40401")),
        (&latest, "wide", registered),
        (&latest, "json", Some("JSON")),
    ];
    let mut check = StartupCheck::new(mock.clone());
    for (options, topic, _) in &cases {
        check = check.writes::<Plain>(topic, Role::Value, options);
    }
    let report = report(check).await;
    for ((_, topic, expected), writer) in cases.iter().zip(&report.writers) {
        assert_eq!(writer.subject, format!("{topic}-value"));
        assert_eq!(writer.schema, "Plain");
        match (expected, &writer.acceptance) {
            (None, Acceptance::Registered { id: Some(_), version: Some(1) }) => (),
            (None, other) => panic!("{topic}: {other:?}"),
            (Some(text), acceptance) => {
                assert!(acceptance.to_string().contains(text), "{topic}: {text:?} in {acceptance}");
            }
        }
    }
    let Acceptance::Refused { reasons } = &report.writers[3].acceptance else { panic!("{report}") };
    assert!(
        reasons.iter().any(|reason| reason.contains("/fields/0")),
        "the registry's own words: {reasons:?}"
    );
    assert!(mock.version_numbers("new-value", true).await.is_err(), "nothing was registered");
    assert!(!report.is_ready());

    let mock = Arc::new(MockRegistry::new());
    let check = StartupCheck::new(mock).writes::<Plain>("a", Role::Value, &register);
    let broken = self::report(check.writes::<Broken>("b", Role::Value, &register)).await;
    assert_eq!(broken.writers[0].acceptance, Acceptance::WouldBeAccepted);
    assert!(matches!(&broken.writers[1].acceptance, Acceptance::Refused { .. }), "{broken}");
}

#[tokio::test]
async fn a_registry_that_is_away_is_no_verdict() {
    let mock = Arc::new(MockRegistry::new());
    put(&mock, "s-value", "\"string\"");
    mock.set_away(true);
    let reader = StartupCheck::new(mock.clone()).reads::<String>("s", Role::Value, &readers());
    let writer =
        StartupCheck::new(mock.clone()).writes::<String>("s", Role::Value, &SerializerOptions::default());
    for check in [&reader, &writer] {
        let error = check.run().await.unwrap_err();
        assert!(error.is_retriable(), "{error}");
        assert!(
            error.to_string().starts_with("cannot check subject \"s-value\": no registry answered"),
            "{error}"
        );
    }
    mock.set_away(false);
    assert!(report(reader).await.is_ready() && report(writer).await.is_ready());
}

/// A registry with the questions of serializers alone.
struct Small(MockRegistry);

#[async_trait::async_trait]
impl SchemaRegistry for Small {
    async fn schema_by_id(
        &self,
        id: SchemaId,
        subject: Option<&str>,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.0.schema_by_id(id, subject).await
    }

    async fn schema_by_guid(&self, guid: Guid) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.0.schema_by_guid(guid).await
    }

    async fn register(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.0.register(subject, schema, normalize).await
    }

    async fn lookup(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.0.lookup(subject, schema, normalize).await
    }

    async fn version(
        &self,
        subject: &str,
        version: VersionSelector,
    ) -> Result<Arc<RegisteredSchema>, RegistryError> {
        self.0.version(subject, version).await
    }

    /// No answer at all.
    async fn version_numbers(&self, _: &str, _: bool) -> Result<Vec<u32>, RegistryError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_ends_whatever_the_registry_is() {
    let registry = Arc::new(Small(MockRegistry::new()));
    let limit = Duration::from_secs(7);
    let reader = StartupCheck::new(registry.clone()).reads::<String>("s", Role::Value, &readers());
    let error = reader.with_deadline(limit).run().await.unwrap_err();
    assert_eq!(error, StartupError::OutOfTime { limit });
    assert!(error.is_retriable());

    let writer =
        StartupCheck::new(registry).writes::<String>("s", Role::Value, &SerializerOptions::default());
    let error = writer.run().await.unwrap_err();
    assert!(!error.is_retriable(), "it will never know");
    assert!(error.to_string().contains("cannot be asked for whether it would accept a schema"), "{error}");
}

#[tokio::test]
async fn the_questions_are_those_that_every_registry_knows() {
    let server = FakeRegistry::scripted(async |_, request| match request.line().as_str() {
        "GET /subjects/r-value/versions?deleted=false" => Reply::json(200, "[2]"),
        "GET /subjects/r-value/versions?deleted=true" => Reply::json(200, "[1,2]"),
        "GET /subjects/r-value/versions/1?deleted=true" => {
            Reply::json(200, r#"{"subject":"r-value","version":1,"id":5,"schema":"\"long\""}"#)
        }
        "GET /subjects/r-value/versions/2?deleted=true" => {
            Reply::json(200, r#"{"subject":"r-value","version":2,"id":6,"schema":"\"string\""}"#)
        }
        "POST /subjects/w-value?normalize=true&deleted=false" => Reply::error(404, 40403, "Schema not found"),
        "POST /compatibility/subjects/w-value/versions?verbose=true&normalize=true" => {
            Reply::json(200, r#"{"is_compatible":false,"messages":["READER_FIELD_MISSING_DEFAULT_VALUE"]}"#)
        }
        "POST /subjects/old-value?normalize=false&deleted=false" => {
            Reply::error(404, 40401, "Subject not found")
        }
        // A server that is older than the verbose answer.
        "POST /compatibility/subjects/old-value/versions?verbose=true" => {
            Reply::json(200, r#"{"is_compatible":false}"#)
        }
        "GET /mode/w-value?defaultToGlobal=true" => Reply::json(200, r#"{"mode":"IMPORT"}"#),
        // And than modes.
        "GET /mode/old-value?defaultToGlobal=true" => Reply::json(404, "no such path"),
        line => panic!("{line}"),
    })
    .await;
    let registry = Arc::new(RegistryClient::builder([&server.url]).build().unwrap());
    let options = SerializerOptions::default();
    let normalizing = options.clone().with_source(SchemaSource::Register { normalize: true });
    let check = StartupCheck::new(registry)
        .reads::<String>("r", Role::Value, &readers())
        .writes::<Plain>("w", Role::Value, &normalizing)
        .writes::<Plain>("old", Role::Value, &options)
        .with_deleted(true);
    let report = report(check).await;
    let [old, new] = &report.readers[0].versions[..] else { panic!("{report}") };
    assert!(old.deleted && matches!(old.readability, Readability::Nothing { .. }), "{report}");
    assert_eq!((new.deleted, &new.readability), (false, &Readability::Everything));
    assert_eq!(new.id, SchemaId::new(6));
    let reasons = |writer: usize| report.writers[writer].acceptance.to_string();
    let closed = "refused\n    the registry takes no new versions of \"w-value\", for the mode IMPORT";
    assert_eq!(reasons(0), format!("{closed}\n    READER_FIELD_MISSING_DEFAULT_VALUE"));
    assert_eq!(reasons(1), "refused\n    the registry says that it is incompatible, and not why");
}

#[cfg(feature = "blocking")]
#[test]
fn code_that_is_not_async_waits_for_it() {
    let mock = Arc::new(MockRegistry::new());
    put(&mock, "s-value", "\"string\"");
    let check = StartupCheck::new(mock).reads::<String>("s", Role::Value, &readers());
    let blocking = serde_wire::blocking::Blocking::new().unwrap();
    assert!(blocking.wait(check.run()).unwrap().is_ready());
}
