//! What an account and a post are: entities, value types, permission codenames.
