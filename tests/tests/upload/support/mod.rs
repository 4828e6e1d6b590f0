//! The far ends of the upload: servers in and out of this process, honest and not.

pub mod far_end;
pub mod practice;
pub mod server_program;
