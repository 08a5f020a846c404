-- Tokens that the registry issues. A token itself is nowhere, only its SHA-256.
CREATE TABLE api_tokens (
    id           TEXT PRIMARY KEY,
    hash         BLOB NOT NULL UNIQUE,
    owner        TEXT NOT NULL,
    -- Lists as JSON.
    owner_groups TEXT NOT NULL,
    name         TEXT NOT NULL,
    scopes       TEXT,
    created_ts   BIGINT NOT NULL,
    expires_ts   BIGINT,
    last_used_ts BIGINT
);
