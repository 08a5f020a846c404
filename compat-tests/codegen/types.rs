//! A part of the build script: which types with a schema generated files have.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use syn::{Expr, ExprLit, ImplItem, Item, ItemImpl, Lit, Stmt, Type};

/// The path of each type in the files of a folder, whose modules are in `module`, and whether it has a borrowed form.
pub(crate) fn of_folder(folder: &Path, module: &str) -> Result<Vec<(String, bool)>, Box<dyn Error>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let mut types = Vec::new();
    for path in paths {
        let name =
            path.file_stem().and_then(|stem| stem.to_str()).ok_or("generated files have plain names")?;
        let module = format!("{module}::{name}");
        let borrowed = borrowed_of_file(&path, &module)?;
        let of_file = of_file(&path, &module)?.into_iter();
        types.extend(of_file.map(|(path, _)| {
            let is_lender = borrowed.contains(&path);
            (path, is_lender)
        }));
    }
    Ok(types)
}

/// The path and the schema of each type in one file, whose module is `module`. Borrowed forms are left out.
pub(crate) fn of_file(path: &Path, module: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    of_text(&fs::read_to_string(path)?, module)
}

/// The same of the text of one.
pub(crate) fn of_text(text: &str, module: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let texts = texts_of(text, module)?;
    let known: BTreeMap<String, Text> = texts.iter().cloned().collect();
    let types = texts.into_iter().filter(|(_, text)| !matches!(text, Text::Of(_)));
    types.map(|(path, text)| Ok((path, resolved(&text, &known)?))).collect()
}

/// The paths of the types in one file that have a borrowed form.
fn borrowed_of_file(path: &Path, module: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let texts = texts_of(&fs::read_to_string(path)?, module)?.into_iter();
    let owned = texts.filter_map(|(_, text)| match text {
        Text::Of(owned) => Some(owned),
        _ => None,
    });
    Ok(owned.collect())
}

fn texts_of(text: &str, module: &str) -> Result<Vec<(String, Text)>, Box<dyn Error>> {
    let mut texts = Vec::new();
    of_items(&syn::parse_file(text)?.items, module, &mut texts);
    Ok(texts)
}

/// How a schema is written down.
#[derive(Debug, Clone)]
enum Text {
    Whole(String),
    /// The part of another type's schema between two positions.
    Part(String, usize, usize),
    /// The schema of the type that this one is the borrowed form of.
    Of(String),
}

fn resolved(text: &Text, known: &BTreeMap<String, Text>) -> Result<String, Box<dyn Error>> {
    match text {
        Text::Whole(text) => Ok(text.clone()),
        Text::Of(path) => Err(format!("{path} has a borrowed form").into()),
        Text::Part(path, start, end) => {
            let whole = known.get(path).ok_or_else(|| format!("no schema of {path}"))?;
            Ok(resolved(whole, known)?[*start..*end].to_owned())
        }
    }
}

fn of_items(items: &[Item], module: &str, types: &mut Vec<(String, Text)>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                // What is in the module around everything is seen without it.
                let is_top = inner.ident == "avro_types";
                let module = if is_top { module.to_owned() } else { format!("{module}::{}", inner.ident) };
                of_items(items, &module, types);
            }
            Item::Const(block) => {
                let Expr::Block(block) = block.expr.as_ref() else { continue };
                types.extend(block.block.stmts.iter().filter_map(|statement| match statement {
                    Stmt::Item(Item::Impl(item)) => schema_of(item, module),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
}

/// The path and the schema of the type of an impl of `AvroSchema` in a module's block.
fn schema_of(item: &ItemImpl, module: &str) -> Option<(String, Text)> {
    let (path, _) = item.trait_.as_ref()?;
    let Type::Path(ty) = item.self_ty.as_ref() else { return None };
    let schema = item.items.iter().find_map(|item| match item {
        ImplItem::Const(constant) if constant.ident == "SCHEMA" => text_of(&constant.expr, module),
        _ => None,
    })?;
    path.is_ident("AvroSchema").then(|| (absolute(&ty.path, module), schema))
}

fn text_of(expression: &Expr, module: &str) -> Option<Text> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Text::Whole(text.value())),
        Expr::Call(call) => {
            let number = |index: usize| match &call.args[index] {
                Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
                _ => None,
            };
            let Expr::Path(whole) = &call.args[0] else { return None };
            let Type::Path(ty) = whole.qself.as_ref()?.ty.as_ref() else { return None };
            Some(Text::Part(absolute(&ty.path, module), number(1)?, number(2)?))
        }
        Expr::Path(path) => {
            let Type::Path(ty) = path.qself.as_ref()?.ty.as_ref() else { return None };
            Some(Text::Of(absolute(&ty.path, module)))
        }
        _ => None,
    }
}

/// The path of a type that a module names by way of `self` and `super`.
fn absolute(path: &syn::Path, module: &str) -> String {
    let mut parts: Vec<String> = module.split("::").map(str::to_owned).collect();
    for segment in &path.segments {
        match segment.ident.to_string().as_str() {
            "self" => {}
            "super" => drop(parts.pop()),
            part => parts.push(part.to_owned()),
        }
    }
    parts.join("::")
}
