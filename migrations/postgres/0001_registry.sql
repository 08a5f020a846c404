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

-- Adds a version that comes next, in one round trip. Each statement of the function sees what was committed when the statement
-- began, hence after the locks. The outcome is 'inserted', 'conflict', or 'general' for what the transaction of many
-- statements has to do: there may be superseded versions to remove. Nothing is written but for 'inserted'.
CREATE FUNCTION register_version(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], expected BIGINT[],
    new_context TEXT, new_subject TEXT, new_version BIGINT,
    new_guid BYTEA, new_digest BYTEA, new_type TEXT, new_body TEXT, new_refs TEXT, new_metadata TEXT, new_rule_set TEXT,
    target_contexts TEXT[], target_subjects TEXT[], target_versions BIGINT[],
    now_ts BIGINT, new_actor TEXT, guid_text TEXT,
    OUT outcome TEXT, OUT new_id BIGINT
) LANGUAGE plpgsql AS $$
DECLARE
    standing BIGINT;
    position BIGINT;
BEGIN
    PERFORM take_locks(lock_keys, lock_exclusive);

    -- The state that the decision was made on.
    outcome := 'conflict';
    IF expected IS DISTINCT FROM ARRAY[
        COALESCE((SELECT revision FROM subjects WHERE context = new_context AND name = new_subject), 0),
        COALESCE((SELECT revision FROM settings WHERE context = new_context AND subject = ''), 0),
        COALESCE((SELECT revision FROM settings WHERE context = '.' AND subject = ''), 0),
        COALESCE((SELECT revision FROM settings WHERE context = '.__GLOBAL' AND subject = ''), 0)
    ] THEN
        RETURN;
    END IF;
    IF new_version <> 1 + COALESCE(
        (SELECT MAX(version) FROM versions WHERE context = new_context AND subject = new_subject), 0)
    THEN
        RETURN;
    END IF;

    -- What it refers to stands, and may be referred to.
    IF cardinality(target_contexts) > 0 THEN
        SELECT COUNT(*) INTO standing
        FROM unnest(target_contexts, target_subjects, target_versions) AS t (context, subject, version)
        JOIN versions v ON v.context = t.context AND v.subject = t.subject AND v.version = t.version AND v.deleted = 0
        WHERE NOT EXISTS (
            SELECT 1 FROM associations a
            WHERE a.context = v.context AND a.subject = v.subject AND a.lifecycle = 'STRONG');
        IF standing <> cardinality(target_contexts) THEN
            RETURN;
        END IF;
    END IF;

    -- The id: the content's own, held so that it is not purged meanwhile, or the next one. Whoever waits for the counter
    -- looks again, so one content never gets two.
    SELECT c.id INTO new_id FROM contents c JOIN current_ids k ON k.context = c.context AND k.id = c.id
    WHERE k.context = new_context AND k.digest = new_digest AND c.purged = 0 FOR KEY SHARE OF c;
    IF new_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM versions
        WHERE context = new_context AND subject = new_subject AND id = new_id AND deleted = 1)
    THEN
        outcome := 'general';
        RETURN;
    END IF;
    INSERT INTO contexts (name, last_id, listed) VALUES (new_context, NULL, 1)
    ON CONFLICT (name) DO UPDATE SET listed = 1 WHERE contexts.listed = 0;
    IF FOUND THEN
        INSERT INTO change_log (ts, actor, kind, context, subject, new_value)
        VALUES (now_ts, new_actor, 'context', new_context, '', 'true');
    END IF;
    IF new_id IS NULL THEN
        UPDATE contexts SET last_id = COALESCE(last_id, 0) + 1 WHERE name = new_context RETURNING last_id INTO position;
        SELECT c.id INTO new_id FROM contents c JOIN current_ids k ON k.context = c.context AND k.id = c.id
        WHERE k.context = new_context AND k.digest = new_digest AND c.purged = 0 FOR KEY SHARE OF c;
        IF new_id IS NULL THEN
            new_id := position;
            IF new_id > 2147483647 THEN
                RAISE numeric_value_out_of_range USING MESSAGE = 'no schema id is left';
            END IF;
            INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set)
            VALUES (new_context, new_id, new_guid, new_digest, new_type, new_body, new_refs, new_metadata, new_rule_set);
            INSERT INTO current_ids (context, digest, id) VALUES (new_context, new_digest, new_id);
        END IF;
    END IF;

    INSERT INTO change_log (ts, actor, kind, context, subject, version, id, new_value)
    VALUES (now_ts, new_actor, 'register', new_context, new_subject, new_version, new_id, to_json(guid_text)::text)
    RETURNING seq INTO position;
    INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written)
    VALUES (new_context, new_subject, new_version, new_id, 0, now_ts, now_ts, position);
    INSERT INTO version_references (context, subject, version, target_context, target_subject, target_version)
    SELECT DISTINCT new_context, new_subject, new_version, t.context, t.subject, t.version
    FROM unnest(target_contexts, target_subjects, target_versions) AS t (context, subject, version);
    INSERT INTO subjects (context, name, revision) VALUES (new_context, new_subject, position)
    ON CONFLICT (context, name) DO UPDATE SET revision = excluded.revision;
    outcome := 'inserted';
END
$$;
