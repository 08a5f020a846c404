//! Rust types from Avro schemas: any schema that the specification allows becomes types that compile without warnings,
//! round-trip, and read data that was written with any compatible schema.
//!
//! # In a build script
//!
//! ```toml
//! [dependencies]
//! serde-wire = "0.1"
//! [build-dependencies]
//! avro-codegen = { version = "0.1", default-features = false }
//! ```
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), avro_codegen::Error> {
//!     avro_codegen::Config::new().schemas_dir("schemas").compile()?;
//!     Ok(())
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs: the types of namespace `com.acme` are in `schemas::com::acme`
//! mod schemas {
//!     include!(concat!(env!("OUT_DIR"), "/avro.rs"));
//! }
//! ```
//!
//! The command `avro-gen generate` does the same for a file that you keep under version control.
//!
//! A folder gives its schemas (`.avsc`), its IDL (`.avdl`) and its protocols (`.avpr`). Of the latter two the types are
//! generated, those of imported files too, but no messages. A type may be defined in several files, if it is alike in all.
//!
//! # What becomes what
//!
//! | Avro | Rust |
//! |---|---|
//! | `null`, `boolean`, `int`, `long`, `float`, `double` | `()`, `bool`, `i32`, `i64`, `f32`, `f64` |
//! | `string`, `bytes` | `String`, `Vec<u8>` |
//! | `array`, `map` | `Vec<T>`, `serde_wire::codec::Map<T>`, which keeps the order of its entries |
//! | `record`, `error` | a struct; `Default` when every field has a default |
//! | `enum` | an enum; `Default` when the enum has a default symbol |
//! | `fixed` | a newtype of `[u8; N]`; of `Box<[u8; N]>` above 1,024 bytes |
//! | a union of `null` and one type | `Option<T>`, wherever `null` stands |
//! | any other union | an enum with a variant for each branch; an `Option` of it if `null` is among them |
//! | `date`, `time-*`, `timestamp-*`, `local-timestamp-*`, `decimal`, `big-decimal`, `uuid`, `duration` | the type of that name in `serde_wire::types`; unknown or misplaced logical types are ignored, as the specification asks |
//! | a document whose root has no name | a type in the module `roots`, named after the file: an enum for a union, a newtype for the rest |
//! | a namespace | a module for each part; types without a namespace are at the top |
//!
//! A type that would contain itself gets a `Box` where it has to, and a record or union of more than 1,024 bytes gets one
//! where it stands in another, so that no value overflows the stack. Types derive `Debug`, `Clone`, `PartialEq`, and `Eq`
//! and `Hash` where what they hold allows it. Enums and `fixed` are `Copy`, other types on request:
//! [`Config::derive_copy`].
//!
//! # Names that last
//!
//! A type without a name in Avro is found by the way to it. Its module is `unions` in that of its record's namespace, and
//! there the module of the record:
//!
//! | in the record `com.acme.Order` | its type |
//! |---|---|
//! | the union of the field `item` | `com::acme::unions::order::Item` |
//! | the union that the array `items` holds | `com::acme::unions::order::items::Item` |
//! | the union that the map `prices` holds arrays of | `com::acme::unions::order::prices::ValueItem` |
//!
//! No other name of a schema leads to these: a namespace `unions` becomes a module `unions_`. So a type that is defined
//! later cannot take the name of a union away, whatever it is called, as `OrderItem` would if the enum for `item` had
//! that name. In the same way a namespace `roots` becomes `roots_` and leaves `roots` to the documents, and
//! `builders` becomes `builders_`, `borrowed` becomes `borrowed_`.
//!
//! Names become the style of their place in Rust: `fooBar` is a field `foo_bar`, `RED` a variant `Red`. Keywords are
//! raw identifiers (`r#type`), `self`, `Self`, `super` and `crate` get an underscore. Names of one scope that differ only in
//! case and underscores come out alike, and are numbered: fields and symbols in the order of the schema (`foo_bar`,
//! `foo_bar_2`), types with those first that are spelled as in Rust, then by the alphabet. Letters beyond ASCII and Latin-1 are written
//! as their code (`u434`), since the compiler's lints on identifiers cannot be switched off for a part of a crate.
//!
//! # What types can do
//!
//! * A record is made by `Order::new(…)`, which takes the fields without a default, in the order of the schema, and gives
//!   the others their defaults; or by a builder, on request ([`Config::builder`]). A field that a schema gets later has a
//!   default, or old data could not be read any more, so neither has to be touched for it.
//! * An enum has its symbols as `ALL`, a symbol is printed as the schema spells it, and found by `"RED".parse()` or
//!   `Colour::try_from("RED")`. A symbol of newer data that it does not have is its default or an error, or on request kept
//!   ([`Config::unknown_symbol`]).
//! * The enum of a union is made of its branches by `From`, and has `as_x` and `into_x` for a branch `X`.
//! * `serde_wire::codec::AvroSchema` has the text of the schema, its fingerprint and the full name. A part of a schema has it too,
//!   unless its text is very long. No type has it whose text could not be read again by itself, in any language: one without a
//!   namespace to which a type of a namespace refers inside of it. The Parsing Canonical Form is a constant on request
//!   ([`Config::canonical_form`]).
//!
//! Encoding cannot fail, but for a type that holds, at any depth, what its schema cannot express: a `decimal`, which data may
//! have with more digits than the precision of the schema, a type of another crate, or an
//! enum that keeps unknown symbols. Such a type is
//! `serde_wire::codec::AvroTryEncode` instead of `AvroEncode`, and a number of too many digits is an error when it is written, as
//! in the reference. Serializers take both.
//!
//! # Borrowed forms
//!
//! Of what decoding costs, allocating texts is the larger half. On request ([`Config::borrowed`]) a type has a second form
//! that points into the message instead. It stands in the module `borrowed` of the namespace, and is called as the type is
//! with `Ref` behind, so that no type that a schema defines can have its name:
//!
//! | type | borrowed form |
//! |---|---|
//! | `com::acme::Order` | `com::acme::borrowed::OrderRef<'a>` |
//! | `com::acme::unions::order::Item` | `com::acme::borrowed::unions::order::ItemRef<'a>` |
//! | `String`, `Vec<u8>` and their like | `&'a str`, `&'a [u8]` |
//! | a map with values `T` | `serde_wire::codec::Map<T, &'a str>`, of `T` in its borrowed form |
//! | a `fixed` of more than 16 bytes | a newtype of `&'a [u8; N]` |
//! | enums, numbers, logical types, smaller `fixed`, and what holds nothing else | themselves |
//!
//! It has the derives and attributes of the owned form, of serde's traits `Serialize` alone, and implements the same traits
//! of the codec. `order.borrowed()` and `order_ref.to_owned()` lead from one to the other, as `From` does.
//!
//! ```ignore
//! // build.rs: Config::new().schemas_dir("schemas").borrowed("com.acme.Order")
//! use schemas::com::acme::{Order, borrowed::OrderRef};
//!
//! let order: OrderRef<'_> = serde_wire::codec::decode(&bytes)?;    // as it was written
//! let order: OrderRef<'_> = orders.deserialize_ref(&payload).await?;    // by a `Deserializer<Order>`
//! if order.city == "Oslo" {
//!     kept.push(order.to_owned());
//! }
//! ```
//!
//! A consumer that takes one message after the other may rather reuse the memory of a value ([`Config::decode_into`]):
//!
//! ```ignore
//! let mut order = Order::default();
//! loop {
//!     orders.deserialize_into(&next_payload(), &mut order).await?;
//! }
//! ```
//!
//! # Data of other versions
//!
//! A type reads data that was written with any compatible schema. The runtime finds out how, once for each writer's schema:
//! data of the type's own schema by its plain decoder, of another one by a plan. Versions that are known beforehand can have
//! code of their own, which is as fast as the plain decoder:
//!
//! ```no_run
//! // build.rs; history/ has order-v1.avsc, order-v2.avsc: the schemas that are still in the topics
//! fn main() -> Result<(), avro_codegen::Error> {
//!     avro_codegen::Config::new().schemas_dir("schemas").history("history").compile()?;
//!     Ok(())
//! }
//! ```
//!
//! Which version of which record a file has is told by its full name, or by an alias of the newer one. Nothing else changes:
//! `serde_wire::resolve::Resolution::is_compiled` tells whether the code was found for a writer.
//!
//! # Options
//!
//! The guide beside the crate, `avro-codegen/docs`, shows each with what it changes.
//! [`Config`] has them as methods, and a file such as `avro-gen.toml` under the same names, see [`Config::from_file`]. They
//! are called as prost-build calls them, where it has them.
//!
//! | option | what it does |
//! |---|---|
//! | [`type_attribute`](Config::type_attribute), [`record_attribute`](Config::record_attribute), [`enum_attribute`](Config::enum_attribute), [`field_attribute`](Config::field_attribute) | adds attributes |
//! | [`derive`](Config::derive), [`derive_copy`](Config::derive_copy), [`skip_debug`](Config::skip_debug) | changes derives |
//! | [`map_type`](Config::map_type), [`string_type`](Config::string_type), [`bytes_type`](Config::bytes_type) | other Rust types for maps, strings and bytes |
//! | [`logical_type`](Config::logical_type) | types of `chrono`, `jiff`, `time`, `rust_decimal`, `bigdecimal` and `uuid` for logical types, or none |
//! | [`serde`](Config::serde), [`builder`](Config::builder), [`canonical_form`](Config::canonical_form), [`properties`](Config::properties), [`non_exhaustive`](Config::non_exhaustive) | more of what types can do |
//! | [`borrowed`](Config::borrowed), [`decode_into`](Config::decode_into) | other forms of types: one that borrows from the message, and one that is read into |
//! | [`unknown_symbol`](Config::unknown_symbol) | what is taken for symbols that an enum does not have |
//! | [`extern_path`](Config::extern_path) | a type or namespace that stands elsewhere, such as in a crate of generated code |
//! | [`history`](Config::history), [`history_from_lock`](Config::history_from_lock) | other versions of the schemas, whose data is read by code of its own |
//! | [`on_unusable_default`](Config::on_unusable_default) | generates a field without its default where that cannot be used |
//! | [`lint`](Config::lint) | what becomes of a broken lint rule |
//! | [`runtime_path`](Config::runtime_path), [`visibility`](Config::visibility), [`plans`](Config::plans) | the whole file |
//! | [`file_name`](Config::file_name), [`file_per_namespace`](Config::file_per_namespace), [`include_file`](Config::include_file) | one file for all, or one for each namespace |
//!
//! # What is told
//!
//! All that is wrong with the files of a run is told at once, see [`Report`]. Lint rules tell what is valid but a mistake, such as a
//! logical type that is misspelt and therefore ignored: as warnings of cargo in a build script, or as errors, see [`Config::lint`]
//! and [`lint_rules`].
//!
//! # What is refused
//!
//! A default that the reference takes in but cannot use: a symbol that its enum does not have, a `fixed` of another
//! length, characters beyond U+00FF for `bytes`, a `uuid` that is none, a `decimal` of too many digits, a record whose
//! defaults never end. All such fields of a run are told at once, and [`Config::on_unusable_default`] generates them as if they
//! had no default. And, beyond what schemas look like, namespaces of more than 64 parts and defaults of more than
//! 64 levels or 10,000 values.
//!
//! # Limits
//!
//! Generated code needs edition 2018 or later. Types that nest more than about a hundred arrays, maps and options in each
//! other compile anywhere, but a crate that encodes or decodes them has to raise its `#![recursion_limit]`: the compiler
//! counts the functions for them when it generates machine code. Real schemas nest about a dozen levels deep.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod command;
mod config;
mod config_file;
mod emit;
mod error;
mod history;
mod idl;
mod input;
mod ir;
mod lint;
mod locate;
mod locked;
mod logical_crate;
mod options;
mod output;
mod reading;
mod report;
mod selector;
mod toml_file;

pub use config::Config;
pub use error::Error;
pub use lint::{LintLevel, LintRule, lint_rules};
pub use logical_crate::LogicalCrate;
pub use options::{BytesType, MapType, OnUnknownSymbol, OnUnusableDefault, StringType};
pub use report::{Diagnostic, Place, Report, Severity};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
