-- Each write of the API as one function, so that it is one round trip and holds its locks for no longer than it runs. What a
-- function decides is what the transaction of the same name decides that SQLite runs, statement by statement; both pass one
-- contract suite. Each statement of a function sees what was committed when the statement began, hence after the locks.
-- A function that does not do what it was asked for writes nothing.
--
-- What others call is in plpgsql, be it one statement: Postgres plans such a function once for each connection, and one in SQL
-- anew in each transaction. That, and no statement where there is nothing to do, took a registration from 1,010 to 475 µs.

CREATE TYPE write_result AS (
    -- What was done, or why nothing was.
    outcome TEXT,
    -- The id of the version that was written.
    id BIGINT,
    -- The versions that were deleted or removed, in ascending order.
    versions BIGINT[],
    -- The version that stands in the way; without context and subject it is one of the subject that was to be changed.
    context TEXT,
    subject TEXT,
    version BIGINT,
    -- What was written to the change log, as a JSON array of [kind, context, subject, id, GUID of what the id stands for,
    -- position, mark].
    logged TEXT
);

-- Tells rows of the change log apart that take the same position in two histories of the database: a backup that was restored,
-- or a standby that lacked the last writes, gives out positions and numbers of transactions a second time. Rows from before
-- have none, and are known by their time.
ALTER TABLE change_log ADD COLUMN mark BIGINT;
ALTER TABLE change_log ALTER COLUMN mark SET DEFAULT (random() * 9007199254740992)::BIGINT;

-- What tells this history of the database from another one, in one row. A backup that is restored, or a standby that takes over,
-- may lack writes that were acknowledged, and would give out their ids a second time.
CREATE TABLE history (
    one          BIGINT PRIMARY KEY CHECK (one = 1),
    -- In which cluster, and in which timeline of its log, the last writes were made; NULL where the server does not tell.
    timeline     TEXT COLLATE "C",
    -- How many ids were left out so far: where contexts begin that come to be.
    skipped      BIGINT NOT NULL,
    -- When an operator last confirmed that this history goes on, in milliseconds since 1970; 0 for never.
    confirmed_ts BIGINT NOT NULL
);

INSERT INTO history (one, skipped, confirmed_ts) VALUES (1, 0, 0);

-- The cluster and the timeline that writes go to. Each standby that takes over and each restore to a point in time begins a new
-- timeline. NULL on a standby, and where the server does not tell: some services allow no look.
CREATE FUNCTION current_timeline() RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT system_identifier FROM pg_control_system()) || '/' ||
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$$;

-- Takes the locks of a write, in the order in which they are given, and refuses it if one of the rows of the change log is gone
-- that the writing node knows: rows that it read, or that it acknowledged. Rows are never removed, so this database is not the
-- one that it was. What a node knows is most often one row; each is looked for by itself, so that no plan reads the log.
CREATE FUNCTION begin_write(lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[])
RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    -- A standby lacks rows for a while, which is no loss, and it would give locks.
    IF current_setting('transaction_read_only')::boolean THEN
        RAISE EXCEPTION 'this server takes no writes' USING ERRCODE = '25006';
    END IF;
    PERFORM take_locks(lock_keys, lock_exclusive);
    FOR i IN 1 .. cardinality(known_seqs) LOOP
        PERFORM 1 FROM change_log WHERE seq = known_seqs[i] AND COALESCE(mark, ts) = known_marks[i];
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the change log lacks position %, which was acknowledged', known_seqs[i]
            USING ERRCODE = 'SRL01';
        END IF;
    END LOOP;
END
$$;

-- The state that decisions about a subject are made on: the last changes of the subject, its context, the default context and
-- '.__GLOBAL'.
CREATE FUNCTION current_token(of_context TEXT, of_subject TEXT) RETURNS BIGINT[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY[
        COALESCE((SELECT revision FROM subjects WHERE context = of_context AND name = of_subject), 0),
        COALESCE((SELECT revision FROM settings WHERE context = of_context AND subject = ''), 0),
        COALESCE((SELECT revision FROM settings WHERE context = '.' AND subject = ''), 0),
        COALESCE((SELECT revision FROM settings WHERE context = '.__GLOBAL' AND subject = ''), 0)
    ];
END
$$;

-- Appends a row to the change log and gives its position.
CREATE FUNCTION log_change(
    now_ts BIGINT, by_actor TEXT, change TEXT, of_context TEXT, of_subject TEXT, of_version BIGINT, of_id BIGINT,
    old_text TEXT, new_text TEXT
) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    log_seq BIGINT;
BEGIN
    INSERT INTO change_log (ts, actor, kind, context, subject, version, id, old_value, new_value)
    VALUES (now_ts, by_actor, change, of_context, of_subject, of_version, of_id, old_text, new_text)
    RETURNING seq INTO log_seq;
    RETURN log_seq;
END
$$;

-- The rows that this transaction has appended to the change log. Each GUID is looked for by its key: a join that is planned for
-- an empty table reads all of it for as long as the connection keeps the plan.
CREATE FUNCTION logged_here() RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT COALESCE(
            json_agg(json_build_array(
                l.kind, l.context, l.subject, l.id,
                (SELECT encode(c.guid, 'hex')::uuid FROM contents c WHERE c.context = l.context AND c.id = l.id),
                l.seq, COALESCE(l.mark, l.ts))),
            '[]'::json)::text
        FROM change_log l
        WHERE l.xid = pg_current_xact_id()::text::bigint
    );
