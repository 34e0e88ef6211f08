-- Sessions. Those of the original are in django_session, which we leave alone.

CREATE TABLE presspass_session (
    -- The SHA-256 of the key in the browser's cookie: a copy of this table opens no session.
    digest blob NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    -- The original must be able to delete accounts.
    account_id integer NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
    -- Of the hash of the password by which it began.
    fingerprint blob NOT NULL CHECK (length(fingerprint) = 32),
    began_at datetime NOT NULL,
    expires_at datetime NOT NULL
) WITHOUT ROWID;

CREATE INDEX presspass_session_account_id ON presspass_session (account_id, began_at);
CREATE INDEX presspass_session_expires_at ON presspass_session (expires_at);
