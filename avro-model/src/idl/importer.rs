//! The source of imported files.

/// The kind of file that an import statement names. Exhaustive: the grammar of IDL has these three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// `import idl`
    Idl,
    /// `import protocol`: a protocol in JSON.
    Protocol,
    /// `import schema`: a schema in JSON.
    Schema,
}

/// A file that was found.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its name in messages. The same file must get the same name each time: a file is read once.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Finds the files that IDL imports.
pub trait Importer {
    /// The file at `path`, as the import statement writes it, for the file called `from`.
    ///
    /// # Errors
    /// Why the file cannot be had, for people.
    fn import(&self, kind: ImportKind, path: &str, from: &str) -> Result<Imported, String>;
}

/// Refuses every import.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoImports;

impl Importer for NoImports {
    fn import(&self, _: ImportKind, _: &str, _: &str) -> Result<Imported, String> {
        Err("imports are not available here".to_owned())
    }
}
