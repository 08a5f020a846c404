//! The service layer without HTTP.

use std::sync::Arc;

use registry_server::domain::{Lifecycle, Subject, VersionSelector};
use registry_server::server::open_store;
use registry_server::service::{
    AssociationEndpoint, AssociationInfo, AssociationRequest, CheckOptions, ConfigUpdate, Found,
    ReferenceRequest, RegisterOptions, Registry, RegistryError, SchemaRequest, Update,
};
use registry_server::store::Actor;
use registry_server::store::sql::OpenOptions;

use crate::support::settings;

async fn registry(set: &[(&str, &str)]) -> Registry {
    let store = open_store("sqlite::memory:", OpenOptions::default()).await.expect("memory is there");
    Registry::new(store, Arc::new(settings(set)))
}

fn request(text: &str) -> SchemaRequest {
    SchemaRequest { schema: Some(text.to_owned()), ..SchemaRequest::default() }
}

async fn register(
    registry: &Registry,
    subject: &str,
    request: &SchemaRequest,
) -> Result<Found, RegistryError> {
    registry.register(&Subject::parse(subject), request, &RegisterOptions::default()).await
}

#[tokio::test]
async fn one_text_has_one_id_per_context() {
    let registry = registry(&[]).await;
    for (subject, text, id) in [
        ("a", "\"int\"", 1),
        ("b", "{\"type\": \"int\"}", 1),
        (":.c:a", "\"long\"", 1),
        (":.c:b", "\"int\"", 2),
        ("a", "\"long\"", 2),
    ] {
        assert_eq!(
            register(&registry, subject, &request(text)).await.unwrap().id.get(),
            id,
            "{subject} {text}"
        );
    }
}

#[tokio::test]
async fn writers_of_one_subject_get_one_version_each() {
    let registry = Arc::new(registry(&[]).await);
    let none = ConfigUpdate { compatibility: Update::Set("NONE".to_owned()), ..ConfigUpdate::default() };
    registry.update_config(&Subject::parse("s"), &none, &Actor::default()).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for size in 0..20 {
        let registry = Arc::clone(&registry);
        writers.spawn(async move {
            let text = format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
            register(&registry, "s", &request(&text)).await.unwrap()
        });
    }
    let mut all: Vec<(i32, i32)> =
        writers.join_all().await.iter().map(|found| (found.version.get(), found.id.get())).collect();
    all.sort_unstable();
    let versions: Vec<i32> = all.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, (1..=20).collect::<Vec<_>>());
    let mut ids: Vec<i32> = all.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20, "every schema has an id of its own");
}

#[tokio::test]
async fn a_hash_that_two_contents_share_is_refused() {
    let registry = registry(&[]).await;
    let with_rules = SchemaRequest { rule_set: Some(Default::default()), ..request("\"int\"") };
    let with_metadata = SchemaRequest { metadata: Some(Default::default()), ..request("\"int\"") };
    assert_eq!(register(&registry, "a", &with_rules).await.unwrap().id.get(), 1);
    let refused = register(&registry, "b", &with_metadata).await.unwrap_err();
    assert_eq!(refused.to_string(), "Overwrite new schema with id 1 in context  is not permitted.");
}

#[tokio::test]
async fn rule_sets_are_dropped_by_setting() {
    let bad = SchemaRequest {
        rule_set: Some(registry_server::domain::RuleSet {
            domain_rules: vec![Default::default()],
            ..Default::default()
        }),
        ..request("\"int\"")
    };
    let refused = register(&registry(&[]).await, "a", &bad).await.unwrap_err();
    assert_eq!(refused.to_string(), "Missing rule name");
    let dropping = registry(&[("rule.sets.enable", "false")]).await;
    let found = register(&dropping, "a", &bad).await.unwrap();
    assert_eq!(found.content.rule_set, None);
}

