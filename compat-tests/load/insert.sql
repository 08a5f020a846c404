-- The least statement that inserts the rows of a registration of a new schema in a new subject, for pgbench: one transaction
-- of one statement, without any of the checks that a registry makes. :length is that of the schema's text.
\set n random(1, 9000000000000000000)
WITH counter AS (
    UPDATE contexts SET last_id = COALESCE(last_id, 0) + 1 WHERE name = '.' RETURNING last_id AS id
), content AS (
    INSERT INTO contents (context, id, guid, digest, schema_type, body)
    SELECT '.', id, decode(md5(:n::text), 'hex'), sha256(:n::text::bytea), 'AVRO', repeat('x', :length) FROM counter
), current_id AS (
    INSERT INTO current_ids (context, digest, id) SELECT '.', sha256(:n::text::bytea), id FROM counter
), logged AS (
    INSERT INTO change_log (ts, kind, context, subject, version, id, new_value)
    SELECT 1, 'register', '.', 'pgbench-' || :n, 1, id, to_json(md5(:n::text)::uuid)::text FROM counter RETURNING seq
), version AS (
    INSERT INTO versions (context, subject, version, id, deleted, ts, created_ts, written)
    SELECT '.', 'pgbench-' || :n, 1, id, 0, 1, 1, seq FROM counter, logged
)
INSERT INTO subjects (context, name, revision) SELECT '.', 'pgbench-' || :n, seq FROM logged;
