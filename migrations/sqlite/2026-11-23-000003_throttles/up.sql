-- When keys were used, for throttles: one row for each key, its uses in microseconds since 1970, 8 bytes each, oldest
-- first. A row may go once expires_at is past.

CREATE TABLE presspass_throttle (
    key text NOT NULL PRIMARY KEY,
    uses blob NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX presspass_throttle_expires_at ON presspass_throttle (expires_at);
