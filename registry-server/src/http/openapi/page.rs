//! The description as one page that needs nothing from elsewhere.

use std::fmt::Write as _;

use super::super::App;
use super::super::operations;
use super::super::route::Operation;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
code,.verb{font-family:ui-monospace,monospace}.verb{display:inline-block;width:4.5rem;font-weight:600}\
section{border-top:1px solid #ccc;padding:.6rem 0}p{margin:.2rem 0}.detail{color:#555;font-size:.9rem}\
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}.detail{color:#aaa}section{border-color:#444}}";

/// The page.
pub(in crate::http) fn page(app: &App) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Schema registry API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n\
         <h1>Schema registry API</h1>\n<p>Version {}. The same for programs: <a href=\"/openapi.json\">OpenAPI 3.1</a>. \
         Every path can be prefixed with <code>/contexts/{{context}}</code>.</p>\n",
        env!("CARGO_PKG_VERSION")
    );
    for operation in operations::available(app) {
        section(&mut html, operation);
    }
    html.push_str("</body></html>\n");
    html
}

fn section(html: &mut String, operation: &Operation) {
    let Operation { verb, path, query, body, reply, summary, .. } = operation;
    let verb = verb.as_str();
    // Every part is from the table, which holds nothing that HTML would take for markup.
    let _ = write!(html, "<section><span class=\"verb\">{verb}</span> <code>{path}</code><p>{summary}</p>");
    let mut details = Vec::new();
    if !query.is_empty() {
        details.push(format!("Query: <code>{}</code>", query.join("</code>, <code>")));
    }
    if let Some(body) = body {
        details.push(format!("Body: <code>{body}</code>"));
    }
    if !reply.is_empty() {
        details.push(format!("Answer: <code>{reply}</code>"));
    }
    let _ = writeln!(html, "<p class=\"detail\">{}</p></section>", details.join(" · "));
}
