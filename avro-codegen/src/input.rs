//! Finding schema files and reading them.

use crate::error::Error;
use crate::report::Diagnostic;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
#[cfg(feature = "cli")]
use {crate::command::GitTree, std::sync::Arc};

/// A file and its text.
#[derive(Debug)]
pub(crate) struct Source {
    /// The path as it was given or found.
    pub(crate) path: PathBuf,
    /// The path for messages.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
    /// The commit that it is from, if not from the file system.
    #[cfg(feature = "cli")]
    pub(crate) tree: Option<Arc<GitTree>>,
}

/// The language of a file, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// A schema in JSON: `.avsc`, and every extension that is not known.
    Schema,
    /// IDL: `.avdl`.
    Idl,
    /// A protocol in JSON: `.avpr`.
    Protocol,
}

impl Syntax {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "avsc" => Some(Self::Schema),
            "avdl" => Some(Self::Idl),
            "avpr" => Some(Self::Protocol),
            _ => None,
        }
    }
}

impl Source {
    /// A file of the file system.
    pub(crate) fn new(path: PathBuf, text: String) -> Self {
        Self {
            name: path.display().to_string(),
            path,
            text,
            #[cfg(feature = "cli")]
            tree: None,
        }
    }

    pub(crate) fn syntax(&self) -> Syntax {
        Syntax::of(&self.path).unwrap_or(Syntax::Schema)
    }

    /// The file name without its extension.
    pub(crate) fn stem(&self) -> &str {
        self.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("schema")
    }
}

/// Reads the files, and every `.avsc`, `.avdl` and `.avpr` file in the folders and below them. A file that is named
/// twice is read once. The order depends on the paths alone.
///
/// A file that cannot be read as text is a fault beside the others.
pub(crate) fn read(inputs: &[PathBuf]) -> Result<Found, Error> {
    let mut found = Paths::new();
    for input in inputs {
        if input.is_dir() {
            collect(input, &mut found)?;
        } else {
            add(input, &mut found)?;
        }
    }
    if found.is_empty() {
        let inputs: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
        return Err(Error::NoSchemas { inputs: inputs.join(", ") });
    }
    let mut paths: Vec<PathBuf> = found.into_values().collect();
    paths.sort();
    let mut files = Found::default();
    for path in paths {
        match source(path) {
            Ok(source) => files.sources.push(source),
            Err(error) => files.faults.push(Diagnostic::error(&error.to_string())),
        }
    }
    Ok(files)
}

/// The files of a run.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) sources: Vec<Source>,
    /// What is wrong with those that are no text.
    pub(crate) faults: Vec<Diagnostic>,
}

/// The paths that were found, by what they really are.
type Paths = BTreeMap<PathBuf, PathBuf>;

fn add(path: &Path, found: &mut Paths) -> Result<(), Error> {
    let real = fs::canonicalize(path).map_err(|error| Error::Read { path: path.to_owned(), error })?;
    found.entry(real).or_insert_with(|| path.to_owned());
    Ok(())
}

fn collect(folder: &Path, found: &mut Paths) -> Result<(), Error> {
    let unreadable = |error| Error::Read { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        // The type of a link is not that of its target, so a link to a folder is not followed and cannot go in circles.
        if entry.file_type().map_err(unreadable)?.is_dir() {
            collect(&path, found)?;
        } else if Syntax::of(&path).is_some() && path.is_file() {
            add(&path, found)?;
        }
    }
    Ok(())
}

/// The bytes that an object container file begins with.
const CONTAINER: &[u8] = b"Obj\x01";

/// Reads a file.
pub(crate) fn source(path: PathBuf) -> Result<Source, Error> {
    let bytes = fs::read(&path).map_err(|error| Error::Read { path: path.clone(), error })?;
    if bytes.starts_with(CONTAINER) {
        return Err(Error::Container { path });
    }
    match text(bytes) {
        Some(text) => Ok(Source::new(path, text)),
        None => Err(Error::Encoding { path }),
    }
}

/// Whether the extension is one of a file that a folder is searched for.
#[cfg(feature = "cli")]
pub(crate) fn is_known(path: &Path) -> bool {
    Syntax::of(path).is_some()
}

/// Reads a file of a commit, by its path from the top of the repository; gives the problem in words.
#[cfg(feature = "cli")]
pub(crate) fn of_git(tree: &Arc<GitTree>, path: &str) -> Result<Source, String> {
    let fault = |problem: &str| format!("cannot read {}: {problem}", tree.name(path));
    let bytes = tree.read(path).map_err(|error| fault(&error.to_string()))?;
    let text = text(bytes.ok_or_else(|| fault("there is no such file"))?);
    let text = text.ok_or_else(|| fault("it is neither UTF-8 nor UTF-16 text"))?;
    Ok(Source { path: PathBuf::from(path), name: tree.name(path), text, tree: Some(tree.clone()) })
}

/// The text of a file. JSON starts with an ASCII character, so a zero byte beside the first one tells UTF-16 even when
/// there is no byte order mark, which files written on Windows lack often enough.
fn text(bytes: Vec<u8>) -> Option<String> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [first, 0, ..] if *first != 0 => utf16(&bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(&bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(str::to_owned),
        _ => String::from_utf8(bytes).ok(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, rest) = bytes.as_chunks();
    let units = units.iter().map(|bytes| unit(*bytes));
    char::decode_utf16(units).collect::<Result<_, _>>().ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_encodings_that_schemas_come_in() {
        let schema = "\"int\"";
        let units = || schema.encode_utf16();
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (schema.into(), Some(schema)),
            (marked(&[0xef, 0xbb, 0xbf], schema.into()), Some(schema)),
            (marked(&[0xff, 0xfe], little.clone()), Some(schema)),
            (marked(&[0xfe, 0xff], big.clone()), Some(schema)),
            (little.clone(), Some(schema)),
            (big, Some(schema)),
            (little[..3].to_vec(), None),
            (vec![b'"', 0xff, b'"'], None),
            (vec![], Some("")),
        ] {
            assert_eq!(text(bytes.clone()).as_deref(), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn a_folder_gives_its_schemas_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("inner")).unwrap();
        for name in ["b.avsc", "inner/a.avsc", "a.avsc", "c.avdl", "d.avpr", "note.txt"] {
            fs::write(at(name), "\"int\"").unwrap();
        }
        let sources = read(&[at("b.avsc"), folder.path().to_owned()]).unwrap();
        let paths: Vec<PathBuf> = sources.sources.into_iter().map(|source| source.path).collect();
        let expected = ["a.avsc", "b.avsc", "c.avdl", "d.avpr", "inner/a.avsc"];
        assert_eq!(paths, expected.map(at));
    }

    #[test]
    fn nothing_to_read_is_an_error_that_names_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let empty = read(&[folder.path().to_owned()]).unwrap_err().to_string();
        assert_eq!(
            empty,
            format!("no schemas: there is no .avsc, .avdl or .avpr file in {}", folder.path().display())
        );
        let missing = folder.path().join("missing.avsc");
        let error = read(std::slice::from_ref(&missing)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot read {}: ", missing.display())), "{error}");
    }
}
