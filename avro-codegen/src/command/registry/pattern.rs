//! Names with letters that stand for others.

/// Whether a subject fits a pattern: `*` stands for any letters, `?` for one.
pub(super) fn fits(pattern: &str, subject: &str) -> bool {
    let (pattern, subject): (Vec<char>, Vec<char>) = (pattern.chars().collect(), subject.chars().collect());
    let (mut at, mut from) = (0, 0);
    // The last star, and where the letters that it stands for end.
    let mut star: Option<(usize, usize)> = None;
    while from < subject.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == subject[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                from = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, subject, expected) in [
            ("*", "", true),
            ("*", "orders-value", true),
            ("orders-*", "orders-value", true),
            ("orders-*", "order-value", false),
            ("*-value", "orders-value", true),
            ("*-value", "orders-value-2", false),
            ("o?ders-*", "orders-key", true),
            ("o?ders", "oders", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("orders", "orders", true),
        ] {
            assert_eq!(fits(pattern, subject), expected, "{pattern} {subject}");
        }
    }
}
