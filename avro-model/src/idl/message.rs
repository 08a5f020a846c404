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
        let mut response = Text::new(result_at);
        let is_null = if self.take_keyword("void") {
            response.text("null");
            true
        } else {
            let result = self.full_type()?;
            result.write(None, &mut response);
            result.is_null()
        };
        let at = self.span();
        let name = self.word("the name of a message")?;
        let record = format!("{protocol}.{name}");
        let request = self.parameters(at, &record)?;
        let (errors, one_way) = self.message_end(is_null, result_at)?;
        self.symbol(';', "\"throws\", \"oneway\" or \";\"")?;
        Ok(MessageOutline {
            name,
            at,
            record,
            doc,
            properties,
            request: documents.add(request),
            response: documents.add(response),
            errors: errors.into_iter().map(|error| documents.add(error)).collect(),
            one_way,
        })
    }

    /// The parameters, as a record of that name.
    fn parameters(&mut self, at: Span, record: &str) -> Result<Text, IdlError> {
        let mut text = Text::new(at);
        text.raw("{\"type\":\"record\",\"name\":").text(record).raw(",\"fields\":[");
        self.symbol('(', "\"(\" and the parameters")?;
        let mut first = true;
        self.list(')', "\",\" or \")\"", |syntax| {
            let doc = syntax.doc();
            let shape = syntax.full_type()?;
            let parameter = syntax.variable()?.or_doc(doc.as_deref());
            text.raw(if first { "" } else { "," });
            parameter.write(&shape, &mut text);
            first = false;
            Ok(())
        })?;
        text.raw("]}");
        Ok(text)
    }

    fn message_end(&mut self, is_null: bool, at: Span) -> Result<(Vec<Text>, bool), IdlError> {
        let mut errors = Vec::new();
        if self.take_keyword("oneway") {
            if !is_null {
                let (found, expected) = ("a result".to_owned(), "void or null before a oneway message");
                return Err(self.fault(at, IdlProblem::Unexpected { found, expected }));
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
