//! Options and their values.

use std::collections::HashMap;

use super::InvalidText;
use super::reader::{MAX_DEPTH, Reader};
use super::tree::{ProtoOption, Value};

/// The options in brackets, if there are any.
pub(super) fn bracketed(reader: &mut Reader<'_>) -> Result<Vec<ProtoOption>, InvalidText> {
    of_field(reader).map(|(options, _)| options)
}

/// The options of a field, and the bytes that its default stands for if that is a string of bytes.
pub(super) fn of_field(reader: &mut Reader<'_>) -> Result<(Vec<ProtoOption>, Option<Vec<u8>>), InvalidText> {
    let (mut options, mut octets) = (Vec::new(), None);
    if !reader.eat('[')? {
        return Ok((options, octets));
    }
    loop {
        let option = option(reader, '=')?;
        if option.name == "default" {
            octets = matches!(option.value, Value::Text(_)).then(|| reader.octets().to_vec());
        }
        options.push(option);
        if reader.eat(']')? {
            return Ok((options, octets));
        }
        if !reader.eat(',')? {
            return Err(reader.error("Expected ',' or ']"));
        }
    }
}

/// A name, a separator and a value.
pub(super) fn option(reader: &mut Reader<'_>, separator: char) -> Result<ProtoOption, InvalidText> {
    let bracket = reader.peek()?;
    let name = reader.name()?;
    let name = if bracket == '[' { format!("[{name}]") } else { name.to_owned() };
    let mut path = Vec::new();
    let mut next = reader.read()?;
    while next == '.' {
        let bracket = reader.peek()?;
        let steps = reader.name()?;
        // Each step of a path is a level, which is told before it takes memory.
        let steps = match bracket {
            '(' => vec![(steps.to_owned(), true)],
            '[' => vec![(format!("[{steps}]"), false)],
            _ => {
                let most = MAX_DEPTH + 1;
                steps.split('.').take(most).map(|step| (step.to_owned(), false)).collect()
            }
        };
        for step in steps {
            reader.step()?;
            reader.enter()?;
            path.push(step);
        }
        next = reader.read()?;
    }
    if separator == ':' && next == '{' {
        reader.push_back();
    } else if next != separator {
        return Err(reader.error(&format!("expected '{separator}' in option")));
    }
    let mut value = value(reader)?;
    for (name, parenthesized) in path.into_iter().rev() {
        reader.leave();
        value = Value::Member(Box::new(ProtoOption { name, parenthesized, value }));
    }
    Ok(ProtoOption { name, parenthesized: bracket == '(', value })
}

fn value(reader: &mut Reader<'_>) -> Result<Value, InvalidText> {
    reader.step()?;
    Ok(match reader.peek()? {
        '{' => Value::Map(map(reader)?),
        '[' => Value::List(list(reader)?),
        '"' | '\'' => Value::Text(reader.string()?),
        first => {
            let word = reader.word()?.to_owned();
            if first.is_ascii_digit() || first == '-' {
                Value::Number(word)
            } else if word == "true" || word == "false" {
                Value::Boolean(word)
            } else {
                Value::Word(word)
            }
        }
    })
}

/// Members in braces. A name that comes again makes a list of its values.
fn map(reader: &mut Reader<'_>) -> Result<Vec<(String, Value)>, InvalidText> {
    reader.enter()?;
    reader.require('{')?;
    let mut members: Vec<(String, Value)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    while !reader.eat('}')? {
        let option = option(reader, ':')?;
        let known = places.get(&option.name).and_then(|place| members.get_mut(*place));
        match known {
            Some((_, known)) => combine(reader, known, option.value)?,
            None => {
                places.insert(option.name.clone(), members.len());
                members.push((option.name, unfolded(option.value)));
            }
        }
        let _separated = reader.eat(',')? || reader.eat(';')?;
    }
    reader.leave();
    Ok(members)
}

/// A member of a member is a map of one.
fn unfolded(value: Value) -> Value {
    match value {
        Value::Member(inner) => Value::Map(vec![(inner.name, unfolded(inner.value))]),
        value => value,
    }
}

fn combine(reader: &Reader<'_>, known: &mut Value, value: Value) -> Result<(), InvalidText> {
    match (&mut *known, value) {
        (Value::Map(nested), Value::Member(inner)) => {
            reader.steps(nested.len())?;
            nested.retain(|(name, _)| *name != inner.name);
            nested.push((inner.name, unfolded(inner.value)));
        }
        (_, Value::Member(inner)) => *known = unfolded(Value::Member(inner)),
        (Value::List(list), value) => add(list, value),
        (_, value) => {
            let first = std::mem::replace(known, Value::List(Vec::new()));
            let mut list = vec![first];
            add(&mut list, value);
            *known = Value::List(list);
        }
    }
    Ok(())
}

fn add(list: &mut Vec<Value>, value: Value) {
    match value {
        Value::List(values) => list.extend(values),
        value => list.push(value),
    }
}

fn list(reader: &mut Reader<'_>) -> Result<Vec<Value>, InvalidText> {
    reader.enter()?;
    reader.require('[')?;
    let mut values = Vec::new();
    while !reader.eat(']')? {
        values.push(value(reader)?);
        if !reader.eat(',')? && reader.peek()? != ']' {
            return Err(reader.error("expected ',' or ']'"));
        }
    }
    reader.leave();
    Ok(values)
}
