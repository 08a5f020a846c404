//! Into a protocol in JSON.

use super::content::Content;
use super::output::{Converted, Loss, Target};
use crate::command::fmt;
use crate::report::Diagnostic;
use avro_model::idl::{Protocol, parse_protocol};
use avro_model::{Fullname, Parser};

impl Content {
    /// The file as a protocol: its own, or one of that name with its types.
    pub(super) fn to_protocol(
        &self,
        name: Option<&str>,
        target: &Target,
    ) -> Result<Converted, Vec<Diagnostic>> {
        let mut losses = Vec::new();
        let protocol = match (&self.protocol, name) {
            (Some(protocol), None) => protocol.clone(),
            (Some(protocol), Some(_)) => {
                let message = format!("the file has a protocol, {}; leave out --protocol", protocol.name);
                return Err(vec![self.error(&message)]);
            }
            (None, None) => {
                return Err(vec![self.error("the file has no protocol; name one with --protocol")]);
            }
            (None, Some(name)) => {
                let types = self.all_types();
                if let Some(main) = &self.main
                    && main[main.root()].name().is_none()
                {
                    let kind = main[main.root()].kind.type_name();
                    let message = format!("the {kind} that stands for the file is no type of a protocol");
                    losses.push(Loss::new(message, self.parts().whole()));
                }
                Protocol::of_types(Fullname::new(name, ""), types)
            }
        };
        let text = protocol.text();
        let read = parse_protocol(&self.name, &text, Parser::new());
        // Types that others hold come before them when they are read, so that it is the names that must be there again.
        let same = read.is_ok_and(|read| read.text() == text || names(&read) == names(&protocol));
        if !same {
            return Err(vec![self.unlike()]);
        }
        let text = fmt::lay_out_json(&text);
        Ok(Converted { input: self.name.clone(), path: target.path(&self.stem), text, losses })
    }
}

/// The texts of all types, sorted.
fn names(protocol: &Protocol) -> Vec<String> {
    let mut names: Vec<String> = protocol.types.iter().map(avro_model::Schema::canonical_text).collect();
    names.sort();
    names
}
