//! Attributes that a configuration gives.
//!
//! A literal in them may go over several lines, whose indentation is a part of its value; but lines of generated code lose
//! theirs. So such a literal is written on one line, with the same value.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::str::FromStr;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Meta, Path, Token};

/// The attributes of these texts.
pub(super) fn attributes<'t>(texts: impl IntoIterator<Item = &'t str>) -> TokenStream {
    texts.into_iter().map(attribute).collect()
}

/// Of the attributes for an owned type those that its borrowed form can have too.
///
/// They are written with the owned form in mind: what makes a value of the type, such as a `Deserialize`, or names the type of
/// a field, does not go for one that holds references. Traits of the standard library do.
pub(super) fn attributes_of_borrowed<'t>(texts: impl IntoIterator<Item = &'t str>) -> TokenStream {
    let parsed = texts.into_iter().flat_map(|text| {
        let attributes = syn::Attribute::parse_outer.parse_str(text);
        attributes.expect("attributes are checked before anything is written down")
    });
    let derives = parsed.filter(|attribute| attribute.path().is_ident("derive"));
    derives
        .filter_map(|attribute| {
            let traits = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
            let kept: Vec<Path> = traits.into_iter().filter(is_of_std).collect();
            (!kept.is_empty()).then(|| quote!(#[derive(#(#kept),*)]))
        })
        .collect()
}

/// Whether a trait is one of those that the standard library derives for references as for what they refer to.
fn is_of_std(path: &Path) -> bool {
    const TRAITS: [&str; 7] = ["Clone", "Debug", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];
    let mut segments = path.segments.iter();
    let is_whole = segments.len() == 1
        || segments.next().is_some_and(|first| first.ident == "std" || first.ident == "core");
    is_whole && path.segments.last().is_some_and(|last| TRAITS.iter().any(|name| last.ident == name))
}

fn attribute(text: &str) -> TokenStream {
    if !text.contains('\n') && !text.contains("doc") {
        return TokenStream::from_str(text).expect("attributes are checked before anything is written down");
    }
    let attributes = syn::Attribute::parse_outer.parse_str(text);
    let attributes = attributes.expect("attributes are checked before anything is written down");
    attributes
        .iter()
        .map(|attribute| match doc(&attribute.meta) {
            // A comment of several lines would come out as lines of code.
            Some(doc) if doc.contains('\n') => doc.split('\n').map(|line| quote!(#[doc = #line])).collect(),
            _ => on_one_line(attribute.to_token_stream()),
        })
        .collect()
}

/// The text of an attribute `doc = "…"`.
fn doc(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn on_one_line(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), on_one_line(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Literal(literal) if literal.to_string().contains('\n') => {
                TokenTree::Literal(escaped(literal))
            }
            token => token,
        })
        .collect()
}

/// A literal of the same value on one line.
fn escaped(literal: Literal) -> Literal {
    match Lit::new(literal.clone()) {
        Lit::Str(text) => Literal::string(&text.value()),
        Lit::ByteStr(bytes) => Literal::byte_string(&bytes.value()),
        Lit::CStr(text) => Literal::c_string(&text.value()),
        _ => literal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_several_lines_keep_their_value_on_one() {
        for (text, expected) in [
            ("#[a(b = 1)]", "#[a(b = 1)]"),
            ("#[a(\n  b = \"x\n    y\\\"\"\n)]", r#"#[a(b = "x\n    y\"")]"#),
            ("#[a(r#\"x\n  \"y\"\"#)] #[c]", r#"#[a("x\n  \"y\"")] #[c]"#),
            ("#[a[b(b\"x\n  \")]]", r#"#[a[b(b"x\n  ")]]"#),
            ("#[doc = \"x\n  y\"]", r#"#[doc = "x"] #[doc = "  y"]"#),
            ("#[doc = \"x\\n  y\"]", r#"#[doc = "x"] #[doc = "  y"]"#),
            ("/// x\n/// y", r#"#[doc = " x"] #[doc = " y"]"#),
            ("#[doc(alias = \"doc\")]", r#"#[doc(alias = "doc")]"#),
        ] {
            let expected: TokenStream = expected.parse().unwrap();
            assert_eq!(attribute(text).to_string(), expected.to_string(), "{text}");
        }
    }
}
