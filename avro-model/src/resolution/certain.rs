//! Errors that do not depend on the data (resolution §1).

use super::links::Links;
use super::{Action, FieldAction, Mismatch, Resolution};
use crate::schema::{Kind, Schema};

/// An error that every datum gets to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {path}: {mismatch}")]
pub struct CertainError {
    /// The place, in the reader's terms: `$` and the names of fields.
    pub path: String,
    /// Why.
    pub mismatch: Mismatch,
}

impl Resolution {
    /// An error that no datum gets around, if there is one. An error inside an array, a map or only some branches
    /// of the writer's union depends on the data.
    ///
    /// `reader` is the schema that this was resolved with; it gives the names of fields.
    ///
    /// ```
    /// use avro_model::{Schema, resolution::Resolution};
    /// let writer: Schema = r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","string"]}]}"#.parse()?;
    /// let reader: Schema = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#.parse()?;
    /// let error = Resolution::new(&writer, &reader)?.certain_error(&reader).unwrap();
    /// assert_eq!(error.to_string(), "at $.a: data of type null cannot be read as int");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn certain_error(&self, reader: &Schema) -> Option<CertainError> {
        let causes = self.certain_failures();
        let mut path = String::from("$");
        let mut at = self.root.index();
        loop {
            let pair = &self.pairs[at];
            if let Action::Error(mismatch) = &pair.action {
                return Some(CertainError { path, mismatch: mismatch.clone() });
            }
            let cause = causes[at]?;
            if let (Action::Record(action), Kind::Record(record)) = (&pair.action, &reader[pair.reader].kind)
            {
                let reads = action.fields.iter().find_map(|field| match field {
                    FieldAction::Read { field, action } if action.index() == cause => Some(*field),
                    _ => None,
                });
                if let Some(field) = reads {
                    path.push('.');
                    path.push_str(&record.fields[field].name);
                }
            }
            at = cause;
        }
    }

    /// For each pair of which no data can be read, the part that is to blame, which was found to fail before it: so the
    /// way from part to part ends. An error has no such part.
    fn certain_failures(&self) -> Vec<Option<usize>> {
        let mut fails: Vec<bool> =
            self.pairs.iter().map(|pair| matches!(pair.action, Action::Error(_))).collect();
        let mut readable: Vec<usize> = self.pairs.iter().map(|pair| pair.action.children().count()).collect();
        let mut causes = vec![None; self.pairs.len()];
        Links::of(&self.pairs).spread(&mut fails, |user, part| {
            readable[user] -= 1;
            causes[user].get_or_insert(part);
            match self.pairs[user].action {
                Action::Record(_) | Action::ReaderUnion { .. } => true,
                Action::WriterUnion(_) => readable[user] == 0,
                _ => false,
            }
        });
        causes.into_iter().zip(fails).map(|(cause, fails)| cause.filter(|_| fails)).collect()
    }
}