END
$$;

-- Gives a subject a new revision.
CREATE FUNCTION set_revision(of_context TEXT, of_subject TEXT, log_seq BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO subjects (context, name, revision) VALUES (of_context, of_subject, log_seq)
    ON CONFLICT (context, name) DO UPDATE SET revision = excluded.revision;
END
$$;

-- The first version of a subject, or the one that is named, that is referred to. Soft-deleted referrers count only if that is
-- asked for, those of the subject itself only if one version is named. It is looked for in the order of the index and its
-- referrers one by one: where most schemas refer to the same few, a join is estimated to be worth reading all versions.
CREATE FUNCTION first_referenced(of_context TEXT, of_subject TEXT, of_version BIGINT, deleted_too BOOLEAN)
RETURNS BIGINT LANGUAGE sql AS $$
    SELECT r.target_version FROM version_references r
    WHERE r.target_context = of_context AND r.target_subject = of_subject
    AND r.target_version BETWEEN COALESCE(of_version, 0) AND COALESCE(of_version, 9223372036854775807)
    AND (of_version IS NOT NULL OR NOT (r.context = of_context AND r.subject = of_subject))
    AND (deleted_too OR 0 = (SELECT v.deleted FROM versions v
        WHERE v.context = r.context AND v.subject = r.subject AND v.version = r.version))
    ORDER BY r.target_version LIMIT 1
$$;

-- All of a version, so that it can be written again as it was. What is sealed in it stays sealed.
CREATE FUNCTION version_snapshot(v versions, c contents) RETURNS TEXT LANGUAGE sql AS $$
    SELECT json_build_object(
        'version', v.version,
        'id', v.id,
        'deleted', v.deleted = 1,
        'ts', v.ts,
        'createdTs', v.created_ts,
        'content', json_build_object(
            'schemaType', c.schema_type,
            'guid', encode(c.guid, 'hex')::uuid,
            'text', c.body,
            'references', COALESCE(c.refs::json, '[]'::json),
            'metadata', c.metadata::json,
            'ruleSet', c.rule_set::json
        )
    )::text
$$;

-- Removes versions, each of which is logged with all of it. Gives the contexts and ids of what they held, and the last
-- position of the log, which is NULL if there was nothing.
CREATE FUNCTION remove_versions(
    of_contexts TEXT[], of_subjects TEXT[], of_versions BIGINT[], now_ts BIGINT, by_actor TEXT,
    OUT held_contexts TEXT[], OUT held_ids BIGINT[], OUT log_seq BIGINT
) LANGUAGE plpgsql AS $$
BEGIN
    WITH appended AS (
        INSERT INTO change_log (ts, actor, kind, context, subject, version, id, old_value)
        SELECT now_ts, by_actor, 'purge', v.context, v.subject, v.version, v.id, version_snapshot(v, c)
        FROM unnest(of_contexts, of_subjects, of_versions) AS d (context, subject, version)
        JOIN versions v ON v.context = d.context AND v.subject = d.subject AND v.version = d.version
        JOIN contents c ON c.context = v.context AND c.id = v.id
        ORDER BY v.context, v.subject, v.version
        RETURNING seq
    )
    SELECT MAX(seq) INTO log_seq FROM appended;
    WITH removed AS (
        DELETE FROM versions v USING unnest(of_contexts, of_subjects, of_versions) AS d (context, subject, version)
        WHERE v.context = d.context AND v.subject = d.subject AND v.version = d.version
        RETURNING v.context, v.id
    ), held AS (
        SELECT DISTINCT context, id FROM removed
    )
    SELECT array_agg(context), array_agg(id) INTO held_contexts, held_ids FROM held;
END
$$;

-- Removes versions that nothing else refers to, and the contents that nobody else holds; their ids stay burned. Gives the last
-- position of the log, which is NULL if there was nothing.
CREATE FUNCTION purge_listed(
    of_contexts TEXT[], of_subjects TEXT[], of_versions BIGINT[], now_ts BIGINT, by_actor TEXT
) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    removed RECORD;
    orphan_contexts TEXT[];
    orphan_ids BIGINT[];
BEGIN
    -- A registration that takes the id of a content at the same time holds the content's row: either it is seen below as a
    -- holder, or it finds the content gone.
    PERFORM 1 FROM contents c WHERE (c.context, c.id) IN (
        SELECT v.context, v.id FROM unnest(of_contexts, of_subjects, of_versions) AS d (context, subject, version)
        JOIN versions v ON v.context = d.context AND v.subject = d.subject AND v.version = d.version)
    ORDER BY c.context, c.id FOR UPDATE OF c;
    removed := remove_versions(of_contexts, of_subjects, of_versions, now_ts, by_actor);
    SELECT array_agg(h.context), array_agg(h.id) INTO orphan_contexts, orphan_ids
    FROM unnest(removed.held_contexts, removed.held_ids) AS h (context, id)
    WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.context = h.context AND v.id = h.id);
    DELETE FROM current_ids k USING unnest(orphan_contexts, orphan_ids) AS o (context, id)
    WHERE k.context = o.context AND k.id = o.id;
    UPDATE contents c SET purged = 1, body = '', refs = NULL, metadata = NULL, rule_set = NULL
    FROM unnest(orphan_contexts, orphan_ids) AS o (context, id)
    WHERE c.context = o.context AND c.id = o.id;
    RETURN removed.log_seq;
