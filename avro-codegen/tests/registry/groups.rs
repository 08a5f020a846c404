//! What the registry compares a new version with, `check --against` compares it with: its config decides.

use crate::avro_gen;
use crate::memory::Registry;
use std::fs;

fn record(kind: &str) -> String {
    format!(r#"{{"type":"record","name":"n.R","fields":[{{"name":"a","type":"{kind}"}}]}}"#)
}

#[test]
fn versions_are_compared_within_the_group_of_their_metadata() {
    let of = |major: &str| format!(r#"{{"properties":{{"major":"{major}"}}}}"#);
    let none = "null".to_owned();
    let group =
        |rest: &str| format!(r#"{{"compatibilityLevel":"BACKWARD","compatibilityGroup":"major"{rest}}}"#);
    let transitive = group("").replace("BACKWARD", "BACKWARD_TRANSITIVE");
    // The versions that are there, the config, options, the new schema's type, the status, and what is told.
    for (versions, config, options, kind, status, told) in [
        // Without a group the latest one counts.
        (
            vec![("int", of("1")), ("string", of("2"))],
            r#"{"compatibilityLevel":"BACKWARD"}"#.to_owned(),
            "",
            "long",
            1,
            "version 2",
        ),
        // A version that says nothing takes over the metadata of the latest.
        (vec![("int", of("1")), ("string", of("2"))], group(""), "", "long", 1, "version 2"),
        (
            vec![("int", of("1")), ("string", of("2"))],
            group(""),
            "--metadata major=1",
            "long",
            0,
            "version 1",
        ),
        (
            vec![("string", of("1")), ("int", of("1")), ("string", of("2"))],
            group(""),
            "--metadata major=1",
            "long",
            0,
            "version 2",
        ),
        (
            vec![("string", of("1")), ("int", of("1")), ("bytes", of("2"))],
            transitive.clone(),
            "--metadata major=1",
            "long",
            1,
            "version 1",
        ),
        (
            vec![("bytes", of("2")), ("int", of("1")), ("int", of("1"))],
            transitive.clone(),
            "",
            "long",
            0,
            "version 2",
        ),
        // A level that is asked for leaves the group as it is.
        (
            vec![("string", of("1")), ("int", of("2"))],
            group(""),
            "--level BACKWARD_TRANSITIVE",
            "long",
            0,
            "version 2",
        ),
        (vec![("int", of("1"))], group(""), "--level FORWARD", "long", 1, "version 1"),
        // Nothing is of a new group, which is told.
        (
            vec![("string", of("1"))],
            group(""),
            "--metadata major=2",
            "long",
            0,
            "no version of subject s is of the compatibility group major=2",
        ),
        // Versions without the property are a group.
        (
            vec![("int", none.clone()), ("string", of("2")), ("int", none.clone())],
            group(""),
            "",
            "long",
            0,
            "version 3",
        ),
        (
            vec![("int", none.clone()), ("string", of("2"))],
            group(""),
            "--metadata minor=3",
            "long",
            0,
            "version 1",
        ),
        // The config may give new versions metadata, or overrule what they say.
        (
            vec![("int", of("1")), ("string", of("2"))],
            group(r#","overrideMetadata":{"properties":{"major":"1"}}"#),
            "--metadata major=2",
            "long",
            0,
            "version 1",
        ),
        (
            vec![("int", of("1")), ("string", none.clone())],
            group(r#","defaultMetadata":{"properties":{"major":"1"}}"#),
            "",
            "long",
            0,
            "version 1",
        ),
        (
            vec![("int", of("1")), ("string", of("2"))],
            group(r#","defaultMetadata":{"properties":{"major":"1"}}"#),
            "",
            "long",
            1,
            "version 2",
        ),
    ] {
        for scope in ["s", ""] {
            let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
            for (kind, metadata) in &versions {
                registry.put("s", &record(kind), metadata);
            }
            registry.configure(scope, &config);
            fs::write(folder.path().join("r.avsc"), record(kind)).unwrap();
            let options = if options.is_empty() { String::new() } else { format!(" {options}") };
            let check = format!("check r.avsc --against {}#s{options}", registry.url);
            let (found, output, message) = avro_gen(folder.path(), &check, None);
            let told = told.replace("version ", &format!("{}#s version ", registry.url));
            let told = told.replace(&format!("no {}#s version of", registry.url), "no version of");
            assert_eq!(found, status, "{versions:?} {config} {check}: {output}{message}");
            assert!(
                output.contains(&told),
                "{versions:?} {config} {check}: {output}{message}\nwithout {told}"
            );
        }
    }
}

#[test]
fn an_alias_is_compared_by_the_config_of_its_target() {
    for (of_alias, of_target, status) in
        [("FORWARD", "BACKWARD", 0), ("BACKWARD", "FORWARD", 1), ("NONE", "FULL", 1)]
    {
        let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
        registry.put("target", &record("int"), "null");
        registry.alias("other", "target");
        for (subject, level) in [("other", of_alias), ("target", of_target)] {
            registry.configure(subject, &format!(r#"{{"compatibilityLevel":"{level}"}}"#));
        }
        fs::write(folder.path().join("r.avsc"), record("long")).unwrap();
        let check = format!("check r.avsc --against {}#other", registry.url);
        let (found, output, message) = avro_gen(folder.path(), &check, None);
        assert_eq!(found, status, "{of_alias} {of_target}: {output}{message}");
        assert!(output.contains(&format!("({of_target} to ")), "{output}");
    }
}
