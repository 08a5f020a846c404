//! The path of a decode error: every kind of failure at every kind of place, decoded plainly, by a plan, and generically.

use crate::catalogue::Catalogue;
use crate::order::{ITEM, Order, schema};
use avro_model::Schema;
use avro_model::binary::Decoder;
use serde_wire::codec::{self, AvroResolve, AvroSchema, DecodeError, DecodeFailure, Limits};
use serde_wire::resolve::{FieldPath, PathStep, field_path, resolve};

/// The fields of a datum of `Order`, of which a case replaces one.
fn fields() -> [Vec<u8>; 7] {
    let id = [&[72][..], b"2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a"].concat();
    let items = vec![2, 2, b'x', 4, 2, 2, b'y', 6, 0];
    [id, vec![1], items, vec![2, 2, b'k', 2, 0], vec![2, 2, b'x', 4], vec![2], vec![6, 2, 1, 0]]
}

const FIELDS: [&str; 7] = ["id", "ok", "items", "prices", "payment", "kind", "amount"];

/// Data of this schema is read by a plan all the way down, though it is as long.
fn planned() -> Schema {
    let texts = schema(&ITEM.replace("\"string\"", "\"bytes\"")).replace(r#"["A","B"]"#, r#"["B","A"]"#);
    texts.parse().unwrap()
}

fn text(path: Option<FieldPath>) -> Option<String> {
    path.map(|path| path.to_string())
}

/// What decoding data of `writer` as `T` fails with, and where.
fn failure<T>(writer: &Schema, datum: &[u8]) -> (DecodeFailure, Option<String>)
where
    T: AvroSchema + for<'a> AvroResolve<'a>,
{
    let resolution = resolve::<T>(writer).unwrap();
    let failure = resolution.decode(datum).err().unwrap_or_else(|| panic!("{datum:?} is decoded"));
    (failure, text(resolution.field_path(datum, &failure)))
}

/// Where decoding the same generically fails, if it does.
fn generically(writer: &Schema, reader: &str, datum: &[u8]) -> Option<String> {
    let decoder = Decoder::resolving(writer, &reader.parse().unwrap()).unwrap();
    text(decoder.decode(datum).err().map(|error| error.path))
}

#[test]
fn a_failure_tells_the_path() {
    use DecodeError::*;
    let own: Schema = Order::SCHEMA.parse().unwrap();
    let (long, many, wide) =
        (vec![0xff; 11], vec![0xfe, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x10]);
    for (field, bytes, error, path) in [
        (0, [&[72][..], &[b'z'; 36]].concat(), Uuid, "id"),
        (0, vec![2, 0xff], Utf8, "id"),
        (0, vec![1], NegativeLength, "id"),
        (0, long.clone(), Varint, "id"),
        (1, vec![2], Boolean, "ok"),
        // The second block goes on counting.
        (2, [&[2, 0, 0, 2, 2, b'x'][..], &wide].concat(), IntRange, "items[1].price"),
        (2, vec![3, 8, 0, 0, 0, 0, 2, 2, 0xfe, 0, 0], Utf8, "items[2].sku"),
        (2, [&[4, 0, 0][..], &long].concat(), Varint, "items[1].sku"),
        (2, many.clone(), BlockCount, "items"),
        (2, [&[2, 0, 0][..], &many].concat(), BlockCount, "items"),
        (2, vec![1, 1], NegativeLength, "items"),
        (3, [&[4, 2, b'k', 0, 4, b'"', b'q'][..], &wide].concat(), IntRange, "prices[\"\\\"q\"]"),
        (3, vec![4, 2, b'k', 0, 2, 0xff, 0], Utf8, "prices[key 1]"),
        (3, many.clone(), BlockCount, "prices"),
        (4, vec![6], UnionIndex, "payment"),
        (4, vec![1], UnionIndex, "payment"),
        (4, vec![2, 2, 0xff, 0], Utf8, "payment.sku"),
        (4, [&[2, 0][..], &wide].concat(), IntRange, "payment.price"),
        (4, [&[4][..], &long].concat(), Varint, "payment"),
        (5, vec![4], EnumIndex, "kind"),
        (5, vec![1], EnumIndex, "kind"),
        (6, vec![2, 8], BigDecimal, "amount"),
        (6, vec![6, 2, 1, 0, 1], TrailingBytes, ""),
    ] {
        let mut datum = fields();
        datum[field] = bytes;
        let datum = datum.concat();
        let plain = codec::decode::<Order>(&datum).unwrap_err();
        let found = text(field_path::<Order>(&datum, &plain));
        let path = (error != TrailingBytes).then(|| path.to_owned());
        assert_eq!((plain.error, &found), (error, &path), "{datum:?}");
        for writer in [&own, &planned()] {
            let (failure, found) = failure::<Order>(writer, &datum);
            assert_eq!((failure.error, &found), (error, &path), "{datum:?}");
            if !matches!(error, Uuid | BigDecimal | TrailingBytes) {
                assert_eq!(generically(writer, Order::SCHEMA, &datum), path, "{datum:?}");
            }
        }
    }
}

#[test]
fn an_end_is_in_the_field_that_it_cuts() {
    let fields = fields();
    let datum = fields.concat();
    for writer in [Order::SCHEMA.parse().unwrap(), planned()] {
        for cut in 0..datum.len() {
            let (failure, path) = failure::<Order>(&writer, &datum[..cut]);
            let mut end = 0;
            let inside = fields.iter().position(|field| {
                end += field.len();
                cut < end
            });
            let field = FIELDS[inside.unwrap()];
            let path = path.unwrap_or_else(|| panic!("cut at {cut}: {failure}"));
            assert!(
                path == field
                    || path.starts_with(&format!("{field}["))
                    || path.starts_with(&format!("{field}."))
            );
            // The end of the input is noticed by the count of a block already where there is one.
            if failure.error == DecodeError::UnexpectedEnd {
                assert_eq!(
                    generically(&writer, Order::SCHEMA, &datum[..cut]).as_ref(),
                    Some(&path),
                    "cut at {cut}"
                );
            }
        }
    }
}

#[test]
fn what_the_type_has_no_place_for_tells_the_path() {
    use DecodeError::*;
    let symbols = schema(ITEM).replace(r#"["A","B"]"#, r#"["A","C"]"#);
    let branches = schema(ITEM)
        .replace(r#"["null","Item","long"]"#, r#"["null","string",{"type":"array","items":"Item"}]"#);
    let prices = schema(ITEM).replace(r#""values":"int""#, r#""values":["int","string"]"#);
    let nested = schema(&ITEM.replace("\"int\"", r#"["int","string"]"#));
    for (writer, field, bytes, error, path) in [
        (&symbols, 5, vec![2], UnknownSymbol, "kind"),
        (&symbols, 5, vec![4], EnumIndex, "kind"),
        (&branches, 4, vec![2, 2, b'x'], UnknownType, "payment"),
        (&branches, 4, vec![4, 0], UnknownType, "payment"),
        (&prices, 3, vec![4, 2, b'a', 0, 0, 2, b'b', 2, 0, 0], UnknownType, "prices[\"b\"]"),
        (&nested, 2, vec![4, 0, 0, 0, 0, 2, 0, 0], UnknownType, "items[1].price"),
    ] {
        let writer: Schema = writer.parse().unwrap();
        let mut datum = fields();
        datum[field] = bytes;
        let datum = datum.concat();
        let (failure, found) = failure::<Order>(&writer, &datum);
        assert_eq!((failure.error, found.as_deref()), (error, Some(path)));
        assert_eq!(generically(&writer, Order::SCHEMA, &datum).as_deref(), Some(path));
    }
}

#[test]
fn a_field_that_is_skipped_tells_its_path() {
    use DecodeError::*;
    let gone = r#"[{"name":"gone","type":{"type":"record","name":"Gone","fields":[
        {"name":"map","type":{"type":"map","values":["null","boolean"]}},
        {"name":"list","type":{"type":"array","items":{"type":"enum","name":"L","symbols":["X"]}}},
        {"name":"last","type":"string"}]}},"#;
    let writer: Schema = schema(ITEM).replacen('[', gone, 1).parse().unwrap();
    // Blocks of no bytes that announce 2^63 - 1 items each.
    let announced = [&[0xfd][..], &[0xff; 8], &[1, 0]].concat();
    let most = format!("gone.list[{}]", usize::MAX);
    for (bytes, error, path) in [
        (vec![2, 2, b'k', 2, 7], Boolean, "gone.map[\"k\"]"),
        (vec![2, 2, 0xff, 4], UnionIndex, "gone.map[\"\u{fffd}\"]"),
        (vec![0, 4, 0, 2], EnumIndex, "gone.list[1]"),
        // A block that carries its size is jumped over, whatever is in it.
        (vec![0, 3, 4, 2, 2, 2, 1], EnumIndex, "gone.list[2]"),
        (vec![0, 3, 4, 0, 0, 2, 0, 5, 6, 0, 0, 0, 4, 0, 1], EnumIndex, "gone.list[7]"),
        // Its count and its size are all that is known of it, and neither need be true of the other.
        (vec![0, 0x81, 8, 0, 2, 1], EnumIndex, "gone.list[513]"),
        ([&[0][..], &announced, &announced, &announced, &[2, 1]].concat(), EnumIndex, &most),
        (vec![3, 8, 2, b'k', 0, 0, 2, 1, 0, 0], NegativeLength, "gone.map[key 2]"),
        (vec![0, 0, 1], NegativeLength, "gone.last"),
        (vec![0, 0, 8, 0], UnexpectedEnd, "gone.last"),
    ] {
        let (failure, found) = failure::<Order>(&writer, &bytes);
        assert_eq!((failure.error, found.as_deref()), (error, Some(path)), "{bytes:?}");
        assert_eq!(generically(&writer, Order::SCHEMA, &bytes).as_deref(), Some(path), "{bytes:?}");
    }
}

#[test]
fn a_path_is_a_value_and_none_where_it_is_not_known() {
    let mut datum = fields();
    datum[3] = vec![2, 2, b'k', 0xff];
    let datum = datum[..4].concat();
    let failure = codec::decode::<Order>(&datum).unwrap_err();
    let path = field_path::<Order>(&datum, &failure).unwrap();
    assert_eq!(path.steps(), [PathStep::Field("prices".into()), PathStep::Key("k".into())]);

    // Another datum than the one that failed: there is no such failure.
    assert_eq!(field_path::<Order>(&fields().concat(), &failure), None);
    // Limits of one's own stop where nothing is wrong.
    let resolution = resolve::<Order>(&Order::SCHEMA.parse().unwrap()).unwrap();
    let whole = fields().concat();
    let shallow = resolution.decode_within(&whole, Limits::DEFAULT.with_depth(1)).unwrap_err();
    assert_eq!(shallow.error, DecodeError::Depth);
    assert_eq!(resolution.field_path(&whole, &shallow), None);
}

#[test]
fn a_long_way_is_cut_short() {
    let deep = [0, 2].repeat(1_000);
    let failure = codec::decode_prefix::<Catalogue>(&deep).unwrap_err();
    assert_eq!(failure.error, DecodeError::Depth);
    // The stack may be what ends it, in a build without optimisation: then there is no path.
    if let Some(path) = field_path::<Catalogue>(&deep, &failure) {
        assert_eq!(path.steps().len(), 512);
        assert!(path.to_string().starts_with("next.next.") && path.to_string().len() < 200, "{path}");
    }
}