END
$$;

-- Removes what is left of a subject without versions: config, mode and its row.
CREATE FUNCTION forget_subject(of_context TEXT, of_subject TEXT, now_ts BIGINT, by_actor TEXT)
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    former RECORD;
BEGIN
    -- The settings under an empty name are those of the context.
    IF of_subject <> '' THEN
        DELETE FROM settings WHERE context = of_context AND subject = of_subject RETURNING config, mode INTO former;
        IF FOUND AND former.config IS NOT NULL THEN
            PERFORM log_change(now_ts, by_actor, 'config', of_context, of_subject, NULL, NULL, former.config, NULL);
        END IF;
        IF FOUND AND former.mode IS NOT NULL THEN
            PERFORM log_change(now_ts, by_actor, 'mode', of_context, of_subject, NULL, NULL,
                to_json(former.mode)::text, NULL);
        END IF;
    END IF;
    DELETE FROM subjects WHERE context = of_context AND name = of_subject
    AND NOT EXISTS (SELECT 1 FROM associations a WHERE a.context = of_context AND a.subject = of_subject);
END
$$;

-- Stores or removes a config or a mode.
CREATE FUNCTION store_setting(
    of_context TEXT, of_subject TEXT, change TEXT, stored TEXT, new_alias TEXT, now_ts BIGINT, by_actor TEXT
) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    former RECORD;
    log_seq BIGINT;
BEGIN
    SELECT config, mode INTO former FROM settings WHERE context = of_context AND subject = of_subject;
    IF change = 'config' THEN
        log_seq := log_change(now_ts, by_actor, change, of_context, of_subject, NULL, NULL, former.config, stored);
        INSERT INTO settings (context, subject, revision, config, alias)
        VALUES (of_context, of_subject, log_seq, stored, new_alias)
        ON CONFLICT (context, subject) DO UPDATE
        SET revision = excluded.revision, config = excluded.config, alias = excluded.alias;
    ELSE
        log_seq := log_change(now_ts, by_actor, change, of_context, of_subject, NULL, NULL,
            to_json(former.mode)::text, to_json(stored)::text);
        INSERT INTO settings (context, subject, revision, mode) VALUES (of_context, of_subject, log_seq, stored)
        ON CONFLICT (context, subject) DO UPDATE SET revision = excluded.revision, mode = excluded.mode;
    END IF;
    IF of_subject <> '' THEN
        PERFORM set_revision(of_context, of_subject, log_seq);
    END IF;
END
$$;

-- Whether an id is bound to another content, or its content was erased, which leaves a GUID of zeros. An id whose content was
-- purged is free for an import that names it.
CREATE FUNCTION is_bound_otherwise(of_context TEXT, of_id BIGINT, of_digest BYTEA) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT EXISTS (
            SELECT 1 FROM contents WHERE context = of_context AND id = of_id AND digest <> of_digest
            AND (purged = 0 OR guid = decode(repeat('00', 16), 'hex')))
    );
END
$$;

-- Makes an id the one that registrations of a content take.
CREATE FUNCTION point_to(of_context TEXT, of_subject TEXT, of_digest BYTEA, of_id BIGINT, now_ts BIGINT, by_actor TEXT)
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    former_id BIGINT;
BEGIN
    SELECT id INTO former_id FROM current_ids WHERE context = of_context AND digest = of_digest;
    IF former_id = of_id THEN
        RETURN;
    END IF;
    IF former_id IS NOT NULL THEN
        PERFORM log_change(now_ts, by_actor, 'supersede', of_context, of_subject, NULL, former_id,
            former_id::text, of_id::text);
    END IF;
    INSERT INTO current_ids (context, digest, id) VALUES (of_context, of_digest, of_id)
    ON CONFLICT (context, digest) DO UPDATE SET id = excluded.id;
END
$$;

-- Makes the ids of versions that are written the current ones of their contents; of several of one content the last counts.
CREATE FUNCTION point_to_written(
    of_context TEXT, of_subject TEXT, of_versions BIGINT[], now_ts BIGINT, by_actor TEXT
) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    written RECORD;
BEGIN
    FOR written IN
        SELECT DISTINCT ON (c.digest) c.digest, c.id FROM versions v
        JOIN contents c ON c.context = v.context AND c.id = v.id
        WHERE v.context = of_context AND v.subject = of_subject AND v.version = ANY (of_versions)
        ORDER BY c.digest, v.version DESC
    LOOP
        PERFORM point_to(of_context, of_subject, written.digest, written.id, now_ts, by_actor);
    END LOOP;
END
$$;

