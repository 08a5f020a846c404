//! A write on Postgres as one call of a function that the migrations define.
//!
//! Measured on Postgres 15 with 15 ms to the server and 32 clients: one statement 1,500 a second, a transaction of four round
//! trips 290 a second, and with the id counter's row held through it 18 a second. So each write is one statement there, and
//! every lock it takes is held for the time of that statement alone. What a function decides is what its [`Operation`] decides
//! on SQLite; both pass the same contract suite.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::connections::{Connections, is_worth_another};
use super::database::{Backend, Database};
use super::encode::corrupt;
use super::error::is_retryable;
use super::known_log::{KnownLog, LogRow};
use super::operation::{ATTEMPTS, Observer, Operation, back_off, noticed, perform};
use super::own_rows::OwnRows;
use super::proxy::Query;
use super::statements::{StatementKind, Statements};
use crate::domain::{Context, Guid, SchemaId, Subject, Version};
use crate::store::{ChangeKind, DecisionBasis, Registered, StoreError, Token, Touched};

/// Postgres' code for a number out of range, which `write_version` raises when no id is left.
const OUT_OF_RANGE: &str = "22003";

/// A write that is one call on Postgres.
pub(super) trait OneCall: Operation {
    /// The function and what it is given.
    fn call(&self) -> Result<FunctionCall, StoreError>;

    /// The outcome that the answer tells.
    fn outcome(&self, answer: Answer) -> Result<Self::Outcome, StoreError>;
}

/// A call of a function that gives a `write_result`.
#[derive(Clone, Debug)]
pub(super) struct FunctionCall {
    /// The function's name. Its first parameters are the locks and what must be in the change log.
    pub(super) function: &'static str,
    /// Its other parameters.
    pub(super) arguments: Vec<Argument>,
    /// The change that it makes, as far as that is known without its answer: told if the answer is lost.
    pub(super) touches: Touched,
    /// Whether a conflict after a lost answer may be told as a conflict, since whoever decides again finds what was done and
    /// answers the same. Else the outcome is told as unknown.
    pub(super) finds_itself: bool,
}

/// A function and what it is given behind its locks and what must be in the change log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    pub(super) function: &'static str,
    pub(super) arguments: &'a [Argument],
}

/// A value for a parameter of a function.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Flag(bool),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
    Json(serde_json::Value),
    Flags(Vec<bool>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
    OptionalTexts(Vec<Option<String>>),
    ManyBytes(Vec<Vec<u8>>),
}

/// The answer of a function.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) outcome: String,
    pub(super) id: Option<i64>,
    pub(super) versions: Vec<i64>,
    /// The version that stands in the way; without a subject it is one of the subject that was to be changed.
    pub(super) in_the_way: (Option<Subject>, Option<i64>),
    /// The changes that were written to the change log.
    pub(super) changes: Vec<LoggedChange>,
}

/// Runs a write: in one call on Postgres, as a transaction on SQLite.
pub(super) async fn write<O: OneCall>(
    database: &Database,
    observer: &Observer,
    operation: &O,
) -> Result<O::Outcome, StoreError> {
    let Backend::Postgres { pool, schema } = &database.backend else {
        return perform(database, observer, operation).await;
    };
    let call = operation.call()?;
    call.as_call().check_storable()?;
    let locks = operation.locks();
    let (keys, exclusive) = locks.in_order(schema);
    let locking = [Argument::Ints(keys), Argument::Flags(exclusive)];
    let mut lost = None;
    for attempt in 1..=ATTEMPTS {
        match send(pool, database, observer, &call, &locking, locks.decision_basis()).await {
            Err(error) if is_retryable(&error) => back_off(attempt).await,
            // Most often the connection was dead before the call. If not, the write may have been carried out; then the token
            // no longer fits and the next answer is a conflict.
            Err(error) if is_broken_connection(&error) => {
                lost = Some(error);
                back_off(attempt).await;
            }
            Err(error) if is_out_of_numbers(&error) => {
                return Err(StoreError::OutOfNumbers { last: i64::from(i32::MAX) });
            }
            Err(error) => return Err(error),
            Ok(answer) => match lost.take() {
                Some(error) if answer.outcome == "conflict" && !call.finds_itself => return Err(error),
                _ => return operation.outcome(answer),
            },
        }
    }
    Err(lost.unwrap_or(StoreError::Contention { attempts: ATTEMPTS }))
}

