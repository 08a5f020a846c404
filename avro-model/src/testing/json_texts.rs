//! Texts that are JSON, nearly JSON or far from it, for tests of what a reader of JSON takes and how it refuses.

/// Values that stand alone, and what could be taken for one.
const ATOMS: &[&str] = &[
    // Words.
    "null",
    "true",
    "false",
    "nul",
    "nulll",
    "True",
    "NULL",
    "null_",
    "true$",
    "tru-e",
    "true-x",
    "false+",
    "nullé",
    "nuller Text",
    // What is no number and yet stands for one.
    "NaN",
    "+NaN",
    "-NaN",
    "nan",
    "NaNs",
    "Infinity",
    "+Infinity",
    "-Infinity",
    "Infinit",
    "+Infinityx",
    "-Infinityx",
    "INF",
    "+INF",
    "-INF",
    "-INFx",
    "-Inf",
    "-I",
    "+",
    "+I",
    "inf",
    "INFINITY",
    "-NaN1",
    // Numbers.
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "1.50",
    "-0.0",
    "0.00",
    "1e5",
    "1E+5",
    "1e-5",
    "1.25e3",
    "125e-2",
    "0e3",
    "-0e+1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "123456789012345678901234567890",
    "1e400",
    "-1e400",
    "1e2147483647",
    "1e2147483648",
    "1e99999999999",
    "0.0000001",
    "100000000000000000000.5",
    // Nearly numbers.
    "+1",
    "+",
    "-",
    "--1",
    "-+1",
    "01",
    "-01",
    "00",
    "0x10",
    "1_000",
    ".5",
    "-.5",
    "1.",
    "1.e2",
    "1e",
    "1e+",
    "1e+-1",
    "1.2.3",
    "1-2",
    "1+2",
    "1e5e5",
    "1e5.5",
    "5x",
    "5null",
    "0.1f",
    "1 2",
    "1é",
    "٣",
    "1٣",
    "Ⅷ",
    // Strings.
    r#""""#,
    r#""a""#,
    r#""é😀""#,
    r#""\"\\\/\b\f\n\r\t""#,
    r#""\u0041\u00e9\u20AC""#,
    r#""\u0000\u001f\u007f""#,
    r#""\uD83D\uDE00""#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ude00""#,
    r#""\ud83dx""#,
    r#""\ud83d\n""#,
    r#""\ud83d\u0041""#,
    r#""\ud83d\ud83d\ude00""#,
    r#""\ude00\ud83d""#,
    r#""\uffff\ufffe""#,
    "\"\u{7f}\u{80}\u{2028}\"",
    r#""/* no comment */ // nor this""#,
    r#""'""#,
    // Nearly strings.
    r#"""#,
    r#""a"#,
    r#""a\"#,
    r#""a\""#,
    r#""\x""#,
    r#""\'""#,
    r#""\U0041""#,
    r#""\0""#,
    r#""\é""#,
    r#""\u"#,
    r#""\u""#,
    r#""\u12"#,
    r#""\u12""#,
    r#""\u12g4""#,
    r#""\u+123""#,
    r#""\u-123""#,
    r#""\u 123""#,
    r#""\u123é""#,
    r#""\ud83d\u""#,
    r#""\ud83d\u12g4""#,
    r#""\ud83d\u+e00""#,
    r#""\ud83d\x""#,
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\u{0}\"",
    "\"\u{1f}",
    "'a'",
    "'a",
    "`a`",
    "a",
    "$a",
    "_",
    "\"a\" \"b\"",
    "“a”",
    // Containers.
    "[]",
    "{}",
    "[ ]",
    "{ }",
    "[1,2]",
    "[[],{}]",
    r#"{"a":1}"#,
    r#"{"a":{"b":[]}}"#,
    r#"{"":0}"#,
    r#"{"\u0061":1,"a":2}"#,
    r#"{"a":1,"b":2,"a":3}"#,
    r#"{"a":[1],"a":{"b":2},"a":null}"#,
    r#"{"é\n":"\\"}"#,
    // Nearly containers.
    "[",
    "]",
    "{",
    "}",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[,]",
    "[1 2]",
    "[1}",
    "[1:2]",
    "[1;2]",
    "[\"a\":1]",
    r#"{"a""#,
    r#"{"a":"#,
    r#"{"a":1"#,
    r#"{"a":1,"#,
    r#"{"a":1,}"#,
    r#"{,}"#,
    r#"{"a"}"#,
    r#"{"a" 1}"#,
    r#"{"a"=1}"#,
    r#"{"a"::1}"#,
    r#"{"a":}"#,
    r#"{"a":1]"#,
    r#"{"a":1 "b":2}"#,
    r#"{"a":1;"b":2}"#,
    "{a:1}",
    "{'a':1}",
    "{1:2}",
    "{null:1}",
    "{[]:1}",
    "{:1}",
    "[[1]",
    "[1]]",
    r#"{"a":1}}"#,
    r#"{"a\u+123":1}"#,
    "{\"a\nb\":1}",
    r#"{"a"#,
    // Blanks, comments and marks.
    "",
    " ",
    "\t\r\n",
    "\u{b}1",
    "\u{c}1",
    "\u{0}1",
    "\u{a0}1",
    "\u{2028}1",
    "\u{feff}1",
    "1\u{0}",
    "1\u{a0}",
    "1\u{b}",
    "1\u{feff}",
    "/**/1",
    "/* c */ 1",
    "// c\n1",
    "// c\r1",
    "// c",
    "/* open",
    "/*/1",
    "/1",
    "/",
    "# c\n1",
    "1/**/",
    "1// c",
    "1 /* c */",
    "1#",
    "/* \u{b} */1",
    "/*\t\r\n\u{7f}*/1",
    "// \u{0}\n1",
    "[1/* c */,/**/2// d\n]",
    "[/**/]",
    "{/**/}",
    r#"{/**/"a"/**/:/**/1/**/,/**/"b":2}"#,
    "[1 // \u{0}\n]",
    "[1 / 2]",
    "<!-- -->1",
    "[1]\n",
    "[1] x",
    "[1] [2]",
    "{} {}",
    "{}x",
    "{} // c",
    "{},",
    "[1],[2]",
    "null null",
    "true false",
    "\"a\"x",
    "\"a\",",
    "[\r\n\r\n x]",
    "[\r\r x]",
    "[\n\n x]",
    "é x",
    "[\"é\", x]",
    "[\"😀\", x]",
    "[1,\n  x]",
    "{\"a\": 1,\n\t\"b\": x}",
];

