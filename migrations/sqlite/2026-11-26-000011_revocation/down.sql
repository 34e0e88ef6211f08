DROP TABLE presspass_revoked_token;
DROP TABLE presspass_revocation;
