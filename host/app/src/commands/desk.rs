//! `desk`: stays open, shows meters as they come, reads them, offers drivers and new versions, and
//! installs what waits when it is closed. The clinic's window until there is a graphical one.
//!
//! One loop decides and prints; what takes long runs in threads of its own, so that a driver is
//! installed while another meter is read. A session keeps the driver it began with.

use std::collections::{BTreeSet, VecDeque};
use std::io::IsTerminal as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::Scope;
use std::time::{Duration, Instant};

use meterport_manifest::DriverId;

use super::devices::{self, Device};
use super::selftest;
use crate::cancel;
use crate::drivers::{self, Drivers};
use crate::fault::Fault;
use crate::offer::Fetched;
use crate::running::Running;
use crate::world::World;

mod act;
mod news;
mod said;
mod shown;
mod updates;
mod work;

use news::{Done, News};
use said::Meter;
use shown::{card, installed, say, say_fault};
use updates::Waiting;

/// How often the desk looks what is attached.
const LOOK: Duration = Duration::from_millis(500);
/// How long a new version of the program has to live to be called good.
const GOOD_AFTER: Duration = Duration::from_secs(30);
/// How often the feeds are asked while the desk is open.
const CHECK: Duration = Duration::from_secs(60 * 60);
/// How often it is looked whether something is due, which reads the stored feeds.
const DUE: Duration = Duration::from_secs(5 * 60);

/// What the launcher understands as "start the newest version again".
const RESTART: u8 = 75;

pub(crate) fn run(world: &World<'_>, running: &Running) -> Result<u8, Fault> {
    self_test(world).inspect_err(|_| running.failed())?;
    running.passed();
    let quiet = world.quiet();
    let (closed, waiting) =
        std::thread::scope(|scope| Desk::open(world, &quiet, running, scope)?.stay())?;
    match closed {
        Closed::Restart => return Ok(RESTART),
        Closed::ByHand if waiting.is_for_closing() => {
            say("installing what waited for the desk to be closed")?;
            say(installed(&work::apply_at_close(world)?).trim_end())?;
        }
        Closed::ByHand | Closed::Ended => {}
    }
    Ok(0)
}

/// The stores open, and a driver compiles, if there is one. A new version that cannot do that is not
/// to be kept.
fn self_test(world: &World<'_>) -> Result<(), Fault> {
    if drivers::available(world)?.iter().next().is_some() {
        selftest::runs_a_driver(world)?;
    }
    Ok(())
}

/// Why the desk was closed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Closed {
    /// Somebody closed it.
    ByHand,
    /// The system wants the program to end, or somebody pressed Ctrl-C.
    Ended,
    /// A new version of the program was installed and is to be started.
    Restart,
}

/// What the next line answers.
enum Question {
    /// Whether this driver is installed, and the meter that it is for.
    Install(Box<Fetched>, Option<String>),
    /// Whose results these are.
    Patient(Meter),
    /// A thread's question.
    Asked(Sender<bool>),
}

struct Desk<'env, 'scope> {
    world: &'env World<'env>,
    /// For threads: what they say is handed to the desk, which prints it.
    quiet: &'env World<'env>,
    running: &'env Running,
    scope: &'scope Scope<'scope, 'env>,
    news: Sender<News>,
    heard: Receiver<News>,
    drivers: Drivers,
    /// The generation that the drivers are of.
    generation: u64,
    shown: Vec<Device>,
    /// For which meters which drivers were offered.
    offered: BTreeSet<(String, DriverId)>,
    /// What is asked, with what the next lines answer; the first was said.
    questions: VecDeque<(String, Question)>,
    /// Nobody will answer any more.
    is_deaf: bool,
    waiting: Waiting,
    opened: Instant,
    /// When the feeds were asked, and when it was looked what is due.
    checked: Instant,
    looked: Instant,
    /// Nothing is installed by itself before that.
    not_before: Instant,
    /// Why it was not seen what is attached, if so; told once.
    trouble: Option<String>,
    /// How many threads are at work.
    at_work: usize,
    /// It is closed as soon as nothing is at work.
    closing: Option<Closed>,
}

