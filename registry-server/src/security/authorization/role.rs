//! Roles: shorthand for permissions that go together.

use crate::security::Permission as P;

/// The roles with what they permit. Their global permissions count in rules for every subject of every context alone.
pub(super) const ROLES: [(&str, &[P]); 3] =
    [("reader", READER), ("developer", DEVELOPER), ("admin", &P::ALL)];

const READER: &[P] = &[
    P::SubjectRead,
    P::SubjectCompatibilityRead,
    P::SubjectModeRead,
    P::GlobalRead,
    P::GlobalCompatibilityRead,
    P::GlobalModeRead,
];

/// A team does with its subjects what it likes, but for their mode: who sets that may give out ids.
const DEVELOPER: &[P] = &[
    P::SubjectRead,
    P::SubjectWrite,
    P::SubjectDelete,
    P::SubjectCompatibilityRead,
    P::SubjectCompatibilityWrite,
    P::SubjectModeRead,
    P::KeyRead,
    P::KeyWrite,
    P::GlobalRead,
    P::GlobalCompatibilityRead,
    P::GlobalModeRead,
];

/// What a role permits.
pub(super) fn permissions_of(role: &str) -> Option<&'static [P]> {
    ROLES.iter().find(|(name, _)| *name == role).map(|(_, permissions)| *permissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_permits_what_the_one_before_does_and_more() {
        for pair in ROLES.windows(2) {
            let [(_, less), (name, more)] = pair else { unreachable!("windows of two") };
            assert!(less.iter().all(|permission| more.contains(permission)), "{name}");
            assert!(more.len() > less.len(), "{name}");
        }
        assert!(READER.iter().all(|permission| !permission.changes()));
        assert!(!DEVELOPER.contains(&P::SubjectModeWrite) && !DEVELOPER.contains(&P::GlobalModeWrite));
    }
}
