//! The sandbox and the rules, inside one process: hostile drivers, lasting record ids.

mod identity;
mod sandbox;

mod support;
