//! The table of `docs/statements.md`.

use std::fmt::Write as _;
use std::path::PathBuf;

const HEADER: &str = "| operation | case | SQLite cold | SQLite warm | Postgres cold | Postgres warm |\n\
    |---|---|---:|---:|---:|---:|\n";

/// Which columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    Sqlite,
    Postgres,
}

/// The counts of a case, cold and warm, on one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) operation: String,
    pub(super) title: String,
    pub(super) counts: [u64; 2],
}

/// The document, cut at its table.
pub(super) struct Table {
    before: String,
    rows: Vec<(String, String, [u64; 4])>,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/statements.md")
}

impl Table {
    /// Reads the document; its table ends it.
    pub(super) fn read() -> Self {
        let text = std::fs::read_to_string(path()).expect("docs/statements.md is there");
        let (before, table) = text.split_once(HEADER).expect("docs/statements.md has the table");
        let rows = table.lines().map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [operation, title, counts @ ..] = cells.as_slice() else { panic!("no row: {line}") };
            let counts = counts.iter().map(|count| count.parse().expect("a count"));
            let counts: Vec<u64> = counts.collect();
            (
                operation.trim_matches('`').to_owned(),
                (*title).to_owned(),
                counts.try_into().expect("four counts"),
            )
        });
        Self { before: before.to_owned(), rows: rows.collect() }
    }

    /// The rows with the columns of one database.
    pub(super) fn of(&self, database: Database) -> Vec<Row> {
        let row = |(operation, title, [a, b, c, d]): &(String, String, [u64; 4])| Row {
            operation: operation.clone(),
            title: title.clone(),
            counts: if database == Database::Sqlite { [*a, *b] } else { [*c, *d] },
        };
        self.rows.iter().map(row).collect()
    }

    /// Writes the document with what was measured; the columns of a database that was not measured stay as they are.
    pub(super) fn update(&mut self, measured: &[(Database, Vec<Row>)]) {
        for (database, rows) in measured {
            let former = std::mem::take(&mut self.rows);
            for row in rows {
                let known = former
                    .iter()
                    .find(|(operation, title, _)| *operation == row.operation && *title == row.title);
                let [mut a, mut b, mut c, mut d] = known.map_or([0; 4], |(_, _, counts)| *counts);
                match database {
                    Database::Sqlite => [a, b] = row.counts,
                    Database::Postgres => [c, d] = row.counts,
                }
                self.rows.push((row.operation.clone(), row.title.clone(), [a, b, c, d]));
            }
        }
        let mut text = format!("{}{HEADER}", self.before);
        for (operation, title, [a, b, c, d]) in &self.rows {
            let _ = writeln!(text, "| `{operation}` | {title} | {a} | {b} | {c} | {d} |");
        }
        std::fs::write(path(), text).expect("docs/statements.md can be written");
    }
}
