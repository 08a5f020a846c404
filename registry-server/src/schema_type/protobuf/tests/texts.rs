//! Canonical form, normal form, errors, tags.

use super::super::Protobuf;
use super::{canonical, normal, parse, parse_with};
use crate::schema_type::{EntityType, Language, SchemaTags};

#[test]
fn groups_of_a_message_are_in_one_order_with_an_indented_blank_line_between_them() {
    let text = "syntax='proto3'; package p; import public 'b.proto'; import 'a.proto'; option java_package = \"x\";
        enum T { T0 = 0; } // gone
        message M { enum E { E0 = 0; } message N { string z = 1; reserved 2; } oneof o { int32 y = 3; } string a = 1;
            map<string,N> m = 4; option deprecated = true; extensions 100 to max; reserved 'r', 10 to 12; }
        service S { rpc A(stream M) returns (.p.M) { option idempotency_level = IDEMPOTENT; } rpc B(M) returns (M); }
        extend M { int32 e = 100; }";
    let expected = "syntax = \"proto3\";\npackage p;\n\nimport \"a.proto\";\nimport public \"b.proto\";\n\noption java_package = \"x\";\n\nmessage M {\n  reserved \"r\", 10 to 12;\n\n  option deprecated = true;\n\n  string a = 1;\n  map<string, N> m = 4;\n\n  oneof o {\n    int32 y = 3;\n  }\n\n  extensions 100 to max;\n\n  message N {\n    reserved 2;\n  \n    string z = 1;\n  }\n  enum E {\n    E0 = 0;\n  }\n}\nenum T {\n  T0 = 0;\n}\n\nextend M {\n  int32 e = 100;\n}\n\nservice S {\n  rpc A (stream M) returns (.p.M) {\n    option idempotency_level = IDEMPOTENT;\n  };\n  rpc B (M) returns (M);\n}\n";
    let canonical = canonical(text);
    let without_indents: Vec<&str> = canonical.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim_end).collect();
    assert_eq!(without_indents, expected);
    assert!(canonical.contains("reserved 2;\n  \n    string z"), "{canonical}");
    assert!(canonical.contains("reserved \"r\", 10 to 12;\n\n  option"), "{canonical}");
}

#[test]
fn small_files_have_their_own_layout() {
    for (text, expected) in [
        ("syntax = \"proto3\";", "syntax = \"proto3\";\n"),
        ("message A { required int32 t = 1; }", "\nmessage A {\n  required int32 t = 1;\n}\n"),
        ("message A {}", "\nmessage A {}\n"),
        ("package p; enum E {}", "package p;\n\nenum E {}\n"),
        (
            "import weak 'c.proto'; import public 'b.proto'; import 'a.proto';",
            "\nimport \"a.proto\";\nimport public \"b.proto\";\nimport weak \"c.proto\";\n",
        ),
        ("import './a//b\\\\c.proto';", "\nimport \"a/b/c.proto\";\n"),
        (
            "message A { optional group G = 1 { required bool b = 2; } }",
            "\nmessage A {\n  optional group G = 1 {\n    required bool b = 2;\n  }\n}\n",
        ),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
    }
}

#[test]
fn numbers_are_read_as_java_reads_them() {
    for (number, expected) in [
        ("0x10", Some("16")),
        ("0X1f", Some("31")),
        ("-5", Some("-5")),
        // The sign behind the prefix is the original's.
        ("0x-5", Some("-5")),
        ("-0x5", None),
        ("0x", None),
        ("0x80000000", None),
        ("0x-80000000", Some("-2147483648")),
        ("+5", None),
    ] {
        let read = parse(&format!("enum E {{ A = {number}; }}")).map(|read| read.canonical_text()).ok();
        let expected = expected.map(|number| format!("\nenum E {{\n  A = {number};\n}}\n"));
        assert_eq!(read, expected, "{number}");
    }
}

