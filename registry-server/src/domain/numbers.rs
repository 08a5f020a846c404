//! Schema ids and version numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The id of a schema inside a context: `0..=2^31-1`. The registry hands out ids from 1; an import may bring 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemaId(i32);

impl SchemaId {
    /// An id, if the number can be one.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        i32::try_from(number).ok().filter(|n| *n >= 0).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }
}

/// The number of a version of a subject: `1..=2^31-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(i32);

impl Version {
    /// The version of a subject's first schema.
    pub const FIRST: Self = Self(1);

    /// A version, if the number can be one.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        i32::try_from(number).ok().filter(|n| *n >= 1).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }

    /// The version after this one; `None` after the last number.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// A version as it is asked for in a path.
///
/// ```
/// use registry_server::domain::{Version, VersionSelector};
///
/// assert_eq!(" Latest ".parse(), Ok(VersionSelector::Latest));
/// assert_eq!("-1".parse(), Ok(VersionSelector::Latest));
/// assert_eq!("7".parse(), Ok(VersionSelector::Number(Version::new(7).unwrap())));
/// assert!("0".parse::<VersionSelector>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VersionSelector {
    /// `latest` in any case, or `-1`: the highest version that is not deleted.
    Latest,
    /// One version.
    Number(Version),
}

/// A text that names no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a version: allowed are 1 to 2147483647 and latest")]
pub struct InvalidVersion {
    /// The text as it was given.
    pub text: String,
}

impl FromStr for VersionSelector {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let trimmed = text.trim();
        if trimmed.eq_ignore_ascii_case("latest") {
            return Ok(Self::Latest);
        }
        let number = match trimmed.parse::<i64>() {
            Ok(-1) => return Ok(Self::Latest),
            Ok(number) => Version::new(number),
            Err(_) => None,
        };
        number.map(Self::Number).ok_or_else(|| InvalidVersion { text: text.to_owned() })
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
