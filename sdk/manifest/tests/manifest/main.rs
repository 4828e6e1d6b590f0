//! The grammar of `driver.toml`, rule by rule, and what matching makes of it.

#![cfg(test)] // Tells clippy that helpers may panic, too.

mod example;
mod grammar_file;
mod grammar_match;
mod grammar_values;
mod matching;
mod overlapping;
mod support;
mod widening;
