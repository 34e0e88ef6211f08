DROP TABLE presspass_throttle;
