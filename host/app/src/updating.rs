//! Updates as commands and the window need them: *look* at what is trusted and what it means here,
//! *choose* when, *apply*.
//!
//! Nothing here ever keeps anybody from reading a meter, and nothing is changed before everything was
//! verified.

mod apply;
mod choose;
mod look;
mod program;

pub(crate) use apply::{Applied, Ask, apply};
pub(crate) use choose::{Choice, Pending, choose, is_due, pending};
pub(crate) use look::{Feed, Look};
pub(crate) use program::{try_out, try_out_this_one};
