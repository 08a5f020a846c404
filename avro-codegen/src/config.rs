//! The front of the generator: what to read and where to write.

use crate::emit::Files;
use crate::error::Error;
use crate::ir::{self, Parsed};
use crate::lint::{self, Levels, LintLevel, Usage};
use crate::logical_crate::{LogicalChoice, LogicalCrate};
use crate::options::{BytesType, Choice, MapType, OnUnknownSymbol, OnUnusableDefault, Options, StringType};
use crate::reading::Reading;
use crate::report::Report;
use crate::{config_file, emit, history, input, output};
use std::path::{Path, PathBuf};

/// Settings of the generator: the schemas to generate code from, and the place for it.
///
/// All schemas of one configuration are read together, in any order: a file may use the types that another one
/// defines.
///
/// # Selectors
///
/// An option for some types or fields takes a selector: the full name of a type (`com.acme.Order`), the start of it up to
/// a dot, which selects everything in that namespace (`com.acme`), the name of a field behind that of its record
/// (`com.acme.Order.item`), or `.` for everything. A dot in front, as prost-build has it, makes no difference. A type is
/// selected together with its fields, and a field with the types that were made for it: `com.acme.Order.item` is the enum
/// of a union there too. The type for a document without a named root is selected by the name of its file without the
/// extension. A selector that selects nothing is an error that tells what is near to it.
///
/// In a `build.rs`:
///
/// ```no_run
/// fn main() -> Result<(), avro_codegen::Error> {
///     avro_codegen::Config::new().schemas_dir("schemas").compile()?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    inputs: Vec<PathBuf>,
    /// Other versions of the types.
    history: Vec<PathBuf>,
    /// Lock files that name some.
    history_locks: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
    file_name: Option<String>,
    file_per_namespace: bool,
    options: Options,
    /// The files with a configuration.
    files: Vec<PathBuf>,
    lints: Levels,
    /// What is shown the lint rules that are broken.
    tell: Option<fn(&Report)>,
}

/// The name of the generated file if there is no other.
const FILE_NAME: &str = "avro.rs";

/// The outcome of a run: the texts, and the files that it was made from.
struct Generated {
    files: Files,
    /// The files that are read without having been named: those that IDL files import, and those of other versions.
    imported: Vec<PathBuf>,
    /// The lint rules that are broken.
    warnings: Report,
}

impl Config {
    /// A configuration without schemas.
    pub fn new() -> Self {
        Self::default()
    }

