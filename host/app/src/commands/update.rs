//! `update`: what is new, who decides, installing it, going back.

mod apply;
mod document;
mod report;
mod rollback;
mod when;

pub(super) use apply::in_hours;

use crate::cli::Update as Action;
use crate::commands::{print, print_json};
use crate::fault::Fault;
use crate::updating::Look;
use crate::world::World;

pub(crate) fn run(action: &Action, world: &World<'_>) -> Result<u8, Fault> {
    match action {
        Action::Check(json) => {
            let look = Look::asking(world)?;
            show(&look, json.json, String::new(), world)?;
            // What is known was shown; that nobody answers, or the feed is too old, is an error.
            look.trouble().map_or(Ok(0), Err)
        }
        Action::Status(json) => {
            let look = Look::from_disk(world)?;
            show(&look, json.json, report::policy(&look), world)?;
            Ok(0)
        }
        Action::Apply(apply) => apply::run(apply, world),
        Action::Rollback { yes } => rollback::run(*yes, world),
    }
}

/// What is new, what waits, and what must not be used, for people.
pub(super) fn news(look: &Look) -> String {
    report::news(look, false)
}

fn show(look: &Look, json: bool, end: String, world: &World<'_>) -> Result<(), Fault> {
    if json {
        return print_json(&document::document(look));
    }
    let feeds = report::feeds(look, (world.host.now)());
    let news = report::news(look, world.voice.verbose);
    print(&format!("{feeds}{news}{end}"))
}
