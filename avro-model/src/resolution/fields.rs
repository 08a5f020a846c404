//! The match of a reader's fields with those of the writer's record (resolution §4).
//!
//! The reference decoder renames the writer's fields by the reader's aliases before it compares names. So does this,
//! except where that would give two fields of the writer one name, which the reference fails on: then the field that
//! has the name wins over one that got it, and the first alias over later ones.

use crate::schema::{Field, Record};
use std::collections::HashMap;

/// For each field of the reader, the position of the writer's field. No field of the writer is read twice.
pub(super) fn match_fields(writer: &Record, reader: &Record) -> Vec<Option<usize>> {
    if same_names(&writer.fields, &reader.fields) {
        return (0..writer.fields.len()).map(Some).collect();
    }
    let places: HashMap<&str, usize> =
        writer.fields.iter().enumerate().map(|(place, field)| (field.name.as_str(), place)).collect();
    // A later field of the reader with the same alias takes it over, as in the reference.
    let renamed: HashMap<&str, usize> = reader
        .fields
        .iter()
        .enumerate()
        .flat_map(|(place, field)| field.aliases.iter().map(move |alias| (alias.as_str(), place)))
        .collect();
    let mut taken = vec![false; writer.fields.len()];
    let mut found: Vec<Option<usize>> = vec![None; reader.fields.len()];
    for (place, field) in reader.fields.iter().enumerate() {
        let keeps_its_name = |name: &str| renamed.get(name).is_none_or(|&target| target == place);
        let own = places.get(field.name.as_str()).filter(|_| keeps_its_name(&field.name));
        let by_alias = || {
            let mine = field.aliases.iter().filter(|alias| renamed.get(alias.as_str()) == Some(&place));
            mine.filter_map(|alias| places.get(alias.as_str())).next()
        };
        found[place] = own.or_else(by_alias).copied();
        if let Some(source) = found[place] {
            taken[source] = true;
        }
    }
    // What an alias did not take away is still there under its own name.
    for (place, field) in
        reader.fields.iter().enumerate().filter(|(place, _)| found[*place].is_none()).collect::<Vec<_>>()
    {
        if let Some(&source) = places.get(field.name.as_str()).filter(|&&source| !taken[source]) {
            found[place] = Some(source);
            taken[source] = true;
        }
    }
    found
}

fn same_names(writer: &[Field], reader: &[Field]) -> bool {
    writer.len() == reader.len()
        && writer.iter().zip(reader).all(|(writer, reader)| writer.name == reader.name)
}

#[cfg(test)]
mod tests {
    use super::match_fields;
    use crate::{Kind, Schema};

    /// A record of `name` or `name=alias,alias` fields.
    fn record(fields: &str) -> Schema {
        let fields: Vec<String> = fields
            .split_whitespace()
            .map(|field| {
                let (name, aliases) = field.split_once('=').unwrap_or((field, ""));
                let aliases: Vec<String> = aliases
                    .split(',')
                    .filter(|alias| !alias.is_empty())
                    .map(|alias| format!("{alias:?}"))
                    .collect();
                format!(r#"{{"name":"{name}","type":"int","aliases":[{}]}}"#, aliases.join(","))
            })
            .collect();
        format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(",")).parse().unwrap()
    }

    #[test]
    fn aliases_rename_the_writers_fields() {
        for (writer, reader, reads) in [
            ("a b", "a b", "a b"),
            ("a b", "b a", "b a"),
            ("a", "b=a", "a"),
            ("a", "b=z,a", "a"),
            ("a b", "c=a,b", "a"),
            ("a b", "c=b,a", "b"),
            // Both names are there: the field keeps its own, the alias is not needed.
            ("a b", "b=a", "b"),
            ("a b", "a b=a", "a b"),
            ("a b c", "a b=a", "a b"),
            // Only the old name is there: it is the renamed field, whatever else is called so now.
            ("a", "b=a a", "a -"),
            ("a x", "a b=a", "- a"),
            // Two fields change names.
            ("a b", "a=b b=a", "a b"),
            ("a b c", "a=b b=a", "b a"),
            ("a", "b=a c=a", "- a"),
            ("a", "b=B", "-"),
        ] {
            let (writer, reader) = (record(writer), record(reader));
            let (Kind::Record(w), Kind::Record(r)) =
                (&writer[writer.root()].kind, &reader[reader.root()].kind)
            else {
                panic!()
            };
            let found: Vec<&str> = match_fields(w, r)
                .into_iter()
                .map(|place| place.map_or("-", |place| &w.fields[place].name))
                .collect();
            assert_eq!(found.join(" "), reads, "{w:?} {r:?}");
        }
    }
}