impl<'env, 'scope> Desk<'env, 'scope> {
    fn open(
        world: &'env World<'env>,
        quiet: &'env World<'env>,
        running: &'env Running,
        scope: &'scope Scope<'scope, 'env>,
    ) -> Result<Self, Fault> {
        let (news, heard) = channel();
        news::listen(news.clone());
        let now = Instant::now();
        let mut desk = Self {
            drivers: drivers::available(world)?,
            generation: generation(world)?,
            waiting: Waiting::of(world),
            shown: Vec::new(),
            offered: BTreeSet::new(),
            questions: VecDeque::new(),
            is_deaf: false,
            trouble: None,
            opened: now,
            checked: now,
            looked: now,
            not_before: now,
            at_work: 0,
            closing: None,
            world,
            quiet,
            running,
            scope,
            news,
            heard,
        };
        match std::io::stdin().is_terminal() {
            true => say("the desk is open; plug a meter in. `help` shows what can be said")?,
            false => say("the desk is open")?,
        }
        desk.tell_waiting()?;
        desk.check(false);
        Ok(desk)
    }

    /// Stays until somebody closes it.
    fn stay(mut self) -> Result<(Closed, Waiting), Fault> {
        loop {
            if cancel::asked() {
                return Ok((Closed::Ended, self.waiting));
            }
            if let Some(closed) = self.closing.filter(|_| self.at_work == 0) {
                return Ok((closed, self.waiting));
            }
            self.look()?;
            self.tick();
            match self.heard.recv_timeout(LOOK) {
                Ok(news) => self.hear(news)?,
                // The desk itself holds a sender, so nothing is ever disconnected.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }

    /// Shows what came, changed and went. What keeps it from being seen is told once, and the desk
    /// stays open.
    fn look(&mut self) -> Result<(), Fault> {
        let seen = match self.seen() {
            Ok(seen) => seen,
            Err(fault) if self.trouble.as_ref() == Some(&fault.object().message) => return Ok(()),
            Err(fault) => {
                self.trouble = Some(fault.object().message.clone());
                return say_fault("", &fault);
            }
        };
        self.trouble = None;
        let before = std::mem::replace(&mut self.shown, seen.clone());
        for (event, device) in devices::changes(&before, &seen) {
            say(&card(event, device))?;
            if event == "removed" {
                self.offered.retain(|(id, _)| *id != device.id);
            } else {
                self.offer(device);
            }
        }
        Ok(())
    }

    /// Fetches the one driver that the feed has for this meter, so that somebody can be asked about it:
    /// once for as long as the meter is attached, and only where somebody can answer.
    fn offer(&mut self, device: &Device) {
        let Some(id) = device.one_to_install().filter(|_| !self.is_deaf) else { return };
        if let Ok(driver) = DriverId::parse(id)
            && self.offered.insert((device.id.clone(), driver.clone()))
        {
            self.fetch(driver, Some(device.id.clone()));
        }
    }

    fn seen(&mut self) -> Result<Vec<Device>, Fault> {
        let now = generation(self.world)?;
        if now != self.generation {
            self.drivers = drivers::available(self.world)?;
            self.generation = now;
        }
        devices::list(self.world, &self.drivers)
    }

    /// What happens by itself.
    fn tick(&mut self) {
        if self.opened.elapsed() >= GOOD_AFTER {
            self.running.good();
        }
        if self.checked.elapsed() >= CHECK {
            self.check(false);
        }
        if self.looked.elapsed() >= DUE {
            self.looked = Instant::now();
            self.waiting = Waiting::of(self.world);
        }
        let now = (self.world.host.now)();
        let may_begin = self.at_work == 0 && self.closing.is_none();
        if may_begin && Instant::now() >= self.not_before && self.waiting.is_due(now) {
            self.apply(false);
        }
    }

    /// Does something in a thread of its own and tells what came of it.
    fn work(&mut self, what: impl FnOnce() -> Done + Send + 'scope) {
        self.at_work += 1;
        let news = self.news.clone();
        self.scope.spawn(move || {
            let _ = news.send(News::Done(what()));
        });
    }
}

/// Which change of what is installed counts now.
fn generation(world: &World<'_>) -> Result<u64, Fault> {
    let Some(store) = world.places.store()? else { return Ok(0) };
    Ok(store.plugins()?.number)
}
