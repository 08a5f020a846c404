//! The description as one page that needs nothing from elsewhere.

use std::fmt::Write as _;

use super::super::operation::{AnyOperation, ResponseBody};
use crate::security::Permission;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
code,.verb{font-family:ui-monospace,monospace}.verb{display:inline-block;width:4.5rem;font-weight:600}\
section{border-top:1px solid #ccc;padding:.6rem 0}p,ul{margin:.2rem 0}.detail{color:#555;font-size:.9rem}\
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}.detail{color:#aaa}section{border-color:#444}}";

/// The page.
pub(super) fn page(operations: impl Iterator<Item = &'static AnyOperation>) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Schema registry API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n\
         <h1>Schema registry API</h1>\n<p>Version {}. The same for programs: <a href=\"/openapi.json\">OpenAPI 3.1</a>. \
         Every path can be prefixed with <code>/contexts/{{context}}</code>.</p>\n",
        env!("CARGO_PKG_VERSION")
    );
    for operation in operations {
        section(&mut html, operation);
    }
    html.push_str("</body></html>\n");
    html
}

/// Every part is written in this program and holds nothing that HTML would take for markup. Writing to a text cannot fail.
fn section(html: &mut String, operation: &AnyOperation) {
    let definition = &operation.definition;
    let (verb, path, summary) = (definition.method.as_str(), definition.path, definition.summary);
    let _ = write!(html, "<section><span class=\"verb\">{verb}</span> <code>{path}</code><p>{summary}</p>");
    html.push_str("<ul class=\"detail\">");
    for declaration in operation.parameters.iter().copied().flatten() {
        let _ = write!(html, "<li><code>{}</code>: {}</li>", declaration.name, declaration.description);
    }
    html.push_str("</ul>");
    let body = operation.body.map(|(entity, _)| format!("Body: <code>{entity}</code>"));
    let response = match definition.response {
        ResponseBody::Empty => None,
        ResponseBody::One(entity) | ResponseBody::Outcomes(entity) => {
            Some(format!("Response: <code>{entity}</code>"))
        }
        ResponseBody::ListOf(entity) => Some(format!("Response: <code>[{entity}]</code>")),
    };
    let permissions: Vec<&str> = definition.permission.permissions().map(Permission::as_str).collect();
    let permission =
        (!permissions.is_empty()).then(|| format!("Permission: <code>{}</code>", permissions.join(", ")));
    let details: Vec<String> = body.into_iter().chain(response).chain(permission).collect();
    let _ = writeln!(html, "<p class=\"detail\">{}</p></section>", details.join(" · "));
}
