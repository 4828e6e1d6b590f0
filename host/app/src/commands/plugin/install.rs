//! `plugin install`: a driver of the signed feed by its id, or a file by hand.

use std::path::Path;

use meterport_model::codes::Code;
use meterport_update::{InstallOutcome, Origin, Question, compare};

use super::by_hand::{File, id, store};
use crate::consent::{agreed, asked, describe, vouched};
use crate::drivers::{self, Available};
use crate::fault::Fault;
use crate::offer::{self, Wanted, compiles};
use crate::policy::Updates;
use crate::world::World;

pub(super) fn run(what: &str, unsigned: bool, yes: bool, world: &World<'_>) -> Result<u8, Fault> {
    let path = Path::new(what);
    match (path.is_file(), unsigned) {
        (true, true) => unsigned_file(path, yes, world),
        (true, false) => signed_file(path, yes, world),
        (false, true) => Err(Fault::usage("`--unsigned` is for a file")
            .hint("leave it out, or name the driver's file")),
        (false, false) => from_feed(what, yes, world),
    }
}

fn from_feed(what: &str, yes: bool, world: &World<'_>) -> Result<u8, Fault> {
    let fetched = match offer::fetch(&id(what)?, world)? {
        Wanted::Fetched(fetched) => fetched,
        Wanted::Here(words) => {
            world.voice.remark(&words);
            return Ok(0);
        }
    };
    world.voice.remark(&fetched.told());
    agreed(&fetched.driver, &fetched.questions, yes, Code::UpdateQuestion, "Install it?")?;
    world.voice.remark(&offer::install(*fetched, world)?);
    Ok(0)
}

fn signed_file(path: &Path, yes: bool, world: &World<'_>) -> Result<u8, Fault> {
    // Under a policy that cannot be read nobody knows whose feeds count here.
    Updates::of(world)?;
    let file = File::read(path, world)?;
    let signed = file.signed().inspect_err(|_| world.voice.remark(&describe(&file.driver)))?;
    let mut questions = compare(&file.driver.manifest, &file.here);
    if let Some(installed) = signed.older_than {
        let older = Question::OlderThanInstalled { installed };
        if !questions.contains(&older) {
            questions.push(older);
        }
    }
    let driver = Available { signed_by: Some(signed.signed_by), ..file.driver };
    tell(&driver, &questions, world);
    agreed(&driver, &questions, yes, Code::UpdateQuestion, "Install it?")?;
    install(&driver, signed.origin, world)
}

fn unsigned_file(path: &Path, yes: bool, world: &World<'_>) -> Result<u8, Fault> {
    let file = File::read(path, world)?;
    let driver = &file.driver;
    file.allowed_unsigned()?;
    // RULE (updates.md 4.1, By hand): an unsigned driver never replaces a signed one, and those that
    // came with the program stand under its signature.
    if let Some(signed) = drivers::available(world)?.signed(driver.id()) {
        let (id, whose) = (driver.id(), vouched(signed));
        let message = format!("`{id}` {whose}, and an unsigned driver never takes its place");
        return Err(Fault::new(Code::PackageUnsigned, format!("{message}; nothing was installed"))
            .hint("give your driver an id of its own in `driver.toml`")
            .driver(id));
    }
    if !Updates::of(world)?.rules.unsigned {
        let message = "the policy of this machine allows no unsigned driver; nothing was installed";
        return Err(Fault::new(Code::Policy, message)
            .hint("ask whoever manages this computer")
            .driver(driver.id()));
    }
    let questions = compare(&driver.manifest, &file.here);
    tell(driver, &questions, world);
    let question = "Nobody vouches for this driver. Install it?";
    agreed(driver, &questions, yes, Code::PackageUnsigned, question)?;
    install(driver, Origin::Unsigned, world)
}

fn tell(driver: &Available, questions: &[Question], world: &World<'_>) {
    world.voice.remark(&describe(driver));
    if !questions.is_empty() {
        world.voice.remark(&format!("to be known before:\n{}", asked(questions)));
    }
}

/// Only now is anything compiled; everything that could fail at the meter fails here.
fn install(driver: &Available, origin: Origin, world: &World<'_>) -> Result<u8, Fault> {
    compiles(driver)?;
    let manifest = &driver.manifest;
    let outcome =
        store(world)?.install(&driver.package, &manifest.id, &manifest.version, origin)?;
    world.voice.remark(&match outcome {
        InstallOutcome::Installed { .. } => {
            format!("installed `{}` {}", manifest.id, manifest.version)
        }
        InstallOutcome::Replaced { before, .. } => {
            format!("replaced `{}` {} with {}", manifest.id, before.version, manifest.version)
        }
        InstallOutcome::Unchanged => format!("`{}` was installed already", manifest.id),
    });
    Ok(0)
}
