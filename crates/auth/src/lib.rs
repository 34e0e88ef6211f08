//! Who is calling and what they may do: password hashes, tokens, an ordered chain of authenticators, permissions.
