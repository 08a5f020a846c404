//! Request information for operations, beside parameters and body.

use super::AnyOperation;
use crate::http::entity_options::EntityOptions;
use crate::http::level::Level;
use crate::http::parameters::Input;
use crate::store::Actor;

/// Information about a request that operations have beside parameters and body.
#[derive(Debug)]
pub(in crate::http) struct RequestInfo {
    /// The user who sent it, if known.
    pub(in crate::http) actor: Actor,
    /// Response level.
    pub(in crate::http) level: Level,
    operation: &'static AnyOperation,
    input: Input,
}

impl RequestInfo {
    /// A request for an operation.
    pub(in crate::http) fn new(
        operation: &'static AnyOperation,
        input: Input,
        actor: Actor,
        level: Level,
    ) -> Self {
        Self { actor, level, operation, input }
    }

    /// Path and query, from which the parameters are read. Not for handlers: they have what their operation declares.
    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    /// Options of entities that nothing was asked of.
    pub(in crate::http) fn plain(&self) -> EntityOptions {
        EntityOptions { level: self.level, ..EntityOptions::default() }
    }

    /// Whether every parameter but these has its default value.
    pub(in crate::http) fn sets_only(&self, names: &[&str]) -> bool {
        self.input.given(self.operation.parameters).all(|values| names.contains(&values.name()))
    }

    /// Everything that shapes the response apart from what is stored: the operation, the level, and each parameter that
    /// does not have its default value. Requests with the same key are answered with the same bytes.
    pub(in crate::http) fn response_key(&self) -> String {
        let mut key = form_urlencoded::Serializer::new(String::new());
        key.append_pair(self.operation.definition.name, self.level.name());
        for values in self.input.given(self.operation.parameters) {
            key.extend_pairs(values.all().map(|value| (values.name(), value)));
        }
        key.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Definition, Operation, ResponseBody};
    use super::*;
    use crate::http::App;
    use crate::http::error::ApiError;
    use crate::http::parameters::{Parameter, parameters};
    use crate::http::query::Query;
    use crate::http::response::ApiResponse;

    parameters! {
        struct Example {
            id: i32 = Parameter::path_number("id", ""),
            flag: bool = Parameter::flag("flag", ""),
            tags: Vec<String> = Parameter::list("tag", ""),
        }
    }

    impl Operation for Example {
        const DEFINITION: Definition = Definition::get("/x/{id}", "example", ResponseBody::Empty, "");
        type Body = ();

        async fn handle(self, _: &App, _: &RequestInfo, (): ()) -> Result<ApiResponse, ApiError> {
            Ok(ApiResponse::json(&(self.id, self.flag, self.tags)))
        }
    }

    static EXAMPLE: AnyOperation = AnyOperation::of::<Example>();

    fn request(id: &str, query: &str, level: Level) -> RequestInfo {
        let input = Input::new(vec![("id", id.to_owned())], Query::parse(query));
        RequestInfo::new(&EXAMPLE, input, Actor::default(), level)
    }

    #[test]
    fn the_key_holds_everything_that_shapes_a_response() {
        let key = |id, query, level| request(id, query, level).response_key();
        let plain = key("1", "", Level::Eight);
        for query in ["flag=false", "flag=1", "unknown=1", "id=2"] {
            assert_eq!(key("1", query, Level::Eight), plain, "{query}");
        }
        let mut keys = vec![plain, key("2", "", Level::Eight), key("1", "", Level::Seven)];
        for query in
            ["flag=true", "tag=a", "tag=a&tag=b", "tag=b&tag=a", "tag=a%26tag%3Db", "tag=", "flag=true&tag=a"]
        {
            keys.push(key("1", query, Level::Eight));
        }
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key), "{key}");
        }
    }

    #[test]
    fn parameters_beside_the_named_ones_are_seen() {
        for (query, only) in [("", true), ("flag=no&x=1", true), ("tag=a", true), ("flag=true", false)] {
            assert_eq!(request("1", query, Level::Eight).sets_only(&["id", "tag"]), only, "{query}");
        }
    }
}
