-- The registry's tables. Names and texts compare by their bytes; JSON is kept as text so that it comes back as it was
-- written; times are milliseconds since 1970; booleans are 0 or 1, so that both databases share their read statements.

CREATE TABLE contexts (
    name    TEXT PRIMARY KEY,
    -- The highest id that was ever given out; NULL before the first. It never goes down.
    last_id BIGINT,
    -- Whether the context is shown. An unlisted row remembers which ids are burned.
    listed  BIGINT NOT NULL
);

INSERT INTO contexts (name, last_id, listed) VALUES ('.', NULL, 1);

-- What an id stands for. A row is never removed and its digest never changes; a purge empties it, and the id stays burned.
CREATE TABLE contents (
    context     TEXT NOT NULL,
    id          BIGINT NOT NULL,
    guid        BLOB NOT NULL,
    -- SHA-256 of everything that makes two contents equal.
    digest      BLOB NOT NULL,
    schema_type TEXT NOT NULL,
    body        TEXT NOT NULL,
    refs        TEXT,
    metadata    TEXT,
    rule_set    TEXT,
    purged      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (context, id)
);

CREATE INDEX contents_by_guid ON contents (guid);

-- The id that registrations of a content take.
CREATE TABLE current_ids (
    context TEXT NOT NULL,
    digest  BLOB NOT NULL,
    id      BIGINT NOT NULL,
    PRIMARY KEY (context, digest),
    FOREIGN KEY (context, id) REFERENCES contents (context, id)
);

CREATE INDEX current_ids_by_id ON current_ids (context, id);

-- One row per subject that has anything; its revision is the change-log position of its last change.
CREATE TABLE subjects (
    context  TEXT NOT NULL,
    name     TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (context, name)
);

CREATE TABLE versions (
    context    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    version    BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    deleted    BIGINT NOT NULL,
    ts         BIGINT NOT NULL,
    created_ts BIGINT NOT NULL,
    -- The change-log position of the last write.
    written    BIGINT NOT NULL,
    PRIMARY KEY (context, subject, version),
    FOREIGN KEY (context, id) REFERENCES contents (context, id)
);

CREATE INDEX versions_by_id ON versions (context, id);

-- What the schema of a version refers to. The second key keeps a version from being removed while it is referred to; it is
-- checked at the end of the transaction, since a subject that refers to itself goes as a whole.
CREATE TABLE version_references (
    context        TEXT NOT NULL,
    subject        TEXT NOT NULL,
    version        BIGINT NOT NULL,
    target_context TEXT NOT NULL,
    target_subject TEXT NOT NULL,
    target_version BIGINT NOT NULL,
    PRIMARY KEY (context, subject, version, target_context, target_subject, target_version),
    FOREIGN KEY (context, subject, version) REFERENCES versions (context, subject, version) ON DELETE CASCADE,
    FOREIGN KEY (target_context, target_subject, target_version) REFERENCES versions (context, subject, version)
        DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX version_references_by_target ON version_references (target_context, target_subject, target_version);

-- Config and mode; the empty subject is the context itself. A context's row stays when both are removed, so that its
-- revision never repeats.
CREATE TABLE settings (
    context  TEXT NOT NULL,
    subject  TEXT NOT NULL,
    config   TEXT,
    mode     TEXT,
    -- The config's alias once more, to be found by.
    alias    TEXT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (context, subject)
);

CREATE INDEX settings_with_alias ON settings (context, subject) WHERE alias IS NOT NULL;

CREATE TABLE associations (
    guid               TEXT PRIMARY KEY,
    context            TEXT NOT NULL,
    subject            TEXT NOT NULL,
    resource_name      TEXT NOT NULL,
    resource_namespace TEXT NOT NULL,
    resource_id        TEXT NOT NULL,
    resource_type      TEXT NOT NULL,
    association_type   TEXT NOT NULL,
    lifecycle          TEXT NOT NULL,
    frozen             BIGINT NOT NULL,
    create_ts          BIGINT NOT NULL,
    update_ts          BIGINT NOT NULL,
    UNIQUE (resource_id, resource_type, association_type)
);

CREATE INDEX associations_by_subject ON associations (context, subject);
CREATE INDEX associations_by_name ON associations (resource_name, resource_namespace);

-- Every write, in the transaction that made it.
CREATE TABLE change_log (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    ts        BIGINT NOT NULL,
    actor     TEXT,
    kind      TEXT NOT NULL,
    context   TEXT NOT NULL,
    subject   TEXT NOT NULL,
    version   BIGINT,
    id        BIGINT,
    old_value TEXT,
    new_value TEXT
);
