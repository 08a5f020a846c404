//! Generated schemas for property tests (feature `arbitrary-schemas`).
//!
//! All kinds of schema with namespaces, recursion, logical types, aliases, properties and fitting defaults. Every text is
//! a valid schema in every validation mode.

use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write as _;

/// The text of a valid schema.
pub fn schema_text() -> impl Strategy<Value = String> {
    shape().prop_map(|shape| Writer::default().document(&shape))
}

/// The texts of two schemas, the second made of the first by small changes of the kinds that people make: fields added,
/// removed, renamed with and without an alias, types promoted, symbols and branches added and removed.
pub fn evolution() -> impl Strategy<Value = (String, String)> {
    (shape(), vec(any::<u8>(), 1..6)).prop_map(|(before, changes)| {
        let mut after = before.clone();
        for change in changes {
            evolve(&mut after, change);
        }
        (Writer::default().document(&before), Writer::default().document(&after))
    })
}

/// A schema before it has names.
#[derive(Debug, Clone)]
enum Shape {
    Primitive(&'static str),
    /// A logical type with its base and attributes.
    Logical(&'static str),
    Array(Box<Shape>),
    Map(Box<Shape>),
    Union(Vec<Shape>),
    Record {
        namespace: Namespace,
        fields: Vec<FieldShape>,
        described: bool,
    },
    Enum {
        namespace: Namespace,
        symbols: usize,
        default: bool,
    },
    Fixed {
        namespace: Namespace,
        size: usize,
    },
    /// A type that was defined before, counted from the first; a `null` when there is none yet.
    Reference(usize),
}

#[derive(Debug, Clone)]
struct FieldShape {
    name: String,
    aliases: Vec<String>,
    shape: Shape,
    default: bool,
}

type Namespace = Option<&'static str>;

fn shape() -> impl Strategy<Value = Shape> {
    let primitive =
        prop::sample::select(&["null", "boolean", "int", "long", "float", "double", "bytes", "string"][..]);
    let logical = prop::sample::select(
        &[
            r#""int","logicalType":"date""#,
            r#""long","logicalType":"timestamp-millis","unit":"ms""#,
            r#""string","logicalType":"uuid""#,
            r#""bytes","precision":9,"logicalType":"decimal","scale":2"#,
            r#""bytes","logicalType":"decimal","precision":0"#,
            r#""string","avro.java.string":"String""#,
            r#""long","logicalType":"unheard-of","x":[1.50,null,{"b":1,"a":-0.0}]"#,
        ][..],
    );
    let namespace = || prop::sample::select(&[None, Some(""), Some("a"), Some("a.b")][..]);
    let leaf = prop_oneof![
        6 => primitive.prop_map(Shape::Primitive),
        2 => logical.prop_map(Shape::Logical),
        2 => (namespace(), 1..5_usize, any::<bool>())
            .prop_map(|(namespace, symbols, default)| Shape::Enum { namespace, symbols, default }),
        1 => (namespace(), 0..20_usize).prop_map(|(namespace, size)| Shape::Fixed { namespace, size }),
        2 => (0..8_usize).prop_map(Shape::Reference),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let fields = vec((inner.clone(), any::<bool>()), 0..5).prop_map(|fields| {
            let field = |(index, (shape, default))| FieldShape {
                name: format!("f{index}"),
                aliases: Vec::new(),
                shape,
                default,
            };
            fields.into_iter().enumerate().map(field).collect::<Vec<_>>()
        });
        prop_oneof![
            1 => inner.clone().prop_map(|shape| Shape::Array(Box::new(shape))),
            1 => inner.clone().prop_map(|shape| Shape::Map(Box::new(shape))),
            2 => vec(inner, 0..4).prop_map(Shape::Union),
            4 => (namespace(), fields, any::<bool>())
                .prop_map(|(namespace, fields, described)| Shape::Record { namespace, fields, described }),
        ]
    })
}

/// One small change, somewhere: the bits of `change` choose the way down and the kind.
fn evolve(shape: &mut Shape, change: u8) {
    let choice = usize::from(change);
    match shape {
        Shape::Primitive(name) => {
            *name = match (*name, change % 3) {
                ("int", 0) => "long",
                ("long", 0) => "int",
                ("float", 0) => "double",
                ("string", 0) => "bytes",
                ("bytes", 1) => "string",
                (_, 2) => "double",
                (same, _) => same,
            }
        }
        Shape::Enum { symbols, default, .. } => {
            *symbols = 1 + choice % 5;
            *default = change & 1 == 1;
        }
        Shape::Fixed { size, .. } => *size = choice % 20,
        Shape::Array(inner) | Shape::Map(inner) => evolve(inner, change / 2),
        Shape::Union(branches) => match change % 4 {
            0 => branches.push(Shape::Primitive("string")),
            1 => drop(branches.pop()),
            2 => branches.reverse(),
            _ => branches.iter_mut().for_each(|branch| evolve(branch, change / 2)),
        },
        Shape::Record { fields, .. } => {
            let place = choice % fields.len().max(1);
            match (change / 8) % 6 {
                0 => {
                    let shape = Shape::Primitive(if change & 1 == 1 { "int" } else { "string" });
                    let field = FieldShape {
                        name: fresh(fields, "g"),
                        aliases: Vec::new(),
                        shape,
                        default: change & 2 == 2,
                    };
                    fields.insert(place.min(fields.len()), field);
                }
                1 if !fields.is_empty() => drop(fields.remove(place)),
                2 if !fields.is_empty() => {
                    let new = fresh(fields, "r");
                    let field = &mut fields[place];
                    let old = std::mem::replace(&mut field.name, new);
                    if change & 1 == 1 {
                        field.aliases = vec![old];
                    }
                }
                3 => fields.reverse(),
                4 if !fields.is_empty() => fields[place].default ^= true,
                _ => {
                    if let Some(field) = fields.get_mut(place) {
                        evolve(&mut field.shape, change / 2);
                    }
                }
            }
        }
        Shape::Logical(_) | Shape::Reference(_) => {}
    }
}

/// A name that no field has yet, neither as its name nor as an alias.
fn fresh(fields: &[FieldShape], prefix: &str) -> String {
    let taken =
        |name: &String| fields.iter().any(|field| field.name == *name || field.aliases.contains(name));
    (0..).map(|number| format!("{prefix}{number}")).find(|name| !taken(name)).unwrap_or_default()
}

/// Writes shapes and gives out names.
#[derive(Default)]
struct Writer {
    out: String,
    /// Full names of the types that were begun.
    names: Vec<String>,
}

impl Writer {
    fn document(mut self, shape: &Shape) -> String {
        self.write(shape, "");
        self.out
    }

