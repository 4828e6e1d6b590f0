//! `config`: shows and changes settings, says where files are, prints udev rules.

use crate::cli::Config as Action;
use crate::commands::{World, print};
use crate::drivers;
use crate::fault::Fault;

mod udev;

pub(crate) fn run(action: &Action, world: &World<'_>) -> Result<u8, Fault> {
    match action {
        Action::Get { key, source } => {
            let (value, decided) = world.config.get(key)?;
            let value = value.unwrap_or_default();
            let source = if *source { format!("\t{}", decided.as_str()) } else { String::new() };
            print(&format!("{value}{source}\n"))?;
        }
        Action::Set { key, value } => {
            world.config.set(&world.places, key, value)?;
            world.voice.remark(&format!("`{key}` is now `{value}`"));
        }
        Action::Path => print(&format!(
            "config\t{}\npolicy\t{}\ndata\t{}\n",
            world.places.config.display(),
            world.places.policy.display(),
            world.places.data.display(),
        ))?,
        Action::Udev => {
            let drivers = drivers::available(&world.places, world.host, world.voice)?;
            print(&udev::rules(drivers.iter().map(|driver| &driver.manifest)))?;
        }
    }
    Ok(0)
}
