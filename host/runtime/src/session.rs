//! One session: a thread that owns the store and the device, and calls the driver once.
//!
//! The store is fresh and never used again. Dropping it unmaps the driver's memory, which held
//! health data, and closes the device; both have happened before [`Session::wait`] returns.

use std::sync::Arc;
use std::thread::JoinHandle;

use jiff::{SignedDuration, Timestamp};
use meterport_devices::{Link, Start, Timeline};
use meterport_model::device::Readout;
use meterport_model::device_time::DeviceTime;
use wasmtime::component::ResourceTableError;
use wasmtime::{Store, Trap, UpdateDeadline};

use crate::bindings::{Context, Summary, session::Granted, types};
use crate::driver::Driver;
use crate::error::{Limit, ReadError, ReadFailure};
use crate::from_wit;
use crate::grant::Grant;
use crate::host::block::Medium;
use crate::host::hid::Device;
use crate::host::serial::Port;
use crate::host::usb::Claimed;
use crate::host::volume::Directory;
use crate::host::{LogLine, State};
use crate::limits::{self, Budgets};
use crate::watch::{Cancel, Reason, Watcher};

/// What a session is told besides its device.
pub struct Request {
    /// What the driver may touch, and which match of its manifest says so.
    pub grant: Grant,
    /// Results older than this on the meter's clock need not be read. A hint.
    pub not_before: Option<DeviceTime>,
    /// What the person entered, by the manifest's option keys.
    pub options: Vec<(String, String)>,
    /// The host's time now. A replayed recording has a time of its own.
    pub now: Timestamp,
}

/// How far a session is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Progress {
    /// The step of the conversation.
    pub step: String,
    /// Results so far.
    pub results: usize,
    /// Records read so far, where the driver says so.
    pub done: Option<u32>,
    /// Records in all, where the driver knows.
    pub total: Option<u32>,
}

/// A complete readout.
pub struct Finished {
    /// Everything that was read.
    pub readout: Readout,
    /// The driver's technical remarks.
    pub log: Vec<LogLine>,
}

/// A running session.
pub struct Session {
    cancel: Cancel,
    transport: &'static str,
    thread: JoinHandle<Result<Finished, ReadFailure>>,
}

impl Session {
    /// Ends the session from any thread.
    #[must_use]
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Whether the session has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the end.
    ///
    /// # Errors
    ///
    /// Why there is no complete readout, and what came before.
    pub fn wait(self) -> Result<Finished, ReadFailure> {
        let crashed = |_| Err(not_started(self.transport, "the session's thread crashed"));
        self.thread.join().unwrap_or_else(crashed)
    }
}

impl Driver {
    /// Starts reading. `on_progress` is called on the session's thread.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn start(
        &self,
        link: Link,
        request: Request,
        on_progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Session, ReadFailure> {
        let budgets = Budgets::from(self.manifest().limits.effective());
        self.start_within(budgets, link, request, on_progress)
    }

    /// The same within other budgets than the manifest's.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn start_within(
        &self,
        budgets: Budgets,
        link: Link,
        request: Request,
        on_progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Session, ReadFailure> {
        let cancel = Cancel::default();
        let watcher = Arc::new(Watcher::new(cancel.clone(), link.timeline(), budgets));
        let began_at = began_at(&link.timeline(), request.now);
        let state = State::new(watcher, budgets, began_at, Box::new(on_progress));
        let driver = self.clone();
        let transport = request.grant.transport();
        let thread = std::thread::Builder::new()
            .name(format!("driver {}", self.manifest().id))
            .stack_size(limits::THREAD_STACK_BYTES)
            .spawn(move || driver.run(state, link, request))
            .map_err(|error| not_started(transport, &error.to_string()))?;
        Ok(Session { cancel, transport, thread })
    }

    fn run(&self, state: State, link: Link, request: Request) -> Result<Finished, ReadFailure> {
        let transport = request.grant.transport();
        let mut store = Store::new(self.pre.engine(), state);
        bound(&mut store);
        let outcome = self.call(&mut store, link, request);
        let error = match outcome {
            Ok(Ok(summary)) => check_summary(store.data(), &summary).map(|()| summary),
            Ok(Err(error)) => Err(said(store.data(), error)),
            Err(trap) => Err(trapped(store.data(), &trap)),
        };
        // Unmaps the driver's memory and closes the device, before anybody is told.
        let State { info, clock, entries, step, log, .. } = store.into_data();
        let readout = info.map(|info| Readout {
            info,
            clock,
            entries,
            orders: Vec::new(),
            skipped: 0,
            complete: false,
        });
        let log = log.lines;
        match (error, readout) {
            (Ok(summary), Some(readout)) => Ok(Finished {
                readout: Readout {
                    orders: from_wit::orders(summary.orders),
                    skipped: summary.skipped,
                    complete: true,
                    ..readout
                },
                log,
            }),
            (Ok(_), None) => {
                let what = "it never said which device this is";
                let error = ReadError::Contract { what };
                Err(ReadFailure { error, transport, step, partial: None, log: log.into() })
            }
            (Err(error), readout) => {
                let partial = readout.map(Box::new);
                Err(ReadFailure { error, transport, step, partial, log: log.into() })
            }
        }
    }

