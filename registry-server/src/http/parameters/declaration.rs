//! Declarations of parameters, for the description of the API.

/// Declaration of one parameter.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Declaration {
    /// The name in the query, or of the placeholder in the path.
    pub(in crate::http) name: &'static str,
    /// Whether it stands in the path or in the query.
    pub(in crate::http) place: Place,
    /// Kind of its values.
    pub(in crate::http) kind: Kind,
    /// A sentence on what it does.
    pub(in crate::http) description: &'static str,
}

/// Place of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Place {
    /// A placeholder of the path.
    Path,
    /// The query.
    Query,
}

/// Kind of values that a parameter takes. Of all kinds but lists only the first value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Kind {
    /// `true` in any case is true, everything else false.
    Flag,
    /// Any text.
    Text {
        /// Value when it is absent.
        default: &'static str,
    },
    /// A 32-bit integer.
    Number {
        /// Value when it is absent; `None` in a path, which always holds one.
        default: Option<i32>,
        /// The lowest one that is not refused.
        minimum: Option<i32>,
    },
    /// The number of a version, or `latest`.
    Version,
    /// A UUID or its 32 hexadecimal digits.
    Guid,
    /// One of a few names, or nothing.
    Choice(&'static [&'static str]),
    /// Any number of texts.
    List,
    /// Any number of a few names.
    ListOf(&'static [&'static str]),
}

/// Whether the placeholders of a path are exactly the path parameters among the declarations. AssociationEndpoint while compiling.
pub(in crate::http) const fn declares_placeholders(path: &str, declared: &[&[Declaration]]) -> bool {
    let path = path.as_bytes();
    let (mut placeholders, mut at) = (0, 0);
    while at < path.len() {
        if path[at] == b'{' {
            let start = at + 1;
            while path[at] != b'}' {
                at += 1;
            }
            if !declares(path, start, at, declared) {
                return false;
            }
            placeholders += 1;
        }
        at += 1;
    }
    placeholders == path_parameters(declared)
}

/// Whether `path[start..end]` is the name of a path parameter.
const fn declares(path: &[u8], start: usize, end: usize, declared: &[&[Declaration]]) -> bool {
    let mut group = 0;
    while group < declared.len() {
        let mut one = 0;
        while one < declared[group].len() {
            let declaration = &declared[group][one];
            if matches!(declaration.place, Place::Path) && is(path, start, end, declaration.name.as_bytes()) {
                return true;
            }
            one += 1;
        }
        group += 1;
    }
    false
}

const fn is(path: &[u8], start: usize, end: usize, name: &[u8]) -> bool {
    if end - start != name.len() {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        if path[start + at] != name[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn path_parameters(declared: &[&[Declaration]]) -> usize {
    let (mut count, mut group) = (0, 0);
    while group < declared.len() {
        let mut one = 0;
        while one < declared[group].len() {
            if matches!(declared[group][one].place, Place::Path) {
                count += 1;
            }
            one += 1;
        }
        group += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn declared(name: &'static str, place: Place) -> Declaration {
        Declaration { name, place, kind: Kind::Flag, description: "" }
    }

    #[test]
    fn placeholders_and_path_parameters_are_the_same() {
        let a = &[declared("a", Place::Path)][..];
        let b = &[declared("b", Place::Path)][..];
        let query = &[declared("a", Place::Query), declared("c", Place::Query)][..];
        for (path, parameters, same) in [
            ("/", &[][..], true),
            ("/x", &[query][..], true),
            ("/x/{a}", &[a], true),
            ("/x/{a}/y", &[query, a], true),
            ("/x/{a}/{b}", &[b, a], true),
            ("/x/{a}", &[query], false),
            ("/x/{a}/{b}", &[a], false),
            ("/x/{a}", &[a, b], false),
            ("/x", &[a], false),
            ("/x/{aa}", &[a], false),
            ("/x/{}", &[a], false),
        ] {
            assert_eq!(declares_placeholders(path, parameters), same, "{path}");
        }
    }
}
