//! The form of what a subcommand prints.

use clap::ValueEnum;

/// The form of what a subcommand prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs: one JSON document.
    Json,
}
