//! A network in memory with a clock of its own: waiting costs no time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::{Body, IDLE_MOST, Request, Response, Transport, TransportError};

/// One file, and how its server behaves.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub bytes: Vec<u8>,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub encoded: bool,
    /// Bytes of one chunk.
    pub chunk: usize,
    /// Before the head, and before each chunk.
    pub pauses: (Duration, Duration),
    /// The connection is lost behind so many bytes of the body.
    pub cut_after: Option<usize>,
    /// It never ends.
    pub endless: bool,
    /// It knows no parts of files.
    pub no_ranges: bool,
    pub fails: Option<TransportError>,
}

impl Reply {
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            status: 200,
            bytes: bytes.to_vec(),
            etag: None,
            location: None,
            encoded: false,
            chunk: 16 * 1024,
            pauses: (Duration::ZERO, Duration::ZERO),
            cut_after: None,
            endless: false,
            no_ranges: false,
            fails: None,
        }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::of(b"") }
    }

    pub fn redirect(to: &str) -> Self {
        Self { location: Some(to.to_owned()), ..Self::status(302) }
    }

    pub fn etag(self, etag: &str) -> Self {
        Self { etag: Some(etag.to_owned()), ..self }
    }

    /// A byte every ten seconds.
    pub fn dripping(self) -> Self {
        Self { chunk: 1, pauses: (Duration::ZERO, Duration::from_secs(10)), ..self }
    }
}

type Hook = Box<dyn Fn(&str) + Send>;

/// The servers. What is not there is answered with 404.
pub struct Net {
    files: Mutex<BTreeMap<String, Reply>>,
    clock: Arc<Mutex<Instant>>,
    /// Every question: address, and from which byte.
    asked: Mutex<Vec<(String, Option<u64>)>>,
    /// Questions with `If-None-Match`.
    pub conditional: Mutex<Vec<String>>,
    /// Called before each answer.
    pub hook: Mutex<Option<Hook>>,
}

impl Net {
    pub fn new() -> Self {
        Self {
            files: Mutex::default(),
            clock: Arc::new(Mutex::new(Instant::now())),
            asked: Mutex::default(),
            conditional: Mutex::default(),
            hook: Mutex::default(),
        }
    }

    pub fn put(&self, url: &str, reply: Reply) {
        self.files.lock().unwrap().insert(url.to_owned(), reply);
    }

    pub fn file(&self, url: &str, bytes: &[u8]) {
        self.put(url, Reply::of(bytes));
    }

    pub fn gone(&self, url: &str) {
        self.files.lock().unwrap().remove(url);
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        self.questions().into_iter().map(|(url, _)| url).collect()
    }

    pub fn questions(&self) -> Vec<(String, Option<u64>)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Transport for Net {
    fn get(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        let from = request.resume.map(|resume| resume.from);
        self.asked.lock().unwrap().push((request.url.to_owned(), from));
        if let Some(etag) = request.if_none_match {
            self.conditional.lock().unwrap().push(etag.to_owned());
        }
        if let Some(hook) = self.hook.lock().unwrap().as_ref() {
            hook(request.url);
        }
        let known = self.files.lock().unwrap().get(request.url).cloned();
        let reply = known.unwrap_or_else(|| Reply::status(404));
        wait(&self.clock, reply.pauses.0, request.give_up)?;
        if let Some(error) = reply.fails {
            return Err(error);
        }
        let is_known = reply.etag.is_some() && request.if_none_match == reply.etag.as_deref();
        let part = request.resume.filter(|resume| {
            let is_same = resume.etag.is_none() || resume.etag == reply.etag.as_deref();
            reply.status == 200 && is_same && !reply.no_ranges
        });
        let (status, from) = match part {
            _ if is_known => (304, 0),
            Some(part) => (206, part.from),
            None => (reply.status, 0),
        };
        let rest = reply.bytes[usize::try_from(from).unwrap().min(reply.bytes.len())..].to_vec();
        let length = (!reply.endless).then_some(rest.len() as u64);
        let body = Running {
            rest: if is_known { Vec::new() } else { rest },
            sent: 0,
            clock: Arc::clone(&self.clock),
            give_up: request.give_up,
            pause: reply.pauses.1,
            chunk: reply.chunk,
            cut_after: reply.cut_after,
            endless: reply.endless,
        };
        Ok(Response {
            status,
            etag: reply.etag,
            length,
            from,
            encoded: reply.encoded,
            location: reply.location,
            body: Box::new(body),
        })
    }

    fn now(&self) -> Instant {
        *self.clock.lock().unwrap()
    }
}

struct Running {
    rest: Vec<u8>,
    sent: usize,
    clock: Arc<Mutex<Instant>>,
    give_up: Instant,
    pause: Duration,
    chunk: usize,
    cut_after: Option<usize>,
    endless: bool,
}

impl Body for Running {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        wait(&self.clock, self.pause, self.give_up)?;
        if self.endless {
            return Ok(Some(vec![b' '; self.chunk]));
        }
        let most = self.cut_after.map_or(self.chunk, |after| (after - self.sent).min(self.chunk));
        let count = most.min(self.rest.len());
        if count == 0 {
            return match self.rest.is_empty() {
                true => Ok(None),
                false => Err(TransportError::Cut { host: "test".to_owned() }),
            };
        }
        self.sent += count;
        Ok(Some(self.rest.drain(..count).collect()))
    }
}

/// What every implementation does: it waits no longer than is allowed.
fn wait(clock: &Mutex<Instant>, pause: Duration, give_up: Instant) -> Result<(), TransportError> {
    let mut now = clock.lock().unwrap();
    let until = (*now + pause).min(*now + IDLE_MOST).min(give_up.max(*now));
    let is_in_time = until >= *now + pause;
    *now = until;
    match is_in_time {
        true => Ok(()),
        false => Err(TransportError::Timeout { host: "test".to_owned() }),
    }
}
