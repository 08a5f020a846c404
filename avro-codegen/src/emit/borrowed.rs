//! What ties the borrowed form of a type to the owned one: the schema, and the conversions between both.

use super::Scope;
use super::schema::{ignored_constant, ignored_defaults, unknown_constant, unknown_symbols};
use crate::ir::{Branch, Form, Link, MAX_INLINE_FIXED, Type, TypeId, TypeKind};
use crate::options::{BytesType, MapType};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The impls of a type that is a borrowed form, or has one.
pub(super) fn impls(scope: &Scope<'_>, id: TypeId) -> TokenStream {
    let scope = &scope.block();
    let (path, runtime) = (scope.path(id), scope.runtime());
    // What has no schema cannot be all of a message.
    let form = |form: TokenStream| {
        scope.types[id.0].schema.is_some().then(|| {
            quote! {
                impl #runtime::codec::AvroBorrow for #path {
                    type Ref<'a> = #form;
                }
            }
        })
    };
    match scope.types[id.0].form {
        Form::Owned => quote!(),
        Form::Same => form(quote!(Self)).into_token_stream(),
        Form::Lends(borrowed) => {
            let (vis, borrowed) = (scope.visibility(), scope.path(borrowed));
            let form = form(borrowed.clone());
            quote! {
                #form

                impl #path {
                    /// The borrowed form of this value, which copies no text and no bytes.
                    #vis fn borrowed<'a>(&'a self) -> #borrowed {
                        ::core::convert::From::from(self)
                    }
                }
            }
        }
        Form::Borrows(owned) => of_borrowed(scope, id, owned),
    }
}

