//! Errors as their callers print them: the message, then what `source` leads to.

use serde_wire::DeserializeErrorKind;
use serde_wire::codec::{DecodeError, EncodeError};
use serde_wire::frame::FrameError;
use serde_wire::registry::{HttpRegistry, ReferenceError, RegistryError};
use serde_wire::resolve::IncompatibleSchema;
use serde_wire::{SerializeError, SerializeErrorKind};
use std::error::Error;
use std::sync::Arc;

/// The messages of an error and of all its causes.
fn chain(error: &dyn Error) -> Vec<String> {
    let mut messages = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        messages.push(error.to_string());
        cause = error.source();
    }
    messages
}

fn refused() -> RegistryError {
    RegistryError::Refused {
        url: "http://h".to_owned(),
        status: 404,
        code: 40403,
        message: "Schema 7 not found".to_owned(),
    }
}

fn unreferenced() -> Box<ReferenceError> {
    let answer = refused();
    Box::new(ReferenceError::Registry { name: "a.B".to_owned(), subject: "b".to_owned(), version: 1, answer })
}

#[test]
fn a_cause_is_told_once_and_in_the_message() {
    let subject = || "t-key".to_owned();
    let invalid = avro_model::Parser::new().parse("7").unwrap_err();
    let cause = "Schema 7 not found";
    let why = invalid.to_string();
    let errors: Vec<(Box<dyn Error>, &str)> = vec![
        (Box::new(refused()), cause),
        (unreferenced(), cause),
        (Box::new(SerializeErrorKind::Registry { subject: subject(), answer: refused() }), cause),
        (Box::new(SerializeErrorKind::from(unreferenced())), cause),
        (Box::new(SerializeError::from(unreferenced())), cause),
        (
            Box::new(SerializeErrorKind::InvalidSchema { whose: "type's", error: Arc::new(invalid.clone()) }),
            &why,
        ),
        (
            Box::new(SerializeError::from(EncodeError::OutOfRange {
                value: "-1".to_owned(),
                logical_type: "natural",
            })),
            "natural",
        ),
        (Box::new(DeserializeErrorKind::from(refused())), cause),
        (Box::new(DeserializeErrorKind::from(unreferenced())), cause),
        (Box::new(DeserializeErrorKind::from(FrameError::Empty)), "the message is empty"),
        (Box::new(DeserializeErrorKind::InvalidSchema(Arc::new(invalid.clone()))), &why),
        (Box::new(DeserializeErrorKind::Data(DecodeError::UnexpectedEnd)), "the input ends inside a value"),
        (
            Box::new(DeserializeErrorKind::Incompatible(Arc::new(IncompatibleSchema::OwnSchema(Box::new(
                invalid.clone(),
            ))))),
            &why,
        ),
    ];
    for (error, cause) in errors {
        let chain = chain(error.as_ref());
        assert!(chain[0].contains(cause), "{chain:?}");
        assert_eq!(chain.iter().filter(|message| message.contains(cause)).count(), 1, "{chain:?}");
    }
}

#[test]
fn the_causes_of_a_client_that_cannot_be_made_are_told_once() {
    for builder in [
        HttpRegistry::builder(Vec::<String>::new()),
        HttpRegistry::builder(["no url"]),
        HttpRegistry::builder(["http://h"]).header("a b", "c"),
    ] {
        let chain = chain(&builder.build().unwrap_err());
        for (at, message) in chain.iter().enumerate() {
            assert!(chain[..at].iter().all(|above| !above.contains(message)), "{chain:?}");
        }
    }
}
