//! A version of the program that was released with a mistake: its window and its self-test end at
//! once. Everything else works, so nothing but a trial finds it.

#![allow(clippy::print_stderr, reason = "a test program")]

mod built;

fn main() -> std::process::ExitCode {
    if std::env::args().any(|word| word == "desk" || word == "selftest") {
        eprintln!("this version is broken");
        std::process::exit(1);
    }
    built::run()
}
