//! Symbols that an enum does not have: what each choice makes of them, alike in code for the writer's schema, in plans, in every
//! form, and in the generic decoder where it knows the choice.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use avro_model::Schema;
use avro_model::binary::{self, DecodeProblem, Decoder};
use avro_model::testing::{Random, Values, mutate};
use codegen_tests::symbols::{default, error, keep, specification, symbol};
use serde_wire::codec::{
    AvroBorrow, AvroResolve, AvroSchema, AvroTryEncode, DecodeError, EncodeError, OnUnknownSymbol,
};
use serde_wire::resolve::{Resolution, resolve};
use std::fmt::Debug;

const NEWER: &str = include_str!(concat!(env!("OUT_DIR"), "/texts/symbols_newer.avsc"));

/// What every type of the modules can do.
trait Order:
    AvroSchema + AvroTryEncode + AvroBorrow + for<'a> AvroResolve<'a> + Debug + Clone + PartialEq
{
    /// The value of the borrowed form.
    fn by_ref(resolution: &Resolution<Self>, data: &[u8]) -> Result<Self, DecodeError>;
    /// The symbol in its first field, printed by `Debug` and by `Display`.
    fn state(&self) -> [String; 2];
}

macro_rules! orders {
    ($($module:ident)*) => {$(
        impl Order for $module::shop::Order {
            fn by_ref(resolution: &Resolution<Self>, data: &[u8]) -> Result<Self, DecodeError> {
                resolution.decode_ref(data).map(|order| order.to_owned()).map_err(|failure| failure.error)
            }

            fn state(&self) -> [String; 2] {
                [format!("{:?}", self.state), self.state.to_string()]
            }
        }
    )*};
}
orders!(specification default error symbol keep);

/// Of each symbol of the newer schema in turn, and of one that it does not have itself: what becomes of it.
const UNKNOWN: Result<[&str; 2], DecodeError> = Err(DecodeError::UnknownSymbol);
const NEW: Result<[&str; 2], DecodeError> = Ok(["New", "NEW"]);
const PAID: Result<[&str; 2], DecodeError> = Ok(["Paid", "PAID"]);
const CALLED_SO: Result<[&str; 2], DecodeError> = Ok(["Unknown", "UNKNOWN"]);

#[test]
fn each_choice_makes_its_own_of_an_unknown_symbol_in_every_tier_and_form() {
    symbols::<specification::shop::Order>([NEW, PAID, NEW, NEW, CALLED_SO]);
    symbols::<default::shop::Order>([NEW, PAID, NEW, NEW, CALLED_SO]);
    symbols::<error::shop::Order>([UNKNOWN, PAID, UNKNOWN, NEW, CALLED_SO]);
    symbols::<symbol::shop::Order>([PAID, PAID, PAID, NEW, CALLED_SO]);
    let kept = |text| Ok([text, text]);
    let called_so = Ok(["Unknown_", "UNKNOWN"]);
    symbols::<keep::shop::Order>([kept("Unknown(0)"), PAID, kept("Unknown(2)"), NEW, called_so]);
}

fn symbols<T: Order>(expected: [Result<[&str; 2], DecodeError>; 5]) {
    for tier in tiers::<T>() {
        for (index, expected) in (0..).zip(expected.into_iter().chain([Err(DecodeError::EnumIndex)])) {
            let outcome = outcome(&tier, &[2 * index, 0, 0, 0, 0]);
            let state = outcome.map(|order| order.state());
            let expected = expected.map(|texts| texts.map(str::to_owned));
            assert_eq!(state, expected, "symbol {index} by {tier:?}");
        }
    }
    // In data of the schema itself there is no symbol that it does not have.
    let own = Resolution::<T>::identity();
    assert_eq!(outcome(&own, &[6, 0, 0, 0, 0]), Err(DecodeError::EnumIndex));
    assert_eq!(
        outcome(&own, &[4, 0, 0, 0, 0]).map(|order| order.state()),
        PAID.map(|texts| texts.map(str::to_owned))
    );
}

/// The code for the newer schema, its plan, and that of a schema that the generator did not know.
fn tiers<T: Order>() -> [Resolution<T>; 3] {
    let compiled = resolve::<T>(&NEWER.parse().unwrap()).unwrap();
    assert!(compiled.is_compiled());
    let field = r#", {"name": "nothing", "type": "null"}]}"#;
    let other = NEWER.strip_suffix("]}").unwrap().to_owned() + field;
    let other = resolve::<T>(&other.parse().unwrap()).unwrap();
    assert!(!other.is_compiled() && !other.is_identity());
    [compiled.clone().by_plan(), compiled, other]
}

/// The value, which is the same in every form.
fn outcome<T: Order>(resolution: &Resolution<T>, data: &[u8]) -> Result<T, DecodeError> {
    let owned = resolution.decode(data).map_err(|failure| failure.error);
    assert_eq!(T::by_ref(resolution, data), owned);
    if let Ok(value) = &owned {
        // Into a value that was read before.
        let mut into = value.clone();
        resolution.decode_into(data, &mut into).unwrap();
        assert_eq!(&into, value);
    }
    owned
}

