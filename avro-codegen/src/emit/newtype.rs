//! Newtypes: `fixed`, and names for types that have none.

use super::codec::{Bodies, decode_field, decode_field_plan, impls};
use super::{Scope, TypeTokens, derives, doc};
use crate::ir::{MAX_INLINE_FIXED, Type, TypeDef};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A `fixed`: an array of bytes, behind a `Box` when it is large.
pub(super) fn fixed(definition: &TypeDef, size: usize) -> TypeTokens {
    let length = Literal::usize_unsuffixed(size);
    let bytes = quote!([u8; #length]);
    if size <= MAX_INLINE_FIXED {
        let bodies = Bodies {
            encode: quote!(self.0.encode(writer);),
            decode: quote!(<#bytes>::decode(reader).map(Self)),
            decode_plan: quote!(<#bytes>::decode_plan(plan, reader).map(Self)),
        };
        return newtype(definition, &bytes, &bodies);
    }
    // The bytes go from the input to the heap: an array of this size must not pass over the stack.
    let read = quote! {
        let bytes = Box::<[u8]>::from(reader.read_slice(#length)?);
        match <Box<#bytes> as ::core::convert::TryFrom<Box<[u8]>>>::try_from(bytes) {
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => {
                Err(DecodeError::UnexpectedEnd)
            }
        }
    };
    let bodies = Bodies {
        encode: quote!(writer.write_slice(&self.0[..]);),
        decode: read,
        decode_plan: quote! {
            plan.same(reader)?;
            Self::decode(reader)
        },
    };
    newtype(definition, &quote!(::std::boxed::Box<#bytes>), &bodies)
}

/// A newtype whose wire form is that of its content.
pub(super) fn wrapper(scope: &Scope<'_>, definition: &TypeDef, ty: &Type) -> TypeTokens {
    let encode = match ty {
        Type::Nullable { null_last: true, .. } => {
            quote!(NullLast::encode_option(&self.0, writer);)
        }
        _ => quote!(self.0.encode(writer);),
    };
    let (decode, decode_plan) = (decode_field(scope, ty), decode_field_plan(scope, ty, &quote!(plan)));
    let bodies =
        Bodies { encode, decode: quote!(Ok(Self(#decode))), decode_plan: quote!(Ok(Self(#decode_plan))) };
    newtype(definition, &scope.field_type(ty), &bodies)
}

fn newtype(definition: &TypeDef, content: &TokenStream, bodies: &Bodies) -> TypeTokens {
    let ident = &definition.ident;
    let derives = derives(definition.derives);
    let doc = doc::attributes(definition.doc.as_deref(), Some(&format!("Avro {}.", definition.avro)));
    let impls = impls(definition, true, bodies);
    TypeTokens {
        definition: quote! {
            #doc
            #derives
            pub struct #ident(pub #content);
        },
        impls: quote! {
            impl ::core::convert::From<#content> for self::#ident {
                fn from(content: #content) -> Self {
                    Self(content)
                }
            }

            #impls
        },
    }
}
