//! Properties of the reader of JSON, whatever the text.

use crate::json::Json;
use crate::json::reader::{Builder, Duplicates, Number, Options, Part, Trailing, read};
use std::borrow::Cow;

/// Reads a text in several ways: faults are at characters, what is plain JSON is the same with every option that adds to
/// it, and what is printed is read as what it was.
///
/// # Panics
/// When any of that does not hold.
pub fn json_text_holds(text: &str) {
    let plain = Options::new();
    let lenient =
        plain.comments(true).non_finite(true).duplicates(Duplicates::Kept).trailing(Trailing::Anything);
    let [plain, lenient] = [plain, lenient].map(|options| {
        let mut count = Count::default();
        let result = read(text, &options, &mut count);
        result.map(|()| count).map_err(|error| {
            assert!(text.is_char_boundary(error.offset), "{error}: {text}");
        })
    });
    if let Ok(count) = plain {
        assert_eq!(lenient, Ok(count), "{text}");
    }
    if let Ok(value) = Json::parse(text) {
        let printed = value.to_string();
        let again = Json::parse(&printed).map(|value| value.to_string());
        assert_eq!(again.as_ref(), Ok(&printed), "{text}");
    }
}

/// Counts what it is given.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    begun: usize,
    made: usize,
    bytes: usize,
}

impl<'t> Builder<'t> for Count {
    type Value = ();
    type Key = Cow<'t, str>;

    fn null(&mut self) {
        self.made += 1;
    }

    fn boolean(&mut self, _: bool) {
        self.made += 1;
    }

    fn number(&mut self, number: Number<'t>) -> Option<()> {
        self.made += 1;
        self.bytes += number.text.len();
        Some(())
    }

    fn string(&mut self, text: Cow<'t, str>) {
        self.made += 1;
        self.bytes += text.len();
    }

    fn key(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        self.bytes += text.len();
        text
    }

    fn array(&mut self, _: Vec<()>) {
        self.made += 1;
    }

    fn object(&mut self, _: Vec<(Cow<'t, str>, ())>) {
        self.made += 1;
    }

    fn begin(&mut self, _: usize, _: Part<'_, Cow<'t, str>>, _: usize) {
        self.begun += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::json_text_holds;
    use crate::testing::json_texts;

    #[test]
    fn it_holds_of_every_kind_of_text() {
        for (_, text) in json_texts() {
            json_text_holds(&text);
        }
    }
}
