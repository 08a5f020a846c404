//! The configuration as a file: the same options under the same names.

use crate::config::Config;
use crate::error::Error;
use crate::lint::LintLevel;
use crate::logical_crate::LogicalCrate;
use crate::options::{BytesType, MapType, OnUnknownSymbol, OnUnusableDefault, StringType};
use crate::selector::{Selector, nearest};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The options that a file may have, by key.
const OPTIONS: &[(&str, Shape)] = &[
    ("schemas", Shape::Paths(Config::schema)),
    ("history", Shape::Paths(Config::history)),
    ("history_from_lock", Shape::Paths(Config::history_from_lock)),
    ("file_name", Shape::Text(|config, name| config.file_name(name))),
    ("include_file", Shape::Text(|config, name| config.include_file(name))),
    ("file_per_namespace", Shape::Flag(Config::file_per_namespace)),
    ("visibility", Shape::Text(|config, visibility| config.visibility(visibility))),
    ("runtime_path", Shape::Text(|config, path| config.runtime_path(path))),
    ("plans", Shape::Flag(Config::plans)),
    (
        "on_unusable_default",
        Shape::Choice(|config, text| Ok(config.on_unusable_default(choice(UNUSABLE_DEFAULTS, text)?))),
    ),
    ("derive_copy", Shape::Selectors(|config, selector| config.derive_copy(selector))),
    ("skip_debug", Shape::Selectors(|config, selector| config.skip_debug(selector))),
    ("serde", Shape::Selectors(|config, selector| config.serde(selector))),
    ("builder", Shape::Selectors(|config, selector| config.builder(selector))),
    ("borrowed", Shape::Selectors(|config, selector| config.borrowed(selector))),
    ("decode_into", Shape::Selectors(|config, selector| config.decode_into(selector))),
    ("properties", Shape::Selectors(|config, selector| config.properties(selector))),
    ("non_exhaustive", Shape::Selectors(|config, selector| config.non_exhaustive(selector))),
    ("canonical_form", Shape::Selectors(|config, selector| config.canonical_form(selector))),
    ("type_attribute", Shape::Values(|config, selector, text| Ok(config.type_attribute(selector, text)))),
    ("record_attribute", Shape::Values(|config, selector, text| Ok(config.record_attribute(selector, text)))),
    ("enum_attribute", Shape::Values(|config, selector, text| Ok(config.enum_attribute(selector, text)))),
    ("field_attribute", Shape::Values(|config, selector, text| Ok(config.field_attribute(selector, text)))),
    ("derive", Shape::Values(|config, selector, text| Ok(config.derive(selector, text)))),
    ("extern_path", Shape::Values(|config, selector, path| Ok(config.extern_path(selector, path)))),
    ("map_type", Shape::Values(|config, selector, text| Ok(config.map_type(selector, choice(MAPS, text)?)))),
    ("lint", Shape::Values(|config, name, text| Ok(config.lint(name, choice(LINTS, text)?)))),
    (
        "bytes_type",
        Shape::Values(|config, selector, text| Ok(config.bytes_type(selector, choice(BYTES, text)?))),
    ),
    (
        "string_type",
        Shape::Values(|config, selector, text| Ok(config.string_type(selector, choice(STRINGS, text)?))),
    ),
    (
        "logical_type",
        Shape::Named("*", |config, selector, name, text| {
            Ok(config.logical_type(selector, name, choice(LOGICAL, text)?))
        }),
    ),
    (
        "unknown_symbol",
        Shape::Named("policy", |config, selector, name, text| match name {
            "symbol" => Ok(config.unknown_symbol(selector, OnUnknownSymbol::Symbol(text.to_owned()))),
            "policy" => {
                let (_, policy) = named(UNKNOWN_SYMBOLS, text)?;
                Ok(config.unknown_symbol(selector, policy.clone()))
            }
            name => Err(format!("{name:?} is not \"symbol\": {{ symbol = \"NAME\" }}")),
        }),
    ),
];

const LOGICAL: &[(&str, LogicalCrate)] = &[
    ("serde_wire", LogicalCrate::SerdeWire),
    ("plain", LogicalCrate::Plain),
    ("chrono", LogicalCrate::Chrono),
    ("jiff", LogicalCrate::Jiff),
    ("time", LogicalCrate::Time),
    ("rust_decimal", LogicalCrate::RustDecimal),
    ("bigdecimal", LogicalCrate::BigDecimal),
    ("uuid", LogicalCrate::Uuid),
];

const UNKNOWN_SYMBOLS: &[(&str, OnUnknownSymbol)] = &[
    ("specification", OnUnknownSymbol::Specification),
    ("error", OnUnknownSymbol::Error),
    ("default", OnUnknownSymbol::Default),
    ("keep", OnUnknownSymbol::Keep),
];

const UNUSABLE_DEFAULTS: &[(&str, OnUnusableDefault)] =
    &[("error", OnUnusableDefault::Error), ("ignore", OnUnusableDefault::Ignore)];

const BYTES: &[(&str, BytesType)] = &[("vec", BytesType::Vec), ("bytes", BytesType::Bytes)];

const LINTS: &[(&str, LintLevel)] =
    &[("allow", LintLevel::Allow), ("warn", LintLevel::Warn), ("deny", LintLevel::Deny)];

const MAPS: &[(&str, MapType)] = &[
    ("map", MapType::Map),
    ("btree_map", MapType::BTreeMap),
    ("hash_map", MapType::HashMap),
    ("index_map", MapType::IndexMap),
];

const STRINGS: &[(&str, StringType)] = &[
    ("string", StringType::String),
    ("box_str", StringType::BoxStr),
    ("arc_str", StringType::ArcStr),
    ("shared", StringType::Shared),
];

