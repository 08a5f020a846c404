//! No text and no bytes make the parser panic, and printing loses nothing.

use crate::domain::CompatibilityPolicy;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::super::Protobuf;
use super::{canonical, parse};
use crate::schema_type::{Budget, Direction, Language as _, Parsed, Strictness};

const SEEDS: [&str; 3] = [
    "syntax = \"proto3\"; package a.b; import public \"x.proto\"; option java_package = \"p\"; message M { reserved 1, 2 to 5, \"n\"; string a = 6 [deprecated = true, (o).x = {b: [1, \"s\"] c {d: E}}]; map<string, M> m = 7; oneof o { int32 b = 8; } enum E { A = 0; } }",
    "message M { optional group G = 1 { required bytes b = 2 [default = \"a b\"]; } extensions 100 to max; extend M { optional int32 q = 100; } } /* c */ // d\n",
    "syntax = \"proto3\"; service S { option deprecated = true; rpc A(stream M) returns (.M) { option idempotency_level = IDEMPOTENT; } } message M {} enum E { reserved -5 to -1; X = -7 [(y) = 0x10]; }",
];

const PIECES: [&str; 30] = [
    "{", "}", "[", "]", "(", ")", "<", ">", ";", "=", ",", ".", "\"", "'", "\\", "/", "//", "/*", "*/", "\n",
    "7", "-1", "map", "message", "oneof", "option", "reserved", "max", "é", "\u{0}",
];

/// A text with some of its characters replaced by pieces of syntax.
fn mutated() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0..6_usize), 1..5);
    (0..SEEDS.len(), edits).prop_map(|(seed, edits)| {
        let mut letters: Vec<String> = SEEDS[seed].chars().map(String::from).collect();
        for (place, piece, dropped) in edits {
            let start = place.index(letters.len());
            let end = (start + dropped).min(letters.len());
            letters.splice(start..end, [PIECES[piece].to_owned()]);
        }
        letters.concat()
    })
}

/// Everything that is asked of a schema.
fn exercise(parsed: &dyn Parsed) {
    let text = parsed.canonical_text();
    assert_eq!(canonical(&text), text);
    let _ = parsed.validate();
    let _ = parsed.reserved_field_problem();
    let _ = parsed.tags();
    let _ = parsed.formatted("ignore_extensions");
    let _ =
        parsed.formatted("serialized").map(|descriptor| parse(&descriptor).map(|read| read.canonical_text()));
    assert!(parsed.check(parsed, Direction::Backward, CompatibilityPolicy::Strict).messages.is_empty());
    if let Ok(normal) = parsed.normalized() {
        let again = normal.normalized().unwrap().canonical_text();
        assert_eq!(again, normal.canonical_text());
    }
}

proptest! {
    #[test]
    fn texts_are_read_or_refused_and_printing_is_a_fixed_point(text in mutated()) {
        if let Ok(parsed) = parse(&text) {
            exercise(&*parsed);
        }
    }

    #[test]
    fn bytes_are_read_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..80), seed in 0..SEEDS.len(), at in any::<prop::sample::Index>()) {
        let described = parse(SEEDS[seed]).unwrap().formatted("serialized").unwrap();
        let mut broken = STANDARD.decode(described).unwrap();
        let place = at.index(broken.len());
        broken[place] = bytes.first().copied().unwrap_or_default();
        for bytes in [&mut bytes, &mut broken] {
            if let Ok(parsed) = parse(&STANDARD.encode(&*bytes)) {
                prop_assert_eq!(canonical(&parsed.canonical_text()), parsed.canonical_text());
            }
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let deep =
        |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    for (text, fits) in [
        (deep("message M {", "}", 60), true),
        (deep("message M {", "}", 100_000), false),
        (format!("option (o) = {};", deep("{a: ", "}", 100_000)), false),
        (format!("option (o) = {};", deep("[", "]", 100_000)), false),
        (format!("option (o).a{} = 1;", ".a".repeat(60)), true),
        (format!("option (o).a{} = 1;", ".a".repeat(100)), false),
        (format!("option (o){} = 1;", ".(a)".repeat(100_000)), false),
        (format!("message M {{ {} m = 1; }}", deep("map<int32, ", ">", 100_000)), false),
    ] {
        let read = parse(&text);
        assert_eq!(read.is_ok(), fits, "{}", &text[..30]);
        if let Ok(parsed) = read {
            exercise(&*parsed);
        }
    }
}

/// Members of one name are merged by looking through those that are there, which takes steps.
#[test]
fn options_that_are_merged_at_length_are_given_up() {
    let members: String = (0..40_000).map(|number| format!("[a].b{number}:1 ")).collect();
    let text = format!("option (o) = {{ {members} }};");
    let budget = Budget::of(10_000_000);
    assert!(Protobuf.parse_within(&text, &[], Strictness::New, &budget).is_err());
    assert!(budget.check().is_err());
}

#[test]
fn schemas_that_refer_to_each_other_in_many_ways_are_given_up() {
    let fields = |count: i32| (1..=count).map(|tag| format!("D{tag} f{tag} = {tag};")).collect::<String>();
    let messages: String = (1..=20).map(|name| format!("message D{name} {{ {} }}", fields(20))).collect();
    let dep = format!("syntax = \"proto3\"; {messages}");
    let text = "syntax = \"proto3\"; import \"d.proto\"; message M { D1 d = 1; }";
    let one = super::parse_with(text, "d.proto", &dep);
    let other = super::parse_with(text, "d.proto", &dep);
    assert_eq!(
        one.check(&*other, Direction::Backward, CompatibilityPolicy::Strict).messages,
        [super::super::difference::GIVEN_UP]
    );
}
