DROP TABLE presspass_api_key;