    fn write(&mut self, shape: &Shape, enclosing: &str) {
        match shape {
            Shape::Primitive(name) => self.quoted(name),
            Shape::Logical(attributes) => self.push(&format!("{{\"type\":{attributes}}}")),
            Shape::Reference(number) => match self.names.len() {
                0 => self.push("\"null\""),
                known => {
                    let name = self.visible(number % known, enclosing).to_owned();
                    self.quoted(&name);
                }
            },
            Shape::Array(inner) => {
                self.push("{\"type\":\"array\",\"items\":");
                self.write(inner, enclosing);
                self.push(",\"z\":1,\"y\":\"é\"}");
            }
            Shape::Map(inner) => {
                self.push("{\"type\":\"map\",\"values\":");
                self.write(inner, enclosing);
                self.push("}");
            }
            Shape::Union(branches) => self.union(branches, enclosing),
            Shape::Record { namespace, fields, described } => {
                let (number, inner) = self.open("record", *namespace, enclosing);
                if *described {
                    self.push(&format!(
                        ",\"doc\":\"\",\"aliases\":[\"Old{number}\",\"x.Older{number}\"],\"p\":{{}}"
                    ));
                }
                self.push(",\"fields\":[");
                for (index, field) in fields.iter().enumerate() {
                    self.push(if index > 0 { "," } else { "" });
                    self.field(field, &inner);
                }
                self.push("]}");
            }
            Shape::Enum { namespace, symbols, default } => {
                self.open("enum", *namespace, enclosing);
                let symbols: Vec<String> = (0..*symbols).map(|number| format!("\"S{number}\"")).collect();
                self.push(&format!(",\"symbols\":[{}]", symbols.join(",")));
                self.push(if *default { ",\"default\":\"S0\"}" } else { "}" });
            }
            Shape::Fixed { namespace, size } => {
                self.open("fixed", *namespace, enclosing);
                self.push(&format!(",\"size\":{size}}}"));
            }
        }
    }

