//! The program as a person runs it: simulated meters on real serial ports, recordings, hostile
//! drivers, exit codes and documents.

mod choosing;
mod demo;
mod hostile;
mod mistakes;
mod plugins;
mod privacy;
mod recordings;
mod sync;
mod trouble;

mod support;
