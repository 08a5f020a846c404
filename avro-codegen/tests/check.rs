//! `avro-gen check`: what is compared with what, at which level, and with which status.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use avro_model::json::Json;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::{avro_gen, folder_with, write};

/// A record with fields, each with a type that has no default.
fn record(name: &str, fields: &[&str]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|name| format!(r#"{{"name":"{name}","type":"int"}}"#)).collect();
    format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(","))
}

/// The lines about schemas and the last one.
fn verdicts(output: &str) -> Vec<&str> {
    let lines = output.lines().rev().take_while(|line| !line.is_empty());
    let mut lines: Vec<&str> = lines.collect();
    lines.reverse();
    lines
}

/// Makes a folder a repository of one commit, with a tag.
fn commit(repository: &Path, tag: &str) {
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(who).args(arguments).current_dir(repository).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    git(&["tag", tag]);
}

#[test]
fn each_level_says_who_must_be_able_to_read_what() {
    let (narrow, wide) = (record("n.R", &["a"]), record("n.R", &["a", "b"]));
    let folder = folder_with(&[("narrow.avsc", &narrow), ("wide.avsc", &wide), ("same.avsc", &wide)]);
    // Two versions: the first has other fields, the last one is the same.
    for (level, gains, loses, past) in [
        ("NONE", 0, 0, 0),
        ("BACKWARD", 1, 0, 0),
        ("FORWARD", 0, 1, 0),
        ("FULL", 1, 1, 0),
        ("BACKWARD_TRANSITIVE", 1, 0, 1),
        ("FORWARD_TRANSITIVE", 0, 1, 0),
        ("full_transitive", 1, 1, 1),
    ] {
        let status = |new: &str, old: &[&str]| {
            let old = old.iter().flat_map(|old| ["--against", old]);
            let arguments: Vec<&str> = ["check", new, "--level", level].into_iter().chain(old).collect();
            let (status, output, message) = avro_gen(folder.path(), &arguments);
            assert_eq!(message, "");
            assert_eq!(output.contains("cannot read"), status == 1, "{level}: {output}");
            status
        };
        assert_eq!(status("wide.avsc", &["narrow.avsc"]), gains, "{level}");
        assert_eq!(status("narrow.avsc", &["wide.avsc"]), loses, "{level}");
        assert_eq!(status("wide.avsc", &["narrow.avsc", "same.avsc"]), past, "{level}");
    }
}