    fn field(&mut self, field: &FieldShape, enclosing: &str) {
        self.push("{\"name\":");
        self.quoted(&field.name);
        self.push(",\"type\":");
        self.write(&field.shape, enclosing);
        if !field.aliases.is_empty() {
            let aliases: Vec<String> = field.aliases.iter().map(|alias| format!("\"{alias}\"")).collect();
            self.push(&format!(",\"aliases\":[{}]", aliases.join(",")));
        }
        if let Some(default) = default_of(&field.shape).filter(|_| field.default) {
            self.push(&format!(",\"default\":{default}"));
        }
        self.push("}");
    }

    /// A union without unions, with each unnamed kind once, and each name once.
    fn union(&mut self, branches: &[Shape], enclosing: &str) {
        let mut seen: Vec<String> = Vec::new();
        self.push("[");
        for branch in branches {
            let kind = match branch {
                Shape::Union(_) => continue,
                Shape::Primitive(name) => (*name).to_owned(),
                Shape::Logical(attributes) => attributes.split('"').nth(1).unwrap_or_default().to_owned(),
                Shape::Array(_) => "array".to_owned(),
                Shape::Map(_) => "map".to_owned(),
                Shape::Reference(number) => match self.names.len() {
                    0 => "null".to_owned(),
                    known => self.visible(number % known, enclosing).to_owned(),
                },
                // A definition has a name of its own.
                _ => format!("#{}", self.names.len()),
            };
            if seen.contains(&kind) {
                continue;
            }
            self.push(if seen.is_empty() { "" } else { "," });
            seen.push(kind);
            let first_new = self.names.len();
            self.write(branch, enclosing);
            seen.extend(self.names.get(first_new).cloned());
        }
        self.push("]");
    }

    /// The beginning of a definition; answers its number and its namespace.
    fn open(&mut self, kind: &str, namespace: Namespace, enclosing: &str) -> (usize, String) {
        let number = self.names.len();
        let inner = namespace.unwrap_or(enclosing).to_owned();
        let dot = if inner.is_empty() { "" } else { "." };
        self.names.push(format!("{inner}{dot}T{number}"));
        self.push(&format!("{{\"type\":\"{kind}\",\"name\":\"T{number}\""));
        if let Some(namespace) = namespace {
            self.push(&format!(",\"namespace\":\"{namespace}\""));
        }
        (number, inner)
    }

    /// A type by its number, or `null` where its name cannot be written: one of the null namespace is looked up in the
    /// enclosing namespace as long as it is being defined.
    fn visible(&self, number: usize, enclosing: &str) -> &str {
        let name = &self.names[number];
        if enclosing.is_empty() || name.contains('.') { name } else { "null" }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn quoted(&mut self, text: &str) {
        write!(self.out, "\"{text}\"").expect("writing to a String cannot fail");
    }
}

/// A default that fits; none for a type that may be recursive or that has no value.
fn default_of(shape: &Shape) -> Option<String> {
    Some(match shape {
        Shape::Primitive("null") => "null".to_owned(),
        Shape::Primitive("boolean") => "true".to_owned(),
        Shape::Primitive("int" | "long") => "-7".to_owned(),
        Shape::Primitive("float" | "double") => "1.50".to_owned(),
        Shape::Primitive(_) => "\"x\\u00ff\"".to_owned(),
        Shape::Logical(attributes) if attributes.starts_with("\"int") || attributes.starts_with("\"long") => {
            "12".to_owned()
        }
        Shape::Logical(_) => "\"\"".to_owned(),
        Shape::Array(inner) => default_of(inner).map_or("[]".to_owned(), |item| format!("[{item},{item}]")),
        Shape::Map(inner) => default_of(inner).map_or("{}".to_owned(), |value| format!("{{\"k\":{value}}}")),
        Shape::Union(branches) => {
            default_of(branches.iter().find(|branch| !matches!(branch, Shape::Union(_)))?)?
        }
        Shape::Record { fields, .. } => {
            let fields: Option<Vec<String>> = fields
                .iter()
                .map(|field| default_of(&field.shape).map(|default| format!("\"{}\":{default}", field.name)))
                .collect();
            format!("{{{}}}", fields?.join(","))
        }
        Shape::Enum { .. } => "\"S0\"".to_owned(),
        Shape::Fixed { size, .. } => format!("\"{}\"", "f".repeat(*size)),
        Shape::Reference(_) => return None,
    })
}
