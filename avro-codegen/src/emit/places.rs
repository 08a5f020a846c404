//! The places that the fields of a record are read into.
//!
//! They are those of the record itself, which begins with values that have no memory; or, where a field's type has no such
//! value, those of a tuple in which such a field is an option. So a function that reads fields has one value to drop where
//! it fails, and not one for each field that was read.

use super::Scope;
use super::codec::{decode_field, decode_field_at, form, wire_type};
use crate::ir::{Field, Link, MAX_INLINE_FIXED, Type, TypeId, TypeKind};
use crate::options::{BytesType, MapType, StringType};
use avro_model::schema::LogicalType;
use avro_model::value::Value;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, HashMap};

/// How many values one place may begin with when nested records are written out. A record of more is mostly behind a box,
/// for its size; it is not where its fields take no room, and each such level would multiply the text.
const MAX_VALUES: usize = 256;

/// The places of all fields of a record.
pub(super) struct Places<'s> {
    scope: &'s Scope<'s>,
    fields: &'s [Field],
    /// What stands in each place at first, where the type has a value for it.
    blanks: Vec<Option<TokenStream>>,
}

impl<'s> Places<'s> {
    pub(super) fn of(scope: &'s Scope<'s>, fields: &'s [Field]) -> Self {
        let mut sizes = Sizes { scope, known: HashMap::new() };
        let blanks = fields.iter().map(|field| {
            sizes.of(&field.ty).filter(|size| *size <= MAX_VALUES)?;
            Some(scope.block().value(&blank(scope, &field.ty)?, &field.ty))
        });
        Self { scope, fields, blanks: blanks.collect() }
    }

    /// Whether the places are those of the record itself.
    pub(super) fn are_whole(&self) -> bool {
        self.blanks.iter().all(Option::is_some)
    }

