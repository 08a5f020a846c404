//! Addresses of schemas in the newer drafts: names, anchors and paths (json-schema §4.3).

use std::collections::{HashMap, HashSet};

use super::super::text::Json;
use super::super::uri;
use super::LoadError;
use super::classic_references::{member, unescape, unreachable_document};
use super::documents::Documents;
use super::followed::Followed;
use super::metaschemas;
use crate::schema_type::Budget;

/// The address of a text that has none.
const NO_BASE: &str = "mem://input";

/// Keywords whose value is a schema or has schemas in it, and whether their members' names are no keywords.
const KEYWORDS: &[(&str, bool)] = &[
    ("$defs", true),
    ("allOf", true),
    ("anyOf", true),
    ("oneOf", true),
    ("properties", true),
    ("patternProperties", true),
    ("additionalProperties", false),
    ("not", false),
    ("items", false),
    ("prefixItems", true),
    ("contains", false),
    ("if", false),
    ("then", false),
    ("else", false),
    ("dependentSchemas", true),
    ("unevaluatedItems", false),
    ("unevaluatedProperties", false),
    ("propertyNames", false),
];

/// The addresses of schemas.
pub(super) struct Anchors<'a, 'b> {
    documents: HashMap<String, &'a Json>,
    named: HashMap<String, (&'a Json, String)>,
    root_base: String,
    /// The addresses in memory of whole documents.
    roots: HashSet<usize>,
    followed: Followed<'b>,
}

impl<'a, 'b> Anchors<'a, 'b> {
    pub(super) fn new(
        root: &'a Json,
        documents: &'a Documents,
        budget: &'b Budget,
    ) -> Result<Self, LoadError> {
        let mut by_uri = HashMap::new();
        for (name, json) in documents.each(|_| true)? {
            uri::check(name).map_err(|_| LoadError::NotUri(name.to_owned()))?;
            if !uri::is_absolute(name) && !name.starts_with('.') {
                by_uri.insert(format!("./{name}"), json);
            }
            by_uri.insert(name.to_owned(), json);
        }
        let root_base = inside(NO_BASE, root)?;
        if uri::split_fragment(&root_base).1.is_some_and(|fragment| !fragment.is_empty()) {
            // The original looks for the root under its name without the fragment.
            return Err(unreachable_document(&root_base));
        }
        let mut anchors = Self {
            documents: by_uri,
            named: HashMap::new(),
            root_base,
            roots: HashSet::new(),
            followed: Followed::new(budget),
        };
        anchors.named.insert(NO_BASE.to_owned(), (root, NO_BASE.to_owned()));
        anchors.collect_document(root, NO_BASE)?;
        let base = anchors.root_base.clone();
        anchors.named.insert(trimmed(&base).to_owned(), (root, base));
        Ok(anchors)
    }

    /// From where the root's references read.
    pub(super) fn root_base(&self) -> &str {
        &self.root_base
    }

    /// The address that a reference means.
    pub(super) fn address(&self, reference: &str, base: &str) -> Result<String, LoadError> {
        uri::check(reference).map_err(|_| LoadError::NotUri(reference.to_owned()))?;
        let (document, _) = uri::split_fragment(reference);
        let absolute = if uri::is_absolute(reference) || self.documents.contains_key(document) {
            reference.to_owned()
        } else {
            against(base, reference)?
        };
        Ok(trimmed(&absolute).to_owned())
    }

    /// The schema at an address, and from where its references read.
    pub(super) fn find(&mut self, address: &str) -> Result<(&'a Json, String), LoadError> {
        if let Some(found) = self.named.get(address) {
            return Ok(found.clone());
        }
        let (document, fragment) = uri::split_fragment(address);
        let (json, base) = match self.named.get(document) {
            Some(found) => found.clone(),
            None => {
                let json = self.documents.get(document).copied().or_else(|| metaschemas::at(document));
                let json = json.ok_or_else(|| unreachable_document(address))?;
                self.named.insert(document.to_owned(), (json, document.to_owned()));
                self.collect_document(json, document)?;
                (json, document.to_owned())
            }
        };
        let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
            return Ok((json, base));
        };
        if let Some(found) = self.named.get(address) {
            return Ok(found.clone());
        }
        let unresolved = || LoadError::Unresolved(address.to_owned());
        let path = fragment.strip_prefix('/').ok_or_else(unresolved)?;
        walk(json, path, &base, &mut self.followed)?.ok_or_else(unresolved)
    }

