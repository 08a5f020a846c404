//! Schemas made at random.

use super::Random;
use crate::json::Json;

const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
const LOGICAL: [(&str, &str); 12] = [
    ("int", "date"),
    ("int", "time-millis"),
    ("long", "time-micros"),
    ("long", "timestamp-millis"),
    ("long", "timestamp-micros"),
    ("long", "timestamp-nanos"),
    ("long", "local-timestamp-millis"),
    ("string", "uuid"),
    ("bytes", "big-decimal"),
    ("bytes", "decimal"),
    ("string", "no-such-type"),
    ("boolean", "date"),
];
const TEXTS: [&str; 7] =
    ["", "plain", "with \"quotes\" and \\", "é☃😀", "line\nbreak\u{2028}", "/slash/", "\u{7f}\u{0}"];

/// The JSON of a schema: all kinds of types, namespaces, references and recursion, aliases, defaults, logical types,
/// docs, orders and properties. It is valid in every mode, and every type has values.
pub fn schema_json(random: &mut Random<'_>) -> Json {
    let size = [4, 12, 40][random.below(3)];
    let mut generator = Generator { random, named: Vec::new(), numbers: 0, left: size, recursions: 0 };
    generator.part(0, "", true).schema
}

/// A schema and a default that fits it, if one is known.
struct Part {
    schema: Json,
    default: Option<Json>,
}

struct Named {
    namespace: String,
    name: String,
    default: Option<Json>,
    /// True while its fields are being made: only what can do without a value may refer to it.
    open: bool,
    /// True when a type that was open was referred to in its definition.
    recursive: bool,
}

/// A part of a schema to make.
#[derive(Debug, Clone, Copy)]
enum Choice {
    Primitive(&'static str),
    /// By its place in [`LOGICAL`].
    Logical(usize),
    /// By its place in [`Generator::named`].
    Reference(usize),
    Fixed,
    Enum,
    Array,
    Map,
    Union,
    Record,
}

struct Generator<'r, 'b> {
    random: &'r mut Random<'b>,
    named: Vec<Named>,
    numbers: usize,
    left: usize,
    /// References to types that were open, or to types with such references.
    recursions: usize,
}

impl Generator<'_, '_> {
    /// `closed` is true where a type that is being defined must not be, since each of its values would hold another.
    fn part(&mut self, depth: usize, namespace: &str, closed: bool) -> Part {
        let choice = self.choose(depth, namespace, closed);
        self.make(choice, depth, namespace, closed)
    }

    fn choose(&mut self, depth: usize, namespace: &str, closed: bool) -> Choice {
        self.left = self.left.saturating_sub(1);
        let compound = self.left > 0 && depth < 12;
        match self.random.below(if compound { 12 } else { 5 }) {
            2 => Choice::Logical(self.random.below(LOGICAL.len())),
            3 | 4 if !self.usable(namespace, closed).is_empty() => {
                let usable = self.usable(namespace, closed);
                Choice::Reference(self.random.pick(&usable))
            }
            0 | 1 | 3 | 4 => Choice::Primitive(self.random.pick(&PRIMITIVES)),
            5 => Choice::Fixed,
            6 => Choice::Enum,
            7 => Choice::Array,
            8 => Choice::Map,
            9 => Choice::Union,
            _ => Choice::Record,
        }
    }

    /// The types that can be referred to. One of the null namespace that is being defined cannot from inside another
    /// namespace: the reference looks for it there (Avro 1.12).
    fn usable(&self, namespace: &str, closed: bool) -> Vec<usize> {
        let usable =
            |named: &Named| !named.open || (!closed && (!named.namespace.is_empty() || namespace.is_empty()));
        (0..self.named.len()).filter(|&place| usable(&self.named[place])).collect()
    }

    fn make(&mut self, choice: Choice, depth: usize, namespace: &str, closed: bool) -> Part {
        match choice {
            Choice::Primitive(name) => self.primitive(name),
            Choice::Logical(number) => self.logical(number),
            Choice::Reference(named) => self.reference(named, namespace),
            Choice::Fixed => self.fixed(namespace),
            Choice::Enum => self.enumeration(namespace),
            Choice::Array => self.collection("array", "items", depth, namespace),
            Choice::Map => self.collection("map", "values", depth, namespace),
            Choice::Union => self.union(depth, namespace, closed),
            Choice::Record => self.record(depth, namespace),
        }
    }

    fn primitive(&mut self, name: &str) -> Part {
        let default = self.primitive_default(name);
        let schema = if self.random.once_in(6) {
            let mut members = vec![("type".to_owned(), text(name))];
            self.properties(&mut members);
            Json::Object(members)
        } else {
            text(name)
        };
        Part { schema, default: Some(default) }
    }

