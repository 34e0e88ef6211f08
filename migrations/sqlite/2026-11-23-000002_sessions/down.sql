DROP TABLE presspass_session;
