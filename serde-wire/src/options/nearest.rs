//! The option that somebody meant who wrote another name.

use avro_model::parser::nearest_word;

/// The name that is most like it, if one is near enough. Words are divided by `_` or `-` elsewhere.
pub(super) fn nearest(
    name: &str,
    names: &(impl Iterator<Item = &'static str> + Clone),
) -> Option<&'static str> {
    let name = name.replace(['_', '-'], ".");
    // Of names that differ in nothing else the model has none to suggest.
    let same = names.clone().find(|candidate| candidate.eq_ignore_ascii_case(&name));
    same.or_else(|| {
        let nearest = nearest_word(&name, names.clone())?;
        names.clone().find(|candidate| *candidate == nearest)
    })
}

/// The sentence for an error's end.
pub(super) fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_from_all_is_near_to_none() {
        let names = || ["use.latest.version", "use.schema.id"].into_iter();
        assert_eq!(nearest("use_latest_version", &names()), Some("use.latest.version"));
        assert_eq!(nearest("USE.LATEST.VERSION", &names()), Some("use.latest.version"));
        assert_eq!(nearest("Use.Schema.Idd", &names()), Some("use.schema.id"));
        assert_eq!(nearest("use.schmea.id", &names()), Some("use.schema.id"));
        assert_eq!(nearest("acks", &names()), None);
    }
}
