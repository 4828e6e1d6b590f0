//! `config`: shows and changes settings, says where files are, prints udev rules.

use crate::cli::Config as Action;
use crate::commands::print;
use crate::data::Places;
use crate::drivers;
use crate::fault::Fault;
use crate::world::World;

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
        Action::Path => return path(&world.places),
        Action::Udev { group } => {
            let access = udev::Access::new(group.as_deref())?;
            let drivers = drivers::available(world)?;
            print(&udev::rules(drivers.iter().map(|driver| &driver.manifest), &access))?;
        }
    }
    Ok(0)
}

/// Where the files are; asked most when one of them is broken.
pub(crate) fn path(places: &Places) -> Result<u8, Fault> {
    print(&format!(
        "config\t{}\npolicy\t{}\ndata\t{}\n",
        places.config.display(),
        places.policy.display(),
        places.data.display(),
    ))?;
    Ok(0)
}
