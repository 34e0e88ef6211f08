//! The endpoints: one module for each path, and the route table.

pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod api_auth;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod jwks;
pub(crate) mod resource;
pub(crate) mod route;
pub(crate) mod routes;
pub(crate) mod schema;
pub(crate) mod setup;
pub(crate) mod view;
