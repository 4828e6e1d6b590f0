//! What the desk does with what it hears: a line, a question, a thread that is done.

use std::time::Instant;

use meterport_manifest::DriverId;

use super::news::{Done, News};
use super::said::{self, Meter, Said, When};
use super::shown::{card, installed, say, say_fault};
use super::updates::{self, Waiting};
use super::{CHECK, Closed, DUE, Desk, Question, work};
use crate::cli::{Reading, Select};
use crate::drivers;
use crate::fault::Fault;
use crate::offer::{self, Wanted};
use crate::terminal;

impl Desk<'_, '_> {
    /// Takes note of one thing that happened.
    pub(super) fn hear(&mut self, news: News) -> Result<(), Fault> {
        match news {
            News::Line(line) => self.line(&line),
            News::InputEnded => {
                // Nobody can answer any more: what was asked is declined.
                self.is_deaf = true;
                self.questions.clear();
                Ok(())
            }
            News::Asks { question, reply } => self.ask(question, Question::Asked(reply)),
            News::Done(done) => {
                self.at_work = self.at_work.saturating_sub(1);
                self.done(done)
            }
        }
    }

    fn line(&mut self, line: &str) -> Result<(), Fault> {
        if let Some((_, question)) = self.questions.pop_front() {
            self.answer(question, line)?;
            return match self.questions.front() {
                Some((text, _)) => say(text),
                None => Ok(()),
            };
        }
        match said::understood(line) {
            Ok(None) => Ok(()),
            Ok(Some(said)) => self.act(said),
            Err(fault) => say_fault("", &fault),
        }
    }

    fn act(&mut self, said: Said) -> Result<(), Fault> {
        match said {
            Said::Quit => {
                if self.at_work > 0 {
                    say("closing as soon as what runs is done; Ctrl-C ends it now")?;
                }
                self.closing = Some(Closed::ByHand);
            }
            Said::Help => say(said::HELP.trim_end())?,
            Said::Devices if self.shown.is_empty() => say("nothing is attached")?,
            Said::Devices => {
                self.shown.iter().try_for_each(|device| say(&card("attached", device)))?;
            }
            Said::Read(meter) => self.read(meter),
            Said::Upload { meter, patient: Some(patient) } => self.upload(meter, patient),
            Said::Upload { meter, patient: None } => {
                let text = "patient's id in the practice?".to_owned();
                self.ask(text, Question::Patient(meter))?;
            }
            Said::Install { id } => match DriverId::parse(&id) {
                Ok(id) => self.fetch(id, None),
                Err(_) => say("that is not the id of a driver")?,
            },
            Said::Check => self.check(true),
            Said::Update { when: None } => {
                self.waiting = Waiting::of(self.world);
                match self.waiting.text.is_empty() {
                    true => say("nothing new; `check` asks the feed")?,
                    false => self.tell_waiting()?,
                }
            }
            Said::Update { when: Some(When::Now) } => self.apply(true),
            Said::Update { when: Some(when) } => {
                if let Err(fault) = updates::keep(when, self.world) {
                    say_fault("", &fault)?;
                }
                self.waiting = Waiting::of(self.world);
            }
        }
        Ok(())
    }

    /// Asks somebody, after what was asked before is answered. Where nobody can answer, it is declined.
    fn ask(&mut self, text: String, question: Question) -> Result<(), Fault> {
        if self.is_deaf {
            return say(&format!("{text}\nnobody is here to answer"));
        }
        if self.questions.is_empty() {
            say(&text)?;
        }
        self.questions.push_back((text, question));
        Ok(())
    }

    fn answer(&mut self, question: Question, line: &str) -> Result<(), Fault> {
        match question {
            Question::Patient(meter) => self.upload(meter, line.trim().to_owned()),
            Question::Install(fetched, meter) if terminal::is_yes(line) => {
                let quiet = self.quiet;
                self.work(move || Done::Installed {
                    meter,
                    outcome: offer::install(*fetched, quiet),
                });
            }
            Question::Install(..) => say("nothing was installed")?,
            Question::Asked(reply) => {
                // The thread may have given up meanwhile.
                let _ = reply.send(terminal::is_yes(line));
            }
        }
        Ok(())
    }

