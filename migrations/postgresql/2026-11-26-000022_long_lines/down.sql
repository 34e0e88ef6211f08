ALTER TABLE presspass_revocation DROP COLUMN lines_until;
