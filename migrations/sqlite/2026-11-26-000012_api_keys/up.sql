-- API keys. Those of REST framework's authtoken are in authtoken_token, which we only read.

CREATE TABLE presspass_api_key (
    -- Never given twice: a list that was read before names no other key.
    id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- The SHA-256 of the key: a copy of this table opens nothing.
    digest blob NOT NULL UNIQUE CHECK (length(digest) = 32),
    -- The original must be able to delete accounts.
    account_id integer NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    -- Permissions with blanks between, or *.
    scopes text NOT NULL,
    created_at datetime NOT NULL,
    expires_at datetime,
    last_used_at datetime
);

CREATE INDEX presspass_api_key_account_id ON presspass_api_key (account_id);
CREATE INDEX presspass_api_key_expires_at ON presspass_api_key (expires_at);
