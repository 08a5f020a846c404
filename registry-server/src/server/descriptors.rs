//! How many files and connections the process may have open.

use crate::config::Settings;

/// Descriptors that are not for clients, beside those of the database: listeners, standard streams, files that are read.
const RESERVE: u64 = 64;

/// Descriptors that one connection to the database takes at most: an SQLite file and its two companions, and one to spare.
const OF_A_DATABASE_CONNECTION: u64 = 4;

/// What is assumed where the system does not tell.
const UNKNOWN: u64 = 1024;

/// Raises the number of descriptors as far as the process may, and gives the number of connections of clients that there is
/// room for: no more than the settings say, and at least one.
pub(super) fn room_for_clients(settings: &Settings) -> usize {
    let raised = rlimit::increase_nofile_limit(u64::MAX).inspect_err(|error| {
        tracing::warn!(%error, "the number of open files cannot be raised");
    });
    let room =
        room(raised.unwrap_or(UNKNOWN), u64::from(settings.database_pool_size), settings.connection_limit);
    if let Some(wanted) = settings.connection_limit
        && room < wanted as usize
    {
        tracing::info!(
            wanted,
            room,
            "server.connection.limit is more than the process may have open files for; raise its limit (ulimit -n, LimitNOFILE=)"
        );
    }
    room
}

fn room(descriptors: u64, database_connections: u64, wanted: Option<u32>) -> usize {
    let taken = RESERVE + OF_A_DATABASE_CONNECTION * database_connections;
    // Where there are very few, half of them are for clients.
    let room = descriptors.saturating_sub(taken).max(descriptors / 2).max(1);
    let room = wanted.map_or(room, |wanted| room.min(u64::from(wanted)));
    usize::try_from(room).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::room;

    #[test]
    fn clients_get_what_the_database_leaves() {
        for (descriptors, database, wanted, expected) in [
            (1024, 16, None, 896),
            (1024, 16, Some(100), 100),
            (1024, 16, Some(5000), 896),
            (256, 16, Some(5000), 128),
            (128, 100, Some(5000), 64),
            (1, 1, None, 1),
            (1 << 20, 16, Some(10_000), 10_000),
        ] {
            assert_eq!(room(descriptors, database, wanted), expected, "{descriptors} {database} {wanted:?}");
        }
    }
}
