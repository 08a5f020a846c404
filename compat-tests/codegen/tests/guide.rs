//! The code of the guide in `avro-codegen/docs`: that it compiles and runs as the pages say.

include!(concat!(env!("OUT_DIR"), "/guide.rs"));