/// Makes one call and tells what it changed, or that it was refused. A task of its own: if the caller goes away, the call is
/// carried out and told all the same.
async fn send(
    pool: &Connections,
    database: &Database,
    observer: &Observer,
    call: &FunctionCall,
    locking: &[Argument; 2],
    basis: DecisionBasis,
) -> Result<Answer, StoreError> {
    let line = Line::of(pool, database, observer);
    let (call, locking) = (call.clone(), locking.clone());
    let task = tokio::spawn(async move {
        let answers = line.send(call.as_call(), &locking).await;
        let first = |answers: Vec<Answer>| {
            answers.into_iter().next().ok_or_else(|| StoreError::from(sqlx::Error::RowNotFound))
        };
        match answers.and_then(first) {
            Ok(answer) if answer.changes.is_empty() => {
                line.observer.refused(&basis);
                Ok(answer)
            }
            Ok(answer) => {
                line.committed(&answer.changes);
                Ok(answer)
            }
            Err(error) => {
                // It may have been carried out.
                line.observer.committed(std::slice::from_ref(&call.touches));
                Err(error)
            }
        }
    });
    task.await.map_err(|error| StoreError::Unavailable(Box::new(error)))?
}

/// The way of calls to the database, and everyone who is told what came of them.
#[derive(Clone)]
pub(super) struct Line {
    pool: Connections,
    statements: Arc<Statements>,
    known: Arc<KnownLog>,
    own_rows: Arc<OwnRows>,
    pub(super) observer: Observer,
}

impl Line {
    pub(super) fn of(pool: &Connections, database: &Database, observer: &Observer) -> Self {
        Self {
            pool: pool.clone(),
            statements: database.statements.clone(),
            known: database.known.clone(),
            own_rows: database.own_rows.clone(),
            observer: observer.clone(),
        }
    }

    /// How many calls can be under way at most.
    pub(super) fn most_calls(&self) -> usize {
        self.pool.size()
    }

    /// How long a call may take.
    pub(super) fn statement_timeout(&self) -> Duration {
        self.pool.server().statement_timeout()
    }

    /// Makes a call with its locks, and notes what it wrote to the change log. Gives a row of its answer each.
    ///
    /// # Errors
    /// [`StoreError`] when it failed, or when it is not known whether it was carried out.
    pub(super) async fn send(
        &self,
        call: Call<'_>,
        [keys, exclusive]: &[Argument; 2],
    ) -> Result<Vec<Answer>, StoreError> {
        // Asked twice: a refusal needs no connection, and what was acknowledged while one was waited for is known as well.
        self.known.expected()?;
        let mut lease = self.pool.lease().await?;
        let expected = self.known.expected()?;
        let first =
            [keys.clone(), exclusive.clone(), expected.seqs.clone().into(), expected.marks.clone().into()];
        self.statements.count(StatementKind::FunctionCall);
        let result = lease.fetch_alone(call.query(&first)).await;
        lease.settle();
        let rows = result.map_err(|error| noticed(&self.known, &self.observer, error.into()))?;
        let answers = rows.iter().map(Answer::read).collect::<Result<Vec<_>, _>>()?;
        let logged = answers.iter().flat_map(|answer| &answer.changes).map(|change| change.row);
        // All of them were committed together, so one stands for all.
        if let Some(last) = logged.max_by_key(|row| row.seq) {
            self.known.acknowledge(&expected, last);
        }
        Ok(answers)
    }

    /// Tells what was written. It is forgotten here before it is noted as told.
    pub(super) fn committed(&self, changes: &[LoggedChange]) {
        self.observer.committed(&touched(changes));
        self.own_rows.note(&rows(changes));
    }

