//! A part of the build script: which types with a schema generated files have.

use std::error::Error;
use std::fs;
use std::path::Path;
use syn::{Expr, ExprLit, ImplItem, Item, ItemImpl, Lit, Stmt, Type};

/// The path of each type in the files of a folder, whose modules are in `module`, and its schema.
pub(crate) fn of_folder(folder: &Path, module: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let mut types = Vec::new();
    for path in paths {
        let name =
            path.file_stem().and_then(|stem| stem.to_str()).ok_or("generated files have plain names")?;
        types.extend(of_file(&path, &format!("{module}::{name}"))?);
    }
    Ok(types)
}

/// The same of one file.
pub(crate) fn of_file(path: &Path, module: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut types = Vec::new();
    of_items(&syn::parse_file(&fs::read_to_string(path)?)?.items, module, &mut types);
    Ok(types)
}

fn of_items(items: &[Item], module: &str, types: &mut Vec<(String, String)>) {
    for item in items {
        match item {
            Item::Mod(inner) => {
                let items = inner.content.as_ref().map_or(&[][..], |(_, items)| items);
                of_items(items, &format!("{module}::{}", inner.ident), types);
            }
            Item::Const(block) => {
                let Expr::Block(block) = block.expr.as_ref() else { continue };
                let impls = block.block.stmts.iter().filter_map(|statement| match statement {
                    Stmt::Item(Item::Impl(item)) => schema_of(item),
                    _ => None,
                });
                types.extend(impls.map(|(ident, schema)| (format!("{module}::{ident}"), schema)));
            }
            _ => {}
        }
    }
}

/// The name and the schema of the type of an impl of `AvroSchema`.
fn schema_of(item: &ItemImpl) -> Option<(String, String)> {
    let (path, _) = item.trait_.as_ref()?;
    let Type::Path(ty) = item.self_ty.as_ref() else { return None };
    let ident = ty.path.segments.last()?.ident.to_string();
    let schema = item.items.iter().find_map(|item| match item {
        ImplItem::Const(constant) if constant.ident == "SCHEMA" => match &constant.expr {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })?;
    path.is_ident("AvroSchema").then_some((ident, schema))
}
