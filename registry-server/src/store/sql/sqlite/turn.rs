//! The connection that writes, lent to one operation.

use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use super::batch::{Failure, Member};
use super::fault::Fault;
use crate::store::sql::operation::Observer;
use crate::store::{KeptRegistration, StoreError, Touched};

/// The connection that writes, until the turn ends. Dropped, a turn is undone.
#[derive(Debug)]
pub(in crate::store::sql) struct Turn {
    held: Option<Held>,
    /// Set once a statement met an error after which the transaction may be gone.
    fault: Option<Fault>,
}

#[derive(Debug)]
struct Held {
    connection: SqliteConnection,
    back: oneshot::Sender<Returned>,
}

/// A connection that comes back.
#[derive(Debug)]
pub(super) struct Returned {
    pub(super) connection: SqliteConnection,
    pub(super) end: End,
    pub(super) fault: Option<Fault>,
}

/// How a turn ended.
#[derive(Debug)]
pub(super) enum End {
    /// Commits what was written.
    Keep(Member),
    /// Undoes what was written. Whoever waits is told when what the operation saw is certain.
    Undo(Option<oneshot::Sender<Result<(), Failure>>>),
}

impl Turn {
    /// A turn, and where its connection comes back.
    pub(super) fn new(connection: SqliteConnection) -> (Self, oneshot::Receiver<Returned>) {
        let (back, returned) = oneshot::channel();
        (Self { held: Some(Held { connection, back }), fault: None }, returned)
    }

    /// The connection.
    ///
    /// # Panics
    /// Never: only the methods that consume a turn take its connection away.
    pub(in crate::store::sql) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.held.as_mut().expect("a turn has its connection until it ends").connection
    }

    /// Remembers an error that may have ended the transaction.
    pub(in crate::store::sql) fn note(&mut self, error: &sqlx::Error) {
        self.fault = self.fault.or(Fault::of(error));
    }

    /// Commits what was written, with what others wrote in the same transaction; `observer` is told first, whether or not
    /// somebody still waits.
    pub(in crate::store::sql) async fn keep(
        mut self,
        touched: Vec<Touched>,
        registered: Vec<KeptRegistration>,
        observer: Observer,
    ) -> Result<(), StoreError> {
        let (done, outcome) = oneshot::channel();
        self.give_back(End::Keep(Member { touched, registered, observer, done }));
        settled(outcome).await
    }

    /// Undoes what was written, and waits until what the operation saw of others is committed.
    pub(in crate::store::sql) async fn undo(mut self) -> Result<(), StoreError> {
        let (done, outcome) = oneshot::channel();
        self.give_back(End::Undo(Some(done)));
        settled(outcome).await
    }

    fn give_back(&mut self, end: End) {
        if let Some(Held { connection, back }) = self.held.take() {
            // Nobody takes it back when the runtime stops; then it is closed.
            let _ = back.send(Returned { connection, end, fault: self.fault });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.give_back(End::Undo(None));
    }
}

async fn settled(outcome: oneshot::Receiver<Result<(), Failure>>) -> Result<(), StoreError> {
    match outcome.await {
        Ok(result) => result.map_err(StoreError::from),
        Err(_) => Err(Fault::Gone.into()),
    }
}
