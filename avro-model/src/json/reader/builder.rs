//! Builders: they make values of what is read.

use std::borrow::Cow;
use std::hash::Hash;

/// Makes values out of the parts of a text; `'t` is the life of the text, from which keys, strings and numbers borrow.
///
/// Values are made from the inside out: an array comes after its items.
pub trait Builder<'t> {
    /// A value.
    type Value;
    /// The key of a member. Keys are cloned for objects with many members, and only where duplicates are looked for.
    type Key: Clone + Default + Eq + Hash;

    /// `null`
    fn null(&mut self) -> Self::Value;
    /// `true` or `false`
    fn boolean(&mut self, truth: bool) -> Self::Value;
    /// A number; `None` refuses it.
    fn number(&mut self, number: Number<'t>) -> Option<Self::Value>;
    /// A string.
    fn string(&mut self, text: Cow<'t, str>) -> Self::Value;
    /// A key.
    fn key(&mut self, text: Cow<'t, str>) -> Self::Key;
    /// An array.
    fn array(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// An object.
    fn object(&mut self, members: Vec<(Self::Key, Self::Value)>) -> Self::Value;

    /// A value begins at a byte of the text, inside as many containers as `depth` says; `part` is what it will be of
    /// the innermost of them.
    fn begin(&mut self, depth: usize, part: Part<'_, Self::Key>, offset: usize) {
        let _ = (depth, part, offset);
    }
}

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'t> {
    /// Its text.
    pub text: &'t str,
    /// Its form: an integer, a decimal or a word.
    pub form: NumberForm,
}

/// The form in which a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberForm {
    /// Digits, with `-` or without.
    Integer,
    /// Digits with a fraction, an exponent or both.
    Decimal,
    /// A word: `NaN`, `Infinity`, `+Infinity`, `-Infinity`, `+INF` or `-INF`.
    NonFinite,
}

/// The role of a value in the container that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'k, K> {
    /// It stands in none.
    Root,
    /// The item at that index.
    Item(usize),
    /// The member of that key.
    Member(&'k K),
}
