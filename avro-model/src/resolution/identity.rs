//! Which pairs are decoded alike by the reader's type alone (resolution §6).

use super::links::Links;
use super::{Action, ActionId, FieldAction, Pair};
use crate::schema::{Kind, Schema};

/// Sets [`Pair::identity`].
pub(super) fn mark(pairs: &mut [Pair], writer: &Schema, reader: &Schema) {
    // A pair differs if it does itself or if one of its parts does, so recursive pairs are alike until shown otherwise.
    let mut differs: Vec<bool> =
        pairs.iter().map(|pair| !alike_itself(pair, pairs, writer, reader)).collect();
    Links::of(pairs).spread(&mut differs, |_, _| true);
    for (pair, differs) in pairs.iter_mut().zip(differs) {
        // Inside a union of the writer a branch stands for the whole union of the reader: alone it is no identity.
        pair.identity = !differs && !matches!(pair.action, Action::ReaderUnion { .. });
    }
}

fn alike_itself(pair: &Pair, pairs: &[Pair], writer: &Schema, reader: &Schema) -> bool {
    let (w, r) = (&writer[pair.writer], &reader[pair.reader]);
    let wraps = |action: ActionId| matches!(pairs[action.index()].action, Action::ReaderUnion { .. });
    let in_place = match &pair.action {
        Action::Error(_) | Action::Promote(_) => false,
        Action::Read(_) | Action::Fixed(_) => true,
        Action::Array(action) | Action::Map(action) => !wraps(*action),
        // The union around it looks at the position; elsewhere it is refused.
        Action::ReaderUnion { .. } => return true,
        Action::Enum(action) => {
            let Kind::Enum(definition) = &r.kind else { return false };
            action.symbols.len() == definition.symbols.len()
                && action.symbols.iter().enumerate().all(|(place, symbol)| *symbol == Some(place))
        }
        Action::Record(record) => {
            record.defaults.is_empty()
                && record.fields.iter().enumerate().all(|(place, action)| match *action {
                    FieldAction::Read { field, action } => field == place && !wraps(action),
                    FieldAction::Skip { .. } => false,
                })
        }
        Action::WriterUnion(actions) => {
            let same_length = matches!(&r.kind, Kind::Union(branches) if branches.len() == actions.len());
            same_length
                && actions.iter().enumerate().all(|(place, action)| {
                    matches!(&pairs[action.index()].action, Action::ReaderUnion { branch, .. } if *branch == place)
                })
        }
    };
    in_place && w.logical == r.logical
}
