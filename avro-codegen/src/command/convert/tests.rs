//! There and back again, and what is told on the way.

use super::content::Content;
use super::output::Target;
use crate::command::fmt;
use crate::idl;
use crate::input::{Source, Syntax};
use crate::reading::Reading;
use avro_model::Schema;
use avro_model::idl::Protocol;
use avro_model::json::Json;
use avro_model::testing::{Random, schema_json};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The meaning of one file.
fn content(name: &str, text: &str) -> Content {
    let source = Source::new(PathBuf::from(name), text.to_owned());
    let mut content = Content {
        name: name.to_owned(),
        reading: Rc::default(),
        number: 0,
        stem: source.stem().to_owned(),
        syntax: source.syntax(),
        main: None,
        types: Vec::new(),
        protocol: None,
    };
    match source.syntax() {
        Syntax::Schema => content.main = Some(text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))),
        Syntax::Idl => {
            let idl = idl::whole(&source).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
            (content.main, content.types, content.protocol) = (idl.main, idl.types, idl.protocol);
        }
        Syntax::Protocol => {
            let protocol = idl::whole_protocol(&source).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
            content.types.clone_from(&protocol.types);
            content.protocol = Some(protocol);
        }
    }
    content.reading = Rc::new(Reading { sources: vec![source], ..Reading::default() });
    content
}

/// The corpus of awkward schemas.
fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compat-tests/schemas/corpus");
    // A package has no corpus beside it.
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    files.into_iter().map(named).collect()
}

/// The full text of a schema, by way of IDL, which says it but for losses that are told; `None` where IDL cannot say it. The number of
/// losses is beside it.
fn by_idl(schema: &Schema) -> Option<(String, usize)> {
    let before = content("a.avsc", &schema.canonical_text());
    let printed = schema.idl().ok()?;
    let idl = before
        .to_idl(&Target::Standard)
        .unwrap_or_else(|problems| panic!("{problems:?}\n{}", schema.canonical_text()));
    assert_eq!(fmt::lay_out_idl(&idl.text), idl.text, "fmt lays it out in another way");
    let after = content("a.avdl", &idl.text).to_schemas(None, &Target::Standard);
    let [after] = &after.unwrap_or_else(|problems| panic!("{problems:?}\n{}", idl.text))[..] else {
        panic!("one file");
    };
    let schema: Schema = after.text.parse().unwrap();
    assert!(
        printed.is_read_back(&before.main.as_ref().unwrap().canonical_text(), &schema.canonical_text()),
        "{}",
        idl.text
    );
    Some((schema.canonical_text(), idl.losses.len()))
}

#[test]
fn schemas_come_back_from_idl() {
    let (mut same, mut told) = (0, 0);
    let random = (0..2_000).map(|seed| schema_json(&mut Random::seed(1 << 32 | seed)).to_string());
    let corpus = corpus().into_iter().filter(|(name, _)| name.ends_with(".avsc")).map(|(_, text)| text);
    for text in random.chain(corpus) {
        let schema: Schema = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
        match by_idl(&schema) {
            Some((after, 0)) => {
                assert_eq!(after, schema.canonical_text());
                same += 1;
            }
            Some(_) | None => told += 1,
        }
    }
    assert!(same > 2 * told, "{same} came back, {told} were told");
}

#[test]
fn files_of_single_types_hold_what_a_schema_holds() {
    let folder = Target::Folder(PathBuf::from("out"), super::syntax::To::Avsc);
    let mut files = 0;
    for seed in 0..600 {
        let text = schema_json(&mut Random::seed(2 << 32 | seed)).to_string();
        let before = content("a.avsc", &text);
        let Ok(split) = before.split(&folder) else { continue };
        files += split.len();
        let defined = before.main.as_ref().unwrap().definitions().len();
        assert_eq!(split.len(), defined, "{text}");
    }
    assert!(files > 400, "{files} files");
}

#[test]
fn protocols_come_back_from_idl_and_schemas_from_protocols() {
    let mut texts: Vec<String> = corpus()
        .into_iter()
        .filter_map(|(name, text)| content(&name, &text).protocol.as_ref().map(Protocol::text))
        .collect();
    texts.push(
        r#"{"protocol":"P","namespace":"n","types":[{"type":"record","name":"A","fields":[{"name":"b","type":
            {"type":"record","name":"m.B","fields":[{"name":"a","type":["null","n.A"]}]}}]}],"messages":
            {"m":{"request":[{"name":"b","type":"m.B"}],"response":"A"}}}"#
            .to_owned(),
    );
    for text in texts {
        let before = content("p.avpr", &text);
        let idl = before.to_idl(&Target::Standard).unwrap();
        assert!(idl.losses.is_empty(), "{:?}\n{text}", idl.losses);
        assert_eq!(fmt::lay_out_idl(&idl.text), idl.text);
        let after = content("p.avdl", &idl.text).to_protocol(None, &Target::Standard).unwrap();
        let json = |text: &str| Json::parse(text).unwrap();
        assert_eq!(json(&after.text), json(&before.protocol.as_ref().unwrap().text()));
    }
}
