//! The program as a build of another version: the end-to-end tests of updates pack it as such.

#![allow(clippy::print_stderr, reason = "a test program")]

mod built;

fn main() -> std::process::ExitCode {
    built::run()
}
