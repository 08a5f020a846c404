//! The pages about the command: files are as they stand there, and commands print what stands there.
//!
//! `UPDATE_DOCS=1 cargo test -p avro-codegen --test docs` writes the output anew.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

/// Compares a page with what it should be, or writes that.
fn hold(name: &str, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(page(name), expected).unwrap();
    }
    assert_eq!(fs::read_to_string(page(name)).unwrap(), expected, "UPDATE_DOCS=1 writes docs/{name} anew");
}

/// The page with the output of its commands. A fenced block behind a line that ends in a name and a colon, such as
/// `` `schemas/user.avsc`: ``, is a file; a block of `console` holds commands, each behind a `$`.
fn run(page: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut done = String::new();
    let mut status = 0;
    let mut lines = page.lines().peekable();
    let mut file: Option<String> = None;
    while let Some(line) = lines.next() {
        done.push_str(line);
        done.push('\n');
        let Some(language) = line.strip_prefix("```") else {
            if !line.is_empty() {
                let name = line.strip_suffix("`:").and_then(|line| line.rsplit_once('`'));
                file = name.map(|(_, name)| name.to_owned());
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match file.take() {
            Some(name) => {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, block.join("\n") + "\n").unwrap();
                block.iter().for_each(|line| writeln!(done, "{line}").unwrap());
            }
            None if language == "console" => {
                for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                    writeln!(done, "$ {command}").unwrap();
                    if command == "echo $?" {
                        writeln!(done, "{status}").unwrap();
                        continue;
                    }
                    let arguments = command.strip_prefix("avro-gen ").unwrap().split_whitespace();
                    let output = Command::new(env!("CARGO_BIN_EXE_avro-gen"))
                        .args(arguments)
                        .current_dir(folder.path())
                        .output()
                        .unwrap();
                    status = output.status.code().unwrap();
                    for printed in [output.stdout, output.stderr] {
                        done.push_str(&String::from_utf8(printed).unwrap());
                    }
                }
            }
            None => block.iter().for_each(|line| writeln!(done, "{line}").unwrap()),
        }
        done.push_str("```\n");
    }
    done
}

#[test]
fn commands_print_what_the_page_shows() {
    let text = fs::read_to_string(page("avro-gen.md")).unwrap();
    assert!(text.contains("```console\n$ avro-gen "));
    hold("avro-gen.md", &run(&text));
}

/// The recipes for CI, as far as they are commands: in a clone whose branch breaks what the branch `main` of its origin has.
#[test]
fn the_recipes_for_ci_refuse_what_breaks() {
    let text = fs::read_to_string(page("avro-gen.md")).unwrap();
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter_map(|line| line.split_once("avro-gen check schemas"));
    let recipes: Vec<String> = lines
        .map(|(_, rest)| {
            let branches = ["${{ github.base_ref }}", "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];
            branches.iter().fold(rest.replace('"', ""), |rest, branch| rest.replace(branch, "main"))
        })
        .collect();
    assert_eq!(recipes.len(), 5, "{recipes:?}");
    // Of those with branches; the others are tried below.
    let (recipes, others): (Vec<_>, Vec<_>) =
        recipes.into_iter().partition(|recipe| !recipe.contains(".lock") && !recipe.contains("://"));
    let others: Vec<&str> = others.iter().map(|recipe| recipe.trim()).collect();
    assert_eq!(others, ["--against avro-gen.lock", "--against https://registry.example.com#orders-value"]);
    let folder = tempfile::tempdir().unwrap();
    let git = |within: &Path, arguments: &[&str]| {
        let who = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(who).args(arguments).current_dir(within).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    let (origin, clone) = (folder.path().join("origin"), folder.path().join("clone"));
    let schema = |field: &str| {
        format!(r#"{{"type":"record","name":"n.R","fields":[{{"name":"{field}","type":"int"}}]}}"#)
    };
    fs::create_dir_all(origin.join("schemas")).unwrap();
    fs::write(origin.join("schemas/r.avsc"), schema("a")).unwrap();
    git(&origin, &["init", "-q"]);
    git(&origin, &["checkout", "-q", "-b", "main"]);
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-q", "-m", "one"]);
    git(folder.path(), &["clone", "-q", "origin", "clone"]);
    for (field, expected) in [("a", 0), ("b", 1)] {
        fs::write(clone.join("schemas/r.avsc"), schema(field)).unwrap();
        for recipe in &recipes {
            let mut command = Command::new(env!("CARGO_BIN_EXE_avro-gen"));
            command.args(["check", "schemas"]).args(recipe.split_whitespace()).current_dir(&clone);
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(expected), "{recipe}: {output:?}");
        }
    }
}

#[test]
fn the_page_of_lint_rules_has_all_of_them_with_their_reasons() {
    let text = fs::read_to_string(page("lint.md")).unwrap();
    let start = "<!-- rules -->\n";
    let (before, _) = text.split_once(start).unwrap();
    let mut expected = format!("{before}{start}");
    let mut group = "";
    for rule in avro_codegen::lint_rules() {
        if rule.group != group {
            group = rule.group;
            write!(expected, "\n### {group}\n\n| rule | broken by | why |\n|---|---|---|\n").unwrap();
        }
        let cell = |text: &str| text.replace('|', "\\|");
        writeln!(expected, "| `{}` | {} | {} |", rule.name, cell(rule.what), cell(rule.why)).unwrap();
    }
    hold("lint.md", &expected);
}
