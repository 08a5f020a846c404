//! The front of the generator: what to read and where to write.

use crate::error::Error;
use crate::input::{Source, Syntax};
use crate::ir::{self, Parsed};
use crate::options::{Options, Selector};
use crate::{emit, idl, input, output};
use avro_model::Parser;
use avro_model::parser::Document;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Settings of the generator: the schemas to generate code from, and the place for it.
///
/// All schemas of one configuration are read together, in any order: a file may use the types that another one
/// defines.
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
    out_dir: Option<PathBuf>,
    file_name: Option<String>,
    options: Options,
}

/// The outcome of a run: the text, and the files that it was made from.
struct Generated {
    text: String,
    /// The files that IDL files import.
    imported: Vec<PathBuf>,
}

impl Config {
    /// A configuration without schemas.
    pub fn new() -> Self {
        Self::default()
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

    /// Sets the folder for the generated file. Default: cargo's `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// Sets the name of the generated file. Default: `avro.rs`. Another one is needed where one build script makes
    /// several.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Derives `Copy` for the records, unions and newtypes that the selector selects, wherever what they hold allows it.
    ///
    /// Enums and `fixed` are `Copy` anyway. The others are not by default: the first field of another type that a later
    /// schema adds takes it away, from code that may rely on it.
    #[must_use]
    pub fn derive_copy(mut self, selector: impl Into<String>) -> Self {
        self.options.copy.add(Selector::new(selector));
        self
    }

    /// Sets whether types can read data that was written with another schema than theirs. Default: true.
    ///
    /// A program that only writes needs none of that, and compiles in half the time without. What it still can read is data
    /// of exactly its own schemas, with `serde_wire::codec::decode`.
    #[must_use]
    pub fn plans(mut self, plans: bool) -> Self {
        self.options.plans = plans;
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
        for input in &self.inputs {
            println!("cargo::rerun-if-changed={}", input.display());
        }
        let path = folder.join(self.file_name.as_deref().unwrap_or("avro.rs"));
        let Generated { text, imported } = self.run()?;
        for import in imported {
            println!("cargo::rerun-if-changed={}", import.display());
        }
        output::write(&path, &text)?;
        Ok(path)
    }

    /// Generates the text without writing it anywhere.
    ///
    /// # Errors
    /// A schema cannot be read or is not valid, or has a default that code cannot make.
    pub fn generate(&self) -> Result<String, Error> {
        self.run().map(|generated| generated.text)
    }

    fn run(&self) -> Result<Generated, Error> {
        let sources = input::read(&self.inputs)?;
        let mut imported = Vec::new();
        // The documents, the files that they come from, and whether they stand for their file.
        let mut texts: Vec<(&Source, Cow<'_, str>, bool)> = Vec::new();
        for source in &sources {
            let (main, types) = match source.syntax() {
                Syntax::Schema => (Some(Cow::Borrowed(source.text.as_str())), Vec::new()),
                Syntax::Idl => {
                    let file = idl::read_idl(source)?;
                    imported.extend(file.imported);
                    (file.main.map(Cow::Owned), file.types)
                }
                Syntax::Protocol => (None, idl::read_protocol(source)?),
            };
            texts.extend(types.into_iter().map(|text| (source, Cow::Owned(text), false)));
            texts.extend(main.map(|text| (source, text, true)));
        }
        let documents: Vec<Document<'_>> =
            texts.iter().map(|(source, text, _)| Document { name: &source.name, text }).collect();
        let schemas = Parser::new().parse_documents(&documents).map_err(|error| {
            match sources.iter().find(|source| error.document.as_ref() == Some(&source.name)) {
                // A place in what the file was brought into says nothing about the file.
                Some(source) if source.syntax() != Syntax::Schema => {
                    Error::Types { document: source.name.clone(), problem: error.problem.to_string() }
                }
                _ => error.into(),
            }
        })?;
        let parsed = texts.iter().zip(schemas).map(|((source, text, is_main), schema)| Parsed {
            name: &source.name,
            stem: source.stem(),
            text: if source.syntax() == Syntax::Schema { text } else { "" },
            is_main: *is_main,
            schema,
        });
        let ir = ir::lower(&parsed.collect::<Vec<_>>(), &self.options)?;
        let text = emit::source(&ir, &self.options);
        Ok(Generated { text, imported })
    }

    /// Checks that the file at `path` is what these schemas generate, for a file that is under version control.
    ///
    /// # Errors
    /// As [`generate`](Self::generate), and when the file is missing or differs.
    pub fn check(&self, path: &Path) -> Result<(), Error> {
        let text = self.generate()?;
        if output::is_current(path, &text) { Ok(()) } else { Err(Error::Stale { path: path.to_owned() }) }
    }

    /// Generates the text and writes it to `path`, which is only touched when its text changes.
    ///
    /// # Errors
    /// As [`generate`](Self::generate), and when the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        output::write(path, &self.generate()?)
    }
}
