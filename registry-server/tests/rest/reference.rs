//! The reference of the REST interface against the operations that are served.

use std::collections::BTreeSet;

use super::support::Api;

const REFERENCE: &str = include_str!("../../docs/rest-api.md");
/// The table from failures to codes.
const CODES: &str = include_str!("../../src/http/error.rs");
/// Parameters that the reference calls by one word.
const PAGING: [&str; 2] = ["offset", "limit"];

/// An operation as the description of the API has it.
struct Served {
    name: String,
    path: String,
    query: Vec<String>,
}

async fn served() -> Vec<Served> {
    // All that there is, tokens included, which are served where they are taken.
    let api =
        Api::with(&[("authentication.method", "BEARER"), ("authentication.skip.paths", "/openapi.json")]);
    let document = api.await.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("the document has paths");
    let operations = paths.iter().flat_map(|(path, operations)| {
        operations.as_object().into_iter().flatten().map(move |(_, one)| (path, one))
    });
    operations
        .map(|(path, operation)| {
            let parameters = operation["parameters"].as_array().expect("an operation has parameters").iter();
            let query = parameters.filter(|parameter| parameter["in"] == "query");
            Served {
                name: operation["operationId"].as_str().expect("an operation has a name").to_owned(),
                path: path.clone(),
                query: query
                    .map(|one| one["name"].as_str().expect("a parameter has a name").to_owned())
                    .collect(),
            }
        })
        .collect()
}

/// A chapter of the reference, found by how its title begins.
fn chapter(title: &str) -> &'static str {
    let found = REFERENCE.split("\n## ").find(|chapter| chapter.starts_with(title));
    found.expect("the reference has the chapter")
}

/// The paragraphs, items of lists and rows of tables of the chapter on operations.
fn entries() -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    let mut begins = true;
    for line in chapter("5 Operations").lines() {
        if begins || line.starts_with("- ") || line.starts_with('|') {
            entries.push(String::new());
        }
        if let Some(entry) = entries.last_mut() {
            entry.push_str(line.trim());
            entry.push(' ');
        }
        begins = line.is_empty();
    }
    entries
}

#[tokio::test]
async fn every_operation_is_told_with_its_parameters() {
    let entries = entries();
    for Served { name, path, query } in served().await {
        let told: Vec<&String> =
            entries.iter().filter(|entry| entry.contains(&format!("[{name}]"))).collect();
        let [entry] = told[..] else { panic!("{name} of {path} is told {} times", told.len()) };
        for parameter in query {
            let word = if PAGING.contains(&parameter.as_str()) {
                "paging".to_owned()
            } else {
                format!("`{parameter}`")
            };
            assert!(
                entry.contains(&word),
                "{name} of {path} has the parameter {parameter}, of which nothing is told"
            );
        }
    }
}

#[tokio::test]
async fn nothing_is_told_that_is_not_served() {
    let served: BTreeSet<String> = served().await.into_iter().map(|operation| operation.name).collect();
    for entry in entries() {
        for (at, _) in entry.match_indices(" [") {
            let Some((name, behind)) = entry.get(at + 2..).and_then(|rest| rest.split_once(']')) else {
                continue;
            };
            let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric());
            assert!(!is_name || behind.starts_with('(') || served.contains(name), "{name} is not served");
        }
    }
}

#[test]
fn every_code_is_told_and_no_other() {
    let numbers = |text: &'static str| -> BTreeSet<u32> {
        let words = text.split(|letter: char| !letter.is_ascii_digit());
        words.filter(|word| word.len() == 5).filter_map(|word| word.parse().ok()).collect()
    };
    let rows = chapter("3 Answers").lines().filter(|line| line.starts_with("| 4") || line.starts_with("| 5"));
    let told: BTreeSet<u32> =
        rows.flat_map(|row| numbers(row.split('|').nth(2).unwrap_or_default())).collect();
    assert_eq!(told, numbers(CODES));
}
