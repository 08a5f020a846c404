//! What a conversion writes, and where.

use super::syntax::To;
use crate::error::Error;
use crate::output::write_file;
use crate::report::{Diagnostic, Place, Report};
use avro_model::json::Json;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Something that does not come back.
#[derive(Debug, Clone)]
pub(super) struct Loss {
    pub(super) message: String,
    pub(super) place: Place,
    /// Whether what comes back means the same.
    pub(super) means_the_same: bool,
}

impl Loss {
    pub(super) fn new(message: String, place: Place) -> Self {
        Self { message, place, means_the_same: false }
    }
}

/// A file in another syntax.
#[derive(Debug)]
pub(super) struct Converted {
    /// The file that it was made of.
    pub(super) input: String,
    /// Where it goes; `None` for standard output.
    pub(super) path: Option<PathBuf>,
    pub(super) text: String,
    pub(super) losses: Vec<Loss>,
}

impl Converted {
    pub(super) fn write(&self) -> Result<(), Error> {
        self.path.as_ref().map_or(Ok(()), |path| write_file(path, &self.text))
    }

    pub(super) fn to_json(&self) -> Json {
        let text = |text: &str| Json::String(text.to_owned());
        let shown = match &self.path {
            Some(path) => ("output", text(&path.display().to_string())),
            None => ("text", text(&self.text)),
        };
        let members = [("input", text(&self.input)), shown];
        Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

/// Where files go.
pub(super) enum Target {
    Standard,
    File(PathBuf),
    Folder(PathBuf, To),
}

impl Target {
    /// The target of so many inputs; or the problem in words.
    pub(super) fn of(output: Option<&Path>, to: To, inputs: usize, split: bool) -> Result<Self, String> {
        let several = inputs > 1 || split;
        match output {
            None if several => {
                Err("several files are written: name a folder for them with --output".to_owned())
            }
            None => Ok(Self::Standard),
            Some(path) if path == Path::new("-") && !several => Ok(Self::Standard),
            Some(path) if path.is_dir() || To::of(path).is_none() => Ok(Self::Folder(path.to_owned(), to)),
            Some(_) if several => {
                Err("several files are written: --output must be a folder for them".to_owned())
            }
            Some(path) => Ok(Self::File(path.to_owned())),
        }
    }

    /// The place of a file with that name but for the extension.
    pub(super) fn path(&self, stem: &str) -> Option<PathBuf> {
        match self {
            Self::Standard => None,
            Self::File(path) => Some(path.clone()),
            Self::Folder(folder, to) => Some(folder.join(format!("{stem}.{}", to.name()))),
        }
    }
}

/// Two files of one name that hold different texts are an error.
pub(super) fn check_names(files: &[Converted], report: &mut Report) {
    let mut known: HashMap<&Path, &Converted> = HashMap::new();
    for file in files {
        let Some(path) = file.path.as_deref() else { continue };
        let first = known.entry(path).or_insert(file);
        if first.text != file.text {
            let message = format!(
                "{} would be written for {} and for {}; convert them to folders of their own",
                path.display(),
                first.input,
                file.input
            );
            report.diagnostics.push(Diagnostic::error(&message));
        }
    }
}
