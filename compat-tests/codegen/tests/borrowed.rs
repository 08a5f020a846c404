//! Borrowed forms as a consumer uses them: their names, their defaults, the way to the owned form and back, and reading data
//! of another schema by a plan.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::testing::{Random, Values, mutate};
use avro_model::{Parser, Schema, binary};
use codegen_tests::files::borrowed::{Borrowed, Defaults, Kind, Mark, Place, Plan, Seal, Shop, ShopRef};
use codegen_tests::files::borrowed::{borrowed, borrowed_, unions};
use codegen_tests::workloads::w1::bench::{self, Event};
use serde_wire::codec::{
    AvroBorrow, AvroEncode, AvroResolve, AvroSchema, AvroTryEncode, EncodeError, Map, decode, decode_into,
};
use serde_wire::resolve::resolve;

/// How many values of each writer are tried, and how many malformed data for each.
const VALUES: u64 = 24;
const MUTATIONS: usize = 2;

type Check = fn(u64) -> [usize; 2];

const CHECKS: &[(u64, Check)] = include!(concat!(env!("OUT_DIR"), "/borrowing_checks.rs"));

#[test]
fn plans_read_every_form_alike() {
    let [mut read, mut refused] = [0; 2];
    for (seed, check) in CHECKS {
        let counts = check(*seed);
        read += counts[0];
        refused += counts[1];
    }
    assert!(read > 200 && refused > 20, "{read} values, {refused} refused");
}

fn check<W, R>(seed: u64) -> [usize; 2]
where
    W: AvroSchema,
    R: AvroBorrow + AvroTryEncode + for<'a> AvroResolve<'a>,
    for<'a> R::Ref<'a>: AvroTryEncode + AvroResolve<'a>,
{
    let writer: Schema = Parser::new().parse(W::SCHEMA).unwrap();
    let values = Values::of(&writer);
    let (true, Ok(resolution)) = (values.any(), resolve::<R>(&writer)) else { return [0; 2] };
    let random = &mut Random::seed(seed);
    let mut used: Option<R> = None;
    let mut counts = [0; 2];
    for _ in 0..VALUES {
        let mut bytes = binary::encode(&writer, &values.value(random)).unwrap();
        for _ in 0..=MUTATIONS {
            let owned = resolution.decode(&bytes);
            let expected = owned.as_ref().map(tried).map_err(|failure| *failure);
            let borrowed = resolution.decode_ref(&bytes).map(|value| tried(&value));
            assert_eq!(borrowed, expected, "seed {seed}: {bytes:?}");
            if let Some(used) = &mut used {
                let read = resolution.decode_into(&bytes, used);
                assert_eq!(read.map(|()| tried(used)), expected, "seed {seed}: {bytes:?}");
            }
            counts[usize::from(owned.is_err())] += 1;
            used = owned.ok().or(used);
            mutate(&mut bytes, random);
        }
    }
    counts
}

#[test]
fn no_name_of_a_schema_takes_that_of_a_borrowed_form() {
    // The record `ShopRef` beside the borrowed form of `Shop`, and the namespace `borrowed` beside the module.
    let (there, here) = (borrowed::ShopRefRef::new("a"), borrowed_::Shop::new("b"));
    assert_eq!((there.to_owned(), here.name.as_str()), (ShopRef::new("a"), "b"));
    assert_eq!(borrowed_::borrowed::ShopRef::new("b"), here.borrowed());
    assert_eq!(borrowed::BorrowedRef { to_owned: "c" }.to_owned(), Borrowed::new("c"));
}

#[test]
fn what_is_borrowed_becomes_owned_and_back() {
    let shop = Shop {
        name: "a".into(),
        seal: Seal([1; 32]),
        mark: Mark([2; 16]),
        plan: Plan(Box::new([3; 2000])),
        any: Some(unions::shop::Any::Shop(Box::new(Shop {
            name: "b".into(),
            seal: Seal([4; 32]),
            mark: Mark([5; 16]),
            plan: Plan(Box::new([6; 2000])),
            any: Some(vec![Some("c".to_owned()), None].into()),
            either: 7.into(),
            stock: Map::new(),
            counts: vec![],
            place: Place { x: 0.5, kind: Kind::A },
            price: None,
        }))),
        either: Borrowed::new("d").into(),
        stock: [("e".to_owned(), vec![None, Some(b"f".to_vec().into())])].into(),
        counts: vec![8, 9],
        place: Place { x: 1.5, kind: Kind::A },
        price: Some("1.25".parse().unwrap()),
    };
    let bytes = tried(&shop).unwrap();
    let read: borrowed::ShopRef<'_> = decode(&bytes).unwrap();
    assert_eq!(read, shop.borrowed());
    assert_eq!(read.to_owned(), shop);
    assert_eq!(Shop::from(&read), shop);
    assert_eq!(tried(&read), Ok(bytes.clone()));
    assert_eq!((read.seal.0, &read.mark), (&[1; 32], &Mark([2; 16])));
    assert_eq!(read.either.as_borrowed().map(|inner| inner.to_owned), Some("d"));
    for text in [read.name, read.stock.keys().next().unwrap()] {
        assert!(bytes.as_ptr_range().contains(&text.as_ptr()), "{text} is a part of the message");
    }
}

#[test]
fn defaults_of_borrowed_forms_are_those_of_the_owned_ones() {
    assert_eq!(borrowed::DefaultsRef::default().to_owned(), Defaults::default());
    // A writer without any of the fields.
    let writer = r#"{"type": "record", "name": "Defaults", "fields": []}"#.parse().unwrap();
    let resolution = resolve::<Defaults>(&writer).unwrap();
    assert_eq!(resolution.decode_ref(&[]).unwrap(), Defaults::default().borrowed());
    let texts: borrowed::DefaultsRef<'static> = borrowed::DefaultsRef::default();
    assert_eq!((texts.text, texts.bytes), ("one", &[1, 0xff][..]));
}

#[test]
fn values_follow_each_other_in_one() {
    let event = Event::new(1, "ada", "s1", bench::Kind::Click, "no", 2.5, 3.into(), 4, true);
    let other = Event {
        referrer: Some("r".into()),
        ..Event::new(5, "b", "s2", bench::Kind::View, "se", 0.0, 6.into(), 7, false)
    };
    let mut used = event.clone();
    for next in [&other, &event, &event, &other] {
        decode_into(&encoded(next), &mut used).unwrap();
        assert_eq!(&used, next);
    }
}

/// The encoding of a value that may have none: some types of other crates hold more than the schema.
fn tried(value: &impl AvroTryEncode) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    value.try_encode_into(&mut bytes).map(|()| bytes)
}

fn encoded(value: &impl AvroEncode) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode_into(&mut bytes);
    bytes
}
