//! The place in a value that does not fit.

use std::fmt::Write;

/// A step from a value to one of its parts.
pub(crate) enum Place<'v> {
    /// A field of a record.
    Field(&'v str),
    /// A key of a map.
    Key(&'v str),
    /// An item of an array.
    Index(usize),
}

/// A problem with the way to it, which is noted step by step from the inside while the error is handed out.
pub(crate) struct Unfit<P>(Box<(P, Vec<String>)>);

/// Notes the step that led to a problem.
pub(crate) fn at<P>(place: Place<'_>) -> impl FnOnce(Unfit<P>) -> Unfit<P> {
    move |mut unfit| {
        let mut step = String::new();
        let written = match place {
            Place::Field(name) => write!(step, ".{name}"),
            Place::Key(key) => write!(step, "[{key:?}]"),
            Place::Index(index) => write!(step, "[{index}]"),
        };
        written.expect("a String takes any text");
        unfit.0.1.push(step);
        unfit
    }
}

impl<P> From<P> for Unfit<P> {
    fn from(problem: P) -> Self {
        Self(Box::new((problem, Vec::new())))
    }
}

impl<P> Unfit<P> {
    /// The path from the root of the value, and the problem.
    pub(crate) fn into_parts(self) -> (String, P) {
        let (problem, steps) = *self.0;
        let mut path = String::from("$");
        path.extend(steps.into_iter().rev());
        (path, problem)
    }
}
