//! Names of headers.

/// Header: the kind of failure.
pub const REASON: &str = "dead-letter.reason";
/// Header: the failure in words.
pub const MESSAGE: &str = "dead-letter.message";
/// Header: the schema id that the message names.
pub const SCHEMA_ID: &str = "dead-letter.schema-id";
/// Header: the schema GUID that the message names.
pub const SCHEMA_GUID: &str = "dead-letter.schema-guid";
/// Header: where in the payload decoding failed.
pub const BYTE_OFFSET: &str = "dead-letter.byte-offset";
/// Header: in which part of the value decoding failed.
pub const FIELD_PATH: &str = "dead-letter.field-path";
/// Header: the topic that the message came from.
pub const TOPIC: &str = "dead-letter.topic";
/// Header: the partition that the message came from.
pub const PARTITION: &str = "dead-letter.partition";
/// Header: the message's offset in its partition.
pub const OFFSET: &str = "dead-letter.offset";
/// Header: which half of the record could not be decoded.
pub const ROLE: &str = "dead-letter.role";
/// Header: the record's time, in milliseconds since 1970.
pub const TIMESTAMP: &str = "dead-letter.timestamp";
/// Header: the trace that the record belongs to, 32 hexadecimal digits.
pub const TRACE_ID: &str = "dead-letter.trace-id";
/// Header: how many headers the record had, which come first.
pub const HEADER_COUNT: &str = "dead-letter.header-count";
/// Header: SHA-256 of key, value and those headers, by which [`replay`](super::replay) knows that nothing was changed.
pub const CHECKSUM: &str = "dead-letter.checksum";

/// The headers of Kafka Connect's dead-letter queues, which tools know to show. All values are text.
pub mod connect {
    /// Header: the topic that the record came from.
    pub const TOPIC: &str = "__connect.errors.topic";
    /// Header: the partition that the record came from.
    pub const PARTITION: &str = "__connect.errors.partition";
    /// Header: the record's offset in its partition.
    pub const OFFSET: &str = "__connect.errors.offset";
    /// Header: the connector; here, the application.
    pub const CONNECTOR_NAME: &str = "__connect.errors.connector.name";
    /// Header: the task of the connector; here, the instance of the application.
    pub const TASK_ID: &str = "__connect.errors.task.id";
    /// Header: `KEY_CONVERTER` or `VALUE_CONVERTER`, the half that could not be decoded.
    pub const STAGE: &str = "__connect.errors.stage";
    /// Header: the class that failed.
    pub const EXECUTING_CLASS: &str = "__connect.errors.class.name";
    /// Header: the class of the failure; here, its kind.
    pub const EXCEPTION: &str = "__connect.errors.exception.class.name";
    /// Header: the failure in words.
    pub const EXCEPTION_MESSAGE: &str = "__connect.errors.exception.message";
    /// Header: the failure with what led to it.
    pub const EXCEPTION_STACK_TRACE: &str = "__connect.errors.exception.stacktrace";
}
