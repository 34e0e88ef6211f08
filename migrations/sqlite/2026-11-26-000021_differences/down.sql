DROP TABLE presspass_difference;
