//! From the [`Ir`] to Rust source. Nothing is decided here: each file writes down one kind of type.

mod accessors;
mod attributes;
mod borrowed;
mod codec;
mod compiled;
mod construct;
mod doc;
mod enumeration;
mod flat;
mod layout;
mod mapped;
mod newtype;
mod places;
mod properties;
mod record;
mod schema;
mod types;
mod union;
mod value;
mod wide;

pub(crate) use layout::{Files, HEADER, files, folded};

use crate::ir::{BORROWED, BUILDERS, Derives, Module, ROOTS, TypeDef, TypeId, TypeKind, UNIONS, Version};
use crate::options::{OnUnknownSymbol, Options};
use attributes::{attributes, attributes_of_borrowed};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::str::FromStr;
use syn::ext::IdentExt;

/// Attributes of every module at the top of the file, which so hold for all of it.
///
/// The code keeps to a style of its own, and does not fulfil what a crate may ask of its own code: names may be unusual
/// ones of the schema, not every schema has docs, not every type is used.
const ATTRIBUTES: &str = "#[rustfmt::skip] #[allow(dead_code, missing_docs, non_camel_case_types, non_snake_case, \
                          unreachable_pub, unused_imports, unused_qualifications, clippy::all, clippy::pedantic, \
                          clippy::nursery, clippy::restriction)]";

/// What all modules have in common.
#[derive(Clone, Copy)]
struct Emitter<'i> {
    types: &'i [TypeDef],
    options: &'i Options,
    wholes: &'i HashMap<TypeId, schema::Part>,
    ignored_defaults: &'i [(String, String)],
    unknown_symbols: &'i BTreeMap<String, OnUnknownSymbol>,
    versions: &'i BTreeMap<String, Vec<Version>>,
}

impl Emitter<'_> {
    /// The visibility of everything.
    fn visibility(self) -> TokenStream {
        TokenStream::from_str(&self.options.visibility).expect("settings are checked before")
    }

    /// The path of the runtime.
    fn runtime(self) -> TokenStream {
        TokenStream::from_str(&self.options.runtime).expect("settings are checked before")
    }

    /// What stands in a namespace's module itself: its types, and a block with their impls.
    ///
    /// The block has a scope of its own, where the names of the runtime and of the prelude mean what they should whatever
    /// the types of the module are called; those are named by way of `self` or `super` there.
    fn namespace(self, module: &Module, path: &mut Vec<Ident>) -> TokenStream {
        let runtime = self.runtime();
        let mut impls = TokenStream::new();
        let definitions = self.definitions(module, path, path.len(), &mut impls);
        let builders = self.builders(module, path, &mut impls);
        let block = (!impls.is_empty()).then(|| {
            quote! {
                const _: () = {
                    use ::core::option::Option::{self, None, Some};
                    use ::core::result::Result::{self, Err, Ok};
                    use #runtime::codec::form::{
                        Behind, DecodeAs, DecodeBranches, EncodeAs, EncodeBranches, Items, NullAmong, NullBranch,
                        NullFirst, NullLast, Own, ResolveAs, ResolveBranches, TryEncodeAs, TryEncodeBranches, Values,
                    };
                    use #runtime::codec::{
                        AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroSchema, AvroTryEncode, AvroWrite,
                        DecodeError, Deep, EncodeError, Map, MissingField, OnUnknownSymbol, UnknownSymbol, decode_by_place, part,
                    };
                    use #runtime::resolve::{
                        EnumSymbol, Plan, RecordPlan, Step, decode_compiled_by_place, decode_plan_by_place,
                    };
                    use ::std::boxed::Box;
                    use ::std::collections::{BTreeMap, HashMap};
                    use ::std::string::String;
                    use ::std::sync::Arc;
                    use ::std::vec::Vec;

                    #impls
                };
            }
        });
        quote!(#definitions #builders #block)
    }

    /// The module of the builders that were asked for.
    fn builders(self, module: &Module, path: &[Ident], impls: &mut TokenStream) -> Option<TokenStream> {
        let builders = Ident::new(BUILDERS, Span::call_site());
        let inner = [path, std::slice::from_ref(&builders)].concat();
        let [there, here] = [inner.as_slice(), path].map(|module| Scope {
            emitter: self,
            module,
            namespace: path,
            place: Place::Module,
        });
        let mut definitions = TokenStream::new();
        for id in &module.types {
            let definition = &self.types[id.0];
            if let TypeKind::Record(fields) = &definition.kind
                && self.options.has_builder(definition)
            {
                let tokens = construct::builder(&there, &here, *id, fields);
                definitions.extend(tokens.definition);
                impls.extend(tokens.impls);
            }
        }
        let vis = self.visibility();
        (!definitions.is_empty()).then(|| quote!(#vis mod #builders { #definitions }))
    }

    /// The types of a module and of the modules for types without a name in it. Their impls go to the block of the
    /// namespace, which is the first parts of the path.
    fn definitions(
        self,
        module: &Module,
        path: &mut Vec<Ident>,
        namespace: usize,
        impls: &mut TokenStream,
    ) -> TokenStream {
        let vis = self.visibility();
        let mut items = TokenStream::new();
        for id in &module.types {
            let scope =
                Scope { emitter: self, module: path, namespace: &path[..namespace], place: Place::Module };
            let generated = definition(&scope, *id);
            items.extend(generated.definition);
            impls.extend(generated.impls);
        }
        for (ident, child) in &module.children {
            if path.len() > namespace || is_unnamed(ident) {
                path.push(ident.clone());
                let inner = self.definitions(child, path, namespace, impls);
                path.pop();
                items.extend(quote!(#vis mod #ident { #inner }));
            }
        }
        items
    }
}

/// Whether a module holds types of a namespace that no schema names, and is no namespace itself.
fn is_unnamed(module: &Ident) -> bool {
    module == UNIONS || module == ROOTS || module == BORROWED
}

/// The tokens of one type: its definition, and the impls in the block of its namespace.
struct TypeTokens {
    /// The struct or enum, which stands in the module.
    definition: TokenStream,
    /// Its impls, which stand in the namespace's block.
    impls: TokenStream,
}

fn definition(scope: &Scope<'_>, id: TypeId) -> TypeTokens {
    let definition = &scope.types[id.0];
    let mut generated = match &definition.kind {
        TypeKind::Record(fields) => record::generate(scope, id, fields),
        TypeKind::Enum { symbols, default, keeps_unknown } => {
            enumeration::generate(scope, id, symbols, *default, *keeps_unknown)
        }
        TypeKind::Fixed(size) => newtype::fixed(scope, id, *size),
        TypeKind::Union { branches, null } => union::generate(scope, id, branches, *null),
        TypeKind::Wrapper(ty) => newtype::wrapper(scope, id, ty),
        TypeKind::External { .. } => return TypeTokens { definition: quote!(), impls: quote!() },
    };
    generated.impls.extend(properties::properties(scope, id));
    if let Some(text) = &definition.schema {
        generated.impls.extend(schema::schema(scope, id, text));
    }
    generated.impls.extend(borrowed::impls(scope, id));
    generated
}

/// The place of tokens, which decides how they refer to types.
#[derive(Clone, Copy)]
struct Scope<'i> {
    emitter: Emitter<'i>,
    /// The module of the type.
    module: &'i [Ident],
    /// The module of its namespace.
    namespace: &'i [Ident],
    place: Place,
}

impl<'i> Deref for Scope<'i> {
    type Target = Emitter<'i>;

    fn deref(&self) -> &Emitter<'i> {
        &self.emitter
    }
}

/// The part of a module in which tokens stand.
#[derive(Clone, Copy)]
enum Place {
    /// Among the types of the schema.
    Module,
    /// In the namespace's block of impls, where known names mean what they should.
    Block,
}

impl Scope<'_> {
    /// This scope in the block of the namespace.
    fn block(self) -> Self {
        Self { place: Place::Block, ..self }
    }
}

