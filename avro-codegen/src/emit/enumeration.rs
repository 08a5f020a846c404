//! Enums: Rust enums without payloads.

use super::codec::{Bodies, impls};
use super::{Scope, TypeTokens, doc, head};
use crate::ir::{Symbol, TypeId};
use proc_macro2::Literal;
use quote::quote;
use syn::ext::IdentExt;

pub(super) fn generate(
    scope: &Scope<'_>,
    id: TypeId,
    symbols: &[Symbol],
    default: Option<usize>,
) -> TypeTokens {
    let definition = &scope.types[id.0];
    let (ident, path) = (&definition.ident, scope.block().path(id));
    let (head, vis) = (head(scope, definition), scope.visibility());
    let idents: Vec<_> = symbols.iter().map(|symbol| &symbol.ident).collect();
    let names: Vec<_> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    let fullname = &definition.path;
    let indices: Vec<_> = (0..symbols.len()).map(Literal::usize_unsuffixed).collect();
    let variants = symbols.iter().map(|symbol| {
        let note = format!("Avro symbol `{}`.", symbol.name);
        let doc = doc::attributes(None, (symbol.ident.unraw() != symbol.name).then_some(note.as_str()));
        let ident = &symbol.ident;
        let rename = super::renamed(scope, definition, ident, &symbol.name);
        quote!(#doc #rename #ident)
    });
    let default = default.map(|default| {
        let symbol = idents[default];
        quote! {
            /// The default of the schema: what a reader takes for a symbol that it does not know.
            impl ::core::default::Default for #path {
                fn default() -> Self {
                    Self::#symbol
                }
            }
        }
    });
    // A match without a single symbol looks at the value itself, since a reference to it could be made.
    let this = if symbols.is_empty() { quote!(*self) } else { quote!(self) };
    let from_index = if symbols.is_empty() {
        quote! {
            let _ = index;
            Err(DecodeError::EnumIndex)
        }
    } else {
        quote! {
            Ok(match index {
                #(#indices => Self::#idents,)*
                _ => return Err(DecodeError::EnumIndex),
            })
        }
    };
    let encode = if symbols.is_empty() {
        quote! {
            let _ = writer;
            match *self {}
        }
    } else {
        quote!(writer.write_index(match self { #(Self::#idents => #indices,)* });)
    };
    let bodies = Bodies {
        encode,
        decode: quote!(Self::from_index(reader.read_index()?)),
        decode_plan: quote!(Self::from_index(plan.symbol(reader)?)),
        decode_into: None,
    };
    let impls = impls(scope, id, true, &bodies);
    let definition = quote! {
        #head
        #vis enum #ident {
            #(#variants,)*
        }
    };
    let impls = quote! {
        impl #path {
            /// Every symbol, in the order of the schema.
            #vis const ALL: &'static [Self] = &[#(Self::#idents,)*];

            /// The symbol as the schema spells it.
            #vis const fn as_str(&self) -> &'static str {
                match #this {
                    #(Self::#idents => #names,)*
                }
            }

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
                f.write_str(self.as_str())
            }
        }

        #impls
    };
    TypeTokens { definition, impls }
}
