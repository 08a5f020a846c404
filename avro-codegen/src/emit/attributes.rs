//! Attributes that a configuration gives.
//!
//! A literal in them may go over several lines, whose indentation is a part of its value; but lines of generated code lose
//! theirs. So such a literal is written on one line, with the same value.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::str::FromStr;
use syn::parse::Parser;
use syn::{Expr, ExprLit, Lit, Meta};

/// The attributes of these texts.
pub(super) fn attributes<'t>(texts: impl IntoIterator<Item = &'t str>) -> TokenStream {
    texts.into_iter().map(attribute).collect()
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
