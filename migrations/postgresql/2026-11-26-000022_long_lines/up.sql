-- Tokens that others issued, and that are good for longer than any of ours, outlive what is kept of their lines. Once one
-- was refreshed, lines of its account that are revoked are kept until this moment at least; in seconds since 1970.

ALTER TABLE presspass_revocation ADD COLUMN lines_until bigint;
