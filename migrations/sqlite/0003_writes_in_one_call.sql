-- On Postgres this is where each write becomes one function. Here there is no way to the database that could be saved, and
-- nothing to change.
SELECT 1;
