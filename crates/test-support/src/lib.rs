//! Test databases on both engines, a running server on a free port, a clock one can set.
