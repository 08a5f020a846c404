//! Following `$ref` in drafts 4, 6 and 7 (json-schema §4.3).

use std::collections::HashMap;
use std::rc::Rc;

use super::super::draft::Draft;
use super::super::model::SchemaId;
use super::super::text::Json;
use super::super::uri;
use super::LoadError;
use super::classic::Scope;
use super::documents::Documents;
use super::followed::Followed;
use super::metaschemas;
use crate::schema_type::Budget;

/// The targets that a reference may lead to.
pub(super) struct References<'a, 'b> {
    /// Documents by the URIs that their names come to.
    documents: HashMap<String, &'a Json>,
    /// Schemas that were referred to before, by address.
    met: HashMap<String, SchemaId>,
    /// For each document, by its address in memory, the schemas that name themselves.
    named: HashMap<usize, HashMap<String, &'a Json>>,
    followed: Followed<'b>,
    budget: &'b Budget,
}

/// A schema that is referred to, if it is known where it is.
type Target<'a> = Option<(&'a Json, Scope<'a>)>;

impl<'a, 'b> References<'a, 'b> {
    /// The names of documents read from the root's own name.
    pub(super) fn new(
        root: &Json,
        draft: Draft,
        documents: &'a Documents,
        budget: &'b Budget,
    ) -> Result<Self, LoadError> {
        let base = root.get(draft.id_keyword()).and_then(Json::as_str);
        if let Some(base) = base {
            uri::check(base).map_err(|_| LoadError::NotUri(base.to_owned()))?;
        }
        let mut by_uri = HashMap::new();
        for (name, json) in documents.each(|json| json.as_object().is_some())? {
            by_uri.insert(resolve(base, name)?, json);
        }
        Ok(Self {
            documents: by_uri,
            met: HashMap::new(),
            named: HashMap::new(),
            followed: Followed::new(budget),
            budget,
        })
    }

    /// The schema that was found under an address before.
    pub(super) fn known(&self, address: &str) -> Option<SchemaId> {
        self.met.get(address).copied()
    }

    /// Keeps what was found.
    pub(super) fn remember(&mut self, address: String, id: SchemaId) {
        self.met.insert(address, id);
    }

    /// The target of a reference: its address, and what is there unless the address is known already.
    pub(super) fn find(
        &mut self,
        reference: &str,
        scope: &Scope<'a>,
    ) -> Result<(String, Target<'a>), LoadError> {
        let address = resolve(scope.base.as_deref(), reference)?;
        self.followed.spend(address.len())?;
        if self.met.contains_key(&address) {
            return Ok((address, None));
        }
        if let Some(json) = self.by_name(scope.document, &address, scope.draft) {
            let scope = scope_of(json, scope)?;
            return Ok((address, Some((json, scope))));
        }
        if let Some(fragment) = reference.strip_prefix('#') {
            let target = self.inside(fragment, scope)?;
            return Ok((address, Some(target)));
        }
        let (document, fragment) = uri::split_fragment(&address);
        if document.is_empty() && fragment.is_some() {
            let target = self.inside(fragment.unwrap_or_default(), scope)?;
            return Ok((address, Some(target)));
        }
        if let Some(json) = self.documents.get(address.as_str()).copied() {
            let scope = document_scope(json, &address, scope)?;
            return Ok((address, Some((json, scope))));
        }
        let json = self.documents.get(document).copied().or_else(|| metaschemas::at(document));
        let json = json.ok_or_else(|| unreachable_document(&address))?;
        let scope = document_scope(json, document, scope)?;
        let target = self.inside(fragment.unwrap_or_default(), &scope)?;
        Ok((address, Some(target)))
    }

    /// The meaning of a fragment in a document: a schema of that name, or a path. A fragment that is neither means the
    /// document, as in the original.
    fn inside(&mut self, fragment: &str, scope: &Scope<'a>) -> Result<(&'a Json, Scope<'a>), LoadError> {
        let whole = scope.clone();
        if let Some(json) = self.by_name(scope.document, &format!("#{fragment}"), scope.draft) {
            let scope = scope_of(json, &whole)?;
            return Ok((json, scope));
        }
        let mut at = scope.document;
        let mut within = Scope { base: document_base(scope), ..whole };
        for (level, token) in fragment.split('/').skip(1).enumerate() {
            within = within.inside(at)?;
            self.followed.search(at)?;
            self.followed.spend(within.base.as_deref().map_or(0, str::len))?;
            let key = unescape(token).ok_or_else(|| LoadError::Unresolved(format!("#{fragment}")))?;
            let next = match at {
                Json::Object(_) => member(at, &key, level),
                Json::Array(elements) => key.parse::<usize>().ok().and_then(|index| elements.get(index)),
                _ => None,
            };
            at = next.ok_or_else(|| LoadError::Unresolved(format!("#{fragment}")))?;
        }
        Ok((at, within))
    }