/// The value that an option has in a file, and the method that it calls.
enum Shape {
    /// A list of files and folders, from the folder of the file.
    Paths(fn(Config, PathBuf) -> Config),
    Text(fn(Config, &str) -> Config),
    /// One of several names.
    Choice(fn(Config, &str) -> Result<Config, String>),
    Flag(fn(Config, bool) -> Config),
    /// A list of selectors.
    Selectors(fn(Config, &str) -> Config),
    /// A table from selectors to a value each, or to a list of values.
    Values(fn(Config, &str, &str) -> Result<Config, String>),
    /// A table from selectors to tables from names to values, or as [`Shape::Values`] with this name.
    Named(&'static str, fn(Config, &str, &str, &str) -> Result<Config, String>),
}

/// The choice of that name.
fn choice<T: Copy>(choices: &[(&str, T)], name: &str) -> Result<T, String> {
    named(choices, name).map(|(_, value)| *value)
}

fn named<'c, T>(choices: &'c [(&'c str, T)], name: &str) -> Result<&'c (&'c str, T), String> {
    choices.iter().find(|(choice, _)| *choice == name).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
        format!("{name:?} is none of {}", names.join(", "))
    })
}

/// Adds what the file says to a configuration.
pub(crate) fn apply(config: Config, path: &Path) -> Result<Config, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::Read { path: path.to_owned(), error })?;
    let file = File { path, text: &text };
    let table = DeTable::parse(&text)
        .map_err(|error| file.error(error.span().unwrap_or_default(), error.message().to_owned()))?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    // In the order of the file, which the order of attributes follows.
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter().try_fold(config, |config, (key, value)| file.option(config, key, value))
}

struct File<'f> {
    path: &'f Path,
    text: &'f str,
}

type Value<'f> = Spanned<DeValue<'f>>;

impl File<'_> {
    fn option(
        &self,
        config: Config,
        key: &Spanned<impl AsRef<str>>,
        value: &Value<'_>,
    ) -> Result<Config, Error> {
        let name = key.get_ref().as_ref();
        let Some((_, shape)) = OPTIONS.iter().find(|(option, _)| *option == name) else {
            let options = OPTIONS.iter().map(|(option, _)| (*option).to_owned());
            let problem = match nearest(&Selector::new(name), options) {
                Some(option) => format!("there is no option `{name}`; did you mean `{option}`?"),
                None => format!("there is no option `{name}`"),
            };
            return Err(self.error(key.span(), problem));
        };
        match shape {
            Shape::Text(set) => Ok(set(config, self.text(name, value)?)),
            Shape::Choice(set) => set(config, self.text(name, value)?)
                .map_err(|problem| self.error(value.span(), format!("`{name}`: {problem}"))),
            Shape::Flag(set) => match value.get_ref() {
                DeValue::Boolean(flag) => Ok(set(config, *flag)),
                _ => Err(self.error(value.span(), format!("`{name}` is true or false"))),
            },
            Shape::Paths(add) => {
                let folder = self.path.parent().unwrap_or_else(|| Path::new(""));
                let paths = self.texts(name, value)?;
                Ok(paths.into_iter().fold(config, |config, (path, _)| add(config, folder.join(path))))
            }
            Shape::Selectors(set) => {
                let selectors = self.texts(name, value)?;
                Ok(selectors.into_iter().fold(config, |config, (selector, _)| set(config, selector)))
            }
            Shape::Values(set) => {
                self.table(name, value)?.into_iter().try_fold(config, |config, (selector, values)| {
                    self.texts(name, values)?.into_iter().try_fold(config, |config, (text, span)| {
                        set(config, selector, text).map_err(|problem| self.problem(name, span, &problem))
                    })
                })
            }
            Shape::Named(every, set) => {
                self.table(name, value)?.into_iter().try_fold(config, |config, (selector, values)| {
                    let named = match values.get_ref() {
                        DeValue::Table(_) => self.table(name, values)?,
                        _ => vec![(*every, values)],
                    };
                    named.into_iter().try_fold(config, |config, (key, values)| {
                        self.texts(name, values)?.into_iter().try_fold(config, |config, (text, span)| {
                            set(config, selector, key, text)
                                .map_err(|problem| self.problem(name, span, &problem))
                        })
                    })
                })
            }
        }
    }

    /// The entries of a table in the order of the file.
    fn table<'v>(&self, name: &str, value: &'v Value<'_>) -> Result<Vec<(&'v str, &'v Value<'v>)>, Error> {
        let DeValue::Table(table) = value.get_ref() else {
            let problem = format!("`{name}` is a table: [{name}], then lines such as \"com.acme\" = \"…\"");
            return Err(self.error(value.span(), problem));
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        Ok(entries.into_iter().map(|(key, value)| (key.get_ref().as_ref(), value)).collect())
    }

    fn problem(&self, name: &str, span: Range<usize>, problem: &str) -> Error {
        self.error(span, format!("`{name}`: {problem}"))
    }

    fn text<'v>(&self, name: &str, value: &'v Value<'_>) -> Result<&'v str, Error> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.as_ref()),
            _ => Err(self.error(value.span(), format!("`{name}` takes texts in quotes"))),
        }
    }

    /// A text or a list of texts, each with its place.
    fn texts<'v>(&self, name: &str, value: &'v Value<'_>) -> Result<Vec<(&'v str, Range<usize>)>, Error> {
        match value.get_ref() {
            DeValue::Array(values) => {
                values.iter().map(|value| Ok((self.text(name, value)?, value.span()))).collect()
            }
            _ => Ok(vec![(self.text(name, value)?, value.span())]),
        }
    }

    fn error(&self, span: Range<usize>, problem: String) -> Error {
        Error::of_configuration(self.path, self.text, span.start, problem)
    }
}
