-- What was revoked of accounts. Tokens themselves are kept nowhere: they are good unless something here ends them.

CREATE TABLE presspass_revocation (
    -- The original must be able to delete accounts. Its ids have 4 or 8 bytes.
    account_id bigint NOT NULL PRIMARY KEY REFERENCES auth_user (id) ON DELETE CASCADE,
    -- Tokens issued before this moment have ended; in seconds since 1970, as tokens count.
    revoked_before bigint,
    -- Of the hash of the password as one of our servers last saw it: another program may change it.
    known_password bytea CHECK (length(known_password) = 32)
);

-- Lines of tokens that were revoked one by one: a token and what is refreshed from it.
CREATE TABLE presspass_revoked_token (
    account_id bigint NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
    -- The SHA-256 of what names the line.
    line bytea NOT NULL CHECK (length(line) = 32),
    -- From when on no token of the line can be good, in seconds since 1970: the row may go.
    expires_at bigint NOT NULL,
    PRIMARY KEY (account_id, line)
);

CREATE INDEX presspass_revoked_token_expires_at ON presspass_revoked_token (expires_at);
