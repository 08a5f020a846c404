-- On Postgres this is where each write becomes one function. Here there is no way to the database that could be saved.

-- What lists are paged by, in the order of the text of subjects: see the same lines for Postgres.
ALTER TABLE subjects ADD COLUMN qualified TEXT NOT NULL
    GENERATED ALWAYS AS (CASE WHEN context = '.' THEN name ELSE ':' || context || ':' || name END) VIRTUAL;
CREATE UNIQUE INDEX subjects_by_qualified ON subjects (qualified, context, name);
CREATE INDEX subjects_by_name ON subjects (name);
CREATE INDEX versions_deleted ON versions (context, subject) WHERE deleted = 1;
CREATE INDEX contents_with_rules ON contents (context, id) WHERE rule_set IS NOT NULL;

-- What tells this history of the database from another one, in one row: a backup that is restored may lack writes that were
-- acknowledged, and would give out their ids a second time.
CREATE TABLE history (
    one          BIGINT PRIMARY KEY CHECK (one = 1),
    -- How many ids were left out so far: where contexts begin that come to be.
    skipped      BIGINT NOT NULL,
    -- When an operator last confirmed that this history goes on, in milliseconds since 1970; 0 for never.
    confirmed_ts BIGINT NOT NULL
);

INSERT INTO history (one, skipped, confirmed_ts) VALUES (1, 0, 0);