    fn call(
        &self,
        store: &mut Store<State>,
        link: Link,
        request: Request,
    ) -> wasmtime::Result<Result<Summary, types::DriverError>> {
        let Request { grant, .. } = request;
        if let Err(refused) = grant.fits(&link) {
            store.data_mut().fail(ReadError::Refused(refused));
            return Err(wasmtime::Error::msg("the device is not what was granted"));
        }
        let rule = grant.rule;
        let instance = self.pre.instantiate(&mut *store)?;
        let table = &mut store.data_mut().table;
        let granted = match link {
            Link::Serial(link) => Granted::Serial(table.push(Port(link))?),
            Link::Hid(link) => Granted::Hid(table.push(Device(link))?),
            Link::Usb(link) => Granted::Usb(table.push(Claimed::new(link, grant))?),
            Link::Block(link) => Granted::Block(table.push(Medium::new(link, grant))?),
            Link::Volume(link) => Granted::Volume(table.push(Directory::new(link, grant))?),
            _ => return Err(wasmtime::Error::msg("this host has no such transport")),
        };
        let context = Context {
            rule,
            not_before: request.not_before.map(from_wit::to_device_time),
            options: request.options,
            extra: Vec::new(),
        };
        instance.meterport_driver_guest().call_read(store, granted, &context)
    }
}

/// Puts every limit on a store.
pub(crate) fn bound(store: &mut Store<State>) {
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(limits::HOSTCALL_BYTES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|context| {
        context.data().enter()?;
        Ok(UpdateDeadline::Continue(1))
    });
}

/// The host's time when the session's own time was 0.
fn began_at(timeline: &Timeline, now: Timestamp) -> Option<Timestamp> {
    match timeline.start() {
        Start::Recorded { at, .. } => at,
        Start::Live => {
            let passed = i64::try_from(timeline.now_ms()).unwrap_or(i64::MAX);
            now.checked_sub(SignedDuration::from_millis(passed)).ok()
        }
    }
}

/// What ends a session whatever the driver says or does: the first failure that the host saw, the
/// person's wish, a budget.
fn cause(state: &State) -> Option<ReadError> {
    if let Some(failure) = &state.failure {
        return Some(failure.clone());
    }
    state.watcher.reason().map(|reason| match reason {
        Reason::Cancelled => ReadError::Cancelled,
        Reason::Budget(budget) => ReadError::Budget(budget),
    })
}

fn check_summary(state: &State, summary: &Summary) -> Result<(), ReadError> {
    if let Some(cause) = cause(state) {
        return Err(cause);
    }
    let announced = usize::try_from(summary.entries).unwrap_or(usize::MAX);
    if announced != state.entries.len() {
        return Err(ReadError::Count { announced, emitted: state.entries.len() });
    }
    Ok(())
}

/// The driver ended by itself and says why.
fn said(state: &State, error: types::DriverError) -> ReadError {
    cause(state).unwrap_or_else(|| {
        let error = from_wit::driver_error(error, state.last_link_error.as_ref());
        state.without_serial_number(error)
    })
}

/// The driver was stopped, or stopped itself.
fn trapped(state: &State, error: &wasmtime::Error) -> ReadError {
    if let Some(limit) = error.downcast_ref::<Limit>() {
        return ReadError::Limit(limit.clone());
    }
    if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) {
        return ReadError::Limit(Limit::Handles);
    }
    if matches!(error.downcast_ref(), Some(Trap::StackOverflow)) {
        return ReadError::Limit(Limit::Stack);
    }
    // A driver that crashes because it was told to end has been told to end.
    if let Some(cause) = cause(state) {
        return cause;
    }
    let text = format!("{error:#}");
    if text.contains(HANDOVER) {
        return ReadError::Limit(Limit::Handover);
    }
    let place = state.log.panicked_at().unwrap_or("an instruction that cannot be run");
    ReadError::Panic { place: from_wit::short(place) }
}

/// The engine's words when one host call hands over too much; it shows no type for it. A test with
/// a hostile driver notices when they change.
const HANDOVER: &str = "fuel allocated for hostcalls has been exhausted";

fn not_started(transport: &'static str, why: &str) -> ReadFailure {
    ReadFailure {
        error: ReadError::Start { text: why.to_owned() },
        transport,
        step: "connect".to_owned(),
        partial: None,
        log: Box::default(),
    }
}