    /// The record or tuple at first.
    pub(super) fn begin(&self) -> TokenStream {
        let blanks = self.blanks.iter().map(|blank| blank.clone().unwrap_or_else(|| quote!(None)));
        if self.are_whole() {
            let idents = self.fields.iter().map(|field| &field.ident);
            quote!(Self { #(#idents: #blanks,)* })
        } else {
            quote!((#(#blanks,)*))
        }
    }

    /// The record, `Ok`, of the tuple `value`.
    pub(super) fn end(&self) -> TokenStream {
        let idents = self.fields.iter().map(|field| &field.ident);
        let locals: Vec<Ident> =
            (0..self.fields.len()).map(|position| format_ident!("field_{position}")).collect();
        let patterns = self.blanks.iter().zip(&locals).map(|(blank, local)| match blank {
            Some(_) => quote!(#local),
            None => quote!(Some(#local)),
        });
        quote! {
            let (#(#patterns,)*) = value else {
                return Err(DecodeError::Plan);
            };
            Ok(Self { #(#idents: #locals,)* })
        }
    }

    /// The place of the field at that position of `of`.
    fn place(&self, of: &TokenStream, position: usize) -> TokenStream {
        let member = match self.are_whole() {
            true => self.fields[position].ident.to_token_stream(),
            false => Literal::usize_unsuffixed(position).to_token_stream(),
        };
        quote!(#of.#member)
    }

    /// Reads every field from `reader` into its place in `of`.
    pub(super) fn read(&self, of: &TokenStream) -> TokenStream {
        let reads = self.fields.iter().zip(&self.blanks).enumerate().map(|(position, (field, blank))| {
            let place = self.place(of, position);
            match blank {
                Some(_) => decode_field_at(self.scope, &field.ty, &place),
                None => {
                    let value = decode_field(self.scope, &field.ty);
                    quote!(#place = Some(#value);)
                }
            }
        });
        reads.collect()
    }

    /// The arms of a match on the code of `step`, each of which reads a field into its place in `of`.
    pub(super) fn arms(&self, of: &TokenStream) -> TokenStream {
        let arms = self.fields.iter().zip(&self.blanks).enumerate().map(|(position, (field, blank))| {
            arm(self.scope, field, position, blank.is_none(), &self.place(of, position))
        });
        arms.collect()
    }

    /// The default of the field at that position, if it has one, for its place in `of`.
    pub(super) fn default(&self, of: &TokenStream, position: usize) -> Option<FieldDefault> {
        let field = &self.fields[position];
        let default = self.scope.block().value(field.default.as_ref()?, &field.ty);
        let place = self.place(of, position);
        let set = match &self.blanks[position] {
            Some(blank) if blank.to_string() == default.to_string() => None,
            Some(_) => Some(quote!(#place = #default)),
            None => Some(quote!(#place = Some(#default))),
        };
        Some(FieldDefault { set })
    }

    /// Gives the places in `of` what the plan `record` says that takes its default, which may be there already.
    ///
    /// A field that has no default here is of a plan for another schema: one must not pass for the other.
    pub(super) fn defaults(&self, of: &TokenStream) -> TokenStream {
        let (mut arms, mut as_begun) = (Vec::new(), Vec::new());
        for position in 0..self.fields.len() {
            let Some(default) = self.default(of, position) else { continue };
            let position = Literal::usize_unsuffixed(position);
            match default.set {
                Some(set) => arms.push(quote!(#position => #set,)),
                None => as_begun.push(position),
            }
        }
        let width = Literal::usize_unsuffixed(self.fields.len());
        if arms.is_empty() && as_begun.is_empty() {
            return quote! {
                if !record.defaults(#width)?.is_empty() {
                    return Err(DecodeError::Plan);
                }
            };
        }
        let as_begun = (!as_begun.is_empty()).then(|| quote!(#(#as_begun)|* => {}));
        quote! {
            for field in record.defaults(#width)? {
                match field {
                    #(#arms)*
                    #as_begun
                    _ => return Err(DecodeError::Plan),
                }
            }
        }
    }
}

/// What a field is that takes its default.
pub(super) struct FieldDefault {
    /// Sets the place; `None` where the default is what stands there at first.
    pub(super) set: Option<TokenStream>,
}

/// The arms of a match on the code of `step` that read the field at that position into its place, or the option there.
///
/// What a field takes is a call of what is compiled once for its type; but for numbers, of which the call would be the
/// larger part.
pub(super) fn arm(
    scope: &Scope<'_>,
    field: &Field,
    position: usize,
    is_option: bool,
    place: &TokenStream,
) -> TokenStream {
    let [same, planned] = [0, 1].map(|code| Literal::usize_unsuffixed(2 * position + code));
    let form = form(scope, &field.ty).unwrap_or_else(|| quote!(Own));
    let arguments = quote!(step, reader, &mut #place);
    if is_option {
        return quote!(#same | #planned => record.fill::<#form, _, _>(#arguments),);
    }
    if !is_number(&field.ty) {
        return quote!(#same | #planned => record.read::<#form, _, _>(#arguments),);
    }
    let wire = wire_type(scope, &field.ty);
    quote! {
        #same => #wire::decode_at(&mut #place, reader),
        #planned => record.read_planned::<#form, _, _>(#arguments),
    }
}

/// Whether a type is one of a few bytes.
fn is_number(ty: &Type) -> bool {
    match ty {
        Type::Boolean | Type::Int | Type::Long | Type::Float | Type::Double => true,
        Type::Logical(logical, _) => is_count(*logical),
        _ => false,
    }
}

/// Whether a logical type counts a unit.
fn is_count(logical: LogicalType) -> bool {
    match logical {
        LogicalType::Date
        | LogicalType::TimeMillis
        | LogicalType::TimeMicros
        | LogicalType::TimestampMillis
        | LogicalType::TimestampMicros
        | LogicalType::TimestampNanos
        | LogicalType::LocalTimestampMillis
        | LogicalType::LocalTimestampMicros
        | LogicalType::LocalTimestampNanos => true,
        LogicalType::Decimal { .. } | LogicalType::BigDecimal | LogicalType::Uuid | LogicalType::Duration => {
            false
        }
    }
}

/// How many values [`blank`] consists of, each type looked at once.
struct Sizes<'s> {
    scope: &'s Scope<'s>,
    known: HashMap<TypeId, Option<usize>>,
}

impl Sizes<'_> {
    /// `None` for a type without such a value, or with one of too many to count.
    fn of(&mut self, ty: &Type) -> Option<usize> {
        let Type::Named { id, link: Link::Plain } = ty else { return Some(1) };
        let TypeKind::Record(fields) = &self.scope.types[id.0].kind else { return Some(1) };
        if let Some(known) = self.known.get(id) {
            return *known;
        }
        let size = fields.iter().try_fold(1_usize, |size, field| size.checked_add(self.of(&field.ty)?));
        self.known.insert(*id, size);
        size
    }
}

/// A value of a type that takes no memory and nothing to make, if there is one. Whether it is a small one tell [`Sizes`].
fn blank(scope: &Scope<'_>, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Null => Value::Null,
        Type::Boolean => Value::Boolean(false),
        Type::Int => Value::Int(0),
        Type::Long => Value::Long(0),
        Type::Float => Value::Float(0.0),
        Type::Double => Value::Double(0.0),
        Type::BorrowedBytes | Type::Bytes(BytesType::Vec) => Value::Bytes(Vec::new()),
        Type::BorrowedString | Type::String(StringType::String) => Value::String(String::new()),
        Type::Array(_) => Value::Array(Vec::new()),
        Type::BorrowedMap(_) | Type::Map(_, MapType::Map | MapType::BTreeMap) => Value::Map(BTreeMap::new()),
        Type::Nullable { .. } => Value::Union(0, Box::new(Value::Null)),
        Type::Logical(logical, _) if is_count(*logical) => Value::Long(0),
        Type::Named { id, link: Link::Plain } => match &scope.types[id.0].kind {
            TypeKind::Record(fields) => {
                let blanks = fields.iter().map(|field| blank(scope, &field.ty));
                Value::Record(blanks.collect::<Option<_>>()?)
            }
            TypeKind::Enum { symbols, .. } if !symbols.is_empty() => Value::Enum(0),
            TypeKind::Fixed(size) if *size <= MAX_INLINE_FIXED => Value::Fixed(vec![0; *size]),
            _ => return None,
        },
        Type::Bytes(_)
        | Type::String(_)
        | Type::Map(..)
        | Type::Logical(..)
        | Type::Mapped(_)
        | Type::Named { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::Config;
    use std::fs;

    /// Records of that many fields of the next record each; the last one has none.
    fn chain(records: usize, fields: usize) -> String {
        let record = |number: usize| {
            let field = |field: usize| format!(r#"{{"name":"f{field}","type":"R{}"}}"#, number - 1);
            let fields: Vec<String> = (0..if number == 0 { 0 } else { fields }).map(field).collect();
            format!(r#"{{"type":"record","name":"R{number}","fields":[{}]}}"#, fields.join(","))
        };
        format!("[{}]", (0..records).map(record).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn the_text_grows_with_the_number_of_records() {
        for (records, fields) in [(8, 4), (16, 4), (24, 2), (12, 40)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("chain.avsc");
            fs::write(&path, chain(records, fields)).unwrap();
            let text = Config::new().schema(&path).generate().unwrap();
            let length = text.split_whitespace().map(str::len).sum::<usize>();
            assert!(length < records * fields * 2500, "{length} of {records} records of {fields} fields");
        }
    }
}
