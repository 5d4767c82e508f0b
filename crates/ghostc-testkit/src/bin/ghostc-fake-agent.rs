//! A scripted stand-in for a coding agent; `ghostc_testkit::fake_agent` documents its scripts.

fn main() -> std::process::ExitCode {
    ghostc_testkit::fake_agent::main(std::env::args_os())
}
