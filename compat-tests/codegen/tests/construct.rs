//! Making values and looking into them: constructors, builders, symbols by name, branches of unions.

use codegen_tests::external::parts::com::acme::Id;
use codegen_tests::external::parts::com::acme::parts::{Part, unions::part::Size};
use codegen_tests::external::whole::{self, Whole, builders::WholeBuilder};
use codegen_tests::files::defaults::{Col, Inner};
use codegen_tests::files::lasting_names::{OrderItem, unions::order};
use codegen_tests::files::null_second::NullSecond;
use codegen_tests::files::{large, symbols::Symbols};
use serde_wire::codec::{AvroSchema, MissingField, UnknownSymbol};

#[test]
fn new_takes_the_fields_without_a_default() {
    assert_eq!(Part::new(Id([1, 2])), Part { id: Id([1, 2]), size: None });
    assert_eq!(Whole::new("x"), Whole { title: "x".into(), ..whole::Whole::new(String::new()) });
    assert_eq!(Inner::new(1), Inner { z: 1, o: None });
    assert_eq!(NullSecond::new(), NullSecond::default());
    // Text as it comes, and what is behind a `Box` without one.
    let large = large::Large6::new(
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
        "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34",
        "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", None,
    );
    assert_eq!((large.f0.as_str(), large.f44.as_str(), &large.next), ("0", "44", &None));
}

#[test]
fn a_builder_takes_fields_one_by_one() {
    let part = Part::new(Id([0, 0]));
    let built =
        Whole::builder().title("x").part(Some(part.clone())).any(part.clone().into()).build().unwrap();
    assert_eq!(built, Whole { part: Some(part.clone()), any: part.into(), ..Whole::new("x") });
    let error = WholeBuilder::clone(&Whole::builder().id(Id([1, 1]))).build().unwrap_err();
    assert_eq!(error, MissingField::new("Whole", "title"));
    assert_eq!(error.to_string(), "the field `title` of Whole has no default and was not set");
    // A field may be called as the method that ends it all.
    assert_eq!(Whole::builder().title("x").build_2(7).build().unwrap().build, 7);
}

#[test]
fn symbols_are_found_by_name() {
    for symbol in Symbols::ALL {
        assert_eq!(symbol.as_str().parse(), Ok(*symbol));
        assert_eq!(Symbols::try_from(symbol.as_str()), Ok(*symbol));
    }
    let error = "Red".parse::<Col>().unwrap_err();
    assert_eq!(error, UnknownSymbol::new("Col", "Red"));
    assert_eq!(error.to_string(), "\"Red\" is no symbol of Col");
}

#[test]
fn branches_are_asked_for_by_name() {
    let item = order::Item::from(OrderItem::new(7.into()));
    assert_eq!((item.as_int(), item.as_order_item()), (None, Some(&OrderItem::new(7.into()))));
    assert_eq!(item.clone().into_order_item(), Some(OrderItem::new(7.into())));
    assert_eq!(item.into_string(), None);
    // What is behind a `Box` comes without it.
    let next = order::Next::Order(Box::new(codegen_tests::files::lasting_names::Order {
        item: order::Item::Int(1),
        items: vec![],
        by_name: [].into(),
        notes: vec![],
        tags: None,
        next: None,
        _1: None,
        i32: vec![],
        bool: [].into(),
        last: None,
    }));
    assert_eq!(next.as_order().map(|order| order.item.as_int()), Some(Some(&1)));
    assert_eq!(next.into_order().unwrap().item, order::Item::Int(1));
    assert_eq!(Size::Int(1).as_int(), Some(&1));
}

#[test]
fn a_type_tells_its_name_and_schema() {
    assert_eq!((<Id as AvroSchema>::NAME, Part::NAME), (Some("com.acme.Id"), Some("com.acme.parts.Part")));
    assert_eq!(codegen_tests::files::top_union::roots::_11TopUnion::NAME, None);
    let schema: avro_model::Schema = Whole::SCHEMA.parse().unwrap();
    assert_eq!(Whole::CANONICAL_FORM, schema.parsing_canonical_form());
    assert_eq!(Whole::FINGERPRINT, avro_model::fingerprint::rabin(Whole::CANONICAL_FORM));
}
