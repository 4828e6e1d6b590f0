//! A publisher, its server, and a computer with the launcher.

mod computer;
mod desk;
mod server;
mod site;

pub use computer::Computer;
pub use desk::Desk;
pub use server::{Reply, Server};
pub use site::{Release, Site, meter_x};
