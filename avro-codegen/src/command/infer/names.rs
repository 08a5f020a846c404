//! Names made of keys.

/// The name nearest to a key: what is neither an ASCII letter nor a digit is an underscore, and a digit does not come first.
pub(super) fn field_name(key: &str) -> String {
    let mut name: String =
        key.chars().map(|one| if one.is_ascii_alphanumeric() || one == '_' { one } else { '_' }).collect();
    if !name.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_') {
        name.insert(0, '_');
    }
    name
}

/// Whether a key is a name as it is.
pub(super) fn is_name(key: &str) -> bool {
    field_name(key) == key
}

/// The name of a type for the objects under a key: `billing_address` is `BillingAddress`.
pub(super) fn type_name(key: &str) -> String {
    let words = key.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        })
        .collect();
    field_name(&name)
}

/// The name, with a number behind it if it is taken.
pub(super) fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u64..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_names() {
        for (key, field, of_type) in [
            ("id", "id", "Id"),
            ("billing_address", "billing_address", "BillingAddress"),
            ("unit-price", "unit_price", "UnitPrice"),
            ("2nd", "_2nd", "_2nd"),
            ("", "_", "_"),
            ("größe", "gr__e", "GrE"),
            ("@type", "_type", "Type"),
            ("camelCase", "camelCase", "CamelCase"),
        ] {
            assert_eq!((field_name(key).as_str(), type_name(key).as_str()), (field, of_type), "{key}");
        }
        assert_eq!(free("a", |name| ["a", "a_2"].contains(&name)), "a_3");
    }
}
