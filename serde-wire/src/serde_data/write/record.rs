//! The fields of a record, which may come in any order.

use super::value::write_value;
use super::{At, Fault};
use avro_model::Schema;
use avro_model::parser::nearest_word;
use avro_model::schema::{Field, Record};
use avro_model::value::{PathStep, default_value};
use serde::ser::Serialize;

/// A record of which the fields before `next` are written.
pub(in crate::serde_data) struct Fields<'s, 'o> {
    schema: &'s Schema,
    record: &'s Record,
    out: &'o mut Vec<u8>,
    depth: usize,
    next: usize,
    /// What came too early, by position.
    early: Vec<Option<Vec<u8>>>,
}

impl<'s, 'o> Fields<'s, 'o> {
    pub(super) fn new(at: At<'s, 'o>, record: &'s Record) -> Result<Self, Fault> {
        let depth = at.enter()?;
        let At { schema, out, .. } = at;
        Ok(Self { schema, record, out, depth, next: 0, early: Vec::new() })
    }

    /// The next field in the order of the schema.
    pub(super) fn next<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        match self.record.fields.get(self.next) {
            Some(field) => self.write(self.next, field, value),
            None => Err(Fault::new(format!("{} has no more fields", self.record.name))),
        }
    }

    /// The field of that name.
    pub(super) fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Fault> {
        let (position, field) = self.find(name)?;
        if position < self.next || self.early.get(position).is_some_and(Option::is_some) {
            return Err(Fault::new(format!("field {name:?} comes twice")));
        }
        self.write(position, field, value)
    }

    /// The field of that name is left out and takes its default. A name that the schema has not is none to leave out.
    pub(super) fn skip(&mut self, name: &str) -> Result<(), Fault> {
        match self.record.fields.get(self.next) {
            Some(field) if field.name == name => {
                self.default(field)?;
                self.catch_up();
            }
            _ => {}
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Result<(usize, &'s Field), Fault> {
        let fields = &self.record.fields;
        match fields.get(self.next) {
            Some(field) if field.name == name => return Ok((self.next, field)),
            _ => {}
        }
        fields.iter().enumerate().find(|(_, field)| field.name == name).ok_or_else(|| {
            let nearest = nearest_word(name, fields.iter().map(|field| field.name.as_str()));
            let meant = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"));
            Fault::new(format!("record {} has no field {name:?}{meant}", self.record.name))
        })
    }

    fn write<T: Serialize + ?Sized>(
        &mut self,
        position: usize,
        field: &'s Field,
        value: &T,
    ) -> Result<(), Fault> {
        let mut early = Vec::new();
        let out = if position == self.next { &mut *self.out } else { &mut early };
        let at = At { schema: self.schema, node: field.schema, out, depth: self.depth };
        value.serialize(at).map_err(|fault| fault.inside(PathStep::Field(field.name.clone())))?;
        if position == self.next {
            self.next += 1;
            self.catch_up();
        } else {
            self.early.resize(self.record.fields.len(), None);
            self.early[position] = Some(early);
        }
        Ok(())
    }

    /// Writes what came early and is next now.
    fn catch_up(&mut self) {
        while let Some(early) = self.early.get_mut(self.next).and_then(Option::take) {
            self.out.extend_from_slice(&early);
            self.next += 1;
        }
    }

    fn default(&mut self, field: &'s Field) -> Result<(), Fault> {
        let inside = |fault: Fault| fault.inside(PathStep::Field(field.name.clone()));
        let Some(default) = &field.default else {
            return Err(inside(Fault::new("the value lacks this field, which has no default")));
        };
        let unusable = |problem: &dyn std::fmt::Display| {
            inside(Fault::new(format!(
                "the value lacks this field, and its default cannot be used: {problem}"
            )))
        };
        let value = default_value(self.schema, field.schema, default).map_err(|error| unusable(&error))?;
        let at = At { schema: self.schema, node: field.schema, out: self.out, depth: self.depth };
        write_value(at, &value);
        self.next += 1;
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<(), Fault> {
        loop {
            self.catch_up();
            let record: &'s Record = self.record;
            match record.fields.get(self.next) {
                Some(field) => self.default(field)?,
                None => return Ok(()),
            }
        }
    }
}
