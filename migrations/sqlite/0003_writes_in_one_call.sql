-- On Postgres this is where each write becomes one function. Here there is no way to the database that could be saved.

-- What lists are paged by, in the order of the text of subjects: see the same lines for Postgres.
ALTER TABLE subjects ADD COLUMN qualified TEXT NOT NULL
    GENERATED ALWAYS AS (CASE WHEN context = '.' THEN name ELSE ':' || context || ':' || name END) VIRTUAL;
CREATE UNIQUE INDEX subjects_by_qualified ON subjects (qualified, context, name);
CREATE INDEX subjects_by_name ON subjects (name);
CREATE INDEX versions_deleted ON versions (context, subject) WHERE deleted = 1;
CREATE INDEX contents_with_rules ON contents (context, id) WHERE rule_set IS NOT NULL;