#[tokio::test]
async fn references_are_followed_and_their_faults_told() {
    let registry = registry(&[]).await;
    let reference = |name: Option<&str>, subject: Option<&str>, version: Option<i32>| ReferenceRequest {
        name: name.map(str::to_owned),
        subject: subject.map(str::to_owned),
        version,
    };
    register(&registry, "d", &request(r#"{"type":"record","name":"D","fields":[]}"#)).await.unwrap();
    for (reference, details) in [
        (reference(None, Some("d"), Some(1)), "Invalid reference: {name='null', subject='d', version=1}"),
        (reference(Some(""), Some("d"), Some(1)), "Invalid reference: {name='', subject='d', version=1}"),
        (reference(Some("D"), Some("d"), None), "Invalid reference: {name='D', subject='d', version=null}"),
        (
            reference(Some("D"), Some("d"), Some(2)),
            "No schema reference found for subject \"d\" and version 2",
        ),
        (
            reference(Some("D"), Some("d"), Some(0)),
            "No schema reference found for subject \"d\" and version 0",
        ),
        (
            reference(Some("D"), Some("e"), Some(-1)),
            "No schema reference found for subject \"e\" and version -1",
        ),
    ] {
        let wanted =
            SchemaRequest { references: vec![reference], ..request(r#"{"type":"array","items":"D"}"#) };
        let text = register(&registry, "m", &wanted).await.unwrap_err().to_string();
        assert!(text.ends_with(details), "{text}");
    }
    let latest = SchemaRequest {
        references: vec![reference(Some("D"), Some("d"), Some(-1))],
        ..request(r#"{"type":"array","items":"D"}"#)
    };
    let found = register(&registry, "m", &latest).await.unwrap();
    assert_eq!(found.content.references[0].version.get(), 1);
    let resolved = registry.formatted(&found, "resolved").await.unwrap().unwrap();
    assert_eq!(resolved, r#"{"type":"array","items":{"type":"record","name":"D","fields":[]}}"#);
}

#[tokio::test]
async fn a_refusal_for_references_shows_them_as_far_as_they_were_followed() {
    let registry = registry(&[]).await;
    register(&registry, "d", &request(r#"{"type":"record","name":"D","fields":[]}"#)).await.unwrap();
    let reference = |(name, subject, version): (Option<&str>, Option<&str>, Option<i32>)| ReferenceRequest {
        name: name.map(str::to_owned),
        subject: subject.map(str::to_owned),
        version,
    };
    for (subject, references, shown, guid, details) in [
        (
            "m",
            &[(None, None, None)][..],
            "{name='null', subject='null', version=null}",
            // What is missing is not hashed.
            "ef524ea1-b91e-7317-3d93-8ade36c1db32",
            "Invalid reference: {name='null', subject='null', version=null}",
        ),
        (
            "m",
            &[(Some("D"), Some("d"), Some(-1)), (Some("E"), Some("e"), Some(-1))],
            "{name='D', subject='d', version=1}, {name='E', subject='e', version=-1}",
            "513f4390-22f5-c9b2-59a9-aa19fbba80e0",
            "No schema reference found for subject \"e\" and version -1",
        ),
        // A name that is empty is refused last.
        (
            "m",
            &[(Some(""), Some("d"), Some(1)), (Some("D"), Some("d"), Some(7))],
            "{name='', subject='d', version=1}, {name='D', subject='d', version=7}",
            "03157cc6-3fed-0f0a-e778-518b99e8246b",
            "No schema reference found for subject \"d\" and version 7",
        ),
        (
            "m",
            &[(Some(""), Some("d"), Some(1))],
            "{name='', subject='d', version=1}",
            "4a13fda7-5a21-9d08-1b78-3d5fbbc3a5a4",
            "Invalid reference: {name='', subject='d', version=1}",
        ),
        // The default context cannot be named from another one.
        (
            ":.c:m",
            &[(Some("D"), Some(":.:d"), Some(1))],
            "{name='D', subject=':.:d', version=1}",
            "f9744118-129a-9c6c-561f-848df44b3290",
            "No schema reference found for subject \":.c::.:d\" and version 1",
        ),
    ] {
        let wanted = SchemaRequest {
            references: references.iter().map(|parts| reference(*parts)).collect(),
            ..request("\"int\"")
        };
        let text = register(&registry, subject, &wanted).await.unwrap_err().to_string();
        let expected = format!(
            "Invalid schema of type AVRO, details: Invalid schema {{subject={subject},version=null,id=null,guid={guid},\
             schemaType=AVRO,references=[{shown}],metadata=null,ruleSet=null,schema=\"int\",schemaTags=null,ts=null,\
             deleted=null}} with refs [{shown}] of type AVRO, details: {details}"
        );
        assert_eq!(text, expected);
    }
}

#[tokio::test]
async fn a_bare_subject_is_looked_for_in_every_context() {
    let registry = registry(&[]).await;
    register(&registry, ":.c:u", &request("\"int\"")).await.unwrap();
    let bare = Subject::parse("u");
    let found = registry.version(&bare, VersionSelector::Latest, false).await.unwrap();
    assert_eq!(found.subject.to_string(), ":.c:u");
    assert_eq!(
        registry.lookup(&bare, &request("\"int\""), false, false).await.unwrap().subject,
        found.subject
    );
    let other = Subject::parse(":.d:u");
    let missing = registry.version(&other, VersionSelector::Latest, false).await.unwrap_err();
    assert_eq!(missing.to_string(), "Subject ':.d:u' not found.");
}

#[tokio::test]
async fn versions_are_noted_in_metadata_where_they_are_asked_for() {
    let registry = registry(&[]).await;
    let numbered = |text: &str, version: i32| SchemaRequest { version: Some(version), ..request(text) };
    let noted = |found: &Found| {
        found
            .content
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.properties.get("confluent:version").cloned())
    };
    let first = register(&registry, "s", &numbered("\"int\"", -1)).await.unwrap();
    assert_eq!((first.version.get(), noted(&first).as_deref()), (1, Some("1")));
    let next = register(&registry, "s", &request("\"long\"")).await.unwrap();
    assert_eq!((next.version.get(), noted(&next).as_deref()), (2, Some("2")), "a note is carried on");
    let again = register(&registry, "s", &numbered("\"long\"", -1)).await.unwrap();
    assert_eq!(again.version.get(), 2, "the latest version is what is asked for");
    let wrong = register(&registry, "s", &numbered("\"float\"", 9)).await.unwrap_err();
    assert_eq!(wrong.to_string(), "Version is not one more than previous version");
}

#[tokio::test]
async fn times_come_from_the_clock_of_the_store() {
    let now = 1_234_567_890_123;
    let options = OpenOptions::default().with_clock(Arc::new(move || now));
    let store = open_store("sqlite::memory:", options).await.expect("memory is there");
    let registry = Registry::new(store, Arc::new(settings(&[])));
    let info = AssociationInfo {
        lifecycle: Some(Lifecycle::Strong),
        schema: Some(request("\"int\"")),
        ..AssociationInfo::default()
    };
    let change = AssociationRequest {
        resource_name: Some("t".to_owned()),
        resource_namespace: Some("lkc".to_owned()),
        resource_id: Some("id".to_owned()),
        associations: vec![info],
        ..AssociationRequest::default()
    };
    let actor = Actor::default();
    let written =
        registry.change_associations(&change, AssociationEndpoint::Upsert, &actor).await.expect("written");
    let association = &written.associations[0].association;
    assert_eq!((association.create_ts, association.update_ts), (now, now));
    let found =
        registry.version(&association.subject, VersionSelector::Latest, false).await.expect("registered");
    assert_eq!(found.stored.expect("it was read").ts, now);
}

/// One budget for a request: what each version takes is little, all of them together are too much. The input is at fault,
/// and no version is written.
#[tokio::test]
async fn steps_are_counted_over_everything_that_a_request_does() {
    let field = |n: usize| format!(r#"{{"name":"f{n}","type":["null","string"],"default":null}}"#);
    let record = |fields: usize| {
        let fields: Vec<String> = (0..fields).map(field).collect();
        format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
    };
    for (level, versions) in
        [("BACKWARD", None), ("BACKWARD_TRANSITIVE", Some(8)), ("FULL_TRANSITIVE", Some(4))]
    {
        // Some 30 steps for each field to read and print it, and some more to compare it.
        let registry = registry(&[]).await.with_steps(40_000);
        let level = ConfigUpdate { compatibility: Update::Set(level.to_owned()), ..ConfigUpdate::default() };
        registry.update_config(&Subject::parse("s"), &level, &Actor::default()).await.unwrap();
        let mut refused = None;
        for version in 1..=40 {
            match register(&registry, "s", &request(&record(100 + version))).await {
                Ok(found) => assert_eq!(found.version.get(), i32::try_from(version).unwrap()),
                Err(RegistryError::TooManySteps { steps: 40_000 }) => {
                    refused = Some(version);
                    break;
                }
                Err(other) => panic!("{other}"),
            }
        }
        println!("{level:?}: {refused:?} of {versions:?}");
        assert_eq!(refused.is_some(), versions.is_some(), "{level:?}");
    }
}

/// What is wrong with a new schema is found by one reading; that another one tells something else first needs no steps to spare.
#[tokio::test]
async fn a_schema_that_is_not_valid_is_told_so_within_the_steps_of_one_reading() {
    let fields: Vec<String> = (0..200).map(|n| format!(r#"{{"name":"f{n}","type":"int"}}"#)).collect();
    let wrong = r#"{"name":"wrong","type":"int","default":"x"}"#;
    let schema = format!(r#"{{"type":"record","name":"R","fields":[{},{wrong}]}}"#, fields.join(","));
    // Nobody looks for a version like one that is always new.
    let mut read_once = RegisterOptions::default();
    read_once.always_new = true;
    let registry = registry(&[]).await;
    let mut least = Vec::new();
    for options in [read_once, RegisterOptions::default()] {
        let (mut too_few, mut enough) = (1, 1_000_000);
        while too_few + 1 < enough {
            let steps = (too_few + enough) / 2;
            let limited = registry.clone().with_steps(steps);
            match limited.register(&Subject::parse("s"), &request(&schema), &options).await {
                Err(RegistryError::TooManySteps { .. }) => too_few = steps,
                Err(RegistryError::UnreadableSchema(_)) => enough = steps,
                other => panic!("{steps} steps: {other:?}"),
            }
        }
        least.push(enough);
    }
    assert_eq!(least[0], least[1]);
    assert!(least[0] > 200, "each field takes a step at least");
}

/// An explanation takes more steps than the verdict. Where those of the request do not reach, the messages are the text.
#[tokio::test]
async fn an_explanation_that_takes_too_many_steps_is_what_the_messages_say() {
    let fields = |count: usize, kind: &str| {
        let fields: Vec<String> =
            (0..count).map(|number| format!(r#"{{"name":"f{number}","type":"{kind}"}}"#)).collect();
        format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
    };
    for (level, directions) in [("BACKWARD", 1), ("FULL", 2)] {
        let registry = registry(&[]).await;
        let subject = Subject::parse("s");
        let config = ConfigUpdate { compatibility: Update::Set(level.to_owned()), ..ConfigUpdate::default() };
        registry.update_config(&subject, &config, &Actor::default()).await.unwrap();
        register(&registry, "s", &request(&fields(6, "long"))).await.unwrap();
        let new = request(&fields(6, "string"));
        let check = async |steps: u64, explain: bool| {
            let options = CheckOptions { explain, ..CheckOptions::default() };
            registry.clone().with_steps(steps).check_compatibility(&subject, None, &new, options).await
        };
        // What is known of the old schema from now on takes no steps.
        let whole = check(100_000_000, true).await.unwrap();
        assert_eq!(whole.explanations.len(), directions, "{level}");
        assert!(
            whole.explanations.iter().all(|one| one.explanation.findings.len() == 6),
            "{level}: {whole:?}"
        );
        let (mut too_few, mut enough) = (0, 100_000_000);
        while enough - too_few > 1 {
            let middle = too_few + (enough - too_few) / 2;
            match check(middle, false).await {
                Ok(_) => enough = middle,
                Err(RegistryError::TooManySteps { .. }) => too_few = middle,
                Err(other) => panic!("{other}"),
            }
        }
        let verdict = check(enough, true).await.unwrap();
        assert_eq!(verdict.messages, whole.messages, "{level}: the verdict is the same");
        let [only] = verdict.explanations.as_slice() else { panic!("{level}: {verdict:?}") };
        assert_eq!((only.version, only.explanation.findings.len()), (1, 0), "{level}");
        let lines: Vec<&str> = only.explanation.text.lines().collect();
        assert!(
            lines.iter().filter(|line| line.contains("TYPE_MISMATCH")).count() >= 6,
            "{level}: {lines:?}"
        );
        assert!(lines.iter().all(|line| line.starts_with("- ")), "{level}: {lines:?}");
        assert!(!only.explanation.text.contains("oldSchema:"), "{level}: without the text of the old schema");
        assert!(only.explanation.changes.is_empty() && only.explanation.repaired.is_none(), "{level}");
    }
}