#[test]
fn options_are_kept_as_they_are_written() {
    for (option, expected) in [
        ("a = 'x' \"y\\x41\\'\"", "a = \"xyA\\'\""),
        ("a = -1.50", "a = -1.50"),
        ("(p.o).m = W", "(p.o).m = W"),
        ("(p.o) . m.n = 1", "(p.o).m.n = 1"),
        ("(p.o).(q.x).(r).m = 1", "(p.o).(q.x).(r).m = 1"),
        ("(p.o).[q.x].m = 1", "(p.o).[q.x].m = 1"),
        ("features.field_presence = IMPLICIT", "features.field_presence = IMPLICIT"),
        ("a = 'x\\0001'", "a = \"x\\0001\""),
        ("(o) = [A, 'b', 3]", "(o) = [\n  A,\n  \"b\",\n  3\n]"),
        ("(o) = [A]", "(o) = [A]"),
        ("(o) = {}", "(o) = {\n}"),
        (
            "(o) = {a: 1; b {c: true}, a: 'x', [e.x]: 2}",
            "(o) = {\n  a: [\n    1,\n    \"x\"\n  ],\n  b: {\n    c: true\n  },\n  [e.x]: 2\n}",
        ),
    ] {
        assert_eq!(canonical(&format!("option {option};")), format!("\noption {expected};\n"), "{option}");
    }
}

