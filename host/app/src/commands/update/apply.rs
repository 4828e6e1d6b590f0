//! `update apply`: installs what is offered, or keeps when that is to happen.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meterport_appcast::ItemId;
use meterport_model::codes::Code;
use meterport_update::{Offer, Question};

use super::{report, when};
use crate::cli::{Apply, When};
use crate::fault::Fault;
use crate::terminal;
use crate::updating::{self, Applied, Choice, Look};
use crate::waiting::answered;
use crate::world::World;

pub(super) fn run(apply: &Apply, world: &World<'_>) -> Result<u8, Fault> {
    let (now, zone) = ((world.host.now)(), TimeZone::system());
    match &apply.when {
        When { skip: Some(skip), .. } => return skipped(skip, world),
        When { later: true, .. } => return wait(Choice::WhenClosed, world),
        When { tonight: Some(time), .. } => {
            return wait(Choice::At(when::tonight(time, now, &zone)?), world);
        }
        When { days: Some(days), .. } => {
            return wait(Choice::At(when::in_days(*days, now, &zone)?), world);
        }
        _ => {}
    }
    let look = Look::asking(world)?;
    let offers: Vec<Offer> = look.offers().to_vec();
    let for_others = look.for_others();
    if let Some(offer) = for_others {
        let version = &offer.item.version;
        world.voice.remark(&format!(
            "the program {version} is out; install it from where this one came from"
        ));
    }
    if offers.is_empty() {
        // An old feed is no reason to say that there is nothing new.
        if let Some(fault) = look.trouble() {
            return Err(fault);
        }
        if for_others.is_none() {
            world.voice.remark("nothing new");
        }
        return Ok(0);
    }
    let offers = in_hours(&look, offers, now, &zone)?;
    for offer in &offers {
        world.voice.remark(report::update(offer).trim_end());
    }
    if offers.iter().any(|offer| offer.item.id == ItemId::App) {
        updating::try_out_this_one()?;
    }
    let applied = updating::apply(world, &look, &offers, &mut |offer, questions| {
        asked(offer, questions, apply.yes, world)
    })?;
    updating::choose(world, &offers, Choice::Forget)?;
    say(&applied, world)?;
    Ok(0)
}

/// What may be installed at this time. The hours of the policy hold for people too, save for what has
/// waited too long; those of the user are for what happens by itself.
pub(in crate::commands) fn in_hours(
    look: &Look,
    mut offers: Vec<Offer>,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<Offer>, Fault> {
    let rules = &look.updates.rules;
    let here = now.to_zoned(zone.clone()).datetime();
    if !look.updates.has_hours_of_policy || rules.is_open(here) {
        return Ok(offers);
    }
    offers.retain(|offer| {
        offer.critical && offer.item.date.is_some_and(|since| rules.is_overdue(since, now))
    });
    if !offers.is_empty() {
        return Ok(offers);
    }
    let next = rules.hours.as_ref().and_then(|hours| hours.next(here));
    let next = next.map(|next| next.strftime("%Y-%m-%d %H:%M").to_string());
    let message = "this machine's policy installs nothing at this time; nothing was changed";
    Err(Fault::new(Code::Policy, message).hint(match next {
        Some(next) => format!("it may be installed from {next}; `--later` and `--tonight` wait"),
        None => "ask whoever manages this computer".to_owned(),
    }))
}

/// A person answers on a terminal, or said yes beforehand.
fn asked(
    offer: &Offer,
    questions: &[Question],
    yes: bool,
    world: &World<'_>,
) -> Result<bool, Fault> {
    let what = format!("{} {}", report::name(&offer.item.id), offer.item.version);
    let lines: Vec<String> = questions.iter().map(ToString::to_string).collect();
    if yes {
        for line in &lines {
            world.voice.remark(&format!("{what}: {line}"));
        }
        return Ok(true);
    }
    if !terminal::can_ask() {
        return Err(Fault::new(
            Code::UpdateQuestion,
            format!("{what}: a person has to answer first"),
        )
        .hint("nothing was changed; answer all of these with `--yes`:")
        .candidates(lines));
    }
    let question = format!("{what}:\n  {}\ninstall it all the same?", lines.join("\n  "));
    answered(move || terminal::confirm(&question))
}

fn say(applied: &Applied, world: &World<'_>) -> Result<(), Fault> {
    for (id, version) in &applied.drivers {
        world.voice.remark(&format!("installed driver `{id}` {version}; the next reading uses it"));
    }
    for (id, version) in &applied.declined {
        world.voice.remark(&format!("left out {} {version}", report::name(id)));
    }
    let Some((version, package)) = &applied.program else { return Ok(()) };
    world.voice.remark(&format!("installed the program {version}; it runs from the next start"));
    if updating::try_out(package)? {
        world.voice.remark("its self-test passed");
    } else {
        world.voice.warn(
            "its self-test did not pass; it is tried at the next two starts of the window, then the \
             version before is used again. `meterport update rollback` goes back at once",
        );
    }
    Ok(())
}

fn wait(choice: Choice, world: &World<'_>) -> Result<u8, Fault> {
    let look = Look::from_disk(world)?;
    if look.offers().is_empty() {
        return Err(nothing_known());
    }
    updating::choose(world, look.offers(), choice)?;
    let when = match choice {
        Choice::At(at) => format!("from {}", report::local(at)),
        _ => "when the window is closed".to_owned(),
    };
    for offer in look.offers() {
        let name = report::name(&offer.item.id);
        world.voice.remark(&format!("{name} {} will be installed {when}", offer.item.version));
    }
    Ok(0)
}

fn skipped(text: &str, world: &World<'_>) -> Result<u8, Fault> {
    let (id, version) = when::skipped(text)?;
    let look = Look::from_disk(world)?;
    let is_it = |offer: &&Offer| {
        offer.item.id == id && version.as_ref().is_none_or(|version| offer.item.version == *version)
    };
    let all = &look.decision;
    let mut offers = all.updates.iter().chain(&all.without_app).chain(&all.available);
    let offer = offers.find(is_it).ok_or_else(nothing_known)?;
    if offer.critical {
        let message = format!(
            "{} {} is critical and cannot be skipped",
            report::name(&id),
            offer.item.version
        );
        return Err(
            Fault::new(Code::Policy, message).hint("choose a time with `--tonight` or `--in`")
        );
    }
    updating::choose(world, std::slice::from_ref(offer), Choice::Skip)?;
    world.voice.remark(&format!(
        "{} {} will not be offered here again",
        report::name(&id),
        offer.item.version
    ));
    Ok(0)
}

fn nothing_known() -> Fault {
    Fault::usage("no such update is known here")
        .hint("`meterport update check` asks the feed, and shows ids and versions")
}
