//! The registry server's command.

fn main() {}
