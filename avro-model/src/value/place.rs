//! The place in a value that does not fit.

use super::path::{FieldPath, PathStep};
use std::fmt::Write;

/// A step from a value to one of its parts.
#[derive(Clone, Copy)]
pub(crate) enum Place<'v> {
    /// A field of a record.
    Field(&'v str),
    /// The value of a key of a map.
    Key(&'v str),
    /// A key of a map.
    KeyAt(usize),
    /// An item of an array.
    Index(usize),
}

/// A problem with the way to it, which is noted step by step from the inside while the error is handed out.
pub(crate) struct Unfit<P>(Box<(P, Vec<PathStep>)>);

/// Notes the step that led to a problem.
pub(crate) fn at<P, U: Into<Unfit<P>>>(place: Place<'_>) -> impl FnOnce(U) -> Unfit<P> {
    move |problem| {
        let mut unfit = problem.into();
        unfit.0.1.push(match place {
            Place::Field(name) => PathStep::Field(name.to_owned()),
            Place::Key(key) => PathStep::Key(key.to_owned()),
            Place::KeyAt(index) => PathStep::KeyAt(index),
            Place::Index(index) => PathStep::Index(index),
        });
        unfit
    }
}

impl<P> From<P> for Unfit<P> {
    #[cold]
    fn from(problem: P) -> Self {
        Self(Box::new((problem, Vec::new())))
    }
}

impl<P> Unfit<P> {
    /// The path from the root of the value as text that begins with `$`, and the problem.
    pub(crate) fn into_parts(self) -> (String, P) {
        let (problem, steps) = *self.0;
        let mut path = String::from("$");
        for step in steps.into_iter().rev() {
            let written = match step {
                PathStep::Key(key) => write!(path, "[{key:?}]"),
                step => write!(path, "{step}"),
            };
            written.expect("a String takes any text");
        }
        (path, problem)
    }

    /// The path from the root of the value, and the problem.
    pub(crate) fn into_path(self) -> (FieldPath, P) {
        let (problem, steps) = *self.0;
        (steps.into_iter().rev().collect(), problem)
    }
}