    fn by_name(&mut self, document: &'a Json, name: &str, draft: Draft) -> Option<&'a Json> {
        let address = std::ptr::from_ref(document) as usize;
        let named = self.named.entry(address).or_insert_with(|| {
            let mut named = HashMap::new();
            collect(document, draft.id_keyword(), &mut named, self.budget);
            named
        });
        named.get(name).copied()
    }
}

impl<'a> Scope<'a> {
    /// The scope of what stands inside a value, which may name itself.
    pub(super) fn inside(&self, json: &Json) -> Result<Self, LoadError> {
        match json.get(self.draft.id_keyword()).and_then(Json::as_str) {
            None => Ok(self.clone()),
            Some(id) => {
                let base = resolve(self.base.as_deref(), id)?;
                // Reading the same name twice must not add to it, as a relative name with folders would.
                if self.base.as_deref().is_some_and(|base| base.ends_with(id)) {
                    return Ok(self.clone());
                }
                Ok(Self { base: Some(Rc::from(base)), ..self.clone() })
            }
        }
    }
}

/// The base from which the references of a document's uppermost level are read. References go down from there.
fn document_base(scope: &Scope<'_>) -> Option<Rc<str>> {
    match scope.document.get(scope.draft.id_keyword()).and_then(Json::as_str) {
        // The document names itself, so that its name is all that counts.
        Some(id) if uri::is_absolute(id) => Some(Rc::from(id)),
        _ => scope.base.as_deref().map(|base| Rc::from(uri::split_fragment(base).0)),
    }
}

fn scope_of<'a>(json: &Json, scope: &Scope<'a>) -> Result<Scope<'a>, LoadError> {
    Scope { base: document_base(scope), ..scope.clone() }.inside(json)
}

fn document_scope<'a>(json: &'a Json, address: &str, scope: &Scope<'a>) -> Result<Scope<'a>, LoadError> {
    let base = Some(Rc::from(uri::split_fragment(address).0));
    let draft = Draft::named_in(json).filter(|draft| *draft != Draft::Modern).unwrap_or(scope.draft);
    Scope { document: json, base, draft, copy: scope.copy }.inside(json)
}

fn resolve(base: Option<&str>, reference: &str) -> Result<String, LoadError> {
    uri::resolve(base, reference).map_err(|_| LoadError::NotUri(reference.to_owned()))
}

/// A member of an object that a path leads through. At the uppermost level `$defs` finds what an older text keeps under
/// `definitions`.
pub(super) fn member<'a>(json: &'a Json, key: &str, level: usize) -> Option<&'a Json> {
    match json.get(key) {
        None if level == 0 && key == "$defs" => json.get("definitions"),
        found => found,
    }
}

/// Why there is no document at an address.
pub(super) fn unreachable_document(address: &str) -> LoadError {
    // Only these schemes lead to other servers; a text without a name of its own has the address `mem://input`.
    if address.starts_with("http://") || address.starts_with("https://") {
        LoadError::Remote(address.to_owned())
    } else {
        LoadError::Unresolved(address.to_owned())
    }
}

/// One token of a JSON pointer in a fragment; `None` if it is no text.
pub(super) fn unescape(token: &str) -> Option<String> {
    let bytes = token.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'%' => {
                let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
                out.push(u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()?);
                at += 2;
            }
            b'+' => out.push(b' '),
            other => out.push(*other),
        }
    }
    Some(String::from_utf8(out).ok()?.replace("~1", "/").replace("~0", "~"))
}

/// Every object in a document that has a name, wherever it stands; as far as the budget goes.
fn collect<'a>(
    json: &'a Json,
    keyword: &str,
    named: &mut HashMap<String, &'a Json>,
    budget: &Budget,
) -> bool {
    if !budget.spend(1) {
        return false;
    }
    match json {
        Json::Object(members) => {
            if let Some(id) = json.get(keyword).and_then(Json::as_str) {
                named.insert(id.to_owned(), json);
            }
            members.iter().all(|(_, value)| collect(value, keyword, named, budget))
        }
        Json::Array(elements) => elements.iter().all(|element| collect(element, keyword, named, budget)),
        _ => true,
    }
}
