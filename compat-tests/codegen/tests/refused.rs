//! The valid schemas that the generator refuses.

use codegen_tests::REFUSED;

/// `build.rs` fails on any other error than one about a default; here is what such an error has to tell.
#[test]
fn a_refusal_says_where_and_what_was_allowed() {
    for (name, message) in REFUSED {
        for part in [
            ".avsc:",
            "].default",
            "the default ",
            " of field `",
            "cannot be used: ",
            "leave it out",
            "on_unusable_default",
        ] {
            assert!(message.contains(part), "{name}: {part:?} is not in: {message}");
        }
    }
}
