//! Fields and oneofs of two messages of the same name (protobuf §6.3).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{At, Comparison, Kind, MAX_DEPTH, TooMuch};
use crate::schema_type::protobuf::hash_order;
use crate::schema_type::protobuf::tree::{Field, Label, Message, Oneof};

/// The fields of a message by number.
struct ByTag<'a> {
    /// Those outside of oneofs.
    plain: HashMap<i32, &'a Field>,
    /// Those anywhere.
    all: BTreeMap<i32, &'a Field>,
    /// The oneof of each that is in one.
    oneof: HashMap<i32, &'a str>,
    oneofs: BTreeMap<&'a str, &'a Oneof>,
}

impl<'a> ByTag<'a> {
    fn of(message: &'a Message) -> Self {
        let plain: HashMap<i32, &Field> = message.fields.iter().map(|field| (field.tag, field)).collect();
        let mut all: BTreeMap<i32, &Field> = plain.iter().map(|(tag, field)| (*tag, *field)).collect();
        let mut oneof = HashMap::new();
        let mut oneofs = BTreeMap::new();
        for one in &message.oneofs {
            oneofs.insert(one.name.as_str(), one);
            for field in &one.fields {
                all.insert(field.tag, field);
                oneof.insert(field.tag, one.name.as_str());
            }
        }
        Self { plain, all, oneof, oneofs }
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn message(
        &mut self,
        at: &mut At,
        original: &'a Message,
        update: &'a Message,
    ) -> Result<(), TooMuch> {
        self.left = self.left.checked_sub(1).ok_or(TooMuch)?;
        let place = std::ptr::from_ref(original);
        // A message inside itself was compared already, but for the types in it.
        let again = self.entered.contains(&place);
        if !again {
            if self.entered.len() >= MAX_DEPTH {
                return Err(TooMuch);
            }
            self.entered.push(place);
            self.look_at(original.members() + update.members())?;
            self.fields(at, original, update)?;
        }
        self.types(at, &original.nested, &update.nested)?;
        if !again {
            self.entered.pop();
        }
        Ok(())
    }

    fn fields(&mut self, at: &mut At, original: &'a Message, update: &'a Message) -> Result<(), TooMuch> {
        let (mut before, after) = (ByTag::of(original), ByTag::of(update));
        for oneof in &update.oneofs {
            moves_into_oneof(at, &before, oneof);
            for field in &oneof.fields {
                // It is not removed, it is in a oneof now.
                before.plain.remove(&field.tag);
            }
        }
        let names: BTreeSet<&str> = before.oneofs.keys().chain(after.oneofs.keys()).copied().collect();
        for name in names {
            if let (Some(one), Some(other)) = (before.oneofs.get(name), after.oneofs.get(name)) {
                at.below(name, |at| self.oneof(at, one, other, &after))?;
            }
        }
        let tags = |fields: &HashMap<i32, &Field>| fields.keys().copied().collect::<Vec<_>>();
        let (mut first, mut others) = (tags(&before.plain), tags(&after.plain));
        first.sort_unstable();
        others.sort_unstable();
        for tag in hash_order::numbers(&first, &others) {
            at.below(&tag.to_string(), |at| match (before.plain.get(&tag), after.plain.get(&tag)) {
                (Some(one), Some(other)) => self.field(at, one, other),
                (Some(field), None) if field.label == Some(Label::Required) => {
                    at.add(Kind::RequiredFieldRemoved);
                    Ok(())
                }
                (None, Some(field)) if field.label == Some(Label::Required) => {
                    at.add(Kind::RequiredFieldAdded);
                    Ok(())
                }
                _ => Ok(()),
            })?;
        }
        self.fields_that_moved(at, original, &after)
    }

    /// Fields that are in another oneof than before, or in one at all, are compared by their numbers.
    fn fields_that_moved(
        &mut self,
        at: &mut At,
        original: &'a Message,
        after: &ByTag<'a>,
    ) -> Result<(), TooMuch> {
        let before = ByTag::of(original);
        for (tag, one) in &before.all {
            let (from, to) = (before.oneof.get(tag), after.oneof.get(tag));
            if let (Some(other), true) = (after.all.get(tag), from != to) {
                at.below(&tag.to_string(), |at| self.field(at, one, other))?;
            }
        }
        Ok(())
    }

    fn oneof(
        &mut self,
        at: &mut At,
        original: &'a Oneof,
        update: &'a Oneof,
        after: &ByTag<'a>,
    ) -> Result<(), TooMuch> {
        let by_tag = |oneof: &'a Oneof| -> BTreeMap<i32, &'a Field> {
            oneof.fields.iter().map(|field| (field.tag, field)).collect()
        };
        let updated = by_tag(update);
        for (tag, one) in by_tag(original) {
            at.below(&tag.to_string(), |at| match updated.get(&tag) {
                Some(other) => self.field(at, one, other),
                None => {
                    // One that left the oneof for another place loses no data.
                    if !after.all.contains_key(&tag) {
                        at.add(Kind::OneofFieldRemoved);
                    }
                    Ok(())
                }
            })?;
        }
        Ok(())
    }
}

/// Fields that could be set together must not exclude each other now: those of one oneof may stay together, and a single
/// field may go into a new one.
fn moves_into_oneof(at: &mut At, before: &ByTag<'_>, oneof: &Oneof) {
    let mut oneofs: BTreeSet<&str> = BTreeSet::new();
    let mut single: BTreeSet<i32> = BTreeSet::new();
    let mut moved = 0;
    for field in &oneof.fields {
        match before.oneof.get(&field.tag) {
            Some(from) => {
                oneofs.insert(from);
            }
            None if before.all.contains_key(&field.tag) => {
                single.insert(field.tag);
                moved += 1;
            }
            None => {}
        }
    }
    if oneofs.len() + single.len() > 1 {
        let kind = if moved > 1 { Kind::MultipleFieldsMovedToOneof } else { Kind::FieldMovedToExistingOneof };
        at.below(&oneof.name, |at| at.add(kind));
    }
}
