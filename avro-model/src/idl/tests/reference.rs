//! What Avro 1.12.1 for Java makes of files: texts of protocols, main schemas and types, and what it refuses.
//!
//! `reference.json` holds for each case the files, the first of which is read, and what came out. Where the reference fails on
//! what it should take, or takes more than is any use, there is no case.

use super::super::{ImportKind, Imported, Importer, parse_idl, parse_protocol};
use crate::json::Json;
use crate::parser::Parser;
use crate::schema::Schema;

struct Files<'c>(&'c [(String, Json)]);

impl Files<'_> {
    fn text(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == path).and_then(|(_, text)| text.as_str())
    }
}

impl Importer for Files<'_> {
    fn import(&self, _: ImportKind, path: &str, _: &str) -> Result<Imported, String> {
        let text = self.text(path).ok_or("there is no such file")?;
        Ok(Imported { name: path.to_owned(), text: text.to_owned() })
    }
}

/// What a case should come to, or has come to.
#[derive(Debug, PartialEq)]
struct Texts {
    protocol: Option<String>,
    main: Option<String>,
    /// Those of a file without a protocol.
    types: Option<Vec<String>>,
}

fn read(files: &Files<'_>) -> Result<Texts, String> {
    let (name, text) = files.0.first().expect("a case has a file");
    let text = text.as_str().expect("a file is a text");
    if name.ends_with(".avpr") {
        let protocol = parse_protocol(name, text, Parser::new()).map_err(|error| error.to_string())?;
        return Ok(Texts { protocol: Some(protocol.text()), main: None, types: None });
    }
    let idl = parse_idl(name, text, files, Parser::new()).map_err(|error| error.to_string())?;
    let types = idl.protocol.is_none().then(|| idl.types.iter().map(Schema::canonical_text).collect());
    Ok(Texts {
        protocol: idl.protocol.map(|protocol| protocol.text()),
        main: idl.main.as_ref().map(Schema::canonical_text),
        types,
    })
}

#[test]
fn files_are_read_as_the_reference_reads_them() {
    let Json::Array(cases) = Json::parse(include_str!("reference.json")).unwrap() else { panic!("cases") };
    let mut refused = 0;
    for case in &cases {
        let Some(Json::Object(files)) = case.get("files") else { panic!("a case without files: {case}") };
        let found = read(&Files(files));
        if case.get("refused").is_some() {
            assert!(found.is_err(), "{case}: {found:?}");
            refused += 1;
            continue;
        }
        let text = |key: &str| case.get(key).and_then(Json::as_str).map(str::to_owned);
        let types = case.get("types").map(|types| {
            let Json::Array(types) = types else { panic!("types are an array: {case}") };
            types.iter().map(|one| one.as_str().expect("a text").to_owned()).collect()
        });
        let expected = Texts { protocol: text("protocol"), main: text("main"), types };
        assert_eq!(found, Ok(expected), "{case}");
    }
    assert!(refused > 0 && refused < cases.len());
}