/// What stands in front of a type's definition: its docs, derives and attributes.
fn head(scope: &Scope<'_>, definition: &TypeDef) -> TokenStream {
    let doc = doc::attributes(definition.doc.as_deref(), Some(&format!("Avro {}.", definition.avro)));
    let derives = derives(definition.derives);
    let serde = scope.options.has_serde(definition);
    let serde = serde.then(|| match definition.is_borrowed() {
        // What is read may spell its texts otherwise than as they are, and cannot lend them.
        true => quote!(#[derive(::serde::Serialize)]),
        false => quote!(#[derive(::serde::Serialize, ::serde::Deserialize)]),
    });
    let attributes = match definition.is_borrowed() {
        true => attributes_of_borrowed(scope.options.attributes(definition)),
        false => attributes(scope.options.attributes(definition)),
    };
    let is_open = !matches!(definition.kind, TypeKind::Fixed(_) | TypeKind::Wrapper(_));
    let non_exhaustive = is_open && scope.options.is_non_exhaustive(definition);
    let non_exhaustive = non_exhaustive.then(|| quote!(#[non_exhaustive]));
    quote!(#doc #derives #serde #attributes #non_exhaustive)
}

/// The attribute that gives a field or variant its name in Avro, where serde is asked for and would take another one.
fn renamed(scope: &Scope<'_>, definition: &TypeDef, ident: &Ident, name: &str) -> Option<TokenStream> {
    let wanted = scope.options.has_serde(definition) && ident.unraw() != name;
    wanted.then(|| quote!(#[serde(rename = #name)]))
}

/// The attribute with a type's derives.
fn derives(derives: Derives) -> TokenStream {
    let Derives { debug, copy, eq, hash, ord } = derives;
    let mut names = Vec::new();
    for (wanted, name) in [
        (debug, quote!(Debug)),
        (true, quote!(Clone)),
        (copy, quote!(Copy)),
        (true, quote!(PartialEq)),
        (eq, quote!(Eq)),
        (hash, quote!(Hash)),
        (ord, quote!(PartialOrd, Ord)),
    ] {
        if wanted {
            names.push(name);
        }
    }
    quote!(#[derive(#(#names),*)])
}
