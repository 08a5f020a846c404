//! Texts that stand for values, in defaults and in the JSON encoding.

use crate::json::Json;

/// The bytes that a text stands for, a character each; the first character that is none is the error.
pub(crate) fn latin1(text: &str) -> Result<Vec<u8>, char> {
    text.chars().map(|character| u8::try_from(character).map_err(|_| character)).collect()
}

/// A JSON value in a message.
pub(crate) fn shortened(json: &Json) -> String {
    const LONGEST: usize = 60;
    match json {
        Json::Array(items) if items.len() > 4 => format!("an array of {} items", items.len()),
        Json::Object(members) if members.len() > 4 => format!("an object of {} members", members.len()),
        _ => {
            let text = json.to_string();
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
    }
}