    fn done(&mut self, done: Done) -> Result<(), Fault> {
        match done {
            Done::Read { meter, outcome: Ok(text) } => say(&format!("{meter}{text}")),
            Done::Read { meter, outcome: Err(fault) } => say_fault(&meter, &fault),
            Done::Fetched { outcome: Ok(Wanted::Here(words)), .. } => say(&words),
            Done::Fetched { outcome: Ok(Wanted::Fetched(fetched)), meter } => {
                let text = format!("{}\ninstall it? [y/N]", fetched.told());
                self.ask(text, Question::Install(fetched, meter))
            }
            Done::Installed { outcome: Ok(words), meter } => {
                say(&words)?;
                if let Some(id) = meter {
                    let select = Select { device: Some(id), ..Select::default() };
                    self.read(Meter { select, reading: Reading::default() });
                }
                Ok(())
            }
            Done::Fetched { outcome: Err(fault), .. }
            | Done::Installed { outcome: Err(fault), .. } => say_fault("", &fault),
            Done::Checked { outcome, is_wanted } => self.was_checked(outcome, is_wanted),
            Done::Applied(Ok(applied)) => {
                self.waiting = Waiting::of(self.world);
                if !applied.declined.is_empty() {
                    // What waits for a person is not fetched again and again meanwhile.
                    self.not_before = Instant::now() + CHECK;
                }
                if applied.program.is_some() && self.running.is_launched() {
                    self.closing = Some(Closed::Restart);
                }
                say(installed(&applied).trim_end())
            }
            Done::Applied(Err(fault)) => {
                self.not_before = Instant::now() + DUE;
                say_fault("", &fault)
            }
        }
    }

    /// What was withdrawn is disabled from now on, and what is new is told.
    fn was_checked(&mut self, outcome: Result<(), Fault>, is_wanted: bool) -> Result<(), Fault> {
        self.drivers = drivers::available(self.world)?;
        let before = std::mem::replace(&mut self.waiting, Waiting::of(self.world));
        match outcome {
            Err(fault) if is_wanted => say_fault("", &fault)?,
            // That nobody answers is no news for somebody who reads meters; `update` tells it.
            Err(_) => {}
            Ok(()) if is_wanted && self.waiting.text.is_empty() => say("nothing new")?,
            Ok(()) => {}
        }
        if is_wanted || before.text != self.waiting.text { self.tell_waiting() } else { Ok(()) }
    }

    /// Says what is new and what waits.
    pub(super) fn tell_waiting(&self) -> Result<(), Fault> {
        match self.waiting.text.trim_end() {
            "" => Ok(()),
            text => say(text),
        }
    }

    fn read(&mut self, meter: Meter) {
        let quiet = self.quiet;
        self.work(move || work::read(&meter, quiet));
    }

    fn upload(&mut self, meter: Meter, patient: String) {
        let quiet = self.quiet;
        self.work(move || work::upload(&meter, patient, quiet));
    }

    /// Fetches a driver, and asks about it when it is here.
    pub(super) fn fetch(&mut self, id: DriverId, meter: Option<String>) {
        let quiet = self.quiet;
        self.work(move || Done::Fetched { meter, outcome: offer::fetch(&id, quiet) });
    }

    /// Asks the feeds.
    pub(super) fn check(&mut self, is_wanted: bool) {
        self.checked = Instant::now();
        let quiet = self.quiet;
        self.work(move || work::check(is_wanted, quiet));
    }

    /// Installs what is new, or what is due.
    pub(super) fn apply(&mut self, is_wanted: bool) {
        let (quiet, news) = (self.quiet, self.news.clone());
        self.work(move || work::apply(is_wanted, &news, quiet));
    }
}
