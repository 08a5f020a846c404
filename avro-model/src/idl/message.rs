//! Messages of a protocol in IDL.

use super::annotation::{Annotation, Target};
use super::document::{Documents, Text};
use super::error::{IdlError, IdlProblem};
use super::protocol::MessageOutline;
use super::source::Span;
use super::syntax::Syntax;

impl Syntax {
    /// `type name(parameters) throws A, B;` or `void name(parameters) oneway;`.
    pub(super) fn message(
        &mut self,
        doc: Option<String>,
        annotations: Vec<Annotation>,
        protocol: &str,
        documents: &mut Documents,
    ) -> Result<MessageOutline, IdlError> {
        let properties = self.meaning(annotations, Target::Message)?.properties;
        let result_at = self.span();
        let void = self.plain_word() == Some("void");
        let mut response = Text::new(result_at);
        if void {
            self.next();
            response.text("null");
        } else {
            self.full_type()?.write(None, &mut response);
        }
        let at = self.span();
        let name = self.word("the name of a message")?;
        let request = self.parameters(at, &name, protocol)?;
        let (errors, one_way) = self.message_end(void, result_at)?;
        self.symbol(';', "\"throws\", \"oneway\" or \";\"")?;
        Ok(MessageOutline {
            name,
            doc,
            properties,
            request: documents.add(request),
            response: documents.add(response),
            errors: errors.into_iter().map(|error| documents.add(error)).collect(),
            one_way,
        })
    }

    /// The parameters, as a record named by the message.
    fn parameters(&mut self, at: Span, name: &str, protocol: &str) -> Result<Text, IdlError> {
        let mut text = Text::new(at);
        text.raw("{\"type\":\"record\",\"name\":").text(&format!("{protocol}.{name}")).raw(",\"fields\":[");
        self.symbol('(', "\"(\" and the parameters")?;
        let mut first = true;
        self.list(')', "\",\" or \")\"", |syntax| {
            let shape = syntax.full_type()?;
            let parameter = syntax.variable()?;
            text.raw(if first { "" } else { "," });
            parameter.write(&shape, &mut text);
            first = false;
            Ok(())
        })?;
        text.raw("]}");
        Ok(text)
    }

    fn message_end(&mut self, void: bool, at: Span) -> Result<(Vec<Text>, bool), IdlError> {
        let mut errors = Vec::new();
        if self.take_keyword("oneway") {
            if !void {
                let found = "a result".to_owned();
                return Err(self
                    .fault(at, IdlProblem::Unexpected { found, expected: "void before a oneway message" }));
            }
            return Ok((errors, true));
        }
        if self.take_keyword("throws") {
            loop {
                let at = self.span();
                let name = self.word("the name of an error")?;
                let mut text = Text::new(at);
                text.text(&self.full_name(&name));
                errors.push(text);
                if !self.take_symbol(',') {
                    break;
                }
            }
        }
        Ok((errors, false))
    }
}
