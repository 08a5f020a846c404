//! Newtypes: `fixed`, and names for types that have none.

use super::codec::{Bodies, decode_field, decode_field_into, decode_field_plan, encode_field, impls};
use super::{Scope, TypeTokens, head};
use crate::ir::{MAX_INLINE_FIXED, Type, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A `fixed`: an array of bytes, behind a `Box` when it is large.
pub(super) fn fixed(scope: &Scope<'_>, id: TypeId, size: usize) -> TypeTokens {
    let length = Literal::usize_unsuffixed(size);
    let vis = scope.visibility();
    let with = scope.options.has_serde(&scope.types[id.0]).then(|| {
        let module = format!("{}::fixed", scope.options.runtime);
        quote!(#[serde(with = #module)])
    });
    let bytes = quote!([u8; #length]);
    if scope.types[id.0].is_borrowed() {
        let with = scope.options.has_serde(&scope.types[id.0]).then(|| {
            let function = format!("{}::fixed::serialize", scope.options.runtime);
            quote!(#[serde(serialize_with = #function)])
        });
        let bodies = Bodies {
            encode: quote!(writer.write_fixed(self.0);),
            decode: quote!(reader.read_fixed().map(Self)),
            at: None,
            decode_plan: quote! {
                plan.same(reader)?;
                reader.read_fixed().map(Self)
            },
            decode_into: None,
        };
        return newtype(scope, id, [&quote!(#with #vis &'a #bytes), &quote!(&'a #bytes)], &bodies);
    }
    if size <= MAX_INLINE_FIXED {
        let bodies = Bodies {
            encode: quote!(self.0.encode(writer);),
            decode: quote!(<#bytes>::decode(reader).map(Self)),
            at: None,
            decode_plan: quote!(<#bytes>::decode_plan(plan, reader).map(Self)),
            decode_into: None,
        };
        return newtype(scope, id, [&quote!(#with #vis #bytes), &bytes], &bodies);
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
        at: None,
        decode_plan: quote! {
            plan.same(reader)?;
            Self::decode(reader)
        },
        decode_into: scope.types[id.0].decode_into.then(|| {
            quote! {
                self.0.copy_from_slice(reader.read_slice(#length)?);
                Ok(())
            }
        }),
    };
    let content = quote!(::std::boxed::Box<#bytes>);
    newtype(scope, id, [&quote!(#with #vis #content), &content], &bodies)
}

/// A newtype whose wire form is that of its content.
pub(super) fn wrapper(scope: &Scope<'_>, id: TypeId, ty: &Type) -> TypeTokens {
    let encode = encode_field(scope, ty, &quote!(self.0), &quote!(&self.0));
    let (vis, ty_here) = (scope.visibility(), scope.ty(ty));
    let (decode, decode_plan) = (decode_field(scope, ty), decode_field_plan(scope, ty, &quote!(plan)));
    let decode_into = scope.types[id.0].decode_into.then(|| {
        let field = decode_field_into(scope, ty, &quote!(self.0));
        quote!(#field Ok(()))
    });
    let (decode, decode_plan) = (quote!(Ok(Self(#decode))), quote!(Ok(Self(#decode_plan))));
    let bodies = Bodies { encode, decode, at: None, decode_plan, decode_into };
    newtype(scope, id, [&quote!(#vis #ty_here), &scope.block().ty(ty)], &bodies)
}

/// A newtype of a content, given as it is named beside the type and in the block of impls.
fn newtype(
    scope: &Scope<'_>,
    id: TypeId,
    [content, content_in_block]: [&TokenStream; 2],
    bodies: &Bodies,
) -> TypeTokens {
    let definition = &scope.types[id.0];
    let (ident, path) = (&definition.ident, scope.block().path(id));
    let (head, vis, lifetime) = (head(scope, definition), scope.visibility(), scope.lifetime(id));
    let impls = impls(scope, id, true, bodies);
    TypeTokens {
        definition: quote! {
            #head
            #vis struct #ident #lifetime(#content);
        },
        impls: quote! {
            impl #lifetime ::core::convert::From<#content_in_block> for #path {
                fn from(content: #content_in_block) -> Self {
                    Self(content)
                }
            }

            #impls
        },
    }
}
