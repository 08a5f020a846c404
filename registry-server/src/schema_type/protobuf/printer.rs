//! From a syntax tree to its text: the canonical form (protobuf §2).

use super::tree::{
    Constant, Enum, Extend, Extensions, Field, Group, Label, MAX_TAG, Message, Oneof, ProtoFile, ProtoOption,
    Range, Rpc, Service, Value, enums, messages,
};
use crate::schema_type::Budget;

/// The text of a file, of which each element takes a step of the budget; nothing of worth when that ends.
pub(super) fn print(file: &ProtoFile, budget: &Budget) -> String {
    let mut printer = Printer { out: String::new(), budget };
    printer.file(file);
    printer.out
}

struct Printer<'b> {
    out: String,
    budget: &'b Budget,
}

/// The lines inside a block. The first group of them ends the block's head line, the others have a blank line before
/// them, which is indented as well.
struct Block {
    depth: usize,
    empty: bool,
}

impl Block {
    fn group(&mut self, printer: &mut Printer<'_>) {
        if !self.empty {
            printer.indent(self.depth);
        }
        printer.out.push('\n');
        self.empty = false;
    }
}

impl Printer<'_> {
    /// Prints one after the other, as far as the budget goes.
    fn each<T>(&mut self, items: impl IntoIterator<Item = T>, print: impl Fn(&mut Self, T)) {
        for item in items {
            if !self.budget.spend(1) {
                return;
            }
            print(self, item);
        }
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.out.push_str("  ");
        }
    }

    fn add(&mut self, parts: &[&str]) {
        for part in parts {
            self.out.push_str(part);
        }
    }

    fn line(&mut self, depth: usize, parts: &[&str]) {
        self.indent(depth);
        self.add(parts);
        self.out.push('\n');
    }

    fn open(&mut self, depth: usize, parts: &[&str]) -> Block {
        self.indent(depth);
        self.add(parts);
        self.out.push_str(" {");
        Block { depth, empty: true }
    }

    fn close(&mut self, block: &Block) {
        if !block.empty {
            self.indent(block.depth);
        }
        self.out.push_str("}\n");
    }

    fn file(&mut self, file: &ProtoFile) {
        if let Some(syntax) = file.syntax {
            self.line(0, &["syntax = \"", syntax.as_str(), "\";"]);
        }
        if let Some(package) = &file.package {
            self.line(0, &["package ", package, ";"]);
        }
        if file.all_imports().next().is_some() {
            self.out.push('\n');
            for import in &file.imports {
                self.line(0, &["import \"", &readable(import), "\";"]);
            }
            for import in &file.public_imports {
                self.line(0, &["import public \"", &readable(import), "\";"]);
            }
            for import in &file.weak_imports {
                self.line(0, &["import weak \"", &readable(import), "\";"]);
            }
        }
        if !file.options.is_empty() {
            self.out.push('\n');
            self.options(0, &file.options);
        }
        if !file.types.is_empty() {
            self.out.push('\n');
            self.each(messages(&file.types), |printer, message| printer.message(0, message));
            self.each(enums(&file.types), |printer, one| printer.enumeration(0, one));
        }
        if !file.extends.is_empty() || file.has_empty_extends {
            self.out.push('\n');
            self.each(&file.extends, |printer, extend| printer.extend(0, extend));
        }
        if !file.services.is_empty() {
            self.out.push('\n');
            self.each(&file.services, Self::service);
        }
    }

    fn message(&mut self, depth: usize, message: &Message) {
        let mut block = self.open(depth, &["message ", &message.name]);
        let inner = depth + 1;
        if !message.reserved.is_empty() {
            block.group(self);
            self.each(&message.reserved, |printer, ranges| printer.reserved(inner, ranges));
        }
        if !message.options.is_empty() {
            block.group(self);
            self.options(inner, &message.options);
        }
        if !message.fields.is_empty() {
            block.group(self);
            self.each(&message.fields, |printer, field| printer.field(inner, field));
        }
        if !message.oneofs.is_empty() || message.has_empty_oneofs {
            block.group(self);
            self.each(&message.oneofs, |printer, oneof| printer.oneof(inner, oneof));
        }
        if !message.groups.is_empty() {
            block.group(self);
            self.each(&message.groups, |printer, group| printer.group(inner, group));
        }
        if !message.extensions.is_empty() {
            block.group(self);
            self.each(&message.extensions, |printer, one| printer.extensions(inner, one));
        }
        if !message.extends.is_empty() || message.has_empty_extends {
            block.group(self);
            self.each(&message.extends, |printer, extend| printer.extend(inner, extend));
        }
        if !message.nested.is_empty() {
            block.group(self);
            self.each(messages(&message.nested), |printer, nested| printer.message(inner, nested));
            self.each(enums(&message.nested), |printer, nested| printer.enumeration(inner, nested));
        }
        self.close(&block);
    }

    fn enumeration(&mut self, depth: usize, one: &Enum) {
        let mut block = self.open(depth, &["enum ", &one.name]);
        if !one.reserved.is_empty() || !one.options.is_empty() || !one.constants.is_empty() {
            block.group(self);
        }
        self.each(&one.reserved, |printer, ranges| printer.reserved(depth + 1, ranges));
        self.options(depth + 1, &one.options);
        self.each(&one.constants, |printer, constant| printer.constant(depth + 1, constant));
        self.close(&block);
    }

    fn constant(&mut self, depth: usize, constant: &Constant) {
        self.indent(depth);
        self.add(&[&constant.name, " = ", &constant.tag.to_string()]);
        self.field_options(depth, constant.options.iter());
        self.out.push_str(";\n");
    }

    fn ranges(&mut self, depth: usize, word: &str, ranges: &[Range]) {
        let counted = ranges.iter().take_while(|_| self.budget.spend(1));
        let shown: Vec<String> = counted.map(range).collect();
        self.indent(depth);
        self.add(&[word, &shown.join(", ")]);
    }

    fn reserved(&mut self, depth: usize, ranges: &[Range]) {
        self.ranges(depth, "reserved ", ranges);
        self.out.push_str(";\n");
    }

    fn extensions(&mut self, depth: usize, extensions: &Extensions) {
        self.ranges(depth, "extensions ", &extensions.ranges);
        self.field_options(depth, extensions.options.iter());
        self.out.push_str(";\n");
    }

    fn oneof(&mut self, depth: usize, oneof: &Oneof) {
        let mut block = self.open(depth, &["oneof ", &oneof.name]);
        if !oneof.options.is_empty() {
            block.group(self);
            self.options(depth + 1, &oneof.options);
        }
        if !oneof.fields.is_empty() {
            block.group(self);
            self.each(&oneof.fields, |printer, field| printer.field(depth + 1, field));
        }
        if !oneof.groups.is_empty() {
            block.group(self);
            self.each(&oneof.groups, |printer, group| printer.group(depth + 1, group));
        }
        self.close(&block);
    }

    fn group(&mut self, depth: usize, group: &Group) {
        let (label, space) = label(group.label);
        let mut block =
            self.open(depth, &[label, space, "group ", &group.name, " = ", &group.tag.to_string()]);
        if !group.fields.is_empty() {
            block.group(self);
            self.each(&group.fields, |printer, field| printer.field(depth + 1, field));
        }
        self.close(&block);
    }

    fn extend(&mut self, depth: usize, extend: &Extend) {
        let mut block = self.open(depth, &["extend ", &extend.name]);
        if !extend.fields.is_empty() {
            block.group(self);
            self.each(&extend.fields, |printer, field| printer.field(depth + 1, field));
        }
        self.close(&block);
    }

    fn service(&mut self, service: &Service) {
        let mut block = self.open(0, &["service ", &service.name]);
        if !service.options.is_empty() {
            block.group(self);
            self.options(1, &service.options);
        }
        if !service.rpcs.is_empty() {
            block.group(self);
            self.each(&service.rpcs, Self::rpc);
        }
        self.close(&block);
    }

    fn rpc(&mut self, rpc: &Rpc) {
        let stream = |streaming: bool| if streaming { "stream " } else { "" };
        self.indent(1);
        self.add(&["rpc ", &rpc.name, " (", stream(rpc.request_streaming), &rpc.request]);
        self.add(&[") returns (", stream(rpc.response_streaming), &rpc.response, ")"]);
        if !rpc.options.is_empty() {
            self.out.push_str(" {\n");
            self.options(2, &rpc.options);
            self.indent(1);
            self.out.push('}');
        }
        self.out.push_str(";\n");
    }

    fn field(&mut self, depth: usize, field: &Field) {
        let (label, space) = label(field.label);
        self.indent(depth);
        self.add(&[label, space, &field.type_name, " ", &field.name, " = ", &field.tag.to_string()]);
        self.field_options(depth, field.options.iter().chain(&special_options(field)));
        self.out.push_str(";\n");
    }

    fn field_options<'a>(&mut self, depth: usize, options: impl Iterator<Item = &'a ProtoOption>) {
        let options: Vec<&ProtoOption> = options.collect();
        if !options.is_empty() {
            self.out.push(' ');
            self.list(depth, &options, |printer, depth, option| printer.option(depth, option));
        }
    }

    fn options(&mut self, depth: usize, options: &[ProtoOption]) {
        self.each(options, |printer, option| {
            printer.indent(depth);
            printer.out.push_str("option ");
            printer.option(depth, option);
            printer.out.push_str(";\n");
        });
    }

    fn option(&mut self, depth: usize, option: &ProtoOption) {
        if option.parenthesized {
            self.add(&["(", &option.name, ")"]);
        } else {
            self.out.push_str(&option.name);
        }
        match &option.value {
            Value::Member(inner) => {
                self.out.push('.');
                self.option(depth, inner);
            }
            Value::List(values) => {
                self.out.push_str(" = ");
                self.list(depth, values, Self::value);
            }
            value => {
                self.out.push_str(" = ");
                self.value(depth, value);
            }
        }
    }

    /// One thing in brackets, or each on a line of its own.
    fn list<T>(&mut self, depth: usize, items: &[T], each: impl Fn(&mut Self, usize, &T)) {
        if let [only] = items {
            self.out.push('[');
            each(self, depth, only);
            self.out.push(']');
        } else {
            self.lines(depth, items, each);
        }
    }

    fn lines<T>(&mut self, depth: usize, items: &[T], each: impl Fn(&mut Self, usize, &T)) {
        self.out.push_str("[\n");
        self.separated(depth, items, each);
        self.out.push(']');
    }

    fn separated<T>(&mut self, depth: usize, items: &[T], each: impl Fn(&mut Self, usize, &T)) {
        self.each(items.iter().enumerate(), |printer, (index, item)| {
            printer.indent(depth + 1);
            each(printer, depth + 1, item);
            printer.out.push_str(if index + 1 < items.len() { ",\n" } else { "\n" });
        });
        self.indent(depth);
    }

    fn value(&mut self, depth: usize, value: &Value) {
        match value {
            Value::Text(text) => self.add(&["\"", &escaped(text), "\""]),
            Value::Boolean(text) | Value::Number(text) | Value::Word(text) => self.out.push_str(text),
            Value::Map(members) => {
                self.out.push_str("{\n");
                self.separated(depth, members, |printer, depth, (name, value)| {
                    printer.add(&[name, ": "]);
                    printer.value(depth, value);
                });
                self.out.push('}');
            }
            Value::List(values) => {
                self.lines(depth, values, Self::value);
            }
            Value::Member(option) => self.option(depth, option),
        }
    }
}

