//! Parsing Canonical Form: what fingerprints are taken of (specification, "Parsing Canonical Form for Schemas").
//! See text-forms §4.

use crate::budget::{Budget, Stopped, unlimited};
use crate::name::Fullname;
use crate::schema::{Field, Node, Schema};
use crate::writer::{Form, write};
use std::collections::HashSet;

impl Schema {
    /// The text that holds nothing but what matters to a decoder: names in full, types, fields, symbols, items, values
    /// and sizes. Logical types, defaults, orders, docs, aliases and properties are left out, and an error is a record.
    ///
    /// Names are not escaped, as in the reference; only the lenient [`Stored`](crate::Validation::Stored) mode lets
    /// through a namespace in which that would matter.
    ///
    /// ```
    /// use avro_model::Schema;
    /// let schema: Schema = r#"{"type":"fixed","size":4,"name":"F","namespace":"a","logicalType":"x"}"#.parse()?;
    /// assert_eq!(schema.parsing_canonical_form(), r#"{"name":"a.F","type":"fixed","size":4}"#);
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn parsing_canonical_form(&self) -> String {
        unlimited(|budget| self.parsing_canonical_form_within(budget))
    }

    /// [`parsing_canonical_form`](Self::parsing_canonical_form) within a budget: about a step for each type, field and
    /// symbol.
    ///
    /// # Errors
    /// When the budget is spent or cancelled.
    pub fn parsing_canonical_form_within(&self, budget: &Budget) -> Result<String, Stopped> {
        write(self, self.root(), HashSet::new(), &ParsingForm, budget)
    }
}

/// Nothing but what matters to a decoder.
struct ParsingForm;

impl Form for ParsingForm {
    const ERRORS: bool = false;

    fn text(&self, out: &mut String, text: &str) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }

    fn reference(&self, out: &mut String, name: &Fullname, _: &str) {
        self.text(out, name.as_str());
    }

    fn definition(&self, out: &mut String, type_name: &str, _: &Node, name: &Fullname, _: &str) {
        out.push_str("{\"name\":");
        self.text(out, name.as_str());
        out.push_str(",\"type\":");
        self.text(out, type_name);
    }

    fn is_bare(&self, _: &Node) -> bool {
        true
    }

    fn type_attributes(&self, _: &mut String, _: &Node) {}

    fn field_attributes(&self, _: &mut String, _: &Field) {}
}
