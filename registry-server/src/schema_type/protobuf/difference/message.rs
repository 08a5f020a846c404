//! Fields and oneofs of two messages of the same name (protobuf §6.3).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{At, Comparison, Kind, MAX_DEPTH, TooMuch};
use crate::schema_type::protobuf::tree::{Field, Label, Message, Oneof};

/// A field, and the oneof that it is a member of.
#[derive(Clone, Copy)]
struct Member<'a> {
    field: &'a Field,
    oneof: Option<&'a Oneof>,
}

impl Member<'_> {
    /// The way to the field: its oneof if it is in one, and its number.
    fn at<T>(self, at: &mut At, act: impl FnOnce(&mut At) -> T) -> T {
        let tag = self.field.tag.to_string();
        match self.oneof {
            Some(oneof) => at.below(&oneof.name, |at| at.below(&tag, act)),
            None => at.below(&tag, act),
        }
    }
}

/// The fields of a message by number, members of oneofs among them.
fn by_tag(message: &Message) -> BTreeMap<i32, Member<'_>> {
    let plain = message.fields.iter().map(|field| (field.tag, Member { field, oneof: None }));
    let members = message.oneofs.iter().flat_map(|oneof| {
        oneof.fields.iter().map(move |field| (field.tag, Member { field, oneof: Some(oneof) }))
    });
    plain.chain(members).collect()
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
        let (before, after) = (by_tag(original), by_tag(update));
        for oneof in &update.oneofs {
            moves_into_oneof(at, &before, oneof);
        }
        let kept = kept_oneofs(original, update, &after);
        let tags: BTreeSet<i32> = before.keys().chain(after.keys()).copied().collect();
        for tag in tags {
            self.step()?;
            match (before.get(&tag), after.get(&tag)) {
                (Some(one), Some(other)) => other.at(at, |at| self.field(at, one.field, other.field))?,
                (Some(one), None) => one.at(at, |at| removed(at, *one, &kept)),
                (None, Some(other)) if other.field.label == Some(Label::Required) => {
                    other.at(at, |at| at.add(Kind::RequiredFieldAdded));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The oneofs of the original that the update has too, or of which a member is still there.
fn kept_oneofs<'a>(
    original: &'a Message,
    update: &Message,
    after: &BTreeMap<i32, Member<'_>>,
) -> HashSet<&'a str> {
    let names: HashSet<&str> = update.oneofs.iter().map(|oneof| oneof.name.as_str()).collect();
    let is_kept = |oneof: &&Oneof| {
        names.contains(oneof.name.as_str()) || oneof.fields.iter().any(|field| after.contains_key(&field.tag))
    };
    original.oneofs.iter().filter(is_kept).map(|oneof| oneof.name.as_str()).collect()
}

/// A oneof may go as a whole, but not some of its members: a reader that knows the others takes the message for one in
/// which none was set.
fn removed(at: &mut At, member: Member<'_>, kept: &HashSet<&str>) {
    match member.oneof {
        Some(oneof) if kept.contains(oneof.name.as_str()) => at.add(Kind::OneofFieldRemoved),
        None if member.field.label == Some(Label::Required) => at.add(Kind::RequiredFieldRemoved),
        _ => {}
    }
}

/// Fields that could be set together must not exclude each other now: those of one oneof may stay together, and a single
/// field may go into a new one.
fn moves_into_oneof(at: &mut At, before: &BTreeMap<i32, Member<'_>>, oneof: &Oneof) {
    let mut oneofs: BTreeSet<&str> = BTreeSet::new();
    let mut single: BTreeSet<i32> = BTreeSet::new();
    let mut moved = 0;
    for field in &oneof.fields {
        match before.get(&field.tag) {
            Some(Member { oneof: Some(from), .. }) => {
                oneofs.insert(&from.name);
            }
            Some(Member { oneof: None, .. }) => {
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
