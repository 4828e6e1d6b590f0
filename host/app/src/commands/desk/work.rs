//! What the desk's threads do. They print nothing: the desk does.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use meterport_model::document::ReadoutDocument;
use meterport_update::{Mode, Offer, Question};

use super::news::{Done, News};
use super::said::Meter;
use super::updates::due;
use crate::cancel;
use crate::commands::{table, update, upload};
use crate::fault::Fault;
use crate::lease;
use crate::signed_in::signed_in;
use crate::updating::{self, Applied, Choice, Look};
use crate::waiting::OFTEN;
use crate::world::World;

/// Reads a meter and says what was read.
pub(super) fn read(meter: &Meter, world: &World<'_>) -> Done {
    let _lease = lease::busy(world);
    let outcome = upload::read(&meter.select, &meter.reading, world);
    let outcome = outcome.map(|document| shown(table::summary(&document), &document));
    Done::Read { meter: name(meter), outcome }
}

/// Reads a meter and delivers what is new.
pub(super) fn upload(meter: &Meter, patient: String, world: &World<'_>) -> Done {
    let _lease = lease::busy(world);
    let outcome = delivered(meter, patient, world);
    Done::Read { meter: name(meter), outcome }
}

fn delivered(meter: &Meter, patient: String, world: &World<'_>) -> Result<String, Fault> {
    let here = signed_in(None, None, world)?;
    let patient = upload::patient_ref(patient)?;
    upload::reached(&here)?;
    let document = upload::read(&meter.select, &meter.reading, world)?;
    let receipt = upload::deliver(&document, patient, &here, world)?;
    let text = upload::summary(&document, &receipt, &here.server.server());
    Ok(shown(text.trim_end().to_owned(), &document))
}

/// The summary, and what has to be known beside it.
fn shown(summary: String, document: &ReadoutDocument) -> String {
    let warnings = document.warnings.iter().map(|warning| format!("\n  {}", warning.message));
    warnings.fold(summary, |text, warning| text + &warning)
}

/// How the person called the meter.
fn name(meter: &Meter) -> String {
    match &meter.select.device {
        Some(device) => format!("{device}: "),
        None => String::new(),
    }
}

/// Asks the feeds, if nobody did within the last hour or somebody wants it now.
pub(super) fn check(is_wanted: bool, world: &World<'_>) -> Done {
    let outcome = checked(is_wanted, world);
    Done::Checked { outcome, is_wanted }
}

fn checked(is_wanted: bool, world: &World<'_>) -> Result<(), Fault> {
    if !is_wanted && !is_time(world)? {
        return Ok(());
    }
    let look = Look::asking(world)?;
    match look.trouble().filter(|_| is_wanted) {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

/// Whether a feed was not asked for an hour. Where none is to be asked, it never is.
fn is_time(world: &World<'_>) -> Result<bool, Fault> {
    let look = Look::from_disk(world)?;
    let rules = &look.updates.rules;
    if look.updates.sources.is_empty() || rules.mode == Mode::Off {
        return Ok(false);
    }
    let now = (world.host.now)();
    let is_old = |source: &meterport_update::Source| {
        let last = look.state.feeds.get(&source.fingerprint()).and_then(|feed| feed.last_check);
        last.is_none_or(|last| now.duration_since(last).abs() >= SignedDuration::from_hours(1))
    };
    Ok(look.updates.sources.iter().any(is_old))
}

/// Installs what is offered: all of it where somebody wants it, else what is due.
pub(super) fn apply(is_wanted: bool, news: &Sender<News>, world: &World<'_>) -> Done {
    Done::Applied(applied(
        is_wanted,
        false,
        &mut |offer, questions| {
            if is_wanted { asked(offer, questions, news) } else { Ok(false) }
        },
        world,
    ))
}

/// Installs what waited for the desk to be closed. Nobody is asked any more.
pub(super) fn apply_at_close(world: &World<'_>) -> Result<Applied, Fault> {
    applied(false, true, &mut |_, _| Ok(false), world)
}

fn applied(
    is_wanted: bool,
    is_closing: bool,
    ask: updating::Ask<'_>,
    world: &World<'_>,
) -> Result<Applied, Fault> {
    let look = Look::asking(world)?;
    let now = (world.host.now)();
    let offers = match is_wanted {
        true => look.offers().to_vec(),
        false => due(&look, now, is_closing),
    };
    if offers.is_empty() {
        return look.trouble().map_or(Ok(Applied::default()), Err);
    }
    let offers = update::in_hours(&look, offers, now, &TimeZone::system())?;
    let applied = updating::apply(world, &look, &offers, ask)?;
    updating::choose(world, &offers, Choice::Forget)?;
    Ok(applied)
}

/// Hands a question to the desk and waits for the answer.
fn asked(offer: &Offer, questions: &[Question], news: &Sender<News>) -> Result<bool, Fault> {
    let lines: String = questions.iter().map(|question| format!("  - {question}\n")).collect();
    let (id, version) = (&offer.item.id, &offer.item.version);
    let question = format!("{id} {version}:\n{lines}install it all the same? [y/N]");
    let (reply, answer) = channel();
    if news.send(News::Asks { question, reply }).is_err() {
        return Ok(false);
    }
    loop {
        match answer.recv_timeout(OFTEN) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Timeout) if !cancel::asked() => {}
            Err(_) => return Ok(false),
        }
    }
}
