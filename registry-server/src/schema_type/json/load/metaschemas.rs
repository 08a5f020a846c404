//! The metaschemas of all drafts, which a text may refer to without bringing them along (json-schema §4.3).

use std::sync::OnceLock;

use super::super::text::{self, Json};
use crate::schema_type::Budget;

/// A metaschema: its address without the scheme, its text, and what the text comes to.
struct Metaschema {
    address: &'static str,
    text: &'static str,
    json: OnceLock<Option<Json>>,
}

macro_rules! metaschemas {
    ($($address:literal: $file:literal,)*) => {
        static METASCHEMAS: [Metaschema; 19] = [$(Metaschema {
            address: concat!("json-schema.org/", $address),
            text: include_str!(concat!("metaschemas/", $file, ".json")),
            json: OnceLock::new(),
        }),*];
    };
}

metaschemas! {
    "draft-04/schema": "draft-04",
    "draft-06/schema": "draft-06",
    "draft-07/schema": "draft-07",
    "draft/2019-09/schema": "2019-09",
    "draft/2019-09/meta/applicator": "2019-09-applicator",
    "draft/2019-09/meta/content": "2019-09-content",
    "draft/2019-09/meta/core": "2019-09-core",
    "draft/2019-09/meta/format": "2019-09-format",
    "draft/2019-09/meta/meta-data": "2019-09-meta-data",
    "draft/2019-09/meta/validation": "2019-09-validation",
    "draft/2020-12/schema": "2020-12",
    "draft/2020-12/meta/applicator": "2020-12-applicator",
    "draft/2020-12/meta/content": "2020-12-content",
    "draft/2020-12/meta/core": "2020-12-core",
    "draft/2020-12/meta/format-annotation": "2020-12-format-annotation",
    "draft/2020-12/meta/format-assertion": "2020-12-format-assertion",
    "draft/2020-12/meta/meta-data": "2020-12-meta-data",
    "draft/2020-12/meta/unevaluated": "2020-12-unevaluated",
    "draft/2020-12/meta/validation": "2020-12-validation",
}

/// The metaschema at an address without a fragment, of either scheme.
pub(super) fn at(document: &str) -> Option<&'static Json> {
    let address = document.strip_prefix("http://").or_else(|| document.strip_prefix("https://"))?;
    let found = METASCHEMAS.iter().find(|known| known.address == address)?;
    found.json.get_or_init(|| text::read(found.text, &Budget::unlimited()).ok()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metaschema_is_json_that_names_itself_by_its_address() {
        for known in &METASCHEMAS {
            let json = at(&format!("https://{}", known.address)).unwrap();
            let id = json.get("$id").or_else(|| json.get("id")).and_then(Json::as_str).unwrap();
            assert!(id.trim_end_matches('#').ends_with(known.address), "{id}");
        }
        assert!(at("https://json-schema.org/draft/2020-12/meta/none").is_none());
        assert!(at("json-schema.org/draft-07/schema").is_none());
    }
}
