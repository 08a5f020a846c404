//! The inputs of subcommands that look at each schema.

use super::version::Version;
use crate::Error;
use crate::options::{OnUnusableDefault, Options};
use avro_model::json::Json;
use clap::Args;
use std::path::PathBuf;

/// The files to read.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), folders of such files, and container files (.avro), which carry
    /// their schema.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
}

impl Inputs {
    /// All schemas, or what is wrong with them.
    pub(super) fn read(&self) -> Result<Version, Error> {
        let mut version = Version::of_files("the input", &self.inputs, &without_code())?;
        version.reading = version.reading.complete()?;
        Ok(version)
    }
}

/// Options for schemas of which no code is made: a default that cannot be used does no harm.
pub(super) fn without_code() -> Options {
    let mut options = Options::default();
    options.unusable_defaults = OnUnusableDefault::Ignore;
    options
}

/// A number for programs.
pub(super) fn number(count: usize) -> Json {
    Json::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A JSON object of texts.
pub(super) fn object(members: &[(&str, &str)]) -> Json {
    let text = |text: &str| Json::String(text.to_owned());
    Json::Object(members.iter().map(|(key, value)| ((*key).to_owned(), text(value))).collect())
}