#[test]
fn a_default_and_a_json_name_stand_behind_the_options() {
    for (field, expected) in [
        (
            "optional string a = 1 [default = \"x\", deprecated = true]",
            "[\n    deprecated = true,\n    default = \"x\"\n  ]",
        ),
        ("optional int32 a = 1 [default = 0x10]", "[default = 0x10]"),
        (
            "optional E a = 1 [json_name = \"J\", default = X]",
            "[\n    default = X,\n    json_name = \"J\"\n  ]",
        ),
        ("optional bytes a = 1 [default = \"two words\"]", "[default = \"two words\"]"),
        ("optional bytes a = 1 [default = \"word\"]", "[default = word]"),
        (r#"optional bytes a = 1 [default = "\x01\377\0é'"]"#, r#"[default = "\001\377\000\303\251\'"]"#),
        (r#"optional bytes a = 1 [default = 'a' "\"\n"]"#, r#"[default = "a\"\n"]"#),
    ] {
        let name = if field.contains(" E ") { "E" } else { field.split(' ').nth(1).unwrap() };
        let expected = format!("\nmessage M {{\n  optional {name} a = 1 {expected};\n}}\n");
        assert_eq!(canonical(&format!("message M {{ {field}; }}")), expected, "{field}");
    }
}

#[test]
fn the_normal_form_sorts_what_has_no_order_and_completes_names() {
    let text = "syntax = \"proto3\"; package p; import 'z.proto'; import 'a.proto'; import 'a.proto';
        message M { N n = 9; repeated M.I i = 2; map<string, N> m = 1; map<int32, int32> k = 3;
            oneof late { string l = 12; int32 e = 11; } oneof early { bool b = 5; }
            reserved 'x', 30 to 31, 20 to 20; message I {} }
        message N {} enum E { B = 1; A = 0; }";
    let expected = "syntax = \"proto3\";\npackage p;\n\nimport \"a.proto\";\nimport \"z.proto\";\n\nmessage M {\n  reserved 20;\n  reserved 30 to 31;\n  reserved \"x\";\n\n  map<string, .p.N> m = 1;\n  repeated .p.M.I i = 2;\n  map<int32, int32> k = 3;\n  .p.N n = 9;\n\n  oneof early {\n    bool b = 5;\n  }\n  oneof late {\n    int32 e = 11;\n    string l = 12;\n  }\n\n  message I {}\n}\nmessage N {}\nenum E {\n  A = 0;\n  B = 1;\n}\n";
    assert_eq!(normal(text), expected);
}

#[test]
fn the_normal_form_drops_the_syntax_line_of_proto2() {
    assert_eq!(normal("syntax = \"proto2\"; message M {}"), "\nmessage M {}\n");
}

#[test]
fn messages_that_stand_for_map_entries_become_maps() {
    let text = "syntax = \"proto3\"; message M { repeated KEntry k = 1; message KEntry { option map_entry = true; string key = 1; M value = 2; } }";
    assert_eq!(normal(text), "syntax = \"proto3\";\n\nmessage M {\n  map<string, .M> k = 1;\n}\n");
}

#[test]
fn options_of_the_normal_form_are_sorted_and_known_ones_merged() {
    let text = "syntax = \"proto3\"; import \"confluent/meta.proto\"; message M { string a = 1 [(confluent.field_meta).tags = \"T\", (confluent.field_meta).tags = \"U\", (x) = {b: 0x10 a: [2] c: []}, deprecated = true]; }";
    assert!(
        normal(text).contains("string a = 1 [\n    (confluent.field_meta) = {\n      tags: [\n        \"T\",\n        \"U\"\n      ]\n    },\n    deprecated = true,\n    (x) = {\n      a: 2,\n      b: 16\n    }\n  ];"),
        "{}",
        normal(text)
    );
}

/// Options as in real files: of fields, with a way to a member of a member.
const RULES: &str = "syntax = \"proto3\"; package v; import \"google/protobuf/descriptor.proto\";
    message Strings { uint64 min_len = 1; uint64 max_len = 2; repeated string in = 3; }
    message Rules { Strings string = 1; bool required = 2; Rules each = 3; }
    extend google.protobuf.FieldOptions { Rules rules = 1000; }
    extend google.protobuf.FieldOptions { repeated Rules many = 1001; }";

#[test]
fn ways_to_members_are_nested_messages_in_the_normal_form() {
    for (options, expected) in [
        ("(v.rules).string.min_len = 3", "[(v.rules) = {\n    string: {\n      min_len: 3\n    }\n  }]"),
        (
            "(rules).string.min_len = 3, (rules).required = true",
            "[(v.rules) = {\n    required: true,\n    string: {\n      min_len: 3\n    }\n  }]",
        ),
        // Two ways that part below a member make a list of it, as in the original, though it is no repeated one.
        (
            "(rules).string.min_len = 3, (rules).string.max_len = 5",
            "[(v.rules) = {\n    string: [\n      {\n        min_len: 3\n      },\n      {\n        max_len: 5\n      }\n    ]\n  }]",
        ),
        (
            "(rules).each.each.string = {in: ['a', \"b\"]}",
            "[(v.rules) = {\n    each: {\n      each: {\n        string: {\n          in: [\n            \"a\",\n            \"b\"\n          ]\n        }\n      }\n    }\n  }]",
        ),
        // A repeated option is given as often as before, one that nobody knows as it is written.
        (
            "(many).required = true, (many).string.min_len = 1",
            "[\n    (v.many) = {\n      required: true\n    },\n    (v.many) = {\n      string: {\n        min_len: 1\n      }\n    }\n  ]",
        ),
        ("(unknown).a.b = 1", "[(unknown).a.b = 1]"),
    ] {
        let normal = normal(&format!("{RULES} message M {{ string a = 1 [{options}]; }}"));
        assert!(normal.contains(&format!("  string a = 1 {expected};\n")), "{options}: {normal}");
        assert_eq!(super::normal(&normal), normal, "{options}");
    }
}

#[test]
fn extension_ranges_keep_their_options() {
    let text = "message M { extensions 9, 4 to 5 [verification = UNVERIFIED, declaration = {number: 4, full_name: \".p.x\"}]; extensions 1 to 1; }";
    assert_eq!(
        canonical(text),
        "\nmessage M {\n  extensions 9, 4 to 5 [\n    verification = UNVERIFIED,\n    declaration = {\n      number: 4,\n      full_name: \".p.x\"\n    }\n  ];\n  extensions 1 to 1;\n}\n"
    );
    let options = " [\n    declaration = {\n      full_name: \".p.x\",\n      number: 4\n    },\n    verification = UNVERIFIED\n  ]";
    assert_eq!(
        normal(text),
        format!(
            "\nmessage M {{\n  extensions 1;\n  extensions 4 to 5{options};\n  extensions 9{options};\n}}\n"
        )
    );
}

#[test]
fn what_the_normal_form_leaves_out_leaves_its_blank_line() {
    for (text, expected) in [
        ("message M { oneof o {} }", "\nmessage M {\n}\n"),
        (
            "message M { optional int32 a = 1; oneof o {} message N { oneof p {} extend M {} } }",
            "\nmessage M {\n  optional int32 a = 1;\n\n\n  message N {\n  \n  }\n}\n",
        ),
        ("message M {} extend M {}", "\nmessage M {}\n\n"),
    ] {
        assert_eq!(normal(text), expected, "{text}");
    }
}

#[test]
fn a_format_that_nobody_knows_is_the_text_read_and_printed_again() {
    let text = "message M { optional string a = 1 [default = 'x', (my_opt) = 5]; }";
    let stored = normal(text);
    assert!(stored.contains("default = \"x\",\n    (my_opt) = 5"), "{stored}");
    let shown = parse(&stored).unwrap().formatted("resolved").unwrap();
    assert!(shown.contains("(my_opt) = 5,\n    default = \"x\""), "{shown}");
}

#[test]
fn texts_that_are_refused_are_refused_in_the_originals_words() {
    for (text, details) in [
        ("bad-message M {}", "Syntax error in :1:1: unexpected label: bad-message"),
        ("edition = \"2023\";", "Syntax error in :1:8: edition is not currently supported"),
        ("import bare;", "Syntax error in :1:1: expected quoted string"),
        ("import option 'a.proto';", "Syntax error in :1:1: expected quoted string"),
        ("import weak a;", "Syntax error in :1:14: expected quoted string"),
        ("syntax = proto3;", "Syntax error in :1:11: expected quoted string"),
        ("message M { optional int32 a 1; }", "Syntax error in :1:31: expected '=' but was '1'"),
        ("message M { optional map int32 a = 1; }", "Syntax error in :1:27: expected '<'"),
        ("message M { extensions 4 5; }", "Syntax error in :1:13: expected ',', ';', '[' or 'to'"),
        ("message M { extensions 4 [a = 1], 5; }", "Syntax error in :1:34: expected ';' but was ','"),
        ("option (a).b.(c) = 1;", "Syntax error in :1:15: expected '=' in option"),
        ("enum E {\n1A = 0; }", "Syntax error in :2:0: field and constant names cannot start with a digit"),
        ("message M { optional . a.b c = 1; }", "Syntax error in :1:29: expected '=' but was 'c'"),
        ("syntax = \"proto4\";", "Syntax error in :1:1: unexpected syntax: proto4"),
        ("message A {} message A {}", "A (:1:14) is already defined at :1:1"),
        ("\n\n  x", "Syntax error in :3:3: unexpected label: x"),
        ("message M {", "Syntax error in :1:12: unexpected end of file"),
        ("message M { int32 a = 1; }", "Syntax error in :1:13: unexpected label: int32"),
        (
            "syntax='proto3'; message M { required int32 a = 1; }",
            "Syntax error in :1:30: 'required' label forbidden in proto3 field declarations",
        ),
        (
            "message M { repeated map<int32, int32> a = 1; }",
            "Syntax error in :1:13: 'map' type cannot have label",
        ),
        ("message M { required int32 a = 1.0; }", "Syntax error in :1:35: expected an integer but was 1.0"),
        ("message M { reserved 1 2; }", "Syntax error in :1:13: expected ',', ';', or 'to'"),
        (
            "package p; syntax = 'proto3';",
            "Syntax error in :1:12: 'syntax' element must be the first declaration in a file",
        ),
        ("/* x", "Syntax error in :1:4: unterminated comment"),
        (
            "message M { required int32 a = 1; /* t */ required int32 b = 2; }",
            "Syntax error in :1:44: no syntax may follow trailing comment",
        ),
        ("message M { required int32 a = 1; ", "Syntax error in :1:35: expected '//' or '/*'"),
    ] {
        assert_eq!(parse(text).unwrap_err().0, format!("Could not parse Protobuf - {details}"), "{text}");
    }
    assert_eq!(
        parse("message M { map<float, int32> a = 1; }").unwrap_err().0,
        "map key must be non-byte, non-floating point scalar: float"
    );
}

#[test]
fn names_of_fields_have_to_stand_for_something_but_those_of_map_values_need_not() {
    for (text, problem) in [
        ("syntax='proto3'; message M { Nope a = 1; }", Some("Could not resolve type: Nope")),
        ("syntax='proto3'; message M { oneof o { .M.X a = 1; } }", Some("Could not resolve type: .M.X")),
        ("extend Nope { optional int32 a = 1; }", Some("Could not resolve type: Nope")),
        ("syntax='proto3'; message M { map<int32, Nope> a = 1; }", None),
        ("syntax='proto3'; import 'nope.proto'; message M { int32 a = 0; int32 b = 0; }", None),
        (
            "syntax='proto3'; message M { google.protobuf.Timestamp a = 1; confluent.type.Decimal d = 2; }",
            None,
        ),
    ] {
        assert_eq!(parse(text).unwrap().validate().err().map(|error| error.0).as_deref(), problem, "{text}");
    }
}

#[test]
fn descriptors_need_imports_and_free_names() {
    let referenced = "syntax = \"proto3\"; package p; message Dep {}";
    for (text, problem) in [
        ("syntax='proto3'; package p; import 'dep.proto'; message M { Dep d = 1; }", None),
        (
            "syntax='proto3'; package p; message M { map<string, Dep> d = 1; }",
            Some("p.M.d: \"Dep\" is not defined."),
        ),
        (
            "syntax='proto3'; message M { google.protobuf.Any a = 1; }",
            Some("M.a: \"google.protobuf.Any\" is not defined."),
        ),
        (
            "syntax='proto3'; message M { int32 a = 1; int32 b = 1; }",
            Some("M.b: Field number 1 has already been used in \"M\"."),
        ),
        (
            "syntax='proto3'; message M { int32 a = 0; }",
            Some("M.a: Field numbers must be positive integers."),
        ),
        (
            "message M { repeated sint32 a = 1 [packed = true]; repeated E e = 2 [packed = true]; optional int32 o = 3 [packed = false]; } enum E { A = 0; }",
            None,
        ),
        (
            "message M { optional int64 a = 2 [packed = true]; }",
            Some("M.a: [packed = true] can only be specified for repeated primitive fields."),
        ),
        (
            "message M { message N { repeated string b = 2 [packed = true]; } }",
            Some("M.N.b: [packed = true] can only be specified for repeated primitive fields."),
        ),
        (
            "message M { optional double d = 1 [default = -nan]; }",
            Some("M.d: Could not parse default value: \"-nan\""),
        ),
        (
            "message M { optional uint32 u = 1 [default = -1]; }",
            Some("M.u: Could not parse default value: \"-1\""),
        ),
        (
            "message M { optional E e = 1 [default = B]; } enum E { A = 0; }",
            Some("M.e: Unknown enum default value: \"B\""),
        ),
        ("message M { optional M m = 1 [default = A]; }", Some("M.m: Messages can't have default values.")),
        (
            "message M { optional float f = 1 [default = -1.5e3]; optional double d = 2 [default = nan]; optional int32 h = 3 [default = -0x10]; optional bool b = 4 [default = true]; optional string s = 5 [default = \"x\"]; }",
            None,
        ),
        ("syntax='proto3'; enum E {}", Some("E: Enums must contain at least one value.")),
        (
            "syntax='proto3'; enum E { A = 0; } enum F { A = 0; }",
            Some("A: \"A\" is already defined in this file."),
        ),
    ] {
        let parsed = parse_with(text, "dep.proto", referenced);
        let problem = problem.map(|problem| format!("Invalid protobuf schema definition: {problem}"));
        assert_eq!(parsed.reserved_field_problem(), problem, "{text}");
        assert_eq!(parsed.validate(), Ok(()), "{text}");
    }
}

#[test]
fn ignore_extensions_keeps_only_the_options_of_confluent() {
    let text = "syntax='proto3'; import 'confluent/meta.proto'; option (x) = 1; message M { extensions 100; extend M { int32 e = 100; } string a = 1 [(y) = 2, deprecated = true, (confluent.field_meta).doc = 'd']; }";
    let formatted = parse(text).unwrap().formatted("ignore_extensions").unwrap();
    assert_eq!(
        formatted,
        "syntax = \"proto3\";\n\nimport \"confluent/meta.proto\";\n\nmessage M {\n  string a = 1 [\n    deprecated = true,\n    (confluent.field_meta).doc = \"d\"\n  ];\n}\n"
    );
}

fn change(path: &str, entity: EntityType, tags: &[&str]) -> SchemaTags {
    SchemaTags { path: path.to_owned(), entity, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
}

const TAGGED: &str =
    "syntax='proto3'; message M { string a = 1; oneof o { int32 b = 2; } message N { string c = 1; } }";

#[test]
fn tags_are_written_into_the_metadata_of_messages_and_fields_and_found_there() {
    let field = EntityType::SrField;
    let added = [
        change(".M.a", field, &["T1", "T2"]),
        change("M.a", field, &["T2", "T3"]),
        change("M.b", field, &["B"]),
        change("M.N.c", field, &["C"]),
        change("M.N", EntityType::SrRecord, &["R"]),
    ];
    let edited = Protobuf.edit_tags(TAGGED, &added, &[]).unwrap();
    assert_eq!(
        parse(&edited).unwrap().tags(),
        [
            change("M.a", field, &["T1", "T2", "T3"]),
            change("M.b", field, &["B"]),
            change("M.N", EntityType::SrRecord, &["R"]),
            change("M.N.c", field, &["C"]),
        ]
    );
    let removed = [
        change("M.a", field, &["T1", "T2"]),
        change("M.o.b", field, &["B"]),
        change("M.N.c", field, &["C"]),
        change("M.N", EntityType::SrRecord, &["R"]),
    ];
    let left = Protobuf.edit_tags(&edited, &[], &removed).unwrap();
    assert_eq!(parse(&left).unwrap().tags(), [change("M.a", field, &["T3"])]);
    assert_eq!(left.matches("confluent").count(), 1, "{left}");
}

#[test]
fn a_path_that_leads_nowhere_is_refused() {
    for (path, entity, error) in [
        ("X", EntityType::SrRecord, "No matching Message with name 'X' found in the schema"),
        ("M.X", EntityType::SrRecord, "No matching Message with name 'X' found in the schema"),
        ("M.x", EntityType::SrField, "No matching Field with name 'x' found in the schema"),
        ("M.o.x", EntityType::SrField, "No matching Field with name 'x' found in the schema"),
        ("p.M.a", EntityType::SrField, "No matching Message with name 'p' found in the schema"),
    ] {
        let refused = Protobuf.edit_tags(TAGGED, &[change(path, entity, &["T"])], &[]).unwrap_err();
        assert_eq!(refused.0, error, "{path}");
    }
}

#[test]
fn equal_texts_are_equal_whatever_their_blanks() {
    let one = parse("syntax='proto3';message M{string a=1;}").unwrap();
    let other = parse("syntax = \"proto3\";\n\nmessage M {\n  string a = 1; // c\n}").unwrap();
    assert!(one.equivalent(&*other) && one.equivalent_resolved(&*other));
    assert!(!one.equivalent(&*parse("syntax='proto3'; message M { string b = 1; }").unwrap()));
}

#[test]
fn top_level_fields_are_those_of_any_top_level_message() {
    let parsed = parse("syntax='proto3'; message A { string a = 1; message I { string i = 1; } } message B { string b = 1; oneof o { string c = 2; } }").unwrap();
    for (name, there) in [("a", true), ("b", true), ("c", false), ("i", false)] {
        assert_eq!(parsed.top_level_fields().contains(name), there, "{name}");
    }
}
