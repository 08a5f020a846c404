//! The syntaxes that are converted between.

use crate::input::Syntax;
use clap::ValueEnum;
use std::path::Path;

/// A syntax to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum To {
    /// Schemas in JSON.
    Avsc,
    /// IDL.
    Avdl,
    /// Protocols in JSON.
    Avpr,
}

impl To {
    /// That of an extension.
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "avsc" => Some(Self::Avsc),
            "avdl" => Some(Self::Avdl),
            "avpr" => Some(Self::Avpr),
            _ => None,
        }
    }

    /// That of a file which was read.
    pub(super) fn is(syntax: Syntax) -> Self {
        match syntax {
            Syntax::Schema => Self::Avsc,
            Syntax::Idl => Self::Avdl,
            Syntax::Protocol => Self::Avpr,
        }
    }

    /// Its extension.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Avsc => "avsc",
            Self::Avdl => "avdl",
            Self::Avpr => "avpr",
        }
    }
}