    fn primitive_default(&mut self, name: &str) -> Json {
        let number = i64::from(self.random.byte()) - 128;
        match name {
            "null" => Json::Null,
            "boolean" => Json::Bool(number > 0),
            "int" | "long" => Json::Int(number),
            "float" | "double" if number > 0 => Json::Int(number),
            "float" | "double" => Json::Double(f64::from(self.random.byte()) / 8.0),
            "bytes" => text(["", "\u{0}\u{ff}", "bytes"][self.random.below(3)]),
            _ => text(self.random.pick(&TEXTS)),
        }
    }

    fn logical(&mut self, number: usize) -> Part {
        let (base, name) = LOGICAL[number];
        let mut members = vec![("type".to_owned(), text(base)), ("logicalType".to_owned(), text(name))];
        if name == "decimal" {
            let precision = 1 + self.random.below(30);
            members.push(("precision".to_owned(), int(precision)));
            if self.random.once_in(2) {
                members.push(("scale".to_owned(), int(self.random.below(precision + 1))));
            }
        }
        let default = self.primitive_default(base);
        Part { schema: Json::Object(members), default: Some(default) }
    }

    fn reference(&mut self, named: usize, namespace: &str) -> Part {
        let named = &self.named[named];
        self.recursions += usize::from(named.open || named.recursive);
        let short = named.namespace.is_empty() || (named.namespace == namespace && self.random.once_in(2));
        let name = if short { named.name.clone() } else { format!("{}.{}", named.namespace, named.name) };
        Part { schema: Json::String(name), default: named.default.clone() }
    }

    /// The members that name a type, and where it is in `named`.
    fn name(&mut self, kind: &str, namespace: &str) -> (Vec<(String, Json)>, usize) {
        self.numbers += 1;
        let mut own = namespace.to_owned();
        let mut name = format!("{}{}", kind[..1].to_ascii_uppercase(), self.numbers);
        let mut members = vec![("type".to_owned(), text(kind))];
        match self.random.below(6) {
            // The same simple name in another namespace. One of the null namespace would be hidden by it.
            0 if self.named.iter().any(|named| !named.namespace.is_empty()) => {
                let others: Vec<&Named> =
                    self.named.iter().filter(|named| !named.namespace.is_empty()).collect();
                name.clone_from(&others[self.random.below(others.len())].name);
                own = format!("n{}", self.numbers);
                members.push(("name".to_owned(), Json::String(format!("{own}.{name}"))));
            }
            1 => {
                own = ["a", "a.b", "org.example.events"][self.random.below(3)].to_owned();
                members.push(("name".to_owned(), text(&name)));
                members.push(("namespace".to_owned(), text(&own)));
            }
            2 => {
                own.clear();
                members.push(("namespace".to_owned(), text("")));
                members.push(("name".to_owned(), text(&name)));
            }
            _ => members.push(("name".to_owned(), text(&name))),
        }
        if self.random.once_in(4) {
            members.push(("doc".to_owned(), text(self.random.pick(&TEXTS))));
        }
        if self.random.once_in(5) {
            let aliases = [format!("Old{name}"), format!("x.y.Old{name}")];
            let count = self.random.below(3);
            members.push((
                "aliases".to_owned(),
                Json::Array(aliases.into_iter().take(count).map(Json::String).collect()),
            ));
        }
        self.named.push(Named { namespace: own, name, default: None, open: true, recursive: false });
        (members, self.named.len() - 1)
    }

    fn close(&mut self, place: usize, members: Vec<(String, Json)>, default: Option<Json>) -> Part {
        self.named[place].open = false;
        self.named[place].default.clone_from(&default);
        Part { schema: Json::Object(members), default }
    }

    fn fixed(&mut self, namespace: &str) -> Part {
        let (mut members, place) = self.name("fixed", namespace);
        let (size, logical) =
            [(0, ""), (1, ""), (5, ""), (12, "duration"), (16, "uuid"), (9, "decimal")][self.random.below(6)];
        members.push(("size".to_owned(), int(size)));
        if !logical.is_empty() {
            members.push(("logicalType".to_owned(), text(logical)));
            members.push(("precision".to_owned(), int(7)));
        }
        let default = "\u{ff}A".chars().cycle().take(size).collect();
        self.close(place, members, Some(Json::String(default)))
    }

    fn enumeration(&mut self, namespace: &str) -> Part {
        let (mut members, place) = self.name("enum", namespace);
        let symbols: Vec<Json> = ["A", "b", "_C", "D4", "null"].iter().map(|symbol| text(symbol)).collect();
        let count = 1 + self.random.below(symbols.len());
        members.push(("symbols".to_owned(), Json::Array(symbols[..count].to_vec())));
        if self.random.once_in(3) {
            members.push(("default".to_owned(), symbols[self.random.below(count)].clone()));
        }
        self.properties(&mut members);
        let default = symbols[self.random.below(count)].clone();
        self.close(place, members, Some(default))
    }

