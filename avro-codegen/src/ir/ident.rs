//! Rust identifiers for Avro names.
//!
//! Everything here is a function of the name alone; names of one scope that come out alike are told apart by
//! [`Scope`](super::scope::Scope).

use super::names::{BORROWED, BUILDERS, ROOTS, TOP, UNIONS};
use super::words::{is_plain, words};
use proc_macro2::{Ident, Span};
use std::fmt::Write;
use syn::ext::IdentExt;

/// Words that no edition lets stand as a plain identifier but that `r#` makes one. `r#` is an identifier in every
/// edition since 2018, so a list of all editions does no harm.
const RAW: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that not even `r#` makes an identifier.
const NEVER: &[&str] = &["crate", "self", "super", "Self", "_"];

/// The text of a field, function or module name: `snake_case`.
pub(crate) fn snake(name: &str) -> String {
    let words: Vec<String> = words(name).iter().map(|word| word.to_lowercase()).collect();
    complete(words.join("_"), "underscore")
}

/// The text of a module name: as a field name, but not that of a primitive type, which the module would hide, nor that
/// of the tool whose attribute is at the top of the file.
pub(super) fn module(name: &str) -> String {
    const HIDING: &[&str] =
        &["bool", "char", "f32", "f64", "i32", "i64", "str", "u8", "usize", "u64", "rustfmt"];
    let name = snake(name);
    if HIDING.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The text of the module for what a field needs, which is no name of a type: those do not end in an underscore.
pub(super) fn module_of_field(field: &Ident) -> String {
    let name = module(&field.unraw().to_string());
    if name.starts_with('_') && !name.ends_with('_') { format!("{name}_") } else { name }
}

/// The text of the module of a part of a namespace, which is none of those for types without a name.
pub(super) fn namespace(part: &str) -> String {
    let name = module(part);
    if [UNIONS, ROOTS, BUILDERS, BORROWED, TOP].contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The text of a type name. A name that already looks like one (`URLPart`, `OrderV2`) is kept as it is.
pub(crate) fn type_name(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(is_plain) {
        return complete(name.to_owned(), "Underscore");
    }
    variant(name)
}

/// The text of a variant name: `UpperCamelCase`, `RED` becomes `Red`.
pub(crate) fn variant(name: &str) -> String {
    let mut text = String::new();
    for word in words(name) {
        let word = if word.chars().any(char::is_lowercase) { word } else { word.to_lowercase() };
        let mut characters = word.chars();
        let Some(first) = characters.next() else { continue };
        // `X86_64` and `X8664` are different names, and an underscore between digits is good style.
        if first.is_ascii_digit() && text.ends_with(|last: char| last.is_ascii_digit()) {
            text.push('_');
        }
        text.extend(first.to_uppercase());
        text.push_str(characters.as_str());
    }
    complete(text, "Underscore")
}

/// Makes an identifier of a text that may be empty, start with a digit or be a reserved word.
fn complete(text: String, if_empty: &str) -> String {
    if text.is_empty() {
        if_empty.to_owned()
    } else if text.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{text}")
    } else if NEVER.contains(&text.as_str()) {
        format!("{text}_")
    } else {
        text
    }
}

/// The identifier token of a text that [`snake`], [`type_name`] or [`variant`] made, with a number behind it if any.
pub(super) fn token(text: &str) -> Ident {
    if RAW.contains(&text) {
        Ident::new_raw(text, Span::call_site())
    } else {
        Ident::new(text, Span::call_site())
    }
}

/// `text` told apart from others by `number`: `foo_2`, `Foo2`, `Utf8_2`.
pub(super) fn numbered(text: &str, number: usize) -> String {
    let mut numbered = text.to_owned();
    let is_type = text.starts_with(char::is_uppercase) && !text.ends_with(|last: char| last.is_ascii_digit());
    if !is_type && !text.ends_with('_') {
        numbered.push('_');
    }
    write!(numbered, "{number}").expect("writing to a string succeeds");
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_an_identifier_in_the_style_of_its_place() {
        for (name, as_field, as_type, as_variant) in [
            ("fooBar", "foo_bar", "FooBar", "FooBar"),
            ("FOO_BAR", "foo_bar", "FooBar", "FooBar"),
            ("HTTPServer", "http_server", "HTTPServer", "HttpServer"),
            ("type", "r#type", "Type", "Type"),
            ("gen", "r#gen", "Gen", "Gen"),
            ("self", "self_", "Self_", "Self_"),
            ("Self", "self_", "Self_", "Self_"),
            ("crate", "crate_", "Crate", "Crate"),
            ("_", "underscore", "Underscore", "Underscore"),
            ("_1st", "_1st", "_1st", "_1st"),
            ("_2d", "_2d", "_2d", "_2d"),
            ("__x__", "x", "X", "X"),
            ("X86_64", "x86_64", "X86_64", "X86_64"),
            ("URLPart", "url_part", "URLPart", "UrlPart"),
            ("user", "user", "User", "User"),
            ("été", "été", "Été", "Été"),
            ("Ωmega", "u3a9_mega", "U3a9Mega", "U3a9Mega"),
        ] {
            assert_eq!(token(&snake(name)).to_string(), as_field, "field {name}");
            assert_eq!(token(&type_name(name)).to_string(), as_type, "type {name}");
            assert_eq!(token(&variant(name)).to_string(), as_variant, "variant {name}");
        }
    }

    #[test]
    fn numbers_keep_the_style() {
        for (text, expected) in
            [("foo", "foo_2"), ("Foo", "Foo2"), ("self_", "self_2"), ("Utf8", "Utf8_2"), ("_1", "_1_2")]
        {
            assert_eq!(numbered(text, 2), expected);
        }
    }
}
