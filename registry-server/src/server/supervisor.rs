//! What a supervisor such as systemd is told, if one asked for that.

use sd_notify::NotifyState;
use tokio::time::{MissedTickBehavior, interval};

/// Tells how far the server is.
pub(super) fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the supervisor cannot be told");
    }
}

/// Tells again and again that the server lives, twice in the time after which it would be restarted. Without such a time it
/// ends at once.
///
/// It is a task among those that answer requests: when none of the workers gets to it, nobody gets an answer either.
pub(super) async fn keep_telling() {
    let Some(patience) = sd_notify::watchdog_enabled().filter(|patience| !patience.is_zero()) else {
        return;
    };
    let mut ticks = interval(patience / 2);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        tell(NotifyState::Watchdog);
    }
}
