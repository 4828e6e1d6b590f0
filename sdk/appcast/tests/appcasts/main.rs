//! Reading appcasts is lenient, accepting them is strict. The feeds stand in `tests/feeds`, one for
//! each oddity and named for it; `manner-*` are in the manner of other products. All were written
//! for these tests.

#![cfg(test)] // Tells clippy that helpers may panic, too.

mod limits;
mod manners;
mod oddities;
mod ours;
mod support;
mod withdrawals;
