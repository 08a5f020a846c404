#![doc = include_str!("../README.md")]

use sqlx::migrate::Migrator;

/// The migrations for Postgres. sqlx holds an advisory lock while it runs them, so several nodes may start at once.
pub static POSTGRES: Migrator = sqlx::migrate!("./postgres");

/// The migrations for SQLite.
pub static SQLITE: Migrator = sqlx::migrate!("./sqlite");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_versions_numbered_without_gaps() {
        let versions = |migrator: &Migrator| {
            migrator
                .iter()
                .map(|migration| (migration.version, migration.description.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(versions(&POSTGRES), versions(&SQLITE));
        for (index, (version, description)) in versions(&POSTGRES).into_iter().enumerate() {
            assert_eq!(usize::try_from(version), Ok(index + 1), "{description}");
        }
    }

    /// The start of each checksum that databases in use remember. A new migration gets its line with its release.
    const RELEASED: [(&str, &Migrator, &[&str]); 2] = [
        ("postgres", &POSTGRES, &["0b631bb730ab105a", "a5d21b17a88e30e9"]),
        ("sqlite", &SQLITE, &["3fd2f857070657de", "7761985aeaa1344b"]),
    ];

    #[test]
    fn released_migrations_are_never_edited() {
        for (folder, migrator, released) in RELEASED {
            let found: Vec<String> = migrator
                .iter()
                .take(released.len())
                .map(|migration| {
                    migration.checksum.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
                })
                .collect();
            assert_eq!(
                found, released,
                "a server would refuse the databases that ran these files of {folder}/"
            );
        }
    }
}
