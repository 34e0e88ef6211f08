//! What every endpoint shares on actix-web: negotiation, parsers, failures, pages.