    /// The same of registrations.
    pub(super) async fn registered(&self, registered: &[Registered<'_>], changes: &[LoggedChange]) {
        self.observer.registered(registered, &touched(changes)).await;
        self.own_rows.note(&rows(changes));
    }
}

/// A change that a function wrote to the change log.
#[derive(Clone, Debug)]
pub(super) struct LoggedChange {
    pub(super) touched: Touched,
    pub(super) row: LogRow,
}

fn touched(changes: &[LoggedChange]) -> Vec<Touched> {
    changes.iter().map(|change| change.touched.clone()).collect()
}

fn rows(changes: &[LoggedChange]) -> Vec<LogRow> {
    changes.iter().map(|change| change.row).collect()
}

impl FunctionCall {
    fn as_call(&self) -> Call<'_> {
        Call { function: self.function, arguments: &self.arguments }
    }
}

impl<'a> Call<'a> {
    /// Refuses texts with NUL characters, which Postgres cannot hold.
    pub(super) fn check_storable(self) -> Result<(), StoreError> {
        let has_nul = |argument: &Argument| match argument {
            Argument::Text(Some(text)) => text.contains('\0'),
            Argument::Texts(texts) => texts.iter().any(|text| text.contains('\0')),
            Argument::OptionalTexts(texts) => texts.iter().flatten().any(|text| text.contains('\0')),
            Argument::Json(value) => json_has_nul(value),
            _ => false,
        };
        if self.arguments.iter().any(has_nul) {
            return Err(StoreError::Unstorable { what: "a name or text" });
        }
        Ok(())
    }

    /// The call with its `first` parameters, which every function has.
    fn query(self, first: &'a [Argument]) -> Query<'a> {
        let arguments = || first.iter().chain(self.arguments);
        let numbers = arguments().zip(1..).map(|(argument, number)| match argument {
            Argument::Json(_) => format!("${number}::json"),
            _ => format!("${number}"),
        });
        let numbers: Vec<String> = numbers.collect();
        let sql = format!(
            "SELECT outcome, id, versions, context, subject, version, logged FROM {}({})",
            self.function,
            numbers.join(", ")
        );
        // The name is one of this crate's; what comes from outside is always a parameter.
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for argument in arguments() {
            query = match argument {
                Argument::Flag(value) => query.bind(value),
                Argument::Int(value) => query.bind(value),
                Argument::Text(value) => query.bind(value),
                Argument::Bytes(value) => query.bind(value),
                Argument::Json(value) => query.bind(value.to_string()),
                Argument::Flags(values) => query.bind(values),
                Argument::Ints(values) => query.bind(values),
                Argument::Texts(values) => query.bind(values),
                Argument::OptionalTexts(values) => query.bind(values),
                Argument::ManyBytes(values) => query.bind(values),
            };
        }
        query
    }
}

impl Answer {
    fn read(row: &PgRow) -> Result<Self, StoreError> {
        let (context, subject): (Option<String>, Option<String>) = (row.try_get(3)?, row.try_get(4)?);
        let subject = match (context, subject) {
            (Some(context), Some(name)) => Some(Subject::new(Context::from_stored(&context), &name)),
            _ => None,
        };
        Ok(Self {
            outcome: row.try_get(0)?,
            id: row.try_get(1)?,
            versions: row.try_get::<Option<Vec<i64>>, _>(2)?.unwrap_or_default(),
            in_the_way: (subject, row.try_get(5)?),
            changes: logged(row)?,
        })
    }

    /// An outcome that the write does not have.
    pub(super) fn unknown(&self) -> StoreError {
        corrupt("the answer of a function", &self.outcome)
    }