    fn collection(&mut self, kind: &str, member: &str, depth: usize, namespace: &str) -> Part {
        let part = self.part(depth + 1, namespace, false);
        let mut members = vec![("type".to_owned(), text(kind)), (member.to_owned(), part.schema)];
        self.properties(&mut members);
        let items: Vec<Json> =
            if self.random.once_in(2) { part.default.into_iter().collect() } else { Vec::new() };
        let default = if kind == "array" {
            Json::Array(items)
        } else {
            Json::Object(items.into_iter().map(|item| ("key".to_owned(), item)).collect())
        };
        Part { schema: Json::Object(members), default: Some(default) }
    }

    /// A union, in which a type that is being defined may be behind the first branch: so the union can do without it.
    fn union(&mut self, depth: usize, namespace: &str, closed: bool) -> Part {
        let mut branches: Vec<Json> = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        let mut defaults = Vec::new();
        let before = self.recursions;
        for _ in 0..1 + self.random.below(4) {
            let closed = closed || branches.is_empty();
            let choice = self.choose(depth + 1, namespace, closed);
            let key = match choice {
                Choice::Union => continue,
                Choice::Primitive(name) => name.to_owned(),
                Choice::Logical(number) => LOGICAL[number].0.to_owned(),
                Choice::Array | Choice::Map => format!("{choice:?}"),
                Choice::Reference(named) => named.to_string(),
                // A type that is defined here takes the next place.
                Choice::Fixed | Choice::Enum | Choice::Record => self.named.len().to_string(),
            };
            if !taken.contains(&key) {
                taken.push(key);
                let part = self.make(choice, depth + 1, namespace, closed);
                branches.push(part.schema);
                defaults.extend(part.default);
            }
        }
        if branches.is_empty() {
            branches.push(text("null"));
            defaults.push(Json::Null);
        }
        if self.recursions > before {
            // An object could be meant for the record that is being defined, which the reference then cannot check.
            defaults.retain(|default| !matches!(default, Json::Object(_)));
        }
        let default = (!defaults.is_empty()).then(|| defaults.swap_remove(self.random.below(defaults.len())));
        Part { schema: Json::Array(branches), default }
    }

    fn record(&mut self, depth: usize, namespace: &str) -> Part {
        let before = self.recursions;
        let (mut members, place) = self.name("record", namespace);
        let own = self.named[place].namespace.clone();
        let mut fields = Vec::new();
        let mut default = Some(Vec::new());
        for number in 0..self.random.below(6) {
            let name = match self.random.below(12) {
                0 => {
                    ["type", "name", "if", "Self", "_"][self.random.below(5)].to_owned() + &"_".repeat(number)
                }
                _ => format!("f{number}"),
            };
            let part = self.part(depth + 1, &own, true);
            let given = if self.random.once_in(3) { part.default.clone() } else { None };
            match (&mut default, &part.default) {
                (Some(values), Some(value)) if given.is_none() || self.random.once_in(2) => {
                    values.push((name.clone(), value.clone()));
                }
                (_, None) if given.is_none() => default = None,
                _ => {}
            }
            fields.push(self.field(&name, part.schema, given, number));
        }
        members.push(("fields".to_owned(), Json::Array(fields)));
        self.properties(&mut members);
        self.named[place].recursive = self.recursions > before;
        self.close(place, members, default.map(Json::Object))
    }

    fn field(&mut self, name: &str, schema: Json, default: Option<Json>, number: usize) -> Json {
        let mut members = vec![("name".to_owned(), text(name)), ("type".to_owned(), schema)];
        if self.random.once_in(5) {
            members.insert(0, ("doc".to_owned(), text(self.random.pick(&TEXTS))));
        }
        members.extend(default.map(|default| ("default".to_owned(), default)));
        if self.random.once_in(6) {
            members.push((
                "order".to_owned(),
                text(["ascending", "descending", "ignore"][self.random.below(3)]),
            ));
        }
        if self.random.once_in(6) {
            members.push(("aliases".to_owned(), Json::Array(vec![Json::String(format!("old{number}"))])));
        }
        self.properties(&mut members);
        Json::Object(members)
    }

    fn properties(&mut self, members: &mut Vec<(String, Json)>) {
        if !self.random.once_in(6) {
            return;
        }
        for number in 0..1 + self.random.below(3) {
            let value = match self.random.below(6) {
                0 => Json::Null,
                1 => Json::Int(i64::from(self.random.byte()) << self.random.below(50)),
                2 => Json::Double(f64::from(self.random.byte()) * 1e-5),
                3 => Json::Array(vec![Json::Bool(true), text("x"), Json::Array(Vec::new())]),
                4 => Json::Object(vec![("z".to_owned(), Json::Int(1)), ("a".to_owned(), text("y"))]),
                _ => text(self.random.pick(&TEXTS)),
            };
            members.push((format!("x-{}{number}", self.random.pick(&["b", "a", "é"])), value));
        }
    }
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn int(number: usize) -> Json {
    Json::Int(i64::try_from(number).expect("a small number"))
}