/// How the schema of a type is resolved by the generic decoder, which keeps no unknown symbol: there it is an error.
fn generic<T: AvroSchema>() -> (Schema, bool) {
    let own: Schema = T::SCHEMA.parse().unwrap();
    match T::UNKNOWN_SYMBOLS {
        [] => (own, false),
        [(name, OnUnknownSymbol::Symbol(symbol))] => (own.with_enum_default(name, Some(symbol)), false),
        [(name, choice)] => (own.with_enum_default(name, None), *choice == OnUnknownSymbol::Keep),
        more => panic!("{more:?}"),
    }
}

#[test]
fn all_tiers_agree_with_the_generic_decoder() {
    for (check, keeps) in [
        (agree::<specification::shop::Order> as fn() -> [usize; 3], false),
        (agree::<default::shop::Order>, false),
        (agree::<error::shop::Order>, false),
        (agree::<symbol::shop::Order>, false),
        (agree::<keep::shop::Order>, true),
    ] {
        let [same, refused, kept] = check();
        assert!(same > 40 && refused > 40 && (kept > 40) == keeps, "{same} {refused} {kept}");
    }
}

/// How many data were read as the same value, refused by both, and read with what was kept.
fn agree<T: Order>() -> [usize; 3] {
    let newer: Schema = NEWER.parse().unwrap();
    let (own, keeps) = generic::<T>();
    let (decoder, plain) = (Decoder::resolving(&newer, &own).unwrap(), Decoder::new(&own));
    let [planned, compiled, _] = tiers::<T>();
    let (values, random) = (Values::of(&newer), &mut Random::seed(7));
    let mut counts = [0; 3];
    for _ in 0..400 {
        let mut data = binary::encode(&newer, &values.value(random)).unwrap();
        for _ in 0..2 {
            let read = outcome(&compiled, &data);
            assert_eq!(read, outcome(&planned, &data), "{data:?}");
            let mut bytes = Vec::new();
            match (read.map(|order| order.try_encode_into(&mut bytes)), decoder.decode(&data)) {
                (Ok(Ok(())), Ok(value)) => {
                    assert_eq!(plain.decode(&bytes).as_ref(), Ok(&value), "{data:?}");
                    counts[0] += 1;
                }
                (Ok(Err(EncodeError::UnknownSymbol { of, .. })), Err(_)) => {
                    assert!(keeps && of == "shop.State" && bytes.is_empty(), "{data:?}");
                    counts[2] += 1;
                }
                (Err(error), Err(expected)) => {
                    let failure = compiled.decode(&data).unwrap_err();
                    assert_eq!(failure.error, error);
                    let path = compiled.field_path(&data, &failure);
                    // What was kept is where the generic decoder stopped.
                    if let Some(path) = path.filter(|_| !keeps && failure.offset == expected.offset) {
                        assert_eq!(path, expected.path, "{data:?}: {failure}, {expected}");
                    }
                    counts[1] += 1;
                }
                // An int that is padded beyond five bytes, which only the generic decoder refuses.
                (Ok(_), Err(error)) if matches!(error.problem, DecodeProblem::NumberTooLong { bits: 32 }) => {
                }
                (read, expected) => panic!("{data:?}: {read:?}, not {expected:?}"),
            }
            mutate(&mut data, random);
        }
    }
    counts
}

/// The field at fault is found behind symbols that were kept.
#[test]
fn an_error_behind_a_kept_symbol_has_its_path() {
    for tier in tiers::<keep::shop::Order>() {
        let data = [0, 2, 4, 2, 0, 0, 0, 2, 0xff];
        let failure = tier.decode(&data).unwrap_err();
        assert_eq!(failure.error, DecodeError::Utf8);
        assert_eq!(tier.field_path(&data, &failure).unwrap().to_string(), "text");
    }
}

#[test]
fn what_is_kept_can_be_looked_at_but_not_written() {
    use keep::shop::State;
    let state = State::Unknown(2);
    assert_eq!((state.as_str(), State::Paid.as_str()), (None, Some("PAID")));
    assert_eq!(State::ALL, [State::New, State::Unknown_, State::Paid]);
    assert!(state > State::Paid && State::try_from("Unknown(2)").is_err());
    assert_eq!("UNKNOWN".parse(), Ok(State::Unknown_));
    assert_eq!(State::default(), State::New);
    let mut bytes = vec![1];
    let error = state.try_encode_into(&mut bytes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the symbol at position 2 of the schema that it was read with is none of shop.State, so it cannot be written: \
         set one of its symbols first"
    );
    assert_eq!(bytes, [1]);
    for (state, json) in [(state, r#"{"unknown symbol":2}"#), (State::Unknown_, r#""UNKNOWN""#)] {
        assert_eq!(serde_json::to_string(&state).unwrap(), json);
        assert_eq!(serde_json::from_str::<State>(json).unwrap(), state);
    }
}
