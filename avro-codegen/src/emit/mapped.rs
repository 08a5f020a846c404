//! Types of other crates for logical types, and writing what so may not be written.

use super::Scope;
use crate::ir::{Link, Mapped, Null, Type};
use crate::logical_crate::LogicalCrate;
use avro_model::schema::LogicalType;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Scope<'_> {
    /// The type of the other crate.
    pub(super) fn mapped(&self, mapped: Mapped) -> TokenStream {
        use LogicalType as L;
        let path = match (mapped.from, mapped.logical) {
            (LogicalCrate::RustDecimal, _) => quote!(rust_decimal::Decimal),
            (LogicalCrate::BigDecimal, _) => quote!(bigdecimal::BigDecimal),
            (LogicalCrate::Chrono, L::Date) => quote!(chrono::NaiveDate),
            (LogicalCrate::Jiff, L::Date) => quote!(jiff::civil::Date),
            (LogicalCrate::Time, L::Date) => quote!(time::Date),
            (LogicalCrate::Chrono, L::TimeMillis | L::TimeMicros) => quote!(chrono::NaiveTime),
            (LogicalCrate::Jiff, L::TimeMillis | L::TimeMicros) => quote!(jiff::civil::Time),
            (LogicalCrate::Time, L::TimeMillis | L::TimeMicros) => quote!(time::Time),
            (LogicalCrate::Chrono, L::TimestampMillis | L::TimestampMicros | L::TimestampNanos) => {
                let runtime = self.runtime();
                quote!(chrono::DateTime<#runtime::types::chrono::Utc>)
            }
            (LogicalCrate::Jiff, L::TimestampMillis | L::TimestampMicros | L::TimestampNanos) => {
                quote!(jiff::Timestamp)
            }
            (LogicalCrate::Time, L::TimestampMillis | L::TimestampMicros | L::TimestampNanos) => {
                quote!(time::OffsetDateTime)
            }
            (LogicalCrate::Chrono, _) => quote!(chrono::NaiveDateTime),
            (LogicalCrate::Jiff, _) => quote!(jiff::civil::DateTime),
            (LogicalCrate::Time, _) => quote!(time::PrimitiveDateTime),
            (LogicalCrate::SerdeWire | LogicalCrate::Plain | LogicalCrate::Uuid, _) => quote!(Uuid),
        };
        let runtime = self.runtime();
        quote!(#runtime::types::#path)
    }

    /// Its form on the wire.
    pub(super) fn mapped_form(&self, mapped: Mapped) -> TokenStream {
        let (runtime, logical) = (self.runtime(), self.logical(mapped.logical, mapped.size));
        match mapped.logical {
            LogicalType::Decimal { precision, .. } => {
                let precision = Literal::u32_unsuffixed(precision);
                quote!(#runtime::types::mapped::MappedDecimal<#logical, #precision>)
            }
            _ => quote!(#runtime::types::mapped::Mapped<#logical>),
        }
    }

    /// The expression of a value, given that of the runtime's type. That the crate can hold it was checked.
    pub(super) fn mapped_value(&self, mapped: Mapped, value: &TokenStream) -> TokenStream {
        let (ty, runtime) = (self.mapped(mapped), self.runtime());
        let logical = self.logical(mapped.logical, mapped.size);
        quote! {
            <#ty as #runtime::types::mapped::Logical<#logical>>::from_logical(#value)
                .expect("the default of the schema is a value of the type")
        }
    }

    /// Writes a field of which some values cannot be written.
    pub(super) fn try_encode_field(
        &self,
        ty: &Type,
        value: &TokenStream,
        reference: &TokenStream,
    ) -> TokenStream {
        if let Type::Named { link: Link::Plain, .. } = ty {
            return quote!(#value.try_encode(writer)?;);
        }
        let (form, ty) = (self.try_form(ty), self.block().ty(ty));
        quote!(<#form as TryEncodeAs<#ty>>::try_encode_as(#reference, writer)?;)
    }

    /// The form on the wire, in full.
    fn try_form(&self, ty: &Type) -> TokenStream {
        let around = |name: TokenStream, inner: &Type| {
            let inner = self.try_form(inner);
            quote!(#name<#inner>)
        };
        match ty {
            Type::Nullable { null: Null::Among, .. } => quote!(NullAmong),
            Type::Nullable { inner, null: Null::First } => around(quote!(NullFirst), inner),
            Type::Nullable { inner, null: Null::Last } => around(quote!(NullLast), inner),
            Type::Array(items) => around(quote!(Items), items),
            Type::Map(values, _) | Type::BorrowedMap(values) => around(quote!(Values), values),
            Type::Mapped(mapped) => self.mapped_form(*mapped),
            Type::Logical(LogicalType::Decimal { precision, .. }, _) => {
                let (runtime, precision) = (self.runtime(), Literal::u32_unsuffixed(*precision));
                quote!(#runtime::types::Precise<#precision>)
            }
            Type::Named { link: Link::Boxed | Link::Deep, .. } => quote!(Behind),
            _ => quote!(Own),
        }
    }
}
