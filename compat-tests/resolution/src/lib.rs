//! Generated types of many readers' schemas; the folder `tests` decodes data of other writers' schemas into them.
#![expect(missing_docs, reason = "the modules are numbered")]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