    /// Finds everything in a document that has a name. What an older text keeps under `definitions` is taken for `$defs` as
    /// well, so that whatever names itself there does so twice.
    fn collect_document(&mut self, json: &'a Json, base: &str) -> Result<(), LoadError> {
        self.collect(json, base)?;
        let definitions = older_definitions(json).unwrap_or_default();
        for (_, definition) in definitions {
            let named = self.named.len();
            self.collect(definition, &inside(base, json)?)?;
            if self.named.len() > named {
                return Err(LoadError::Duplicate(base.to_owned()));
            }
        }
        self.roots.insert(std::ptr::from_ref(json) as usize);
        Ok(())
    }

    /// The members that a document keeps under `definitions` and the original takes for `$defs`.
    pub(super) fn definitions(&self, json: &'a Json) -> Option<&'a [(String, Json)]> {
        let is_document = self.roots.contains(&(std::ptr::from_ref(json) as usize));
        is_document.then(|| older_definitions(json)).flatten()
    }

    /// Finds everything that has a name, below keywords that are known.
    fn collect(&mut self, json: &'a Json, base: &str) -> Result<(), LoadError> {
        let Json::Object(members) = json else { return Ok(()) };
        let base = inside(base, json)?;
        self.followed.spend(base.len())?;
        if json.get("$id").and_then(Json::as_str).is_some() {
            self.name(trimmed(&base).to_owned(), json, &base)?;
        }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = json.get(keyword).and_then(Json::as_str) {
                let address = against(&base, &format!("#{anchor}"))?;
                self.name(address, json, &base)?;
            }
        }
        for (name, value) in members {
            let Some((_, holds_schemas)) = KEYWORDS.iter().find(|(keyword, _)| keyword == name) else {
                continue;
            };
            match value {
                Json::Object(members) if *holds_schemas => {
                    for (_, value) in members {
                        self.collect(value, &base)?;
                    }
                }
                Json::Array(elements) => {
                    for value in elements {
                        self.collect(value, &base)?;
                    }
                }
                value => self.collect(value, &base)?,
            }
        }
        Ok(())
    }

    fn name(&mut self, address: String, json: &'a Json, base: &str) -> Result<(), LoadError> {
        self.followed.keep(address.len() + base.len())?;
        match self.named.get(&address) {
            Some((other, _)) if !std::ptr::eq(*other, json) => Err(LoadError::Duplicate(address)),
            _ => {
                self.named.insert(address, (json, base.to_owned()));
                Ok(())
            }
        }
    }
}

/// The `definitions` of a text that has no `$defs`.
fn older_definitions(json: &Json) -> Option<&[(String, Json)]> {
    match json.get("$defs") {
        None => json.get("definitions").and_then(Json::as_object),
        Some(_) => None,
    }
}

/// From where references inside a value read.
pub(super) fn inside(base: &str, json: &Json) -> Result<String, LoadError> {
    match json.get("$id").and_then(Json::as_str) {
        Some(id) if !base.ends_with(id) => against(base, id),
        _ => Ok(base.to_owned()),
    }
}

fn against(base: &str, reference: &str) -> Result<String, LoadError> {
    if base.starts_with("urn:") && reference.starts_with('#') {
        return Ok(format!("{}{reference}", uri::split_fragment(base).0));
    }
    uri::resolve(Some(base), reference).map_err(|_| LoadError::NotUri(reference.to_owned()))
}

fn trimmed(address: &str) -> &str {
    address.strip_suffix('#').unwrap_or(address)
}

/// Follows a path into a document.
fn walk<'a>(
    document: &'a Json,
    path: &str,
    base: &str,
    followed: &mut Followed<'_>,
) -> Result<Option<(&'a Json, String)>, LoadError> {
    let mut at = document;
    let mut base = base.to_owned();
    for (level, token) in path.split('/').enumerate() {
        base = inside(&base, at)?;
        followed.search(at)?;
        followed.spend(base.len())?;
        let Some(key) = unescape(token) else { return Ok(None) };
        let next = match at {
            Json::Object(_) => member(at, &key, level),
            Json::Array(elements) => key.parse::<usize>().ok().and_then(|index| elements.get(index)),
            _ => None,
        };
        let Some(next) = next else { return Ok(None) };
        at = next;
    }
    Ok(Some((at, base)))
}