-- Adds a version that comes next or, as an import does, one of a given number and perhaps a given id, in the place of one that
-- is there. Outcomes: 'inserted', 'conflict', 'id-taken'. The locks are held, and the caller tells what was logged.
CREATE FUNCTION store_version(
    expected BIGINT[],
    of_context TEXT, of_subject TEXT, of_version BIGINT, is_import BOOLEAN, given_id BIGINT,
    new_guid BYTEA, new_digest BYTEA, new_type TEXT, new_body TEXT, new_refs TEXT, new_metadata TEXT, new_rule_set TEXT,
    target_contexts TEXT[], target_subjects TEXT[], target_versions BIGINT[], deleted_targets BOOLEAN,
    now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    standing BIGINT;
    replaced_id BIGINT;
    replaced TEXT;
    former RECORD;
    is_counter_held BOOLEAN := TRUE;
    superseded BIGINT[];
    log_seq BIGINT;
BEGIN
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, of_subject) THEN
        RETURN result;
    END IF;
    IF NOT is_import AND of_version <> 1 + COALESCE(
        (SELECT MAX(version) FROM versions WHERE context = of_context AND subject = of_subject), 0)
    THEN
        RETURN result;
    END IF;

    -- What it refers to stands, and may be referred to.
    IF cardinality(target_contexts) > 0 THEN
        SELECT COUNT(*) INTO standing
        FROM unnest(target_contexts, target_subjects, target_versions) AS t (context, subject, version)
        JOIN versions v ON v.context = t.context AND v.subject = t.subject AND v.version = t.version
        AND (v.deleted = 0 OR deleted_targets)
        WHERE NOT EXISTS (
            SELECT 1 FROM associations a
            WHERE a.context = v.context AND a.subject = v.subject AND a.lifecycle = 'STRONG');
        IF standing <> cardinality(target_contexts) THEN
            RETURN result;
        END IF;
    END IF;

    -- A given id: the counter's row is held, so of all who bind one the second sees what the first has bound. Else the
    -- content's own, held so that it is not purged meanwhile.
    IF given_id IS NOT NULL THEN
        PERFORM 1 FROM contexts WHERE name = of_context FOR UPDATE;
        is_counter_held := FOUND;
        IF is_bound_otherwise(of_context, given_id, new_digest) THEN
            result.outcome := 'id-taken';
            RETURN result;
        END IF;
    ELSE
        -- By two keys, one after the other: a join that is planned for empty tables reads all contents of the context.
        SELECT c.id INTO result.id FROM contents c
        WHERE c.context = of_context AND c.digest = new_digest AND c.purged = 0
        AND c.id = (SELECT k.id FROM current_ids k WHERE k.context = of_context AND k.digest = new_digest)
        FOR KEY SHARE OF c;
    END IF;

    IF is_import THEN
        SELECT v.id, version_snapshot(v, c) INTO replaced_id, replaced
        FROM versions v JOIN contents c ON c.context = v.context AND c.id = v.id
        WHERE v.context = of_context AND v.subject = of_subject AND v.version = of_version;
    END IF;

    -- A listed context stays so: whoever takes it off the list locks it exclusively. A counter that was not there to be held
    -- may have been made since, and the given id been bound.
    IF NOT is_counter_held OR NOT EXISTS (SELECT 1 FROM contexts WHERE name = of_context AND listed = 1) THEN
        INSERT INTO contexts (name, last_id, listed) VALUES (of_context, NULL, 1)
        ON CONFLICT (name) DO UPDATE SET listed = 1 WHERE contexts.listed = 0;
        IF FOUND THEN
            PERFORM log_change(now_ts, by_actor, 'context', of_context, '', NULL, NULL, NULL, 'true');
        ELSIF given_id IS NOT NULL AND is_bound_otherwise(of_context, given_id, new_digest) THEN
            -- Someone else has just made the context and bound the id.
            result.outcome := 'id-taken';
            RETURN result;
        END IF;
    END IF;

    IF given_id IS NOT NULL THEN
        -- The original's counter starts at 1 even if the id that comes first is 0.
        UPDATE contexts SET last_id = GREATEST(COALESCE(last_id, (SELECT skipped FROM history WHERE one = 1)), given_id, 1)
        WHERE name = of_context;
        SELECT purged, guid, digest INTO former FROM contents WHERE context = of_context AND id = given_id FOR UPDATE;
        IF NOT FOUND OR former.purged = 1 THEN
            INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set)
            VALUES (of_context, given_id, new_guid, new_digest, new_type, new_body, new_refs, new_metadata, new_rule_set)
            ON CONFLICT (context, id) DO UPDATE SET guid = excluded.guid, digest = excluded.digest,
            schema_type = excluded.schema_type, body = excluded.body, refs = excluded.refs,
            metadata = excluded.metadata, rule_set = excluded.rule_set, purged = 0;
        END IF;
        IF former.digest <> new_digest THEN
            PERFORM log_change(now_ts, by_actor, 'rebind', of_context, of_subject, NULL, given_id,
                to_json(encode(former.guid, 'hex')::uuid)::text, to_json(encode(new_guid, 'hex')::uuid)::text);
        END IF;
        PERFORM point_to(of_context, of_subject, new_digest, given_id, now_ts, by_actor);
        result.id := given_id;
    ELSIF result.id IS NULL THEN
        -- Whoever waits for the counter looks again, so one content never gets two ids.
        UPDATE contexts SET last_id = COALESCE(last_id, (SELECT skipped FROM history WHERE one = 1)) + 1 WHERE name = of_context
        RETURNING last_id INTO log_seq;
        SELECT c.id INTO result.id FROM contents c
        WHERE c.context = of_context AND c.digest = new_digest AND c.purged = 0
        AND c.id = (SELECT k.id FROM current_ids k WHERE k.context = of_context AND k.digest = new_digest)
        FOR KEY SHARE OF c;
        IF result.id IS NULL THEN
            result.id := log_seq;
            IF result.id > 2147483647 THEN
                RAISE numeric_value_out_of_range USING MESSAGE = 'no schema id is left';
            END IF;
            INSERT INTO contents (context, id, guid, digest, schema_type, body, refs, metadata, rule_set)
            VALUES (of_context, result.id, new_guid, new_digest, new_type, new_body, new_refs, new_metadata, new_rule_set);
            INSERT INTO current_ids (context, digest, id) VALUES (of_context, new_digest, result.id);
        END IF;
    END IF;

    IF replaced_id IS NOT NULL THEN
        PERFORM log_change(now_ts, by_actor, 'overwrite', of_context, of_subject, of_version, replaced_id,
            replaced, NULL);
        DELETE FROM version_references WHERE context = of_context AND subject = of_subject AND version = of_version;
    END IF;
    log_seq := log_change(now_ts, by_actor, 'register', of_context, of_subject, of_version, result.id, NULL,
        to_json(encode(new_guid, 'hex')::uuid)::text);
    INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written)
    VALUES (of_context, of_subject, of_version, result.id, 0, now_ts, now_ts, log_seq)
    ON CONFLICT (context, subject, version) DO UPDATE SET id = excluded.id, deleted = 0, ts = excluded.ts,
    created_ts = excluded.created_ts, written = excluded.written;
    IF cardinality(target_contexts) > 0 THEN
        INSERT INTO version_references (context, subject, version, target_context, target_subject, target_version)
        SELECT DISTINCT of_context, of_subject, of_version, t.context, t.subject, t.version
        FROM unnest(target_contexts, target_subjects, target_versions) AS t (context, subject, version);
    END IF;

    -- Older soft-deleted versions of the same id that nothing refers to go; the content stays, which the new one holds.
    IF of_version > 1 THEN
        SELECT array_agg(v.version) INTO superseded FROM versions v
        WHERE v.context = of_context AND v.subject = of_subject AND v.id = result.id AND v.version < of_version AND v.deleted = 1
        AND NOT EXISTS (SELECT 1 FROM version_references r WHERE r.target_context = v.context
            AND r.target_subject = v.subject AND r.target_version = v.version);
    END IF;
    IF superseded IS NOT NULL THEN
        SELECT r.log_seq INTO log_seq FROM remove_versions(
            array_fill(of_context, ARRAY[cardinality(superseded)]), array_fill(of_subject, ARRAY[cardinality(superseded)]),
            superseded, now_ts, by_actor) AS r;
    END IF;
    PERFORM set_revision(of_context, of_subject, log_seq);
    result.outcome := 'inserted';
    RETURN result;
