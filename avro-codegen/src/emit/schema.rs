//! The texts of schemas.

use super::Scope;
use crate::ir::{SchemaText, TypeId};
use crate::options::OnUnknownSymbol;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::HashMap;

/// The impl of `AvroSchema`.
pub(super) fn schema(scope: &Scope<'_>, id: TypeId, schema: &SchemaText) -> TokenStream {
    let path = scope.block().path(id);
    let text = match scope.wholes.get(&id) {
        None => {
            let text = text(&schema.text);
            quote!(#text)
        }
        Some(part) => {
            let whole = scope.block().path(part.whole);
            let [start, end] = [part.start, part.start + schema.text.len()].map(Literal::usize_unsuffixed);
            quote!(part(<#whole as AvroSchema>::SCHEMA, #start, #end))
        }
    };
    let fingerprint: TokenStream =
        format!("{:#018x}", schema.fingerprint).parse().expect("a hexadecimal number is a token");
    let definition = &scope.types[id.0];
    let name = definition.is_named().then(|| {
        let fullname = &definition.path;
        quote!(const NAME: Option<&'static str> = Some(#fullname);)
    });
    let canonical = scope.options.has_canonical_form(definition).then(|| {
        let (vis, text) = (scope.visibility(), self::text(&schema.canonical));
        quote! {
            impl #path {
                /// The Parsing Canonical Form of the schema.
                #vis const CANONICAL_FORM: &'static str = #text;
            }
        }
    });
    let compiled = super::compiled::texts(scope, definition);
    let mut ignored = ignored_defaults(scope, schema).peekable();
    let ignored = ignored.peek().is_some().then(|| {
        let pairs = ignored.map(|(record, field)| quote!((#record, #field)));
        ignored_constant(&quote!(&[#(#pairs,)*]))
    });
    let unknown = unknown_symbols(scope, schema);
    let unknown = (!unknown.is_empty()).then(|| unknown_constant(&quote!(&[#(#unknown,)*])));
    quote! {
        #canonical

        impl AvroSchema for #path {
            #name
            const SCHEMA: &'static str = #text;
            const FINGERPRINT: u64 = #fingerprint;
            #ignored
            #unknown
            #compiled
        }
    }
}

/// What is taken for unknown symbols of the enums in a schema.
pub(super) fn unknown_symbols(scope: &Scope<'_>, schema: &SchemaText) -> Vec<TokenStream> {
    let in_schema = scope.unknown_symbols.iter().filter(|(name, _)| mentions(schema, name));
    let entries = in_schema.map(|(name, unknown)| {
        let unknown = match unknown {
            OnUnknownSymbol::Symbol(symbol) => quote!(Symbol(#symbol)),
            OnUnknownSymbol::Keep => quote!(Keep),
            _ => quote!(Error),
        };
        quote!((#name, OnUnknownSymbol::#unknown))
    });
    entries.collect()
}

/// The constant of `AvroSchema` with those.
pub(super) fn unknown_constant(entries: &TokenStream) -> TokenStream {
    quote!(const UNKNOWN_SYMBOLS: &'static [(&'static str, OnUnknownSymbol)] = #entries;)
}

/// Whether a type of that full name is in a schema, or one that is called alike, which does no harm.
fn mentions(schema: &SchemaText, fullname: &str) -> bool {
    let name = fullname.rsplit('.').next().unwrap_or(fullname);
    schema.text.contains(&format!("{name}\""))
}

/// The defaults in a schema that its type cannot make. One that names a type of which the schema has none does no harm.
pub(super) fn ignored_defaults<'s>(
    scope: &Scope<'s>,
    schema: &'s SchemaText,
) -> impl Iterator<Item = &'s (String, String)> {
    scope.ignored_defaults.iter().filter(|(record, _)| mentions(schema, record))
}

/// The constant of `AvroSchema` with those.
pub(super) fn ignored_constant(pairs: &TokenStream) -> TokenStream {
    quote!(const IGNORED_DEFAULTS: &'static [(&'static str, &'static str)] = #pairs;)
}

/// The place of a type's schema in the text of another one's.
#[derive(Debug)]
pub(super) struct Part {
    whole: TypeId,
    start: usize,
}

/// A shorter text stands for itself: it takes no more room than a reference.
const MIN_PART: usize = 80;

/// How many bytes are searched, in all, for texts in other texts. Schemas that are larger repeat some of their texts.
const MAX_SEARCHED: usize = 1 << 29;

/// Finds the types whose schemas stand word for word in those of others, so that each text is written down once.
pub(super) fn wholes(types: &[crate::ir::TypeDef]) -> HashMap<TypeId, Part> {
    let mut texts: Vec<(TypeId, &str)> = types
        .iter()
        .enumerate()
        .filter_map(|(index, definition)| Some((TypeId(index), definition.schema.as_ref()?.text.as_str())))
        .collect();
    // The longest first, in an order that is the same each time.
    texts.sort_by_key(|(id, text)| (std::cmp::Reverse(text.len()), *id));
    let mut parts = HashMap::new();
    let mut wholes: Vec<(TypeId, &str)> = Vec::new();
    let mut searched = 0;
    for (id, text) in texts {
        let mut find = |(whole, outer): &(TypeId, &str)| {
            searched += outer.len();
            Some((*whole, if searched > MAX_SEARCHED { None } else { outer.find(text) }?))
        };
        let found = if text.len() < MIN_PART { None } else { wholes.iter().find_map(&mut find) };
        match found {
            Some((whole, start)) => drop(parts.insert(id, Part { whole, start })),
            None => wholes.push((id, text)),
        }
    }
    parts
}

/// A string literal; a raw one where that is the same and can be read.
pub(super) fn text(text: &str) -> Literal {
    let is_plain = text
        .chars()
        .all(|character| character.is_ascii_graphic() || character == ' ' || character.is_alphanumeric());
    let hashes = "#".repeat(longest_run_of_hashes(text) + 1);
    let raw = if is_plain { format!("r{hashes}\"{text}\"{hashes}").parse().ok() } else { None };
    raw.unwrap_or_else(|| Literal::string(text))
}

fn longest_run_of_hashes(text: &str) -> usize {
    text.split(|character| character != '#').map(str::len).max().unwrap_or(0)
}
