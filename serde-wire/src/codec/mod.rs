//! The codec that generated code runs on.
