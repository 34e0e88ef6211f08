//! The wire form: fields, validation into the framework's error shape, representations, metadata.
