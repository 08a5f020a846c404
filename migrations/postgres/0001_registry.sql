-- The registry's tables. Names and texts compare by their bytes; JSON is kept as text so that it comes back as it was
-- written; times are milliseconds since 1970; booleans are 0 or 1, so that both databases share their read statements.

CREATE TABLE contexts (
    name    TEXT COLLATE "C" PRIMARY KEY,
    -- The highest id that was ever given out; NULL before the first. It never goes down.
    last_id BIGINT,
    -- Whether the context is shown. An unlisted row remembers which ids are burned.
    listed  BIGINT NOT NULL
);

INSERT INTO contexts (name, last_id, listed) VALUES ('.', NULL, 1);

-- What an id stands for. A row is never removed and its digest never changes; a purge empties it, and the id stays burned.
CREATE TABLE contents (
    context     TEXT COLLATE "C" NOT NULL,
    id          BIGINT NOT NULL,
    guid        BYTEA NOT NULL,
    -- SHA-256 of everything that makes two contents equal.
    digest      BYTEA NOT NULL,
    schema_type TEXT COLLATE "C" NOT NULL,
    body        TEXT COLLATE "C" NOT NULL,
    refs        TEXT COLLATE "C",
    metadata    TEXT COLLATE "C",
    rule_set    TEXT COLLATE "C",
    purged      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (context, id)
);

CREATE INDEX contents_by_guid ON contents (guid);

-- The id that registrations of a content take.
CREATE TABLE current_ids (
    context TEXT COLLATE "C" NOT NULL,
    digest  BYTEA NOT NULL,
    id      BIGINT NOT NULL,
    PRIMARY KEY (context, digest),
    FOREIGN KEY (context, id) REFERENCES contents (context, id)
);

CREATE INDEX current_ids_by_id ON current_ids (context, id);

-- One row per subject that has anything; its revision is the change-log position of its last change.
CREATE TABLE subjects (
    context  TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (context, name)
);

CREATE TABLE versions (
    context    TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
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
    context        TEXT COLLATE "C" NOT NULL,
    subject        TEXT COLLATE "C" NOT NULL,
    version        BIGINT NOT NULL,
    target_context TEXT COLLATE "C" NOT NULL,
    target_subject TEXT COLLATE "C" NOT NULL,
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
    context  TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    config   TEXT COLLATE "C",
    mode     TEXT COLLATE "C",
    -- The config's alias once more, to be found by.
    alias    TEXT COLLATE "C",
    revision BIGINT NOT NULL,
    PRIMARY KEY (context, subject)
);

CREATE INDEX settings_with_alias ON settings (context, subject) WHERE alias IS NOT NULL;

CREATE TABLE associations (
    guid               TEXT COLLATE "C" PRIMARY KEY,
    context            TEXT COLLATE "C" NOT NULL,
    subject            TEXT COLLATE "C" NOT NULL,
    resource_name      TEXT COLLATE "C" NOT NULL,
    resource_namespace TEXT COLLATE "C" NOT NULL,
    resource_id        TEXT COLLATE "C" NOT NULL,
    resource_type      TEXT COLLATE "C" NOT NULL,
    association_type   TEXT COLLATE "C" NOT NULL,
    lifecycle          TEXT COLLATE "C" NOT NULL,
    frozen             BIGINT NOT NULL,
    create_ts          BIGINT NOT NULL,
    update_ts          BIGINT NOT NULL,
    UNIQUE (resource_id, resource_type, association_type)
);

CREATE INDEX associations_by_subject ON associations (context, subject);
CREATE INDEX associations_by_name ON associations (resource_name, resource_namespace);

-- Every write, in the transaction that made it.
CREATE TABLE change_log (
    seq       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The writing transaction. Rows below the oldest running transaction are complete; by seq alone a reader would miss
    -- rows that commit late.
    xid       BIGINT NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    ts        BIGINT NOT NULL,
    actor     TEXT COLLATE "C",
    kind      TEXT COLLATE "C" NOT NULL,
    context   TEXT COLLATE "C" NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,
    version   BIGINT,
    id        BIGINT,
    old_value TEXT COLLATE "C",
    new_value TEXT COLLATE "C"
);

CREATE INDEX change_log_by_xid ON change_log (xid, seq);

-- Takes locks in the order in which they are given, until the end of the transaction.
CREATE FUNCTION take_locks(keys BIGINT[], exclusive BOOLEAN[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(keys) LOOP
        IF exclusive[i] THEN
            PERFORM pg_advisory_xact_lock(keys[i]);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(keys[i]);
        END IF;
    END LOOP;
END
$$;