/// Frames: each of the [`ATOMS`] is put at the place of the tilde.
const PLACES: &[&str] = &["~", "[~]", "[~,1]", "{\"k\":~}", " \n~\n ", "[\r~"];

/// The texts, each with a name that is short; most are their own name.
pub fn json_texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for place in PLACES {
        for atom in ATOMS {
            let text = place.replace('~', atom);
            texts.push((text.clone(), text));
        }
    }
    let mut add = |name: &str, text: String| texts.push((name.to_owned(), text));
    for levels in [249, 250, 251, 999, 1000, 1001, 100_000] {
        add(&format!("{levels} arrays"), "[".repeat(levels) + &"]".repeat(levels));
        add(&format!("{levels} arrays around 0"), "[".repeat(levels) + "0" + &"]".repeat(levels));
        add(&format!("{levels} arrays, open"), "[".repeat(levels));
        add(&format!("{levels} arrays around x"), "[".repeat(levels) + "x");
        add(&format!("{levels} objects"), "{\"a\":".repeat(levels) + "{}" + &"}".repeat(levels));
    }
    for digits in [999, 1000, 1001, 100_000] {
        let run = "1".repeat(digits);
        add(&format!("{digits} digits"), run.clone());
        add(&format!("{digits} digits and a sign"), format!("[-{run}]"));
        add(&format!("{digits} digits of a fraction"), format!("[0.{run}]"));
        add(&format!("{digits} digits of an exponent"), format!("[1e{run}]"));
        add(&format!("{digits} digits of an exponent, zeros"), format!("[1e{}]", "0".repeat(digits)));
        add(&format!("{digits} digits and x"), format!("[{run}x]"));
        add(&format!("{digits} digits and a point"), format!("[{run}.]"));
    }
    for length in [49_999, 50_000, 50_001] {
        for (name, character) in [("k", "k"), ("é", "é"), ("😀", "😀"), ("\\u006b", "\\u006b")] {
            add(&format!("a key of {length} {name}"), format!("{{\"{}\":1}}", character.repeat(length)));
        }
    }
    for members in [15, 16, 17, 18, 100] {
        let object = |keys: usize| {
            let members: Vec<String> =
                (0..members).map(|index| format!("\"k{}\":{index}", index % keys)).collect();
            format!("{{{}}}", members.join(","))
        };
        add(&format!("{members} members, no key twice"), object(members));
        add(&format!("{members} members, the first key twice"), object(members - 1));
        add(&format!("{members} members, 10 keys"), object(10));
    }
    texts
}

/// One line for each of the [`json_texts`]: its name, and what `verdict` says of it, cut where it is long.
pub fn json_verdicts(verdict: impl Fn(&str) -> String) -> String {
    let mut lines = String::new();
    for (name, text) in json_texts() {
        let said = verdict(&text);
        let line = match said.char_indices().nth(300) {
            None => format!("{} => {}\n", name.escape_debug(), said.escape_debug()),
            Some((end, _)) => {
                format!("{} => {} … {} bytes\n", name.escape_debug(), said[..end].escape_debug(), said.len())
            }
        };
        lines.push_str(&line);
    }
    lines
}
