-- Tokens that the registry issues. A token itself is nowhere, only its SHA-256.
CREATE TABLE api_tokens (
    id           TEXT COLLATE "C" PRIMARY KEY,
    hash         BYTEA NOT NULL UNIQUE,
    owner        TEXT COLLATE "C" NOT NULL,
    -- Lists as JSON.
    owner_groups TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    scopes       TEXT COLLATE "C",
    created_ts   BIGINT NOT NULL,
    expires_ts   BIGINT,
    last_used_ts BIGINT
);
