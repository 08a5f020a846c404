-- The key that sensitive metadata is encrypted with, itself encrypted with metadata.encoder.secret. No row: nothing is encrypted.
CREATE TABLE metadata_key (
    id      BIGINT PRIMARY KEY CHECK (id = 1),
    wrapped BYTEA NOT NULL
);