/// A field's default and JSON name, which are written as options behind the others.
pub(super) fn special_options(field: &Field) -> Vec<ProtoOption> {
    let option =
        |name: &str, value: Value| ProtoOption { name: name.to_owned(), parenthesized: false, value };
    let mut options = Vec::new();
    if let Some(default) = &field.default {
        options.push(option("default", default_value(&field.type_name, default)));
    }
    if let Some(json_name) = &field.json_name {
        options.push(option("json_name", Value::Text(json_name.clone())));
    }
    options
}

fn default_value(type_name: &str, default: &str) -> Value {
    let text = default.to_owned();
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_word = !default.is_empty() && default.chars().all(letter);
    match type_name {
        // The original writes defaults of bytes without quotes. Where that could not be read again they get theirs.
        "bytes" if is_word => Value::Word(text),
        "bytes" => Value::Word(format!("\"{text}\"")),
        "string" => Value::Text(text),
        _ if !is_word => Value::Text(text),
        "bool" => Value::Boolean(text),
        _ if super::tree::is_scalar(type_name) => Value::Number(text),
        _ => Value::Word(text),
    }
}

fn label(label: Option<Label>) -> (&'static str, &'static str) {
    label.map_or(("", ""), |label| (label.as_str(), " "))
}

fn range(range: &Range) -> String {
    match range {
        Range::Name(name) => format!("\"{}\"", readable(name)),
        Range::One(tag) => tag.to_string(),
        Range::Span(start, end) if *end >= MAX_TAG => format!("{start} to max"),
        Range::Span(start, end) => format!("{start} to {end}"),
    }
}

/// Names and paths in quotes, which the original writes as they are. What could not be read again is escaped.
fn readable(text: &str) -> String {
    if text.contains(['"', '\\', '\n', '\0']) { escaped(text) } else { text.to_owned() }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // The original writes it as it is, where neither `protoc` nor Postgres takes it.
            '\0' => out.push_str("\\000"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' | '\'' | '"' => out.extend(['\\', letter]),
            _ => out.push(letter),
        }
    }
    out
}
