//! Enums: Rust enums without payloads, but for the variant that keeps unknown symbols.

use super::codec::{Bodies, impls};
use super::{Scope, TypeTokens, doc, head};
use crate::ir::{Symbol, TypeId, UNKNOWN};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

/// The name that serde gives unknown symbols, which no symbol can have.
const UNKNOWN_IN_SERDE: &str = "unknown symbol";

/// The variant for symbols that an enum does not have.
pub(super) fn unknown() -> Ident {
    Ident::new(UNKNOWN, Span::call_site())
}

pub(super) fn generate(
    scope: &Scope<'_>,
    id: TypeId,
    symbols: &[Symbol],
    default: Option<usize>,
    keeps_unknown: bool,
) -> TypeTokens {
    let definition = &scope.types[id.0];
    let (ident, path) = (&definition.ident, scope.block().path(id));
    let (head, vis) = (head(scope, definition), scope.visibility());
    let idents: Vec<_> = symbols.iter().map(|symbol| &symbol.ident).collect();
    let names: Vec<_> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    let fullname = &definition.path;
    let variants = symbols.iter().map(|symbol| {
        let note = format!("Avro symbol `{}`.", symbol.name);
        let doc = doc::attributes(None, (symbol.ident.unraw() != symbol.name).then_some(note.as_str()));
        let ident = &symbol.ident;
        let rename = super::renamed(scope, definition, ident, &symbol.name);
        quote!(#doc #rename #ident)
    });
    let unknown = keeps_unknown.then(|| {
        let ident = unknown();
        let rename = super::renamed(scope, definition, &ident, UNKNOWN_IN_SERDE);
        quote! {
            /// A symbol of the writer's that this schema does not have, by its position in the writer's enum. It cannot be
            /// written.
            #rename
            #ident(i32),
        }
    });
    let default = default.map(|default| {
        let symbol = idents[default];
        let note = match scope.unknown_symbols.contains_key(fullname) {
            true => "The default of the schema.",
            false => "The default of the schema: what a reader takes for a symbol that it does not know.",
        };
        quote! {
            #[doc = #note]
            impl ::core::default::Default for #path {
                fn default() -> Self {
                    Self::#symbol
                }
            }
        }
    });
    let impls = impls(scope, id, true, &bodies(fullname, symbols, keeps_unknown));
    let (text, display) = (as_str(scope, symbols, keeps_unknown), display(symbols, keeps_unknown));
    let from_index = from_index(symbols);
    let definition = quote! {
        #head
        #vis enum #ident {
            #(#variants,)*
            #unknown
        }
    };
    let impls = quote! {
        impl #path {
            /// Every symbol, in the order of the schema.
            #vis const ALL: &'static [Self] = &[#(Self::#idents,)*];

            #text

            /// The symbol at that position of the schema.
            fn from_index(index: u64) -> Result<Self, DecodeError> {
                #from_index
            }
        }

        #default

        /// The symbol of this name in the schema.
        impl ::core::str::FromStr for #path {
            type Err = UnknownSymbol;

            fn from_str(name: &str) -> Result<Self, UnknownSymbol> {
                match name {
                    #(#names => Ok(Self::#idents),)*
                    _ => Err(UnknownSymbol::new(#fullname, name)),
                }
            }
        }

        /// The symbol of this name in the schema.
        impl<'a> ::core::convert::TryFrom<&'a str> for #path {
            type Error = UnknownSymbol;

            fn try_from(name: &'a str) -> Result<Self, UnknownSymbol> {
                name.parse()
            }
        }

        /// The symbol as the schema spells it.
        impl ::core::fmt::Display for #path {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #display
            }
        }

        #impls
    };
    TypeTokens { definition, impls }
}

/// How it is written and read.
fn bodies(fullname: &str, symbols: &[Symbol], keeps_unknown: bool) -> Bodies {
    let idents: Vec<_> = symbols.iter().map(|symbol| &symbol.ident).collect();
    let indices: Vec<_> = (0..symbols.len()).map(Literal::usize_unsuffixed).collect();
    let unknown = unknown();
    let encode = match (keeps_unknown, symbols) {
        // Behind a return nothing may stand, not even what is the same for every type.
        (true, []) => quote! {
            let _ = writer;
            let Self::#unknown(position) = *self;
            Err::<(), EncodeError>(EncodeError::UnknownSymbol { of: #fullname, position })?;
        },
        (true, _) => quote! {
            writer.write_index(match *self {
                #(Self::#idents => #indices,)*
                Self::#unknown(position) => {
                    return Err(EncodeError::UnknownSymbol { of: #fullname, position });
                }
            });
        },
        (false, []) => quote! {
            let _ = writer;
            match *self {}
        },
        (false, _) => quote!(writer.write_index(match self { #(Self::#idents => #indices,)* });),
    };
    let decode_plan = match keeps_unknown {
        true => quote! {
            match plan.symbol_or_unknown(reader)? {
                EnumSymbol::Known(index) => Self::from_index(index),
                EnumSymbol::Unknown(position) => Ok(Self::#unknown(position)),
            }
        },
        false => quote!(Self::from_index(plan.symbol(reader)?)),
    };
    let decode = quote!(Self::from_index(reader.read_index()?));
    Bodies { encode, decode, at: None, decode_plan, decode_into: None }
}

fn from_index(symbols: &[Symbol]) -> TokenStream {
    let idents = symbols.iter().map(|symbol| &symbol.ident);
    let indices = (0..symbols.len()).map(Literal::usize_unsuffixed);
    if symbols.is_empty() {
        return quote! {
            let _ = index;
            Err(DecodeError::EnumIndex)
        };
    }
    quote! {
        Ok(match index {
            #(#indices => Self::#idents,)*
            _ => return Err(DecodeError::EnumIndex),
        })
    }
}

/// The function `as_str`.
fn as_str(scope: &Scope<'_>, symbols: &[Symbol], keeps_unknown: bool) -> TokenStream {
    let vis = scope.visibility();
    let idents: Vec<_> = symbols.iter().map(|symbol| &symbol.ident).collect();
    let names: Vec<_> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    if keeps_unknown {
        let unknown = unknown();
        return quote! {
            /// The symbol as the schema spells it; `None` for one that the schema does not have.
            #vis const fn as_str(&self) -> Option<&'static str> {
                match self {
                    #(Self::#idents => Some(#names),)*
                    Self::#unknown(_) => None,
                }
            }
        };
    }
    // A match without a single symbol looks at the value itself, since a reference to it could be made.
    let this = if symbols.is_empty() { quote!(*self) } else { quote!(self) };
    quote! {
        /// The symbol as the schema spells it.
        #vis const fn as_str(&self) -> &'static str {
            match #this {
                #(Self::#idents => #names,)*
            }
        }
    }
}

/// The body of `Display`.
fn display(symbols: &[Symbol], keeps_unknown: bool) -> TokenStream {
    if !keeps_unknown {
        return quote!(f.write_str(self.as_str()));
    }
    let (unknown, idents) = (unknown(), symbols.iter().map(|symbol| &symbol.ident));
    let names = symbols.iter().map(|symbol| symbol.name.as_str());
    // No symbol is printed so.
    quote! {
        match *self {
            #(Self::#idents => f.write_str(#names),)*
            Self::#unknown(position) => ::core::write!(f, "Unknown({position})"),
        }
    }
}