#[test]
fn a_schema_is_compared_with_that_of_its_name_of_an_alias_or_of_its_file() {
    let aliased = record("n.Client", &["a"]).replace("\"fields\"", "\"aliases\":[\"n.Customer\"],\"fields\"");
    let folder = folder_with(&[
        ("old/moved.avsc", &record("n.Moved", &["a"])),
        ("old/customer.avsc", &record("n.Customer", &["a"])),
        ("old/user.avsc", &record("n.User", &["a"])),
        ("old/list.avsc", r#"{"type":"array","items":"int"}"#),
        ("old/same.avsc", &record("n.Same", &["a"])),
        ("old/gone.avsc", &record("n.Gone", &["a"])),
        ("old/types.avdl", "namespace n; record Item { int a; } record Unit { int a; }"),
        ("new/sub/elsewhere.avsc", &record("n.Moved", &["a", "b"])),
        ("new/client.avsc", &aliased),
        ("new/user.avsc", &record("n.Person", &["a"])),
        ("new/list.avsc", r#"{"type":"array","items":"string"}"#),
        ("new/same.avsc", &format!("  {}", record("n.Same", &["a"]))),
        ("new/fresh.avsc", &record("n.Fresh", &["a"])),
        ("new/types.avdl", "namespace n; record Item { int a; } record Unit { long a; }"),
    ]);
    let (status, output, _) = avro_gen(folder.path(), &["check", "new", "--against", "old"]);
    assert_eq!(status, 1);
    assert_eq!(
        verdicts(&output),
        [
            "n.Client: compatible (BACKWARD to n.Customer of old)",
            "n.Fresh: not in old",
            "list.avsc: incompatible, 1 problem (BACKWARD to old)",
            "n.Moved: incompatible, 1 problem (BACKWARD to old)",
            "n.Unit: compatible (BACKWARD to old)",
            "n.Person: incompatible, 1 problem (BACKWARD to n.User of old)",
            "n.Gone: only in old",
            "2 schemas unchanged",
            "3 errors in 3 files",
        ]
    );
    assert!(
        output.contains("= help: if n.Person is the renamed type n.User, say \"aliases\": [\"n.User\"]"),
        "{output}"
    );
}

#[test]
fn a_revision_of_git_has_files_and_imports_of_its_own() {
    let folder = folder_with(&[
        ("repo/s/order.avdl", "namespace n; import idl \"../ids.avdl\"; record Order { Id id; }"),
        ("repo/ids.avdl", "namespace n; fixed Id(16);"),
        ("repo/s/user.avsc", &record("n.User", &["a"])),
        ("repo/s/note.txt", "no schema"),
    ]);
    let repository = folder.path().join("repo");
    commit(&repository, "v1");
    fs::remove_file(repository.join("s/user.avsc")).unwrap();
    write(
        &repository,
        &[("s/person.avsc", &record("n.Person", &["a"])), ("ids.avdl", "namespace n; fixed Id(8);")],
    );
    let expected = [
        "n.Id: incompatible, 1 problem (BACKWARD to v1)",
        "n.Order: incompatible, 1 problem (BACKWARD to v1)",
        "n.Person: not in v1",
        "n.User: only in v1",
        "2 errors in 1 file",
    ];
    // From the folder, from its parent and for the whole repository it is the same.
    for (within, input) in
        [(repository.clone(), "s"), (folder.path().to_owned(), "repo/s"), (repository.join("s"), ".")]
    {
        let (status, output, message) = avro_gen(&within, &["check", input, "--against", "v1"]);
        assert_eq!((status, message.as_str()), (1, ""), "{output}");
        assert_eq!(verdicts(&output), expected, "{input}");
        assert!(output.contains("--> v1:ids.avdl:1:23"), "{output}");
    }
    let (status, output, _) =
        avro_gen(&repository, &["check", "s/order.avdl", "--against", "HEAD", "--level", "NONE"]);
    assert_eq!(status, 0);
    assert_eq!(verdicts(&output).len(), 3, "{output}");
    for revision in ["v2", "--all", "-x"] {
        let against = format!("--against={revision}");
        let (status, _, message) = avro_gen(&repository, &["check", "s", &against]);
        let expected = format!(
            "avro-gen: `{revision}` is neither a file or folder nor a revision of git in the repository of the schemas\n"
        );
        assert_eq!((status, message), (1, expected));
    }
}

#[test]
fn what_is_not_valid_is_told_beside_what_is_not_compatible() {
    let folder = folder_with(&[
        ("new/bad.avsc", "{\"type\": \"strng\"}"),
        ("new/r.avsc", &record("n.R", &["a", "b"])),
        ("old/r.avsc", &record("n.R", &["a"])),
        ("old/worse.avsc", "{"),
    ]);
    // What cannot be read of the old version is an error, or else nobody would notice that nothing is compared with it.
    for (flag, past, numbers) in [(None, "error", (3, 0)), (Some("--skip-invalid-old"), "warning", (2, 1))] {
        let arguments = ["check", "new", "--against", "old", "--format", "json"];
        let arguments: Vec<&str> = arguments.into_iter().chain(flag).collect();
        let (status, output, _) = avro_gen(folder.path(), &arguments);
        assert_eq!(status, 1);
        let json = Json::parse(&output).unwrap();
        let Some(Json::Array(entries)) = json.get("diagnostics") else { panic!("{output}") };
        let told: Vec<(&str, &str)> = entries
            .iter()
            .map(|entry| {
                let text = |key: &str| entry.get(key).and_then(Json::as_str).unwrap();
                (text("severity"), text("file"))
            })
            .collect();
        assert_eq!(told, [("error", "new/bad.avsc"), ("error", "new/r.avsc"), (past, "old/worse.avsc")]);
        let (errors, warnings) = numbers;
        assert_eq!(
            (json.get("errors"), json.get("warnings")),
            (Some(&Json::Int(errors)), Some(&Json::Int(warnings)))
        );
        let Some(Json::Array(schemas)) = json.get("schemas") else { panic!("{output}") };
        let [schema] = &schemas[..] else { panic!("{output}") };
        let plain =
            r#"{"schema":"n.R","against":"old","status":"changed","level":"BACKWARD","compatible":false,"#;
        assert!(schema.to_string().starts_with(plain), "{schema}");
    }
}

#[test]
fn a_green_run_has_read_all_of_the_revision() {
    let folder = folder_with(&[
        ("s/r.avsc", &record("n.R", &["a"])),
        ("s/deep/worse.avsc", "{\n  \"type\": \"strng\"}"),
    ]);
    commit(folder.path(), "v1");
    write(folder.path(), &[("s/deep/worse.avsc", "\"string\"")]);
    let (status, output, _) = avro_gen(folder.path(), &["check", "s", "--against", "v1"]);
    assert_eq!(status, 1, "{output}");
    for part in
        ["error: \"strng\" is neither", "--> v1:s/deep/worse.avsc:2:11", "--skip-invalid-old goes on without"]
    {
        assert!(output.contains(part), "{output}");
    }
    let (status, output, _) =
        avro_gen(folder.path(), &["check", "s", "--against", "v1", "--skip-invalid-old"]);
    assert_eq!(status, 0, "{output}");
    assert!(output.contains("warning: \"strng\" is neither"), "{output}");
    assert!(output.contains("in v1, so that nothing is compared with it"), "{output}");
    // A folder that the revision does not have may be new, or be called otherwise there.
    write(folder.path(), &[("moved/r.avsc", &record("n.R", &["a", "b"]))]);
    let (status, output, _) = avro_gen(folder.path(), &["check", "moved", "--against", "v1"]);
    assert_eq!(status, 0, "{output}");
    assert!(output.contains("warning: v1 has no schemas at these paths"), "{output}");
}

#[test]
fn a_name_of_a_folder_and_of_a_revision_must_be_told_apart() {
    let folder =
        folder_with(&[("s/r.avsc", &record("n.R", &["a"])), ("v1/r.avsc", &record("n.R", &["a", "b"]))]);
    commit(folder.path(), "v1");
    write(folder.path(), &[("s/r.avsc", &record("n.R", &["a", "c"]))]);
    for command in [&["check", "s", "--against", "v1"][..], &["diff", "v1", "s"]] {
        let (status, _, message) = avro_gen(folder.path(), command);
        let expected = "avro-gen: `v1` is a file or folder, and a revision of git in the repository of the schemas too; \
                        write `./v1` for the one, `git:v1` for the other\n";
        assert_eq!((status, message.as_str()), (1, expected));
    }
    for (against, removed) in [("./v1", true), ("git:v1", false), ("v1/r.avsc", true)] {
        let (_, output, message) = avro_gen(folder.path(), &["diff", against, "s"]);
        assert_eq!(message, "", "{against}");
        assert_eq!(output.contains("- n.R.b"), removed, "{against}: {output}");
        let (status, output, _) = avro_gen(folder.path(), &["check", "s", "--against", against]);
        assert_eq!(status, 1, "{against}: {output}");
    }
    let (status, _, message) = avro_gen(folder.path(), &["check", "s", "--against", "git:v2"]);
    assert_eq!(status, 1);
    assert!(message.contains("`v2` is neither"), "{message}");
}

#[test]
fn programs_get_what_explains_a_verdict() {
    let (narrow, wide) = (record("n.R", &["a"]), record("n.R", &["a", "b"]));
    let named = record("n.Q", &["a"]);
    let folder = folder_with(&[("narrow.avsc", &narrow), ("wide.avsc", &wide), ("named.avsc", &named)]);
    let explanations = |new: &str, old: &str, level: &str| -> Vec<Json> {
        let (_, output, _) =
            avro_gen(folder.path(), &["check", new, "--against", old, "--level", level, "--format", "json"]);
        let json = Json::parse(&output).unwrap();
        let Some(Json::Array(schemas)) = json.get("schemas") else { panic!("{output}") };
        match schemas[0].get("explanations") {
            Some(Json::Array(told)) => told.clone(),
            _ => Vec::new(),
        }
    };
    let texts = |json: &Json, keys: &[&str]| -> Vec<Option<String>> {
        keys.iter().map(|key| json.get(key).and_then(Json::as_str).map(str::to_owned)).collect()
    };
    assert_eq!(explanations("narrow.avsc", "wide.avsc", "BACKWARD"), []);
    for (new, old, broken, field) in
        [("wide.avsc", "narrow.avsc", "new", "b"), ("narrow.avsc", "wide.avsc", "old", "b")]
    {
        let told = explanations(new, old, "FULL");
        let [told] = &told[..] else { panic!("{told:?}") };
        assert_eq!(texts(told, &["brokenReaders"]), [Some(broken.to_owned())]);
        let Some(Json::Array(findings)) = told.get("findings") else { panic!("{told}") };
        let finding = &findings[0];
        assert_eq!(
            texts(finding, &["type", "message", "failingValue", "laxity"]),
            [
                Some("READER_FIELD_MISSING_DEFAULT_VALUE".to_owned()),
                Some(field.to_owned()),
                Some("{\"a\":0}".to_owned()),
                None
            ]
        );
        let Some(Json::Array(changes)) = told.get("changes") else { panic!("{told}") };
        assert_eq!(changes.first(), finding.get("change"));
        let repaired = told.get("repairedSchema").and_then(Json::as_str).unwrap();
        write(folder.path(), &[("repaired.avsc", repaired)]);
        assert_eq!(
            avro_gen(folder.path(), &["check", "repaired.avsc", "--against", old, "--level", "FULL"]).0,
            0
        );
    }
    // Some decoders are laxer than the specification, and who has one should know.
    let told = explanations("named.avsc", "narrow.avsc", "BACKWARD");
    let Some(Json::Array(findings)) = told[0].get("findings") else { panic!("{told:?}") };
    assert_eq!(
        texts(&findings[0], &["laxity"]),
        [Some("Avro's decoder for Java does not compare the names of records".to_owned())]
    );
    let (_, output, _) = avro_gen(folder.path(), &["check", "named.avsc", "--against", "narrow.avsc"]);
    assert!(
        output.contains(
            "= note: Avro's decoder for Java does not compare the names of records, and may read it"
        ),
        "{output}"
    );
}

#[test]
fn rules_are_switched_by_a_file_of_options() {
    let nullable =
        r#"{"type":"record","name":"n.R","namesapce":"m","fields":[{"name":"a","type":["null","int"]}]}"#;
    let folder = folder_with(&[
        ("s/r.avsc", nullable),
        ("quiet.toml", "schemas = [\"s\"]\n[lint]\nall = \"allow\""),
        ("strict.toml", "schemas = [\"s\"]\n[lint]\nnullable-without-default = \"deny\""),
        ("typo.toml", "schemas = [\"s\"]\n[lint]\nmissing-docs = \"deny\""),
        ("level.toml", "schemas = [\"s\"]\n[lint]\nall = \"forbid\""),
    ]);
    for (options, status, last) in
        [("quiet.toml", 0, "no errors"), ("strict.toml", 1, "1 error and 1 warning in 1 file")]
    {
        let (found, output, _) = avro_gen(folder.path(), &["check", "-c", options]);
        assert_eq!((found, verdicts(&output).last().copied()), (status, Some(last)), "{output}");
    }
    for (options, expected) in [
        (
            "typo.toml",
            "avro-gen: lint: \"missing-docs\" is not the name of a lint rule; did you mean \"missing-doc\"?\n",
        ),
        (
            "level.toml",
            "avro-gen: level.toml:3:7: `lint`: \"forbid\" is none of \"allow\", \"warn\", \"deny\"\n",
        ),
    ] {
        let (status, _, message) = avro_gen(folder.path(), &["check", "-c", options]);
        assert_eq!((status, message.as_str()), (1, expected));
    }
    // Generating tells mistakes only, and fails on what is denied.
    let (status, _, message) = avro_gen(folder.path(), &["generate", "s", "-o", "out.rs"]);
    assert_eq!(status, 0);
    assert!(
        message.starts_with("warning[misspelt-attribute]: ") && !message.contains("nullable"),
        "{message}"
    );
    assert_eq!(avro_gen(folder.path(), &["generate", "-c", "quiet.toml", "-o", "out.rs"]).2, "");
    let (status, _, message) = avro_gen(folder.path(), &["generate", "-c", "strict.toml", "-o", "out.rs"]);
    assert_eq!(status, 1);
    assert!(message.ends_with("avro-gen: 1 error and 1 warning in 1 file\n"), "{message}");
}

#[test]
fn a_level_without_a_version_to_compare_with_is_wrong_usage() {
    let folder = folder_with(&[("r.avsc", &record("n.R", &["a"]))]);
    for arguments in [
        &["check"][..],
        &["check", "r.avsc", "--level", "FULL"],
        &["check", "r.avsc", "--against", "r.avsc", "--level", "HALF"],
        &["check", "r.avsc", "--format", "xml"],
    ] {
        assert_eq!(avro_gen(folder.path(), arguments).0, 2, "{arguments:?}");
    }
}
