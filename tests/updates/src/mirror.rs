//! A network in memory: an answer for every address, a clock that only waiting moves, and a list of
//! what was asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use meterport_update::{Body, IDLE_MOST, Request, Response, Sha256Hex, Transport, TransportError};

use crate::answer::{Answer, Part};

/// A network in memory. What is not listed answers 404.
#[derive(Clone)]
pub struct Mirror {
    start: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, VecDeque<Answer>>,
    asked: Vec<Asked>,
    passed: Duration,
    delivered: u64,
    watcher: Option<Arc<Watcher>>,
}

type Watcher = dyn Fn() + Send + Sync;

/// One question that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The address.
    pub url: String,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// From which byte on.
    pub from: Option<u64>,
}

impl Default for Mirror {
    fn default() -> Self {
        Self { start: Instant::now(), state: Arc::default() }
    }
}

impl Mirror {
    /// From now on this address answers so.
    pub fn put(&self, url: impl Into<String>, answer: impl Into<Answer>) {
        self.script(url, [answer.into()]);
    }

    /// From now on this address gives these answers, one after the other; the last one for ever.
    pub fn script(&self, url: impl Into<String>, answers: impl IntoIterator<Item = Answer>) {
        self.state().answers.insert(url.into(), answers.into_iter().collect());
    }

    /// From now on this address answers 404.
    pub fn remove(&self, url: &str) {
        self.state().answers.remove(url);
    }

    /// What was asked since the last time that this was asked.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state().asked)
    }

    /// The addresses of [`asked`](Self::asked).
    pub fn urls(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.url).collect()
    }

    /// How long everybody has waited so far.
    pub fn passed(&self) -> Duration {
        self.state().passed
    }

    /// How many bytes were handed out so far.
    pub fn delivered(&self) -> u64 {
        self.state().delivered
    }

    /// Called at every question and before every piece of an answer: the moments at which somebody
    /// who waits for the network may lose power.
    pub fn watch(&self, watcher: impl Fn() + Send + Sync + 'static) {
        self.state().watcher = Some(Arc::new(watcher));
    }

    fn step(&self) {
        let watcher = self.state().watcher.clone();
        if let Some(watcher) = watcher {
            watcher();
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits, but not longer than one may.
    fn wait(&self, wait: Duration, give_up: Instant, url: &str) -> Result<(), TransportError> {
        let left = give_up.saturating_duration_since(self.now());
        let most = left.min(IDLE_MOST);
        self.state().passed += wait.min(most);
        match wait > most || left.is_zero() {
            true => Err(TransportError::Timeout { host: url.to_owned() }),
            false => Ok(()),
        }
    }
}

impl Transport for Mirror {
    fn get(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        self.step();
        let answer = {
            let mut state = self.state();
            state.asked.push(Asked {
                url: request.url.to_owned(),
                if_none_match: request.if_none_match.map(str::to_owned),
                from: request.resume.map(|resume| resume.from),
            });
            match state.answers.get_mut(request.url) {
                None => Answer::status(404),
                Some(answers) if answers.len() == 1 => answers[0].clone(),
                Some(answers) => answers.pop_front().unwrap_or_else(|| Answer::status(404)),
            }
        };
        self.wait(answer.before, request.give_up, request.url)?;
        if let Some(failure) = answer.failure {
            return Err(failure);
        }
        let mut response = Response {
            status: answer.status,
            etag: answer.etag.clone(),
            length: answer.length,
            from: 0,
            encoded: answer.encoded,
            location: answer.location,
            body: Box::new(Parts {
                mirror: self.clone(),
                parts: answer.parts.into(),
                give_up: request.give_up,
                url: request.url.to_owned(),
            }),
        };
        if let Some(file) = answer.file {
            let etag = answer.etag.unwrap_or_else(|| format!("\"{}\"", Sha256Hex::of(&file)));
            let unchanged = request.if_none_match == Some(&etag);
            let from =
                request.resume.filter(|r| r.etag.is_none_or(|tag| tag == etag)).map(|r| r.from);
            let rest = match from {
                _ if unchanged => &[][..],
                Some(from) => &file[usize::try_from(from).unwrap()..],
                None => &file[..],
            };
            response.status = if unchanged { 304 } else { from.map_or(200, |_| 206) };
            response.from = from.unwrap_or(0);
            response.length = Some(rest.len() as u64);
            response.etag = Some(etag);
            response.body = Box::new(Parts {
                mirror: self.clone(),
                parts: rest.chunks(CHUNK).map(|chunk| Part::Bytes(chunk.to_vec())).collect(),
                give_up: request.give_up,
                url: request.url.to_owned(),
            });
        }
        Ok(response)
    }

    fn now(&self) -> Instant {
        self.start + self.state().passed
    }
}

struct Parts {
    mirror: Mirror,
    parts: VecDeque<Part>,
    give_up: Instant,
    url: String,
}

impl Body for Parts {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        self.mirror.step();
        loop {
            let Some(part) = self.parts.pop_front() else { return Ok(None) };
            let bytes = match part {
                Part::Bytes(bytes) => bytes,
                Part::Wait(wait) => {
                    self.mirror.wait(wait, self.give_up, &self.url)?;
                    continue;
                }
                Part::Cut => return Err(TransportError::Cut { host: self.url.clone() }),
                Part::Forever { bytes, every } => {
                    // A client without a limit fails its test before it fills the machine.
                    assert!(self.mirror.delivered() < MOST, "somebody takes whatever comes");
                    self.mirror.wait(every, self.give_up, &self.url)?;
                    self.parts.push_front(Part::Forever { bytes: bytes.clone(), every });
                    bytes
                }
            };
            self.mirror.wait(Duration::ZERO, self.give_up, &self.url)?;
            self.mirror.state().delivered += bytes.len() as u64;
            return Ok(Some(bytes));
        }
    }
}

const CHUNK: usize = 64 * 1024;

/// More than any test's client may take of an answer without an end.
const MOST: u64 = 64 * 1024 * 1024;
