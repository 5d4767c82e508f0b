//! The commands. Each file of the folder is one command; `build.rs` lists them.

include!(concat!(env!("OUT_DIR"), "/commands.rs"));