END
$$;

-- Adds one version. Outcomes: those of store_version.
CREATE FUNCTION write_version(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, of_subject TEXT, of_version BIGINT, is_import BOOLEAN, given_id BIGINT,
    new_guid BYTEA, new_digest BYTEA, new_type TEXT, new_body TEXT, new_refs TEXT, new_metadata TEXT, new_rule_set TEXT,
    target_contexts TEXT[], target_subjects TEXT[], target_versions BIGINT[], deleted_targets BOOLEAN,
    now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result := store_version(
        expected, of_context, of_subject, of_version, is_import, given_id,
        new_guid, new_digest, new_type, new_body, new_refs, new_metadata, new_rule_set,
        target_contexts, target_subjects, target_versions, deleted_targets, now_ts, by_actor);
    IF result.outcome = 'inserted' THEN
        result.logged := logged_here();
    END IF;
    RETURN result;
END
$$;

-- Adds versions that come next, each on its own merits: one that is refused is no concern of the others. Contexts ascend, so
-- that two calls make new ones in one order. Gives a row for each, in order, with an outcome of store_version; and one behind
-- them, 'logged', with what all of them wrote to the change log.
CREATE FUNCTION write_versions(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[],
    -- Four numbers each.
    expected BIGINT[],
    of_contexts TEXT[], of_subjects TEXT[], of_versions BIGINT[],
    new_guids BYTEA[], new_digests BYTEA[], new_types TEXT[], new_bodies TEXT[], new_refs TEXT[], new_metadata TEXT[],
    new_rule_sets TEXT[],
    -- How many each refers to, and all of these.
    target_counts BIGINT[], target_contexts TEXT[], target_subjects TEXT[], target_versions BIGINT[], deleted_targets BOOLEAN[],
    now_ts BIGINT[], by_actors TEXT[]
) RETURNS SETOF write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    held_contexts TEXT[];
    held_ids BIGINT[];
    passed BIGINT := 0;
    is_any_inserted BOOLEAN := FALSE;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    -- One alone takes a new id, for which it waits for the counter, or the row of a content. Together they may do both, so the
    -- counters come first, as with an import, and then the contents in order, as with a purge.
    IF cardinality(of_contexts) > 1 THEN
        PERFORM 1 FROM contexts WHERE name = ANY (of_contexts) ORDER BY name FOR NO KEY UPDATE;
        -- Each is looked for by its key: no plan reads the table.
        SELECT array_agg(n.context), array_agg(k.id) INTO held_contexts, held_ids
        FROM unnest(of_contexts, new_digests) AS n (context, digest)
        CROSS JOIN LATERAL (
            SELECT id FROM current_ids WHERE context = n.context AND digest = n.digest OFFSET 0) AS k;
        IF held_ids IS NOT NULL THEN
            PERFORM 1 FROM contents c
            WHERE (c.context, c.id) IN (SELECT h.context, h.id FROM unnest(held_contexts, held_ids) AS h (context, id))
            ORDER BY c.context, c.id FOR KEY SHARE OF c;
        END IF;
    END IF;
    FOR i IN 1 .. cardinality(of_contexts) LOOP
        result := store_version(
            expected[4 * i - 3 : 4 * i], of_contexts[i], of_subjects[i], of_versions[i], FALSE, NULL,
            new_guids[i], new_digests[i], new_types[i], new_bodies[i], new_refs[i], new_metadata[i], new_rule_sets[i],
            target_contexts[passed + 1 : passed + target_counts[i]], target_subjects[passed + 1 : passed + target_counts[i]],
            target_versions[passed + 1 : passed + target_counts[i]], deleted_targets[i], now_ts[i], by_actors[i]);
        passed := passed + target_counts[i];
        is_any_inserted := is_any_inserted OR result.outcome = 'inserted';
        RETURN NEXT result;
    END LOOP;
    result := NULL;
    result.outcome := 'logged';
    IF is_any_inserted THEN
        result.logged := logged_here();
    END IF;
    RETURN NEXT result;
END
$$;

-- Soft-deletes one version, or every version that is not yet. Outcomes: 'removed', 'conflict', 'referenced'.
CREATE FUNCTION delete_versions(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, of_subject TEXT, of_version BIGINT, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    log_seq BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, of_subject) THEN
        RETURN result;
    END IF;
    SELECT array_agg(version ORDER BY version) INTO result.versions FROM versions
    WHERE context = of_context AND subject = of_subject AND deleted = 0 AND (of_version IS NULL OR version = of_version);
    IF result.versions IS NULL THEN
        RETURN result;
    END IF;
    result.version := first_referenced(of_context, of_subject, of_version, FALSE);
    IF result.version IS NOT NULL THEN
        result.outcome := 'referenced';
        RETURN result;
    END IF;
    PERFORM point_to_written(of_context, of_subject, result.versions, now_ts, by_actor);
    WITH appended AS (
        INSERT INTO change_log (ts, actor, kind, context, subject, version, id, old_value, new_value)
        SELECT now_ts, by_actor, 'delete', context, subject, version, id, 'false', 'true' FROM versions
        WHERE context = of_context AND subject = of_subject AND version = ANY (result.versions) ORDER BY version
        RETURNING seq
    )
    SELECT MAX(seq) INTO log_seq FROM appended;
    UPDATE versions SET deleted = 1, ts = now_ts, written = log_seq
    WHERE context = of_context AND subject = of_subject AND version = ANY (result.versions);
    PERFORM set_revision(of_context, of_subject, log_seq);
    result.outcome := 'removed';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Removes one soft-deleted version, or all versions of a subject that has only such. Outcomes: 'removed', 'conflict',
-- 'referenced'.
CREATE FUNCTION purge_versions(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, of_subject TEXT, of_version BIGINT, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    all_deleted BIGINT;
    log_seq BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, of_subject) THEN
        RETURN result;
    END IF;
    SELECT array_agg(version ORDER BY version), COALESCE(MIN(deleted), 0) INTO result.versions, all_deleted FROM versions
    WHERE context = of_context AND subject = of_subject AND (of_version IS NULL OR version = of_version);
    IF all_deleted = 0 THEN
        RETURN result;
    END IF;
    result.version := first_referenced(of_context, of_subject, of_version, TRUE);
    IF result.version IS NOT NULL THEN
        result.outcome := 'referenced';
        RETURN result;
    END IF;
    log_seq := purge_listed(
        array_fill(of_context, ARRAY[cardinality(result.versions)]),
        array_fill(of_subject, ARRAY[cardinality(result.versions)]), result.versions, now_ts, by_actor);
    IF EXISTS (SELECT 1 FROM versions WHERE context = of_context AND subject = of_subject) THEN
        PERFORM set_revision(of_context, of_subject, log_seq);
    ELSE
        PERFORM forget_subject(of_context, of_subject, now_ts, by_actor);
    END IF;
    result.outcome := 'removed';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Takes a soft deletion back. Outcomes: 'restored', 'conflict', 'target-deleted'.
CREATE FUNCTION restore_version(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, of_subject TEXT, of_version BIGINT,
    target_contexts TEXT[], target_subjects TEXT[], target_versions BIGINT[],
    now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    log_seq BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, of_subject) THEN
        RETURN result;
    END IF;
    SELECT id INTO result.id FROM versions
    WHERE context = of_context AND subject = of_subject AND version = of_version AND deleted = 1;
    IF NOT FOUND THEN
        RETURN result;
    END IF;
    SELECT t.context, t.subject, t.version INTO result.context, result.subject, result.version
    FROM unnest(target_contexts, target_subjects, target_versions) WITH ORDINALITY AS t (context, subject, version, number)
    WHERE NOT EXISTS (SELECT 1 FROM versions v
        WHERE v.context = t.context AND v.subject = t.subject AND v.version = t.version AND v.deleted = 0)
    ORDER BY t.number LIMIT 1;
    IF FOUND THEN
        result.outcome := 'target-deleted';
        RETURN result;
    END IF;
    PERFORM point_to_written(of_context, of_subject, ARRAY[of_version], now_ts, by_actor);
    log_seq := log_change(now_ts, by_actor, 'restore', of_context, of_subject, of_version, result.id, 'true', 'false');
    UPDATE versions SET deleted = 0, ts = now_ts, written = log_seq
    WHERE context = of_context AND subject = of_subject AND version = of_version;
    PERFORM set_revision(of_context, of_subject, log_seq);
    result.outcome := 'restored';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Stores or removes a config or a mode of a subject or, where the name is empty, of a context. Outcomes: 'written', 'conflict'.
CREATE FUNCTION put_setting(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, of_subject TEXT, change TEXT, stored TEXT, new_alias TEXT, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, of_subject) THEN
        RETURN result;
    END IF;
    PERFORM store_setting(of_context, of_subject, change, stored, new_alias, now_ts, by_actor);
    result.outcome := 'written';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Removes the modes of a context and of its subjects. Outcomes: 'written', 'conflict'.
CREATE FUNCTION clear_modes(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    log_seq BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, '') THEN
        RETURN result;
    END IF;
    WITH appended AS (
        INSERT INTO change_log (ts, actor, kind, context, subject, old_value)
        SELECT now_ts, by_actor, 'mode', context, subject, to_json(mode)::text FROM settings
        WHERE context = of_context AND mode IS NOT NULL ORDER BY subject
        RETURNING seq
    )
    SELECT MAX(seq) INTO log_seq FROM appended;
    UPDATE subjects SET revision = log_seq WHERE context = of_context
    AND name IN (SELECT subject FROM settings WHERE context = of_context AND mode IS NOT NULL);
    UPDATE settings SET mode = NULL, revision = log_seq WHERE context = of_context AND mode IS NOT NULL;
    result.outcome := 'written';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Sets IMPORT on a scope without versions that are not deleted and removes the others. A scope without a subject is a
-- context, one without a context is the registry; no one plan is good for all three. Outcomes: 'switched', 'conflict',
-- 'occupied', 'referenced'.
CREATE FUNCTION enter_import(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[], expected BIGINT[],
    of_context TEXT, of_subject TEXT, scope_context TEXT, scope_subject TEXT, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    result write_result;
    gone_contexts TEXT[];
    gone_subjects TEXT[];
    gone_versions BIGINT[];
    log_seq BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF expected IS DISTINCT FROM current_token(of_context, of_subject) THEN
        RETURN result;
    END IF;
    IF EXISTS (
        SELECT 1 FROM versions v WHERE v.deleted = 0
        AND (scope_context IS NULL OR v.context = scope_context) AND (scope_subject IS NULL OR v.subject = scope_subject))
    THEN
        result.outcome := 'occupied';
        RETURN result;
    END IF;
    SELECT v.context, v.subject, v.version INTO result.context, result.subject, result.version
    FROM versions v JOIN version_references r
    ON r.target_context = v.context AND r.target_subject = v.subject AND r.target_version = v.version
    WHERE (scope_context IS NULL OR v.context = scope_context) AND (scope_subject IS NULL OR v.subject = scope_subject)
    ORDER BY v.context, v.subject, v.version LIMIT 1;
    IF FOUND THEN
        result.outcome := 'referenced';
        RETURN result;
    END IF;
    SELECT array_agg(v.context), array_agg(v.subject), array_agg(v.version) INTO gone_contexts, gone_subjects, gone_versions
    FROM versions v
    WHERE (scope_context IS NULL OR v.context = scope_context) AND (scope_subject IS NULL OR v.subject = scope_subject);
    log_seq := purge_listed(gone_contexts, gone_subjects, gone_versions, now_ts, by_actor);
    -- Unlike a removal that was asked for, this leaves config and mode of the subjects alone.
    PERFORM set_revision(g.context, g.subject, log_seq)
    FROM (SELECT DISTINCT context, subject FROM unnest(gone_contexts, gone_subjects) AS u (context, subject)) AS g;
    PERFORM store_setting(of_context, of_subject, 'mode', 'IMPORT', NULL, now_ts, by_actor);
    result.outcome := 'switched';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Takes an empty context off the list. Outcomes: 'removed', 'not-empty'.
CREATE FUNCTION delete_context(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[],
    of_context TEXT, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    -- In the order of the key, so that the key is what is read.
    IF (SELECT v.version FROM versions v WHERE v.context = of_context ORDER BY v.subject LIMIT 1) IS NOT NULL THEN
        result.outcome := 'not-empty';
        RETURN result;
    END IF;
    UPDATE contexts SET listed = 0 WHERE name = of_context AND listed = 1 AND name <> '.';
    IF FOUND THEN
        PERFORM log_change(now_ts, by_actor, 'context', of_context, '', NULL, NULL, 'true', NULL);
    END IF;
    result.outcome := 'removed';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Writes and removes associations of one resource. `expected`, `seen`, `put` and `entries` are JSON arrays: of context, subject
-- and token; of rows of the table; of rows of the table; of context, subject, before and after for the log. Outcomes:
-- 'written', 'conflict'.
CREATE FUNCTION write_associations(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[],
    of_resource_id TEXT, of_resource_type TEXT, expected JSON,
    unreferenced_contexts TEXT[], unreferenced_subjects TEXT[], seen JSON, removed_guids TEXT[], put JSON, entries JSON,
    now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    log_seq BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    result.outcome := 'conflict';
    IF EXISTS (
        SELECT 1 FROM json_to_recordset(expected) AS e (context TEXT, subject TEXT, token BIGINT[])
        WHERE e.token IS DISTINCT FROM current_token(e.context, e.subject))
    THEN
        RETURN result;
    END IF;
    IF EXISTS (
        SELECT 1 FROM unnest(unreferenced_contexts, unreferenced_subjects) AS u (context, subject)
        WHERE (SELECT r.target_version FROM version_references r WHERE r.target_context = u.context
            AND r.target_subject = u.subject ORDER BY r.target_version LIMIT 1) IS NOT NULL)
    THEN
        RETURN result;
    END IF;
    IF EXISTS (
        (SELECT a.* FROM associations a WHERE a.resource_id = of_resource_id AND a.resource_type = of_resource_type
            EXCEPT SELECT s.* FROM json_populate_recordset(NULL::associations, seen) AS s)
        UNION ALL
        (SELECT s.* FROM json_populate_recordset(NULL::associations, seen) AS s
            EXCEPT SELECT a.* FROM associations a
            WHERE a.resource_id = of_resource_id AND a.resource_type = of_resource_type))
    THEN
        RETURN result;
    END IF;
    DELETE FROM associations WHERE guid = ANY (removed_guids);
    INSERT INTO associations SELECT p.* FROM json_populate_recordset(NULL::associations, put) AS p;
    WITH appended AS (
        INSERT INTO change_log (ts, actor, kind, context, subject, old_value, new_value)
        SELECT now_ts, by_actor, 'association', e.entry ->> 'context', e.entry ->> 'subject', e.entry ->> 'before',
            e.entry ->> 'after'
        FROM json_array_elements(entries) WITH ORDINALITY AS e (entry, number) ORDER BY e.number
        RETURNING seq
    )
    SELECT MAX(seq) INTO log_seq FROM appended;
    PERFORM set_revision(t.context, t.subject, log_seq)
    FROM (SELECT DISTINCT entry ->> 'context' AS context, entry ->> 'subject' AS subject
        FROM json_array_elements(entries) AS e (entry)) AS t;
    result.outcome := 'written';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- register_version stays: nodes of the version before call it until they are replaced.

-- What lists are paged by. Subjects of several contexts are listed in the order of their text.
ALTER TABLE subjects ADD COLUMN qualified TEXT COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (CASE WHEN context = '.' THEN name ELSE ':' || context || ':' || name END) STORED;
CREATE INDEX subjects_by_qualified ON subjects (qualified);
-- A prefix in all contexts.
CREATE INDEX subjects_by_name ON subjects (name);
-- Few versions are deleted, and few schemas have rules.
CREATE INDEX versions_deleted ON versions (context, subject) WHERE deleted = 1;
CREATE INDEX contents_with_rules ON contents (context, id) WHERE rule_set IS NOT NULL;

-- Leaves out the next ids of every context, since another history of the database may have given them out. Outcome: 'written'.
CREATE FUNCTION skip_ids(
    lock_keys BIGINT[], lock_exclusive BOOLEAN[], known_seqs BIGINT[], known_marks BIGINT[],
    how_many BIGINT, is_confirmed BOOLEAN, now_ts BIGINT, by_actor TEXT
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
    result write_result;
    counter RECORD;
    new_last BIGINT;
BEGIN
    PERFORM begin_write(lock_keys, lock_exclusive, known_seqs, known_marks);
    FOR counter IN SELECT name, COALESCE(last_id, 0) AS last FROM contexts WHERE how_many > 0 ORDER BY name FOR UPDATE LOOP
        new_last := LEAST(counter.last + how_many, 2147483647);
        UPDATE contexts SET last_id = new_last WHERE name = counter.name;
        PERFORM log_change(now_ts, by_actor, 'skip', counter.name, '', NULL, NULL, counter.last::text, new_last::text);
    END LOOP;
    UPDATE history SET timeline = current_timeline(), skipped = LEAST(skipped + how_many, 2147483647),
    confirmed_ts = CASE WHEN is_confirmed THEN GREATEST(now_ts, confirmed_ts + 1) ELSE confirmed_ts END;
    result.outcome := 'written';
    result.logged := logged_here();
    RETURN result;
END
$$;

-- Called before the first write to a cluster or timeline: if it is not the one of the last writes, ids are left out. Whether any
-- were.
CREATE FUNCTION follow_timeline(lock_keys BIGINT[], lock_exclusive BOOLEAN[], how_many BIGINT, now_ts BIGINT)
RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    now_timeline TEXT := current_timeline();
    last_timeline TEXT;
BEGIN
    SELECT timeline INTO last_timeline FROM history;
    IF now_timeline IS NULL OR now_timeline = last_timeline THEN
        RETURN FALSE;
    END IF;
    PERFORM take_locks(lock_keys, lock_exclusive);
    -- Another node may have come first.
    SELECT timeline INTO last_timeline FROM history;
    IF last_timeline IS NULL THEN
        UPDATE history SET timeline = now_timeline;
        RETURN FALSE;
    END IF;
    IF now_timeline = last_timeline THEN
        RETURN FALSE;
    END IF;
    PERFORM skip_ids(lock_keys, lock_exclusive, '{}', '{}', how_many, FALSE, now_ts, 'registry-server');
    RETURN how_many > 0;
END
$$;
