//! Each rule with a schema that breaks it, one that keeps it, and what it says.

use super::levels::{Levels, LintLevel, Usage, lint_rules};
use super::rules;
use crate::input::{Found, Source};
use crate::options::Options;
use crate::reading::Reading;
use crate::report::Severity;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What the rules say about files, with all of them on.
fn told(files: &[(&str, &str)]) -> Vec<(String, String, Option<String>)> {
    let sources = files.iter().map(|(name, text)| Source::new(PathBuf::from(name), (*text).to_owned()));
    let reading = Reading::of(Found { sources: sources.collect(), faults: Vec::new() }, &Options::default());
    assert!(!reading.report.has_errors(), "{}", reading.report);
    let mut levels = Levels::default();
    levels.set("all", LintLevel::Warn);
    let found = super::lint(&reading, &levels, Usage::Generate);
    found.into_iter().map(|entry| (entry.rule.unwrap(), entry.message, entry.help)).collect()
}

/// A record in good style with one field, but for this.
fn field(members: &str) -> String {
    format!(r#"{{"type":"record","name":"n.R","doc":"d","fields":[{{"name":"a","doc":"d",{members}}}]}}"#)
}

fn ty(ty: &str) -> String {
    field(&format!(r#""type":{ty}"#))
}

fn fields(fields: &[&str]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|members| format!(r#"{{"doc":"d","type":"int",{members}}}"#)).collect();
    format!(r#"{{"type":"record","name":"n.R","doc":"d","fields":[{}]}}"#, fields.join(","))
}

fn symbols(symbols: &str) -> String {
    format!(r#"{{"type":"enum","name":"n.E","doc":"d","symbols":[{symbols}],"default":"A"}}"#)
}

/// A rule, the schema that breaks it, the one that keeps it, the message and the help.
type Row = (&'static str, String, String, &'static str, Option<&'static str>);

fn table() -> Vec<Row> {
    let decimal = |rest: &str| ty(&format!(r#"{{"type":"bytes","logicalType":"decimal"{rest}}}"#));
    let sound = decimal(r#","precision":4,"scale":2"#);
    vec![
        (
            rules::MISPLACED_LOGICAL_TYPE,
            field(r#""type":"long","logicalType":"timestamp-millis""#),
            ty(r#"{"type":"long","logicalType":"timestamp-millis"}"#),
            "\"logicalType\": \"timestamp-millis\" beside the type of field \"a\" of n.R is ignored",
            Some(r#"write it inside the type: "type": {"type":"long","logicalType":"timestamp-millis"}"#),
        ),
        (
            rules::MISPLACED_LOGICAL_TYPE,
            field(r#""type":["null","bytes"],"logicalType":"decimal","precision":4,"default":null"#),
            field(r#""type":["null",{"type":"bytes","logicalType":"decimal","precision":4}],"default":null"#),
            "\"logicalType\": \"decimal\" beside the type of field \"a\" of n.R is ignored",
            Some(
                r#"write it inside the type: "type": ["null",{"type":"bytes","logicalType":"decimal","precision":4}]"#,
            ),
        ),
        (
            rules::UNKNOWN_LOGICAL_TYPE,
            ty(r#"{"type":"long","logicalType":"timestamp-mills"}"#),
            ty(r#"{"type":"long","logicalType":"timestamp-millis"}"#),
            "there is no logical type \"timestamp-mills\", so it is ignored",
            Some("did you mean \"timestamp-millis\"?"),
        ),
        (
            rules::UNKNOWN_LOGICAL_TYPE,
            ty(r#"{"type":"string","logicalType":"country"}"#),
            ty(r#"{"type":"string","country":true}"#),
            "there is no logical type \"country\", so it is ignored",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            decimal(r#","precision":2,"scale":4"#),
            sound.clone(),
            "this decimal is ignored: the scale 4 is above the precision 2",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            decimal(""),
            sound.clone(),
            "this decimal is ignored: it needs the attribute \"precision\", its number of digits",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            decimal(r#","precision":0"#),
            sound.clone(),
            "this decimal is ignored: the precision 0 is less than 1",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            decimal(r#","precision":"4""#),
            sound.clone(),
            "this decimal is ignored: the precision \"4\" is no integer",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            decimal(r#","precision":4,"scale":-1"#),
            sound,
            "this decimal is ignored: the scale -1 is negative",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            ty(r#"{"type":"fixed","name":"F","doc":"d","size":2,"logicalType":"decimal","precision":5}"#),
            ty(r#"{"type":"fixed","name":"F","doc":"d","size":2,"logicalType":"decimal","precision":4}"#),
            "this decimal is ignored: 5 digits do not fit into 2 bytes",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            ty(r#"{"type":"string","logicalType":"date"}"#),
            ty(r#"{"type":"int","logicalType":"date"}"#),
            "\"date\" is ignored on string: it stands on int",
            None,
        ),
        (
            rules::INVALID_LOGICAL_TYPE,
            ty(r#"{"type":"fixed","name":"F","doc":"d","size":8,"logicalType":"uuid"}"#),
            ty(r#"{"type":"fixed","name":"F","doc":"d","size":16,"logicalType":"uuid"}"#),
            "\"uuid\" is ignored on a fixed of 8 bytes: it stands on string or a fixed of 16 bytes",
            None,
        ),
        (
            rules::TEXT_FOR_NULL,
            field(r#""type":["string","null"],"default":"null""#),
            field(r#""type":["string","null"],"default":"""#),
            "the default of field \"a\" of n.R is the text \"null\", not null",
            Some("write null without quotes"),
        ),
        (
            rules::MISSPELT_ATTRIBUTE,
            r#"{"type":"record","name":"n.R","doc":"d","fields":[{"name":"a",",doc":"d","type":"int"}]}"#
                .to_owned(),
            field(r#""type":"int","unit":"s""#),
            "\",doc\" of field \"a\" of n.R is no attribute, and has no effect",
            Some("did you mean \"doc\"?"),
        ),
        (
            rules::MISSPELT_ATTRIBUTE,
            r#"{"type":"fixed","name":"n.F","namesapce":"m","doc":"d","size":1}"#.to_owned(),
            r#"{"type":"fixed","name":"F","namespace":"m","doc":"d","size":1,"nature":"x"}"#.to_owned(),
            "\"namesapce\" of fixed n.F is no attribute, and has no effect",
            Some("did you mean \"namespace\"?"),
        ),
        (
            rules::MISSPELT_ATTRIBUTE,
            field(r#""type":"int","alias":["b"]"#),
            field(r#""type":"int","aliases":["b"]"#),
            "\"alias\" of field \"a\" of n.R is no attribute, and has no effect",
            Some("did you mean \"aliases\"?"),
        ),
        (
            rules::UNKNOWN_RULE,
            field(r#""type":"int","avro-gen.allow":["missing-docs"]"#),
            field(r#""type":"int","avro-gen.allow":["missing-doc"]"#),
            "\"missing-docs\" in \"avro-gen.allow\" is no rule",
            Some("did you mean \"missing-doc\"?"),
        ),
        (
            rules::ENDLESS_RECORD,
            ty(r#""R""#),
            ty(r#"{"type":"array","items":"R"}"#),
            "no value can have the type n.R: what it contains never ends",
            Some("let a field on the way be null, an array or a map"),
        ),
        (
            rules::ALIAS_CYCLE,
            r#"[{"type":"fixed","name":"n.A","aliases":["B"],"doc":"d","size":1},
                {"type":"fixed","name":"n.B","aliases":["n.A"],"doc":"d","size":1}]"#
                .to_owned(),
            r#"[{"type":"fixed","name":"n.A","aliases":["C"],"doc":"d","size":1},
                {"type":"fixed","name":"n.B","aliases":["n.A"],"doc":"d","size":1}]"#
                .to_owned(),
            "the aliases n.A → n.B → n.A lead back to n.A",
            Some("keep the alias of the type that was renamed last"),
        ),
        (
            rules::ALIAS_CYCLE,
            r#"{"type":"fixed","name":"n.A","aliases":["A"],"doc":"d","size":1}"#.to_owned(),
            r#"{"type":"fixed","name":"n.A","aliases":["m.A"],"doc":"d","size":1}"#.to_owned(),
            "n.A is an alias of itself",
            Some("keep the alias of the type that was renamed last"),
        ),
        (
            rules::ALIAS_CLASH,
            fields(&[r#""name":"a""#, r#""name":"b","aliases":["a"]"#]),
            fields(&[r#""name":"a""#, r#""name":"b","aliases":["c"]"#]),
            "the alias \"a\" of field \"b\" is a name or alias of field \"a\" too",
            Some("leave out the alias"),
        ),
        (
            rules::ALIAS_CLASH,
            fields(&[r#""name":"a","aliases":["a"]"#]),
            fields(&[r#""name":"a","aliases":["A"]"#]),
            "the alias \"a\" of field \"a\" is its own name or stands there twice",
            Some("leave out the alias"),
        ),
        (
            rules::NAME_COLLISION,
            fields(&[r#""name":"fooBar""#, r#""name":"foo_bar""#]),
            fields(&[r#""name":"fooBar""#, r#""name":"foo_baz""#]),
            "the fields \"fooBar\" and \"foo_bar\" of record n.R differ only in case and underscores",
            Some("give one of them another name, or it is called \"foo_bar\" with a number"),
        ),
        (
            rules::NAME_COLLISION,
            symbols(r#""A","A_""#),
            symbols(r#""A","B""#),
            "the symbols \"A\" and \"A_\" of enum n.E differ only in case and underscores",
            Some("give one of them another name, or it is called \"A\" with a number"),
        ),
        (
            rules::NULLABLE_WITHOUT_DEFAULT,
            ty(r#"["null","int"]"#),
            field(r#""type":["null","int"],"default":null"#),
            "field \"a\" of n.R may be null but has no default",
            Some("add \"default\": null"),
        ),
        (
            rules::NULLABLE_WITHOUT_DEFAULT,
            ty(r#"["int","null"]"#),
            field(r#""type":["int","null"],"default":0"#),
            "field \"a\" of n.R may be null but has no default",
            Some("put \"null\" first in the union and add \"default\": null"),
        ),
        (
            rules::ENUM_WITHOUT_DEFAULT,
            r#"{"type":"enum","name":"n.E","doc":"d","symbols":["A"]}"#.to_owned(),
            symbols(r#""A""#),
            "enum n.E has no default symbol, so old readers cannot read new symbols",
            Some("add a symbol such as \"UNKNOWN\" and make it the \"default\""),
        ),
        (
            rules::DEFAULT_OF_LATER_BRANCH,
            field(r#""type":["int","null"],"default":null"#),
            field(r#""type":["null","int"],"default":null"#),
            "the default of field \"a\" of n.R is of branch 2 of its union",
            Some("put \"null\" first"),
        ),
        (
            rules::DEFAULT_OF_LATER_BRANCH,
            field(r#""type":["null","int"],"default":1"#),
            field(r#""type":["int","null"],"default":1"#),
            "the default of field \"a\" of n.R is not null, which is the first branch of its union",
            Some("put the branch of the default first"),
        ),
        (
            rules::MISSING_DOC,
            r#"{"type":"fixed","name":"n.F","doc":" ","size":1}"#.to_owned(),
            r#"{"type":"fixed","name":"n.F","doc":"d","size":1}"#.to_owned(),
            "fixed n.F has no doc",
            None,
        ),
        (
            rules::NO_NAMESPACE,
            r#"{"type":"fixed","name":"F","doc":"d","size":1}"#.to_owned(),
            r#"{"type":"fixed","name":"F","namespace":"n","doc":"d","size":1}"#.to_owned(),
            "fixed F has no namespace",
            None,
        ),
        (
            rules::TYPE_NAMING,
            r#"{"type":"fixed","name":"n.user_id","doc":"d","size":1}"#.to_owned(),
            r#"{"type":"fixed","name":"n.UserID","doc":"d","size":1}"#.to_owned(),
            "the name of fixed n.user_id is not UpperCamelCase",
            Some("call it \"UserId\""),
        ),
        (
            rules::FIELD_NAMING,
            fields(&[r#""name":"User_Id""#]),
            fields(&[r#""name":"userId""#, r#""name":"account_id""#]),
            "field \"User_Id\" of n.R is neither snake_case nor lowerCamelCase",
            Some("call it \"user_id\""),
        ),
        (
            rules::SYMBOL_NAMING,
            symbols(r#""A","inTransit""#),
            symbols(r#""A","IN_TRANSIT""#),
            "the symbol \"inTransit\" of enum n.E is not UPPER_SNAKE_CASE",
            Some("call it \"IN_TRANSIT\""),
        ),
        (
            rules::NAMESPACE_NAMING,
            r#"{"type":"fixed","name":"com.Acme.F","doc":"d","size":1}"#.to_owned(),
            r#"{"type":"fixed","name":"com.acme.F","doc":"d","size":1}"#.to_owned(),
            "the namespace of fixed com.Acme.F has capitals",
            Some("call it \"com.acme\""),
        ),
    ]
}

#[test]
fn each_rule_is_broken_and_kept() {
    let mut seen = BTreeSet::new();
    for (rule, broken, kept, message, help) in table() {
        seen.insert(rule);
        let mine = |text: &str| -> Vec<_> {
            told(&[("a.avsc", text)]).into_iter().filter(|(told, ..)| told == rule).collect()
        };
        let expected = (rule.to_owned(), message.to_owned(), help.map(str::to_owned));
        assert_eq!(mine(&broken), [expected], "{broken}");
        assert_eq!(mine(&kept), [], "{kept}");
    }
    let all: BTreeSet<&str> = lint_rules().map(|rule| rule.name).collect();
    assert_eq!(seen, all);
}

#[test]
fn types_of_several_documents_are_compared() {
    let fixed = |name: &str| format!(r#"{{"type":"fixed","name":"n.{name}","doc":"d","size":1}}"#);
    let (a, b) = (fixed("FooBar"), fixed("foo_bar"));
    let rules: Vec<String> =
        told(&[("a.avsc", &a), ("b.avsc", &b)]).into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(rules, ["type-naming", "name-collision"]);
}

#[test]
fn idl_is_judged_as_the_schemas_that_it_means() {
    let idl = "@namespace(\"n\") protocol P {\n  /** d */\n  record R {\n    /** d */\n    string? a;\n    /** d */ \
               @logicalType(\"dat\") int b;\n  }\n}";
    let found = told(&[("a.avdl", idl)]);
    let rules: Vec<&str> = found.iter().map(|(rule, ..)| rule.as_str()).collect();
    assert_eq!(rules, ["nullable-without-default", "unknown-logical-type"]);
}

#[test]
fn a_schema_allows_what_it_breaks_on_purpose() {
    let nullable = |inside: &str, outside: &str| {
        format!(
            "{{\"type\":\"record\",\"name\":\"n.R\",\"doc\":\"d\",{outside}\"fields\":[\n{{\"name\":\"a\",\"doc\":\"d\",\
             {inside}\"type\":[\"null\",\"int\"]}}]}}"
        )
    };
    let allow = |rule: &str| format!("\"avro-gen.allow\":[\"{rule}\"],");
    for (text, told_of) in [
        (nullable("", ""), true),
        (nullable(&allow("nullable-without-default"), ""), false),
        (nullable("", &allow("nullable-without-default")), false),
        (nullable("", &allow("evolution")), false),
        (nullable("", &allow("all")), false),
        (nullable("", &allow("style")), true),
        (nullable("", "// avro-gen: allow(nullable-without-default)\n"), true),
        (nullable("// avro-gen: allow(nullable-without-default)\n", ""), false),
        (nullable("/* avro-gen: allow(missing-doc, evolution) */", ""), false),
        (nullable("\"x\":\"avro-gen: allow(evolution)\",", ""), true),
        (format!("// avro-gen: allow-file(evolution)\n{}", nullable("", "")), false),
    ] {
        let found = told(&[("a.avsc", &text)]);
        assert_eq!(!found.is_empty(), told_of, "{text}: {found:?}");
    }
}

#[test]
fn what_is_said_for_a_rule_goes_before_what_is_said_for_its_group() {
    let levels = |chosen: &[(&str, LintLevel)]| {
        let mut levels = Levels::default();
        chosen.iter().for_each(|(name, level)| levels.set(*name, *level));
        levels
    };
    use LintLevel::{Allow, Deny, Warn};
    for (chosen, of_doc, of_typo) in [
        (&[][..], Allow, Warn),
        (&[("missing-doc", Deny)], Deny, Warn),
        (&[("missing-doc", Deny), ("style", Warn), ("all", Allow)], Deny, Allow),
        (&[("style", Warn), ("style", Deny)], Deny, Warn),
        (&[("mistakes", Deny)], Allow, Deny),
    ] {
        let levels = levels(chosen);
        let of = |rule| levels.of(rule, Usage::Generate);
        assert_eq!((of("missing-doc"), of("misspelt-attribute")), (of_doc, of_typo), "{chosen:?}");
        assert_eq!(levels.unknown(), None);
    }
    let unknown = levels(&[("missing-docs", Warn)]);
    assert_eq!(unknown.unknown(), Some(("missing-docs", Some("missing-doc".to_owned()))));
}

#[test]
fn of_very_many_findings_the_worst_are_told() {
    let nullable: Vec<String> =
        (0..150).map(|number| format!(r#"{{"name":"a{number}","type":["null","int"]}}"#)).collect();
    let text = format!(
        r#"{{"type":"record","name":"n.R","fields":[{},{{"name":"b","type":{{"type":"int","logicalType":"dat"}}}}]}}"#,
        nullable.join(",")
    );
    let found = Found { sources: vec![Source::new(PathBuf::from("a.avsc"), text)], faults: Vec::new() };
    let reading = Reading::of(found, &Options::default());
    let mut levels = Levels::default();
    levels.set("evolution", LintLevel::Warn);
    levels.set("mistakes", LintLevel::Deny);
    let found = super::lint(&reading, &levels, Usage::Generate);
    let count = |severity| found.iter().filter(|entry| entry.severity == severity).count();
    assert_eq!((count(Severity::Error), count(Severity::Warning), count(Severity::Note)), (1, 99, 1));
    assert_eq!(found.last().unwrap().message, "100 findings are told, up to 51 more are not");
}