    /// The version that stands in the way, of the subject that is given unless the answer names another.
    pub(super) fn version_in_the_way(&self, own: &Subject) -> Result<(Subject, Version), StoreError> {
        let (subject, version) = &self.in_the_way;
        let version = version.and_then(Version::new).ok_or_else(|| self.unknown())?;
        Ok((subject.as_ref().unwrap_or(own).clone(), version))
    }
}

/// Kind, context, subject, id, GUID, position and mark.
type LoggedRow = (String, String, String, Option<i64>, Option<Guid>, i64, i64);

/// The place where a function tells of the rows it wrote to the change log.
const LOGGED: &str = "what a function tells of the change log";

/// The rows that a function wrote to the change log, as it tells them.
fn logged(row: &PgRow) -> Result<Vec<LoggedChange>, StoreError> {
    let Some(logged) = row.try_get::<Option<String>, _>(6)? else { return Ok(Vec::new()) };
    let rows: Vec<LoggedRow> = serde_json::from_str(&logged).map_err(|error| corrupt(LOGGED, &error))?;
    rows.into_iter().map(change).collect()
}

fn change((kind, context, name, id, guid, seq, mark): LoggedRow) -> Result<LoggedChange, StoreError> {
    let touched = Touched {
        kind: ChangeKind::from_name(&kind).ok_or_else(|| corrupt(LOGGED, &kind))?,
        subject: Subject::new(Context::from_stored(&context), &name),
        id: id.and_then(SchemaId::new),
        guid,
    };
    Ok(LoggedChange { touched, row: LogRow { seq, mark } })
}

pub(super) fn is_broken_connection(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(source)
        if source.downcast_ref::<sqlx::Error>().is_some_and(is_worth_another))
}

pub(super) fn is_out_of_numbers(error: &StoreError) -> bool {
    let StoreError::Database(source) = error else { return false };
    source
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .is_some_and(|error| error.code().as_deref() == Some(OUT_OF_RANGE))
}

fn json_has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(json_has_nul),
        serde_json::Value::Object(members) => members.values().any(json_has_nul),
        _ => false,
    }
}

/// Makes a list of arguments.
macro_rules! arguments {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::store::sql::call::Argument::from($value)),*]
    };
}
pub(super) use arguments;

impl From<bool> for Argument {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for Argument {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Version> for Argument {
    fn from(value: Version) -> Self {
        i64::from(value.get()).into()
    }
}

impl From<Option<Version>> for Argument {
    fn from(value: Option<Version>) -> Self {
        Self::Int(value.map(|version| version.get().into()))
    }
}

impl From<Option<SchemaId>> for Argument {
    fn from(value: Option<SchemaId>) -> Self {
        Self::Int(value.map(|id| id.get().into()))
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<Option<&str>> for Argument {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<&Context> for Argument {
    fn from(value: &Context) -> Self {
        value.as_str().into()
    }
}

impl From<&[u8]> for Argument {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<serde_json::Value> for Argument {
    fn from(value: serde_json::Value) -> Self {
        Self::Json(value)
    }
}

impl From<Vec<String>> for Argument {
    fn from(values: Vec<String>) -> Self {
        Self::Texts(values)
    }
}

impl From<Vec<i64>> for Argument {
    fn from(values: Vec<i64>) -> Self {
        Self::Ints(values)
    }
}

impl From<Vec<Option<String>>> for Argument {
    fn from(values: Vec<Option<String>>) -> Self {
        Self::OptionalTexts(values)
    }
}

impl From<Vec<Vec<u8>>> for Argument {
    fn from(values: Vec<Vec<u8>>) -> Self {
        Self::ManyBytes(values)
    }
}

impl From<&Token> for Argument {
    fn from(token: &Token) -> Self {
        Self::Ints(token.revisions().to_vec())
    }
}

/// Subjects as the arguments that functions take them in: contexts and names.
pub(super) fn subjects<'a>(subjects: impl Iterator<Item = &'a Subject> + Clone) -> [Argument; 2] {
    let contexts: Vec<String> =
        subjects.clone().map(|subject| subject.context().as_str().to_owned()).collect();
    let names: Vec<String> = subjects.map(|subject| subject.name().to_owned()).collect();
    [contexts.into(), names.into()]
}

/// Versions of subjects as the arguments that functions take them in: contexts, names and numbers.
pub(super) fn versions(versions: &[(Subject, Version)]) -> [Argument; 3] {
    let [contexts, names] = subjects(versions.iter().map(|(subject, _)| subject));
    let numbers: Vec<i64> = versions.iter().map(|(_, version)| version.get().into()).collect();
    [contexts, names, numbers.into()]
}