fn of_borrowed(scope: &Scope<'_>, id: TypeId, owned: TypeId) -> TokenStream {
    let (vis, path, owned_path) = (scope.visibility(), scope.path(id), scope.path(owned));
    let schema = scope.types[owned.0].schema.as_ref().map(|schema| {
        let has_ignored = ignored_defaults(scope, schema).next().is_some();
        let ignored =
            has_ignored.then(|| ignored_constant(&quote!(<#owned_path as AvroSchema>::IGNORED_DEFAULTS)));
        let unknown = (!unknown_symbols(scope, schema).is_empty())
            .then(|| unknown_constant(&quote!(<#owned_path as AvroSchema>::UNKNOWN_SYMBOLS)));
        quote! {
            impl<'a> AvroSchema for #path {
                const NAME: Option<&'static str> = <#owned_path as AvroSchema>::NAME;
                const SCHEMA: &'static str = <#owned_path as AvroSchema>::SCHEMA;
                const FINGERPRINT: u64 = <#owned_path as AvroSchema>::FINGERPRINT;
                #ignored
                #unknown
            }
        }
    });
    // What is made of an enum without symbols never comes to be, which the compiler need not tell.
    let to_owned = converted(scope, id, owned, owned_value);
    let to_borrowed =
        converted(scope, owned, id, |_, owned, borrowed, place| borrowed_value(owned, borrowed, place));
    quote! {
        #schema

        impl<'a> #path {
            /// The owned form of this value, which outlives what it is borrowed from.
            #vis fn to_owned(&self) -> #owned_path {
                ::core::convert::From::from(self)
            }
        }

        impl<'a, 'r> ::core::convert::From<&'r #path> for #owned_path {
            #[allow(unreachable_code)]
            fn from(value: &'r #path) -> Self {
                #to_owned
            }
        }

        impl<'a> ::core::convert::From<&'a #owned_path> for #path {
            #[allow(unreachable_code)]
            fn from(value: &'a #owned_path) -> Self {
                #to_borrowed
            }
        }
    }
}

/// The expression of a value of the type `to` that is made of `value`, a reference to one of its other form. `part` makes
/// what it holds: of the types of both sides, the owned one first, and a reference.
fn converted(
    scope: &Scope<'_>,
    from: TypeId,
    to: TypeId,
    part: fn(&Scope<'_>, &Type, &Type, &TokenStream) -> TokenStream,
) -> TokenStream {
    let part = |source: &Type, target: &Type, place: TokenStream| match scope.types[to.0].is_borrowed() {
        true => part(scope, source, target, &place),
        false => part(scope, target, source, &place),
    };
    let path = scope.value_path(from);
    match (&scope.types[from.0].kind, &scope.types[to.0].kind) {
        (TypeKind::Record(sources), TypeKind::Record(targets)) => {
            let idents = sources.iter().map(|field| &field.ident);
            let fields = sources.iter().zip(targets).map(|(source, target)| {
                let ident = &source.ident;
                let value = part(&source.ty, &target.ty, quote!(#ident));
                quote!(#ident: #value)
            });
            quote! {
                let #path { #(#idents,)* } = value;
                Self { #(#fields,)* }
            }
        }
        (TypeKind::Union { branches: sources, .. }, TypeKind::Union { branches: targets, .. }) => {
            let arms = sources.iter().zip(targets).map(|(source, target)| {
                let Branch { ident, .. } = source;
                match source.ty.as_ref().zip(target.ty.as_ref()) {
                    None => quote!(#path::#ident => Self::#ident,),
                    Some((source, target)) => {
                        let value = part(source, target, quote!(value));
                        quote!(#path::#ident(value) => Self::#ident(#value),)
                    }
                }
            });
            quote!(match value { #(#arms)* })
        }
        (TypeKind::Wrapper(source), TypeKind::Wrapper(target)) => {
            let value = part(source, target, quote!(content));
            quote! {
                let #path(content) = value;
                Self(#value)
            }
        }
        (TypeKind::Fixed(_), _) if scope.types[to.0].is_borrowed() => quote!(Self(&value.0)),
        (TypeKind::Fixed(size), _) if *size <= MAX_INLINE_FIXED => quote!(Self(*value.0)),
        // From there to the heap: an array of this size must not pass over the stack.
        (TypeKind::Fixed(_), _) => quote! {
            Self(::core::convert::TryFrom::try_from(Box::<[u8]>::from(&value.0[..])).expect("it has this size"))
        },
        (kind, _) => unreachable!("{kind:?} has no borrowed form"),
    }
}

/// The owned form of what `place` refers to.
fn owned_value(scope: &Scope<'_>, owned: &Type, borrowed: &Type, place: &TokenStream) -> TokenStream {
    if owned == borrowed {
        return quote!(#place.clone());
    }
    match (owned, borrowed) {
        (Type::Bytes(BytesType::Bytes), _) => {
            let ty = scope.ty(owned);
            quote!(<#ty>::copy_from_slice(#place))
        }
        (Type::String(_), _) => {
            let ty = scope.ty(owned);
            quote!(<#ty as ::core::convert::From<&str>>::from(#place))
        }
        (Type::Bytes(BytesType::Vec), _) => quote!(#place.to_vec()),
        (Type::Map(owned, map), Type::BorrowedMap(borrowed)) => {
            let value = owned_value(scope, owned, borrowed, &quote!(value));
            let entries = quote!(#place.iter().map(|(key, value)| (String::from(*key), #value)));
            match map {
                MapType::Map => quote!(Map::with_duplicates(#entries)),
                _ => quote!(#entries.collect()),
            }
        }
        _ => in_form(owned, borrowed, place, |owned, borrowed, place| {
            owned_value(scope, owned, borrowed, place)
        }),
    }
}

/// The borrowed form of what `place` refers to.
fn borrowed_value(owned: &Type, borrowed: &Type, place: &TokenStream) -> TokenStream {
    if owned == borrowed {
        return quote!(#place.clone());
    }
    match (owned, borrowed) {
        (Type::String(_) | Type::Bytes(_), _) => quote!(&**#place),
        (Type::Map(owned, _), Type::BorrowedMap(borrowed)) => {
            let value = borrowed_value(owned, borrowed, &quote!(value));
            quote!(Map::with_duplicates(#place.iter().map(|(key, value)| (&**key, #value))))
        }
        _ => in_form(owned, borrowed, place, borrowed_value),
    }
}

/// The other form of what has the same shape in both, by way of `part` for what is in it.
fn in_form(
    owned: &Type,
    borrowed: &Type,
    place: &TokenStream,
    part: impl Fn(&Type, &Type, &TokenStream) -> TokenStream,
) -> TokenStream {
    match (owned, borrowed) {
        (Type::Array(owned), Type::Array(borrowed)) => {
            let item = part(owned, borrowed, &quote!(item));
            quote!(#place.iter().map(|item| #item).collect())
        }
        (Type::Nullable { inner: owned, .. }, Type::Nullable { inner: borrowed, .. }) => {
            let value = part(owned, borrowed, &quote!(value));
            quote!(match #place { Some(value) => Some(#value), None => None })
        }
        (Type::Named { link: Link::Plain, .. }, _) => quote!(::core::convert::From::from(#place)),
        (Type::Named { .. }, _) => quote!(Box::new(::core::convert::From::from(&**#place))),
        (owned, borrowed) => unreachable!("{borrowed:?} is no form of {owned:?}"),
    }
}
