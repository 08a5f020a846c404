//! Tests beside the case table: limits at their edges, errors in words, and what skipping looks at.

use super::{DecodeProblem, Decoder, encode};
use crate::{Limits, Schema, Value};

fn schema(text: &str) -> Schema {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

const LIST: &str =
    r#"{"type":"record","name":"L","fields":[{"name":"v","type":"int"},{"name":"n","type":["null","L"]}]}"#;
const TREE: &str =
    r#"{"type":"record","name":"T","fields":[{"name":"k","type":{"type":"array","items":"T"}}]}"#;
const NULLS: &str = r#"{"type":"array","items":"null"}"#;

#[test]
fn malformed_data_says_what_and_where() {
    for (writer, data, message) in [
        (r#""int""#, "8080808010", "at byte 5: a number does not fit 32 bits"),
        (r#""int""#, "808080808000", "at byte 5: a number does not fit 32 bits"),
        (r#""long""#, "80808080808080808002", "at byte 10: a number does not fit 64 bits"),
        (r#""long""#, "8080808080808080808000", "at byte 10: a number does not fit 64 bits"),
        (r#""long""#, "80", "at byte 1: the data ends in the middle of a number"),
        (r#""boolean""#, "02", "at byte 1: a boolean is 2, which must be 0 or 1"),
        (r#""string""#, "03", "at byte 1: a length is -2, which must not be negative"),
        (r#""string""#, "0461", "at byte 1: a length is 2 with 1 bytes left"),
        (r#""string""#, "02ff", "at byte 2: text is not UTF-8"),
        (r#""string""#, "06eda080", "at byte 4: text is not UTF-8"),
        (r#""string""#, "04c080", "at byte 3: text is not UTF-8"),
        (
            r#"{"type":"enum","name":"E","symbols":["A","B"],"default":"A"}"#,
            "04",
            "at byte 1: the position of a symbol is 2; the writer's enum has 2",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":["A","B"]}"#,
            "828080808000",
            "at byte 5: a number does not fit 32 bits",
        ),
        (r#"["null","int"]"#, "82808080800002", "at byte 5: a number does not fit 32 bits"),
        (r#"["null"]"#, "01", "at byte 1: the position of a branch is -1; the writer's union has 1"),
        (r#"[]"#, "00", "at byte 1: the position of a branch is 0; the writer's union has 0"),
        (
            r#"{"type":"array","items":"double"}"#,
            "04000000000000000000",
            "at byte 1: a block has 2 items, for which 9 bytes are left",
        ),
        (
            r#"{"type":"map","values":"double"}"#,
            "02000000000000000000",
            "at byte 10: the data ends in the middle of a number",
        ),
        (
            r#"{"type":"array","items":"int"}"#,
            "ffffffffffffffffff0102",
            "at byte 11: a block has -9223372036854775808 items, for which 0 bytes are left",
        ),
        (
            r#"{"type":"array","items":"int"}"#,
            "010102",
            "at byte 2: a length is -1, which must not be negative",
        ),
        (r#""null""#, "00", "at byte 0: 1 bytes follow the datum"),
    ] {
        let error = Decoder::new(&schema(writer)).decode(&hex(data)).unwrap_err();
        assert_eq!(error.to_string(), message, "{writer} {data}");
    }
}

#[test]
fn a_number_may_be_longer_than_it_need_be() {
    for (writer, data, value) in [
        (r#""int""#, "8080808000", Value::Int(0)),
        (r#""int""#, "ffffffff0f", Value::Int(i32::MIN)),
        (r#"["null","int"]"#, "8080808000", Value::Union(0, Box::new(Value::Null))),
        (r#""long""#, "80808080808080808000", Value::Long(0)),
        (r#""long""#, "ffffffffffffffffff01", Value::Long(i64::MIN)),
    ] {
        assert_eq!(Decoder::new(&schema(writer)).decode(&hex(data)).unwrap(), value, "{writer} {data}");
    }
}

/// A list of `levels` records.
fn list(levels: usize) -> Vec<u8> {
    let mut data = [2, 2].repeat(levels - 1);
    data.extend([2, 0]);
    data
}

#[test]
fn depth_is_bounded_in_every_direction() {
    let schema = schema(LIST);
    let plain = Decoder::new(&schema);
    let resolving = Decoder::resolving(&schema, &self::schema(&LIST.replace("\"int\"", "\"long\""))).unwrap();
    let most = Limits::DEFAULT.depth;
    let deepest = plain.decode(&list(most)).unwrap();
    resolving.decode(&list(most)).unwrap();
    assert_eq!(plain.skip(&list(most)).unwrap(), 2 * most);
    assert_eq!(encode(&schema, &deepest).unwrap(), list(most));

    let too_deep = DecodeProblem::TooDeep { limit: most };
    for levels in [most + 1, 1_000_000] {
        let data = list(levels);
        assert_eq!(plain.decode(&data).unwrap_err().problem, too_deep);
        assert_eq!(resolving.decode(&data).unwrap_err().problem, too_deep);
        assert_eq!(plain.skip(&data).unwrap_err().problem, too_deep);
    }
    let Value::Record(fields) = deepest else { panic!() };
    let deeper = Value::Record(vec![Value::Int(1), Value::Union(1, Box::new(Value::Record(fields.clone())))]);
    let error = encode(&schema, &deeper).unwrap_err();
    assert!(error.to_string().ends_with("values nest deeper than 512 levels"), "{error}");

    let tree = Decoder::new(&self::schema(TREE));
    let data = vec![2; 1_000_000];
    assert_eq!(tree.decode(&data).unwrap_err().problem, too_deep);
    assert_eq!(tree.skip(&data).unwrap_err().problem, too_deep);

    let endless =
        Decoder::new(&self::schema(r#"{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"#));
    assert_eq!(endless.decode(&[]).unwrap_err().problem, too_deep);
    assert_eq!(endless.skip(&[]).unwrap_err().problem, too_deep);
}

#[test]
fn values_without_bytes_are_counted_over_the_whole_datum() {
    let limits = Limits::DEFAULT.with_empty_items(10);
    let decoder = Decoder::new(&schema(NULLS)).limits(limits);
    let too_many = DecodeProblem::EmptyItems { limit: 10 };
    for (data, fits) in
        [("1400", true), ("1600", false), ("0a0a00", true), ("0a0c00", false), ("130000", true)]
    {
        let data = hex(data);
        assert_eq!(decoder.decode(&data).is_ok(), fits, "{data:?}");
        assert_eq!(decoder.skip(&data).is_ok(), fits, "{data:?}");
    }
    assert_eq!(decoder.decode(&hex("1600")).unwrap_err().problem, too_many);
    assert_eq!(decoder.skip(&hex("150000")).unwrap_err().problem, too_many);
}

/// A record of that many nulls, behind a field of `first`.
fn nulls(first: &str, count: usize) -> String {
    let nulls = (0..count).map(|n| format!(r#",{{"name":"n{n}","type":"null"}}"#)).collect::<String>();
    format!(r#"{{"type":"record","name":"N","fields":[{{"name":"first","type":{first}}}{nulls}]}}"#)
}

/// Records without a byte, each with the one before it twice.
fn doubling(times: usize) -> String {
    (1..times).fold(r#"{"type":"record","name":"R0","fields":[]}"#.to_owned(), |inner, n| {
        format!(
            r#"{{"type":"record","name":"R{n}","fields":[
                {{"name":"a","type":{inner}}},{{"name":"b","type":"R{}"}}]}}"#,
            n - 1
        )
    })
}

#[test]
fn memory_for_values_without_bytes_is_bounded_wherever_they_stand() {
    /// A block of that many items, each of which has these bytes, and the end.
    fn items(count: u8, item: &[u8]) -> Vec<u8> {
        [&[2 * count][..], &item.repeat(count.into()), &[0]].concat()
    }
    let array = |items: &str| format!(r#"{{"type":"array","items":{items}}}"#);
    let map = |values: &str| format!(r#"{{"type":"map","values":{values}}}"#);
    let empty = r#"{"type":"fixed","name":"F","size":0}"#;
    let limits = Limits::DEFAULT.with_empty_items(40);
    let ten = nulls(empty, 9);
    let paid = nulls("\"int\"", 20);
    for (writer, item, most) in [
        (array("\"null\""), &[][..], 40),
        (array(empty), &[], 40),
        // An item counts, and each of its ten fields.
        (array(&ten), &[], 3),
        (map(&ten), &[0], 4),
        // Of what stands in records as much is free as there are bytes: three of twenty are 20 more than 40.
        (array(&paid), &[1], 2),
        (map(&paid), &[0, 1], 2),
    ] {
        let schema = schema(&writer);
        for decoder in [Decoder::new(&schema), Decoder::resolving(&schema, &schema).unwrap()] {
            let decoder = decoder.limits(limits);
            decoder.decode(&items(most, item)).unwrap_or_else(|error| panic!("{writer}: {error}"));
            let refused = decoder.decode(&items(most + 1, item)).map_err(|error| error.problem);
            assert_eq!(refused, Err(DecodeProblem::EmptyItems { limit: 40 }), "{writer}");
        }
    }
    for (times, fits) in [(5, true), (6, false)] {
        let decoder = Decoder::new(&schema(&doubling(times))).limits(limits);
        assert_eq!(decoder.decode(&[]).is_ok(), fits, "{times}");
    }
}

#[test]
fn values_without_bytes_take_no_time_where_they_are_skipped() {
    let huge = doubling(64);
    let data = [vec![0x80; 8], vec![1, 0]].concat();
    for schema in [schema(&huge), schema(&format!(r#"{{"type":"array","items":{huge}}}"#))] {
        let decoder = Decoder::new(&schema);
        let many = Limits::DEFAULT.empty_items;
        assert_eq!(
            decoder.decode(&[0x80, 0x80, 2, 0]).unwrap_err().problem,
            DecodeProblem::EmptyItems { limit: many }
        );
        decoder.skip(&[0x80, 0x80, 2, 0]).unwrap();
    }
    let problem = Decoder::new(&schema(NULLS)).skip(&data).unwrap_err().problem;
    assert_eq!(problem, DecodeProblem::EmptyItems { limit: Limits::DEFAULT.empty_items });
    // It is as deep as it would be if it were walked through.
    for (levels, fits) in [(64, true), (63, false)] {
        let decoder = Decoder::new(&schema(&huge)).limits(Limits::DEFAULT.with_depth(levels));
        assert_eq!(decoder.skip(&[]).is_ok(), fits, "{levels}");
    }
}

#[test]
fn values_are_counted_over_the_whole_datum() {
    let array = |items: &str| format!(r#"{{"type":"array","items":{items}}}"#);
    let pair = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":["null","int"]}]}"#;
    let wider = pair.replace(
        r#""int"]}"#,
        r#""int"]},{"name":"c","type":{"type":"array","items":"int"},"default":[1,2]}"#,
    );
    let narrower = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}"#;
    for (name, writer, reader, data, values) in [
        ("a value alone", "\"int\"".to_owned(), None, "02", 0),
        ("items, in whatever blocks", array("\"boolean\""), None, "040001020100", 3),
        ("items with the size of their block", array("\"boolean\""), None, "0304000100", 2),
        ("keys and values", r#"{"type":"map","values":"int"}"#.to_owned(), None, "0402610202620200", 4),
        ("what is in a branch", r#"["null","int"]"#.to_owned(), None, "0202", 1),
        ("fields", pair.to_owned(), None, "0200", 3),
        ("items that are fields", array(pair), None, "040200020000", 2 + 6),
        ("text is one value", array("\"string\""), None, "02146162636465666768696a00", 1),
        ("promoted items", array("\"int\""), Some(array("\"double\"")), "04020600", 2),
        ("a branch of the reader", "\"int\"".to_owned(), Some(r#"["null","int"]"#.to_owned()), "02", 1),
        ("what is skipped is not made", pair.to_owned(), Some(narrower.to_owned()), "0200", 1),
    ] {
        let writer = schema(&writer);
        let decoder = match reader {
            None => Decoder::new(&writer),
            Some(reader) => Decoder::resolving(&writer, &schema(&reader)).unwrap(),
        };
        let data = hex(data);
        let with = |values| decoder.clone().limits(Limits::DEFAULT.with_values(values)).decode(&data);
        let value = decoder.decode(&data).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(with(values), Ok(value), "{name}");
        if let Some(fewer) = values.checked_sub(1) {
            let problem = with(fewer).unwrap_err().problem;
            assert_eq!(problem, DecodeProblem::TooManyValues { limit: fewer }, "{name}");
        }
    }
    // A default counts with what it holds.
    let decoder = Decoder::resolving(&schema(pair), &schema(&wider)).unwrap();
    let least = (0..100).find(|values| {
        decoder.clone().limits(Limits::DEFAULT.with_values(*values)).decode(&hex("0200")).is_ok()
    });
    assert!(least.is_some_and(|least| least >= 3 + 1 + 2), "{least:?}");
}

#[test]
fn defaults_of_records_without_bytes_are_counted_too() {
    let writer = schema(r#"{"type":"array","items":{"type":"record","name":"R","fields":[]}}"#);
    let reader = schema(
        r#"{"type":"array","items":{"type":"record","name":"R","fields":[
            {"name":"a","type":{"type":"array","items":"int"},"default":[1,2,3]}]}}"#,
    );
    let limits = Limits::DEFAULT.with_empty_items(20);
    let decoder = Decoder::resolving(&writer, &reader).unwrap().limits(limits);
    // Each item counts for itself, for the array and for its three numbers.
    assert!(decoder.decode(&hex("0800")).is_ok());
    assert_eq!(decoder.decode(&hex("0a00")).unwrap_err().problem, DecodeProblem::EmptyItems { limit: 20 });
}

#[test]
fn a_datum_may_be_too_long() {
    let limits = Limits::DEFAULT.with_bytes(4);
    let decoder = Decoder::new(&schema(r#""string""#)).limits(limits);
    assert!(decoder.decode(&hex("06616263")).is_ok());
    assert_eq!(decoder.decode(&hex("0861626364")).unwrap_err().problem, DecodeProblem::TooLong { limit: 4 });
    assert_eq!(decoder.skip(&hex("0861626364")).unwrap_err().problem, DecodeProblem::TooLong { limit: 4 });
}

#[test]
fn a_symbol_or_branch_that_the_reader_lacks_fails_when_it_occurs() {
    for (writer, reader, good, bad, message) in [
        (
            r#"{"type":"enum","name":"E","symbols":["A","B"]}"#,
            r#"{"type":"enum","name":"E","symbols":["B"]}"#,
            "02",
            "00",
            "at byte 1: the reader's enum E has neither the symbol \"A\" nor a default",
        ),
        (
            r#"["int","string"]"#,
            r#"["null","long"]"#,
            "0002",
            "020261",
            "at byte 1: data of type string fits no branch of the reader's union [null, long]",
        ),
    ] {
        let decoder = Decoder::resolving(&schema(writer), &schema(reader)).unwrap();
        assert!(decoder.decode(&hex(good)).is_ok());
        assert_eq!(decoder.decode(&hex(bad)).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_value_of_another_type_is_not_encoded() {
    let record = r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"map","values":"E"}}]}"#
        .replace("\"E\"", r#"{"type":"enum","name":"E","symbols":["A"]}"#);
    let value = |symbol| Value::Record(vec![Value::Map([("k".to_owned(), symbol)].into())]);
    let mut out = vec![7];
    let error = super::encode_into(&schema(&record), &value(Value::Enum(1)), &mut out).unwrap_err();
    assert_eq!(error.to_string(), "at $.a[\"k\"]: enum E has 1 symbols, none at position 1");
    assert_eq!(out, [7]);
    let error = encode(&schema(&record), &value(Value::Int(1))).unwrap_err();
    assert_eq!(error.to_string(), "at $.a[\"k\"]: a value of type int stands where the schema has E");
    let error = encode(&schema(&record), &Value::Record(vec![])).unwrap_err();
    assert_eq!(error.to_string(), "at $: record R has 1 fields, not 0");
    let error =
        encode(&schema(r#"{"type":"fixed","name":"F","size":2}"#), &Value::Fixed(vec![1])).unwrap_err();
    assert_eq!(error.to_string(), "at $: fixed F has 2 bytes, not 1");
}
