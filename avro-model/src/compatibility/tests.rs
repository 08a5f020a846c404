use super::{CheckError, CheckLimits, Incompatibility, check, check_with, check_within};
use crate::Schema;

fn found(reader: &str, writer: &str) -> Vec<String> {
    let line = |item: &Incompatibility| format!("{} {} {}", item.kind, item.path, item.message);
    check(&reader.parse().unwrap(), &writer.parse().unwrap()).unwrap().iter().map(line).collect()
}

#[test]
fn a_field_with_its_own_name_as_alias_finds_two() {
    let writer: Schema =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#.parse().unwrap();
    let reader: Schema =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","aliases":["a"]}]}"#.parse().unwrap();
    let error = check(&reader, &writer).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Reader record field a type:INT pos:0 matches multiple fields in writer record schema \
         {\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}"
    );
}

#[test]
fn a_definition_that_is_repeated_alike_is_another_type() {
    let twice = |size: usize| {
        let fixed = format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
        format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{fixed}}},{{"name":"b","type":{fixed}}}]}}"#
        )
    };
    // A reference would be reported with the path of the first use, twice.
    assert_eq!(
        found(&twice(2), &twice(1)),
        [
            "FIXED_SIZE_MISMATCH /fields/0/type/size expected: 1, found: 2",
            "FIXED_SIZE_MISMATCH /fields/1/type/size expected: 1, found: 2"
        ]
    );
}

#[test]
fn findings_that_double_at_each_level_are_bounded() {
    let chain = |leaf: &str| {
        let mut schema =
            format!(r#"{{"type":"record","name":"R0","fields":[{{"name":"x","type":"{leaf}"}}]}}"#);
        for level in 1..60 {
            schema = format!(
                r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{schema}}},{{"name":"b","type":"R{}"}}]}}"#,
                level - 1
            );
        }
        schema.parse::<Schema>().unwrap()
    };
    assert!(matches!(check(&chain("int"), &chain("string")), Err(CheckError::TooMany { .. })));
    assert_eq!(check(&chain("long"), &chain("int")), Ok(Vec::new()));
}

#[test]
fn the_work_is_bounded() {
    let wide = |field_type: &str| {
        let branches: Vec<String> = (0..60)
            .map(|n| {
                format!(
                    r#"{{"type":"record","name":"R{n}","fields":[{{"name":"a","type":"{field_type}"}}]}}"#
                )
            })
            .collect();
        format!("[{}]", branches.join(",")).parse::<Schema>().unwrap()
    };
    assert_eq!(check_within(&wide("int"), &wide("string"), 1000), Err(CheckError::TooLarge { budget: 1000 }));
    assert_eq!(check(&wide("int"), &wide("string")).unwrap().len(), 60);
}

/// Records `P0`, `P1` and so on with one field, in one union.
fn union_of_records(prefix: &str, count: usize, field_type: &str) -> Schema {
    let records: Vec<String> = (0..count)
        .map(|n| {
            format!(
                r#"{{"type":"record","name":"{prefix}{n}","fields":[{{"name":"a","type":{field_type}}}]}}"#
            )
        })
        .collect();
    format!("[{}]", records.join(",")).parse().unwrap()
}

