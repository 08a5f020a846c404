//! Changes that people make to schemas.

use super::Random;
use crate::json::Json;

/// A schema as it may look a version later: fields added, removed, renamed with or without alias, moved; types changed,
/// made nullable or widened; branches and symbols added, removed, moved. The result need not be valid, since a type may
/// be removed that is referred to elsewhere, or a default may not fit any more.
pub fn evolve(schema: &Json, random: &mut Random<'_>) -> Json {
    let mut evolved = schema.clone();
    let parts = count(schema);
    for number in 0..1 + random.below(4) {
        let mut target = random.below(parts);
        visit(&mut evolved, &mut target, &mut |part| change(part, random, number));
    }
    evolved
}

/// The places in a schema where a schema stands.
fn count(schema: &Json) -> usize {
    1 + parts(schema).iter().map(|part| count(part)).sum::<usize>()
}

fn parts(schema: &Json) -> Vec<&Json> {
    match schema {
        Json::Array(branches) => branches.iter().collect(),
        Json::Object(_) => {
            let fields = match schema.get("fields") {
                Some(Json::Array(fields)) => fields.iter().filter_map(|field| field.get("type")).collect(),
                _ => Vec::new(),
            };
            ["items", "values"].into_iter().filter_map(|key| schema.get(key)).chain(fields).collect()
        }
        _ => Vec::new(),
    }
}

/// Changes the part that is `target` parts further on.
fn visit(schema: &mut Json, target: &mut usize, change: &mut impl FnMut(&mut Json)) {
    if *target == 0 {
        change(schema);
        *target = usize::MAX;
        return;
    }
    *target = target.wrapping_sub(1);
    let mut down = |part: &mut Json| {
        if *target != usize::MAX {
            visit(part, target, change);
        }
    };
    match schema {
        Json::Array(branches) => branches.iter_mut().for_each(down),
        Json::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("items" | "values", part) => down(part),
                    ("fields", Json::Array(fields)) => {
                        for field in fields {
                            if let Json::Object(members) = field {
                                members
                                    .iter_mut()
                                    .filter(|(key, _)| key == "type")
                                    .for_each(|(_, part)| down(part));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn change(part: &mut Json, random: &mut Random<'_>, number: usize) {
    if random.once_in(8) && !matches!(part, Json::Array(_)) {
        let null = text("null");
        let own = std::mem::replace(part, Json::Null);
        *part = Json::Array(if random.once_in(3) { vec![own, null] } else { vec![null, own] });
        return;
    }
    match part {
        Json::String(name) => {
            if let Some(wider) = wider(name, random) {
                wider.clone_into(name);
            }
        }
        Json::Array(branches) => list(branches, random, |random| {
            text(random.pick(&["null", "int", "long", "double", "string", "bytes"]))
        }),
        Json::Object(members) => object(members, random, number),
        _ => {}
    }
}

/// Another primitive type, most often one that this one is promoted to.
fn wider(name: &str, random: &mut Random<'_>) -> Option<&'static str> {
    let others: &[&'static str] = match name {
        "int" => &["long", "float", "double", "string"],
        "long" => &["float", "double", "int"],
        "float" => &["double", "long"],
        "double" => &["float", "string"],
        "string" => &["bytes", "int"],
        "bytes" => &["string", "long"],
        "boolean" | "null" => &["int", "string"],
        _ => return None,
    };
    Some(random.pick(others))
}

fn object(members: &mut Vec<(String, Json)>, random: &mut Random<'_>, number: usize) {
    let named = members.iter().any(|(key, _)| key == "name");
    if named && random.once_in(5) {
        rename(members, "Renamed", random);
        return;
    }
    for (key, member) in members.iter_mut() {
        match (key.as_str(), member) {
            ("fields", Json::Array(fields)) => return record(fields, random, number),
            ("symbols", Json::Array(symbols)) => return list(symbols, random, |_| text("NEW")),
            ("size", Json::Int(size)) => *size += i64::from(random.once_in(2)),
            ("type", Json::String(name)) => {
                if let Some(wider) = wider(name, random) {
                    wider.clone_into(name);
                }
            }
            _ => {}
        }
    }
}

/// Gives a type or a field another name, with the old one as an alias or not.
fn rename(members: &mut Vec<(String, Json)>, prefix: &str, random: &mut Random<'_>) {
    let Some(Json::String(name)) = members.iter_mut().find(|(key, _)| key == "name").map(|(_, name)| name)
    else {
        return;
    };
    let old = name.clone();
    *name = match old.rsplit_once('.') {
        Some((namespace, name)) => format!("{namespace}.{prefix}{name}"),
        None => format!("{prefix}{old}"),
    };
    if random.once_in(3) {
        return;
    }
    match members.iter_mut().find(|(key, _)| key == "aliases") {
        Some((_, Json::Array(aliases))) => aliases.push(Json::String(old)),
        _ => members.push(("aliases".to_owned(), Json::Array(vec![Json::String(old)]))),
    }
}

fn record(fields: &mut Vec<Json>, random: &mut Random<'_>, number: usize) {
    if !fields.is_empty() && random.once_in(4) {
        let at = random.below(fields.len());
        if let Json::Object(members) = &mut fields[at] {
            rename(members, "renamed_", random);
        }
        return;
    }
    list(fields, random, |random| {
        let (schema, default) = random.pick(&[
            ("\"int\"", "0"),
            ("[\"null\",\"string\"]", "null"),
            ("{\"type\":\"array\",\"items\":\"long\"}", "[1]"),
            ("\"string\"", ""),
        ]);
        let mut members = vec![("name".to_owned(), Json::String(format!("added{number}")))];
        members.extend(Json::parse(schema).ok().map(|schema| ("type".to_owned(), schema)));
        members.extend(Json::parse(default).ok().map(|default| ("default".to_owned(), default)));
        Json::Object(members)
    });
}

/// Adds, removes or moves an item.
fn list<'b>(items: &mut Vec<Json>, random: &mut Random<'b>, new: impl FnOnce(&mut Random<'b>) -> Json) {
    let at = random.below(items.len() + 1);
    match random.below(3) {
        0 => {
            let new = new(random);
            items.insert(at, new);
        }
        1 if at < items.len() => drop(items.remove(at)),
        _ if items.len() > 1 => {
            let last = items.len() - 1;
            items.swap(at.min(last), random.below(last + 1));
        }
        _ => {}
    }
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}
