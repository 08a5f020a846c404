//! Names of generated types, fields and variants, for names that are awkward in Rust. That it compiles is most
//! of the test: every name is used as a user would.

use codegen_tests::files;
use serde_wire::codec::{self, AvroDecode, AvroEncode};
use std::fmt::Debug;

#[track_caller]
fn round_trips<T: AvroEncode + for<'a> AvroDecode<'a> + PartialEq + Debug>(value: &T) {
    let mut bytes = Vec::new();
    value.encode_into(&mut bytes);
    assert_eq!(codec::decode::<T>(&bytes).as_ref(), Ok(value));
}

#[test]
fn a_name_may_occur_in_two_namespaces() {
    use files::same_name_two_ns::com::acme::{a, b, v1};
    round_trips(&v1::Order { item: a::Item { x: 1 }, item2: b::Item { y: "two".into() } });
}

#[test]
fn keywords_are_raw_or_get_an_underscore() {
    round_trips(&files::reserved_fields::Reserved {
        r#type: 1,
        r#gen: 2,
        self_: 3,
        self_2: 4,
        crate_: 5,
        r#async: 6,
        r#try: 7,
        r#dyn: 8,
        super_: 9,
        underscore: 10,
        r#box: 11,
        r: 12,
    });
}

#[test]
fn types_may_be_called_like_the_prelude() {
    use files::prelude_names::{self as schema, Some as Symbol};
    round_trips(&schema::Option { some: Some(Box::new(schema::Option { some: None })) });
    round_trips(&schema::Vec { string: schema::String { vec: vec!["x".into()] }, bytes: vec![1] });
    round_trips(&schema::Err { u: schema::unions::err::U::Plan(schema::Plan([1, 2])) });
    round_trips(&schema::None { x: None });
    round_trips(&schema::None { x: Some(schema::unions::none::X::Int(1)) });
    round_trips(&[Symbol::None, Symbol::Some, Symbol::Ok, Symbol::Err].to_vec());
    assert_eq!(Symbol::default(), Symbol::None);
    assert_eq!(schema::Self_::default(), schema::Self_ { self_: 1 });
    assert_eq!(schema::I32::default(), schema::I32 { u8: vec![0xff] });
}

#[test]
fn fields_that_come_out_alike_are_numbered_in_order() {
    round_trips(&files::case_collide_fields::CaseCollide { foo_bar: 1, foo_bar_2: 2 });
}

#[test]
fn symbols_that_come_out_alike_are_numbered_in_order() {
    use files::symbols::Symbols::{
        _1, A, A2, ALL2, All, FromIndex, Self_, Self_2, Type, Underscore, Underscore2, X1, X1_2,
    };
    let symbols = [A, A2, Self_, Self_2, Underscore, Underscore2, ALL2, All, FromIndex, X1, X1_2, _1, Type];
    assert_eq!(files::symbols::Symbols::ALL, symbols);
    assert_eq!(Self_2.to_string(), "self");
    assert_eq!(files::symbols::Symbols::default(), Self_2);
    round_trips(&symbols.to_vec());
}

#[test]
fn namespaces_are_modules_whatever_they_are_called() {
    use files::namespaces::{com, com_2, i32_, serde_wire as wire, std as standard};
    round_trips(&com::r#type::r#async::self_::Top {
        a: standard::core::A { i: 1 },
        b: wire::codec::B { a: standard::core::A { i: 2 } },
        c: i32_::u8_::C::X,
        d: com_2::r#type::D { t: None, n: Some(com_2::r#type::unions::d::N::A(standard::core::A { i: 3 })) },
        e: com::r#type::Async {},
        f: com::acme_corp_2::X {},
        g: com::acme_corp::X {},
    });
}

#[test]
fn letters_beyond_latin_1_are_their_codes() {
    use files::unicode::{Größe, U426U432U435U442 as Colour};
    round_trips(&Größe {
        été: 1,
        u438_u43c_u44f: Colour::U212b,
        u540d_u524d: Some("x".into()),
        a: 2,
        u430: 3,
    });
    assert_eq!(Colour::Å.as_str(), "\u{c5}");
}

#[test]
fn a_root_without_a_name_is_called_after_its_file() {
    use files::top_union::{EvA, EvB, roots::_11TopUnion as TopUnion};
    round_trips(&TopUnion::from(EvA { a: 1 }));
    round_trips(&TopUnion::EvB(EvB { b: "x".into() }));
    let map = [("k".to_owned(), None)].into_iter().collect();
    round_trips(&files::top_array::roots::_16TopArray(vec![map]));
}

#[test]
fn a_type_without_a_name_is_found_by_the_way_to_it() {
    use files::lasting_names::unions::{self, order};
    use files::lasting_names::{Order, OrderItem};
    let value = Order {
        item: order::Item::OrderItem(OrderItem { unions: unions::order_item::Unions::Int(1) }),
        items: vec![Some(order::items::Item::Long(1)), None, Some("x".to_owned().into())],
        by_name: [
            ("a".to_owned(), None),
            (
                "b".to_owned(),
                Some(order::by_name::Value::Array(vec![order::by_name::ValueArrayItem::Bytes(vec![1])])),
            ),
        ]
        .into_iter()
        .collect(),
        notes: vec![Some("x".into()), None],
        tags: Some([("k".to_owned(), None)].into_iter().collect()),
        next: Some(order::Next::Int(5)),
        _1: Some(order::_1::Array(vec![order::_1_::ArrayItem::Int(1)])),
        i32: vec![order::i32_::Item::Double(0.5)],
        bool: [("k".to_owned(), Some(vec![Some(true), None]))].into_iter().collect(),
        last: Some(vec![None, Some(order::last::Item::Long(1)), None]),
    };
    round_trips(&value);
    round_trips(&Order { next: Some(order::Next::Order(Box::new(value.clone()))), last: None, ..value });
    round_trips(&files::lasting_names::order::Item { a: None });
    round_trips(&files::lasting_names::unions_::order::Item {
        a: files::lasting_names::unions_::order::unions::item::A::Int(1),
    });
    round_trips(&files::rustfmt::rustfmt_::Skip { a: files::rustfmt::clippy::all::E::A });
}

#[test]
fn large_types_are_behind_boxes_in_others() {
    use files::large::{Chain0, Crowd, Large0, Large7};
    // By value it would be 46 KB, and its decoding overflow the stack of a thread in a build without optimisation.
    assert!(size_of::<Chain0>() < 2048);
    assert!(size_of::<Large7>() > 1024 && size_of::<Large0>() < 2 * size_of::<Large7>());
    // Twenty-four small records would be 7 KB.
    assert!(size_of::<Crowd>() < 1024);
}

#[test]
fn underscores_and_digits_stay_apart() {
    use files::underscores::_1::underscore::{_1, UnderScore, X86_64, X8664};
    let value = UnderScore {
        _2d: 1,
        _1st: 2,
        x: 3,
        x_2: 4,
        underscore: 5,
        underscore_2: 6,
        x86_64: _1 {},
        x8664: X86_64 {},
        x86_64_2: X8664 {},
    };
    round_trips(&value);
}