#[test]
fn records_of_one_union_are_compared_in_little_memory() {
    const MEMORY: usize = 1 << 20;
    let limits = CheckLimits::new().memory(MEMORY);
    let ints = union_of_records("R", 3_000, r#""int""#);
    let longs = union_of_records("R", 3_000, r#""long""#);
    // Nine million pairs, of which those of different names need no memory.
    assert_eq!(check_with(&longs, &ints, limits), Ok(Vec::new()));
    assert_eq!(check_with(&ints, &longs, limits).unwrap().len(), 3_000);
    let others = union_of_records("S", 3_000, r#""int""#);
    assert_eq!(check_with(&ints, &others, limits).unwrap().len(), 3_000);
    // Records that contain themselves have to be remembered in pairs.
    let of_itself = |prefix: &str| union_of_records(prefix, 400, &format!(r#"["null","{prefix}0"]"#));
    let refused = check_with(&of_itself("R"), &of_itself("S"), limits);
    assert_eq!(refused, Err(CheckError::TooMuchMemory { bytes: MEMORY }));
}

#[test]
fn long_comparisons_find_what_short_ones_do() {
    // The same types, with and without enough others in the union to make the comparison a long one.
    let types = [
        r#"{"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"name":"y","type":"string"}]}"#,
        r#"{"type":"record","name":"A","fields":[{"name":"x","type":"string"}]}"#,
        r#"{"type":"record","name":"B","aliases":["A"],"fields":[{"name":"x","type":["null","int"]}]}"#,
        r#"{"type":"record","name":"A","fields":[{"name":"x","type":["null",{"type":"record","name":"A2","fields":[]}]}]}"#,
        r#"{"type":"record","name":"A","fields":[{"name":"x","type":["null","A"]}]}"#,
        r#"{"type":"record","name":"A","fields":[{"name":"x","type":"int","aliases":["y"]}]}"#,
        r#"{"type":"enum","name":"E","symbols":["A","B"]}"#,
        r#"{"type":"enum","name":"E","symbols":["A"]}"#,
        r#"{"type":"enum","name":"E","symbols":["A"],"default":"A"}"#,
        r#"{"type":"fixed","name":"F","size":4}"#,
        r#"{"type":"fixed","name":"G","aliases":["F"],"size":4}"#,
        r#"{"type":"array","items":{"type":"record","name":"C","fields":[{"name":"x","type":"int"}]}}"#,
        r#"{"type":"array","items":{"type":"record","name":"D","fields":[{"name":"x","type":"int"}]}}"#,
        r#"{"type":"map","values":["null",{"type":"fixed","name":"F","size":8}]}"#,
        r#""int""#,
        r#""bytes""#,
    ];
    let others: Vec<String> =
        (0..150).map(|n| format!(r#"{{"type":"record","name":"Other{n}","fields":[]}}"#)).collect();
    let mut fit = 0;
    for reader in types {
        for writer in types {
            let union = |kind: &str| format!("[{kind}]").parse::<Schema>().unwrap();
            let long = |kind: &str| format!("[{},{kind}]", others.join(",")).parse::<Schema>().unwrap();
            let short = check(&union(reader), &union(writer)).map(|found| found.len());
            let found = check(&long(reader), &long(writer)).map(|found| found.len());
            assert_eq!(found, short, "{reader} {writer}");
            fit += usize::from(short == Ok(0));
        }
    }
    assert!(fit > types.len() && fit < types.len() * types.len() / 2, "{fit}");
}

#[test]
fn aliases_cost_no_comparison_each() {
    let aliases: Vec<String> = (0..60_000).map(|n| format!("\"X{n}\"")).collect();
    let reader = format!(r#"{{"type":"record","name":"R","aliases":[{}],"fields":[]}}"#, aliases.join(","));
    let reader: Schema = format!("[{reader}]").parse().unwrap();
    let writer = union_of_records("W", 2_000, r#""int""#);
    assert_eq!(check(&reader, &writer).unwrap().len(), 2_000);
    let renamed = union_of_records("X", 2_000, r#""int""#);
    assert_eq!(check(&reader, &renamed), Ok(Vec::new()));
}

#[test]
fn aliases_are_looked_at_once_however_many_types_they_are_compared_with() {
    let aliases: Vec<String> = (0..60_000).map(|n| format!("\"A{n}\"")).collect();
    let many = format!(r#"[{{"type":"record","name":"R","aliases":[{}],"fields":[]}}]"#, aliases.join(","));
    let many = many.parse::<Schema>().unwrap();
    // Three comparisons for each type, and an eighth of one for each alias.
    let types = 2_000;
    let others = union_of_records("W", types, r#""int""#);
    let limits = CheckLimits::new().steps(3 * types as u64 + 60_000 / 8);
    assert_eq!(check_with(&many, &others, limits).map(|found| found.len()), Ok(types));
    let budget = 4_000;
    let fewer = union_of_records("W", 1_000, r#""int""#);
    assert_eq!(check_within(&many, &fewer, budget), Err(CheckError::TooLarge { budget }));
}

#[test]
fn symbols_count_as_work() {
    let union = |prefix: &str| {
        let enums: Vec<String> = (0..30)
            .map(|n| {
                let symbols: Vec<String> = (0..1_000).map(|s| format!("\"{prefix}{n}S{s}\"")).collect();
                format!(r#"{{"type":"enum","name":"n{n}.E","symbols":[{}]}}"#, symbols.join(","))
            })
            .collect();
        format!("[{}]", enums.join(",")).parse::<Schema>().unwrap()
    };
    let budget = 200_000;
    assert_eq!(check_within(&union("E"), &union("E"), budget), Ok(Vec::new()));
    assert_eq!(check_within(&union("E"), &union("F"), budget), Err(CheckError::TooLarge { budget }));
}