    /// The configuration in a file, `avro-gen.toml` by custom: the methods of this type as keys.
    ///
    /// ```toml
    /// schemas = ["schemas"]          # from the folder of the file
    /// history = ["history"]          # and history_from_lock = ["history/avro-gen.lock"]
    /// visibility = "pub(crate)"
    /// on_unusable_default = "ignore" # "error", "ignore"
    /// derive_copy = ["com.acme.Point"]
    ///
    /// [type_attribute]               # options with a value: a table from selectors to values
    /// "com.acme" = "#[derive(PartialOrd)]"
    /// [map_type]
    /// "." = "btree_map"              # "map", "btree_map", "hash_map", "index_map"
    /// "com.acme.Order.tags" = "map"
    /// [string_type]
    /// "." = "arc_str"                # "string", "box_str", "arc_str", "shared"
    /// [bytes_type]
    /// "com.acme" = "bytes"           # "vec", "bytes"
    /// [logical_type]                 # "chrono", "jiff", "time", "rust_decimal", "bigdecimal", "uuid", "plain", "serde_wire"
    /// "." = ["chrono", "uuid"]       # for every logical type that the crate has a type for
    /// "com.acme.Order" = { decimal = "rust_decimal", timestamp-micros = "jiff" }
    /// [unknown_symbol]               # "specification", "error", "default", "keep", { symbol = "NAME" }
    /// "com.acme.Colour" = "keep"
    /// [lint]
    /// mistakes = "deny"              # "allow", "warn", "deny"
    /// ```
    ///
    /// # Errors
    /// The file cannot be read, or has something else than options and their values.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::new().file(path)
    }

    /// Adds what a file says to this configuration, as [`from_file`](Self::from_file).
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn file(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.files.push(path.as_ref().to_owned());
        config_file::apply(self, path.as_ref())
    }

    /// Adds a file: IDL where its extension is `avdl`, a protocol where it is `avpr`, else a schema. A relative path starts
    /// at the package's folder in a build script.
    ///
    /// Of IDL and protocols the types are generated, those of imported files too, but no messages. The path of an import
    /// starts at the folder of the file that has it.
    #[must_use]
    pub fn schema(mut self, path: impl Into<PathBuf>) -> Self {
        self.inputs.push(path.into());
        self
    }

    /// Adds every `.avsc`, `.avdl` and `.avpr` file in a folder and in the folders below it.
    #[must_use]
    pub fn schemas_dir(self, path: impl Into<PathBuf>) -> Self {
        self.schema(path)
    }

    /// Adds other versions of the types, as files (`.avsc`) or folders of them; `history` by custom, outside of the folder of
    /// schemas. Each file is a record, or an array of records, that has the full name of one of the schemas' records or an
    /// alias of it. What it refers to and does not define itself is taken from the files beside it, else from any other file of
    /// the history, else from the schemas; so a folder for each release holds what belongs together.
    ///
    /// Data of such a version is read by code of its own, in about the time that data of the type's own schema takes. Data of
    /// any other compatible schema is read by a plan, somewhat slower; and so is a record of more than 128 fields of which more than
    /// 32 take a conversion that code does not make: unions that meet others, items that changed, parts to skip.
    #[must_use]
    pub fn history(mut self, path: impl Into<PathBuf>) -> Self {
        self.history.push(path.into());
        self
    }

    /// Adds the versions that a lock file of `avro-gen pull` names as other versions of the types, as [`history`](Self::history)
    /// does: those that were asked for, with what each of them refers to, from the files that are there. No registry is asked.
    ///
    /// Of a lock file that names several versions of a subject, the files of all but the newest are not read as
    /// [schemas](Self::schema), unless a newest one refers to them: so all versions may stand in one folder.
    #[must_use]
    pub fn history_from_lock(mut self, lock: impl Into<PathBuf>) -> Self {
        self.history_locks.push(lock.into());
        self
    }

    /// Sets the folder for the generated file. Default: cargo's `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// Sets the name of the generated file. Default: `avro.rs`. Another one is needed where one build script makes
    /// several, each of which is included in a module of its own.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets whether each namespace has a file of its own, as each package has with prost-build: `com.acme.rs`, and `_.rs`
    /// for types without a namespace. The file of [`file_name`](Self::file_name) then declares the modules and includes
    /// those files, which stand beside it; you include it as before. Files of namespaces that are gone are removed. Default:
    /// false, one file for all.
    #[must_use]
    pub fn file_per_namespace(mut self, file_per_namespace: bool) -> Self {
        self.file_per_namespace = file_per_namespace;
        self
    }

    /// [`file_per_namespace`](Self::file_per_namespace) and the name of the file that declares the modules, as prost-build
    /// has it: `include_file("mod.rs")` for a folder of your sources.
    #[must_use]
    pub fn include_file(self, name: impl Into<String>) -> Self {
        self.file_name(name).file_per_namespace(true)
    }

    /// Adds an attribute to types: `type_attribute("com.acme", "#[derive(Ord, PartialOrd)]")`. It stands behind the derives
    /// that types have anyway. [Borrowed forms](Self::borrowed) get no attributes but the derives of the standard library's
    /// traits.
    #[must_use]
    pub fn type_attribute(self, selector: impl Into<String>, attribute: impl Into<String>) -> Self {
        self.rule("type_attribute", selector, Choice::TypeAttribute(attribute.into()))
    }

    /// Adds an attribute to records; prost-build's `message_attribute`.
    #[must_use]
    pub fn record_attribute(self, selector: impl Into<String>, attribute: impl Into<String>) -> Self {
        self.rule("record_attribute", selector, Choice::RecordAttribute(attribute.into()))
    }

    /// Adds an attribute to enums, and to the enums that stand for unions.
    #[must_use]
    pub fn enum_attribute(self, selector: impl Into<String>, attribute: impl Into<String>) -> Self {
        self.rule("enum_attribute", selector, Choice::EnumAttribute(attribute.into()))
    }

    /// Adds an attribute to fields of records, but not to those of [borrowed forms](Self::borrowed), which have other types.
    #[must_use]
    pub fn field_attribute(self, selector: impl Into<String>, attribute: impl Into<String>) -> Self {
        self.rule("field_attribute", selector, Choice::FieldAttribute(attribute.into()))
    }

    /// Derives more traits, or what else a derive macro makes, for types: `derive("com.acme", "PartialOrd, my_crate::Show")`.
    #[must_use]
    pub fn derive(self, selector: impl Into<String>, traits: impl AsRef<str>) -> Self {
        let attribute = format!("#[derive({})]", traits.as_ref());
        self.rule("derive", selector, Choice::TypeAttribute(attribute))
    }

    /// Derives `Copy` for the records, unions and newtypes that the selector selects, wherever what they hold allows it.
    ///
    /// Enums and `fixed` are `Copy` anyway. The others are not by default: the first field of another type that a later
    /// schema adds takes it away, from code that may rely on it.
    #[must_use]
    pub fn derive_copy(self, selector: impl Into<String>) -> Self {
        self.rule("derive_copy", selector, Choice::Copy)
    }

    /// Does not derive `Debug` for types, for which you write it: what must not stand in a log is told in one place.
    #[must_use]
    pub fn skip_debug(self, selector: impl Into<String>) -> Self {
        self.rule("skip_debug", selector, Choice::SkipDebug)
    }

    /// Derives the `Serialize` and `Deserialize` of serde, with the names that records, symbols and branches have in Avro:
    /// the enum of a union is `{"string": "x"}`. `null` and an `Option` are what serde makes of them, bytes and `fixed` are
    /// lists of numbers, and logical types are texts such as `2026-02-28`.
    ///
    /// The crate with the code needs `serde` with its feature `derive`, and `serde-wire` with the feature `serde`;
    /// for [`StringType::ArcStr`] `serde` needs the feature `rc`.
    #[must_use]
    pub fn serde(self, selector: impl Into<String>) -> Self {
        self.rule("serde", selector, Choice::Serde)
    }

    /// Makes builders for records: `Order::builder().id(7).build()`. `build` fails when a field without a default was not
    /// set. `Order::new`, which takes these fields as arguments, is there without asking.
    #[must_use]
    pub fn builder(self, selector: impl Into<String>) -> Self {
        self.rule("builder", selector, Choice::Builder)
    }

    /// Adds a borrowed form to types: `borrowed::OrderRef<'a>` for `Order`, whose strings and bytes
    /// are `&'a str` and `&'a [u8]` and point into the message, so that decoding copies none of them.
    ///
    /// What the selected types hold has the form too. A type that holds neither text nor bytes, map or `fixed` of more than
    /// 16 bytes has nothing to borrow, and is used as it is. See [the crate](crate#borrowed-forms).
    ///
    /// Of a map whose data has a key more than once, the borrowed form keeps all entries, as [`MapType::Map`] does; the other
    /// types of maps keep the last one.
    ///
    /// Attributes for the type and its fields are those of the owned form: of them the borrowed one has the derives of `Clone`,
    /// `Debug`, `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash`.
    #[must_use]
    pub fn borrowed(self, selector: impl Into<String>) -> Self {
        self.rule("borrowed", selector, Choice::Borrowed)
    }

    /// Lets `decode_into` of types read a value into the memory of another one: its strings,
    /// vectors, maps and boxes. Without it, as for the types that are not selected, `decode_into` takes the decoded value.
    ///
    /// What the selected types hold is read so too.
    #[must_use]
    pub fn decode_into(self, selector: impl Into<String>) -> Self {
        self.rule("decode_into", selector, Choice::DecodeInto)
    }

    /// Adds the constant `CANONICAL_FORM`, the Parsing Canonical Form of the schema, to types that have a schema.
    #[must_use]
    pub fn canonical_form(self, selector: impl Into<String>) -> Self {
        self.rule("canonical_form", selector, Choice::CanonicalForm)
    }

    /// Adds constants with the properties that a schema has beside those of the specification, such as `"x-owner": "shop"`:
    /// `PROPERTIES`, a list of names and JSON texts in the order of the schema, to types that have a name in Avro and are no
    /// `fixed` with a logical type, and to records `FIELD_PROPERTIES`, a list of the fields that have some, by their names in
    /// Avro.
    #[must_use]
    pub fn properties(self, selector: impl Into<String>) -> Self {
        self.rule("properties", selector, Choice::Properties)
    }

    /// Marks records, and the enums for enums and unions, with `#[non_exhaustive]`: other crates make records by `new` or a
    /// builder alone, and their matches have an arm for what a later schema adds.
    #[must_use]
    pub fn non_exhaustive(self, selector: impl Into<String>) -> Self {
        self.rule("non_exhaustive", selector, Choice::NonExhaustive)
    }

    /// Sets the Rust type of maps. Where several selectors apply, the longest does. Default: [`MapType::Map`].
    #[must_use]
    pub fn map_type(self, selector: impl Into<String>, map_type: MapType) -> Self {
        self.rule("map_type", selector, Choice::Map(map_type))
    }

    /// Sets the Rust type of strings that have no logical type; the keys of maps stay a `String`. Where several selectors
    /// apply, the longest does. Default: [`StringType::String`].
    #[must_use]
    pub fn string_type(self, selector: impl Into<String>, string_type: StringType) -> Self {
        self.rule("string_type", selector, Choice::String(string_type))
    }

    /// Sets the Rust type of bytes that have no logical type. Where several selectors apply, the longest does. Default:
    /// [`BytesType::Vec`].
    #[must_use]
    pub fn bytes_type(self, selector: impl Into<String>, bytes_type: BytesType) -> Self {
        self.rule("bytes_type", selector, Choice::Bytes(bytes_type))
    }

    /// Sets the crate of the types for a logical type: `logical_type(".", "timestamp-micros", LogicalCrate::Chrono)`. `"*"`
    /// stands for every logical type that the crate has a type for. Where several selectors apply, the longest does, and of
    /// equal ones that which names the logical type. A `fixed` is selected by its own name too. Default:
    /// [`LogicalCrate::SerdeWire`].
    ///
    /// `serde-wire` needs the feature of the crate's name, and has the crate as `serde_wire::types::chrono`, for example.
    /// What a value of the wire or of the crate cannot be in the other is an error of decoding or encoding: a date that
    /// `chrono` has no year for, a time with more digits than the unit of the schema has, a decimal of more digits than its
    /// scale and precision allow. A type that holds such a field implements `AvroTryEncode` instead of `AvroEncode`, which
    /// serializers take as well. `date` and `uuid`, whose values can all be written, change nothing about that.
    #[must_use]
    pub fn logical_type(
        self,
        selector: impl Into<String>,
        logical_type: impl Into<String>,
        from: LogicalCrate,
    ) -> Self {
        let choice = LogicalChoice { logical: logical_type.into(), from };
        self.rule("logical_type", selector, Choice::Logical(choice))
    }

    /// Sets what is taken for symbols that an enum does not have, in data of another schema of its record:
    /// `unknown_symbol("com.acme.State", OnUnknownSymbol::Keep)`. Where several selectors apply, the longest does. Default:
    /// [`OnUnknownSymbol::Specification`].
    ///
    /// With [`OnUnknownSymbol::Keep`] the enum has one more variant, `Unknown(i32)`, for the position that the symbol has in the
    /// writer's enum; its name is in the writer's schema. It cannot be written, since the schema has no number for it: the enum,
    /// and all that holds it, implements `AvroTryEncode` instead of `AvroEncode`. A symbol that is itself called `UNKNOWN` becomes
    /// the variant `Unknown_`, now or when a later schema adds it. `as_str` gives an `Option`, `ALL` has the symbols of the schema,
    /// and a name that is none of them is still no value. With [`serde`](Self::serde) it is `{"unknown symbol":7}`.
    ///
    /// Types that [stand elsewhere](Self::extern_path) are taken to have been generated with the choices that are made here.
    #[must_use]
    pub fn unknown_symbol(self, selector: impl Into<String>, unknown: OnUnknownSymbol) -> Self {
        self.rule("unknown_symbol", selector, Choice::UnknownSymbol(unknown))
    }

    /// Takes a type that stands elsewhere, instead of generating one: `extern_path("com.acme.Id", "::ids::Id")`. For a
    /// namespace, the module that was generated from it in another crate: `extern_path("com.acme", "::ids::com::acme")`
    /// makes `com.acme.part.Id` the type `::ids::com::acme::part::Id`. Where several apply, the longest does.
    ///
    /// Such a type implements the traits of `serde_wire::codec` for the schema that it has here, and `Debug`, `Clone` and
    /// `PartialEq`. Types that hold one derive no more than that. One that was generated with types of other crates for logical
    /// types is known as such if the same [`logical_type`](Self::logical_type) is given here. Default values of it are read from their encoding.
    #[must_use]
    pub fn extern_path(self, selector: impl Into<String>, rust_path: impl Into<String>) -> Self {
        self.rule("extern_path", selector, Choice::Extern(rust_path.into()))
    }

    /// Sets the path of the crate `serde-wire`, for a crate that has it under another name or from another crate. It is
    /// absolute: `::my_platform::serde_wire` or `crate::wire`. Default: `::serde_wire`.
    #[must_use]
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.options.runtime = path.into();
        self
    }

    /// Sets the visibility of types, their fields and their modules: `pub` or `pub(crate)`. Default: `pub`.
    #[must_use]
    pub fn visibility(mut self, visibility: impl Into<String>) -> Self {
        self.options.visibility = visibility.into();
        self
    }

    /// Sets whether types can read data that was written with another schema than theirs. Default: true.
    ///
    /// A program that only writes needs none of that, and compiles in two thirds of the time of a release build without. What it still can read is data
    /// of exactly its own schemas, with `serde_wire::codec::decode`.
    #[must_use]
    pub fn plans(mut self, plans: bool) -> Self {
        self.options.plans = plans;
        self
    }

    /// Sets what becomes of a field whose default cannot be used, such as an enum's default that is none of its symbols.
    /// Default: [`OnUnusableDefault::Error`], which tells all of them at once.
    ///
    /// A field without its default has to be given to `new`, its record has no `Default`, and data of a writer that does not
    /// have the field cannot be read. The same holds for such defaults of types that stand elsewhere
    /// ([`extern_path`](Self::extern_path)).
    #[must_use]
    pub fn on_unusable_default(mut self, unusable: OnUnusableDefault) -> Self {
        self.options.unusable_defaults = unusable;
        self
    }

    /// Sets what becomes of a broken lint rule, by the name of the rule, of its group (`mistakes`, `evolution`, `style`), or `all`;
    /// what is said for a rule goes before what is said for its group. [`lint_rules`](crate::lint_rules) lists them.
    ///
    /// By default the rules of `mistakes` warn, and the others are allowed. [`compile`](Self::compile) shows warnings as
    /// cargo's; what is denied is an error. A schema allows a rule for a type or field and all that is inside by the property
    /// `"avro-gen.allow": ["missing-doc"]`, and for a line and the next one by a comment that says `avro-gen: allow(missing-doc)`.
    #[must_use]
    pub fn lint(mut self, name: impl Into<String>, level: LintLevel) -> Self {
        self.lints.set(name, level);
        self
    }

    fn rule(mut self, option: &'static str, selector: impl Into<String>, choice: Choice) -> Self {
        self.options.add(option, selector, choice);
        self
    }

    /// Generates the file, and tells cargo to run the build script again when a schema changes or a folder of schemas
    /// gets a new one. The file is only touched when its text changes. Returns its path.
    ///
    /// # Errors
    /// A schema cannot be read or is not valid, has a default that code cannot make, or the file cannot be written.
    pub fn compile(&self) -> Result<PathBuf, Error> {
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or(Error::NoOutDir)?,
        };
        let history = self.history.iter().chain(&self.history_locks);
        for input in self.files.iter().chain(&self.inputs).chain(history) {
            println!("cargo::rerun-if-changed={}", input.display());
        }
        let path = folder.join(self.file_name.as_deref().unwrap_or(FILE_NAME));
        let Generated { files, imported, warnings } = self.run(self.split_at(&path))?;
        for warning in &warnings.diagnostics {
            println!("cargo::warning={}", warning.in_one_line());
        }
        for import in imported {
            println!("cargo::rerun-if-changed={}", import.display());
        }
        output::write(&path, &files)?;
        Ok(path)
    }

    /// Generates the text without writing it anywhere, as that of one file in any case.
    ///
    /// # Errors
    /// A schema cannot be read or is not valid, or has a default that code cannot make.
    pub fn generate(&self) -> Result<String, Error> {
        self.run(None).map(|generated| generated.files.main)
    }

    /// [`generate`](Self::generate), and the lint rules that are broken.
    #[cfg(feature = "cli")]
    pub(crate) fn generate_telling(&self) -> Result<(String, Report), Error> {
        self.run(None).map(|generated| (generated.files.main, generated.warnings))
    }

    /// Refuses names that are none of rules.
    pub(crate) fn check_lints(&self) -> Result<(), Error> {
        if let Some((name, near)) = self.lints.unknown() {
            let expected = match near {
                Some(near) => format!("the name of a lint rule; did you mean {near:?}?"),
                None => "the name of a lint rule, of a group of them or \"all\"".to_owned(),
            };
            return Err(Error::Value { option: "lint".to_owned(), value: name.to_owned(), expected });
        }
        Ok(())
    }

    #[cfg(feature = "cli")]
    pub(crate) fn inputs(&self) -> &[PathBuf] {
        &self.inputs
    }

    #[cfg(feature = "cli")]
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    #[cfg(feature = "cli")]
    pub(crate) fn lints(&self) -> &Levels {
        &self.lints
    }

    /// Shows the lint rules that are broken to this, if there are any.
    #[cfg(feature = "cli")]
    pub(crate) fn telling(mut self, tell: fn(&Report)) -> Self {
        self.tell = Some(tell);
        self
    }

    fn run(&self, split_at: Option<&Path>) -> Result<Generated, Error> {
        self.options.check_values()?;
        self.check_lints()?;
        let history = history::read(&self.history, &self.history_locks)?;
        let mut found = input::read(&self.inputs)?;
        let is_old = |source: &input::Source| {
            std::fs::canonicalize(&source.path).is_ok_and(|path| history.left_out.contains(&path))
        };
        found.sources.retain(|source| !is_old(source));
        let mut reading = Reading::of(found, &self.options);
        let found = lint::lint(&reading, &self.lints, Usage::Generate);
        reading.add(found);
        let Reading { sources, documents, imported, report: warnings, .. } = reading.complete()?;
        if let Some(tell) = self.tell.filter(|_| !warnings.diagnostics.is_empty()) {
            tell(&warnings);
        }
        let parsed = documents.into_iter().filter_map(|document| {
            let source = &sources[document.source];
            Some(Parsed {
                name: &source.name,
                stem: source.stem(),
                is_main: document.is_main,
                schema: document.schema?,
            })
        });
        let mut ir = ir::lower(&parsed.collect::<Vec<_>>(), &self.options)?;
        ir::add_history(&mut ir, &history.files)?;
        let mut imported = imported;
        imported.extend(history.files.into_iter().map(|file| file.source.path));
        Ok(Generated { files: emit::files(&ir, &self.options, split_at), imported, warnings })
    }

    /// Checks that the file at `path`, and those that it includes, are what these schemas generate, for code that is under
    /// version control. A path that does not end in `.rs` is a folder, which holds what [`write`](Self::write) writes there.
    ///
    /// # Errors
    /// As [`generate`](Self::generate), and when a file is missing, differs, or is one of a namespace that is gone.
    pub fn check(&self, path: &Path) -> Result<(), Error> {
        match self.check_telling(path)?.0 {
            Some(path) => Err(Error::Stale { path }),
            None => Ok(()),
        }
    }

    /// The file at which [`check`](Self::check) fails, and the lint rules that are broken.
    pub(crate) fn check_telling(&self, path: &Path) -> Result<(Option<PathBuf>, Report), Error> {
        let path = self.main_file(path);
        let Generated { files, warnings, .. } = self.run(self.split_at(&path))?;
        Ok((output::differing(&path, &files), warnings))
    }

    /// Generates the text and writes it to `path`, which is only touched when its text changes. A path that does not end in
    /// `.rs` is a folder for the file of [`file_name`](Self::file_name).
    ///
    /// # Errors
    /// As [`generate`](Self::generate), and when the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        self.write_telling(path).map(drop)
    }

    /// [`write`](Self::write), and the lint rules that are broken.
    pub(crate) fn write_telling(&self, path: &Path) -> Result<Report, Error> {
        let path = self.main_file(path);
        let Generated { files, warnings, .. } = self.run(self.split_at(&path))?;
        output::write(&path, &files)?;
        Ok(warnings)
    }

    /// The file to include where there is one for each namespace beside it.
    fn split_at<'p>(&self, main: &'p Path) -> Option<&'p Path> {
        self.file_per_namespace.then_some(main)
    }

    /// The file to include: the path itself, or in the folder at the path.
    fn main_file(&self, path: &Path) -> PathBuf {
        match path.extension() {
            Some(extension) if extension == "rs" => path.to_owned(),
            _ => path.join(self.file_name.as_deref().unwrap_or(FILE_NAME)),
        }
    }
}
