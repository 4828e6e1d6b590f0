//! Carries requests and returns between the controller's socket and the engine.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::UsbError;
use super::engine::Engine;
use super::function::Function;
use super::meter::Meter;
use super::vhci::Plug;
use super::wire::{self, HEADER, Request, Return};

/// Serves until the cable is pulled, the controller lets go, or the program is told to end.
pub fn carry(function: Box<dyn Function>, meter: &mut dyn Meter) -> Result<(), UsbError> {
    let stop = told_to_end()?;
    let mut plug = Plug::attach(function.descriptors().speed)?;
    let mut engine = Engine::new(function, meter.pace());
    let started = Instant::now();
    let mut pulled = None;
    loop {
        let now = started.elapsed();
        send(&mut plug.socket, &engine.due(now, meter))?;
        if meter.unplugged() {
            let end = *pulled.get_or_insert(now + LAST_WORDS);
            if now >= end || engine.is_silent() {
                return Ok(());
            }
        }
        match wait(&plug.socket, &stop, earlier(engine.next_due(), pulled), now)? {
            Woken::Stop => return Ok(()),
            Woken::Time => continue,
            Woken::Request => {}
        }
        let Some((request, data)) = receive(&mut plug.socket)? else { return Ok(()) };
        let returns = engine.handle(request, &data, started.elapsed(), meter);
        if let Some(violation) = meter.violation() {
            return Err(UsbError::Violation(violation.to_owned()));
        }
        send(&mut plug.socket, &returns)?;
    }
}

enum Woken {
    Stop,
    Time,
    Request,
}

fn wait(
    socket: &UnixStream,
    stop: &UnixStream,
    until: Option<Duration>,
    now: Duration,
) -> io::Result<Woken> {
    let left = until.map(|until| until.saturating_sub(now) + Duration::from_millis(1));
    let left = left.and_then(|left| Timespec::try_from(left).ok());
    let mut ready = [PollFd::new(stop, PollFlags::IN), PollFd::new(socket, PollFlags::IN)];
    match poll(&mut ready, left.as_ref()) {
        Err(rustix::io::Errno::INTR) => return Ok(Woken::Time),
        polled => polled?,
    };
    let [stop, socket] = &ready;
    Ok(match (stop.revents().is_empty(), socket.revents().is_empty()) {
        (false, _) => Woken::Stop,
        (_, false) => Woken::Request,
        _ => Woken::Time,
    })
}

/// The next request and what the host sends with it; `None` once the controller has let go.
fn receive(socket: &mut UnixStream) -> Result<Option<(Request, Vec<u8>)>, UsbError> {
    let mut header = [0; HEADER];
    if !filled(socket, &mut header)? {
        return Ok(None);
    }
    let request = wire::parse(&header)?;
    let length = match &request {
        Request::Submit(submit) if !submit.is_in() => submit.length,
        _ => 0,
    };
    let mut data = vec![0; length];
    Ok(filled(socket, &mut data)?.then_some((request, data)))
}

fn filled(socket: &mut UnixStream, bytes: &mut [u8]) -> io::Result<bool> {
    match socket.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if is_end(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

fn send(socket: &mut UnixStream, returns: &[Return]) -> io::Result<()> {
    for one in returns {
        match socket.write_all(&one.bytes()) {
            // The next look at the socket says the same.
            Err(error) if is_end(&error) => return Ok(()),
            written => written?,
        }
    }
    Ok(())
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}

/// A socket that becomes readable when the program is told to end.
fn told_to_end() -> io::Result<UnixStream> {
    let (stop, mut teller) = UnixStream::pair()?;
    ctrlc::set_handler(move || {
        let _ = teller.write_all(&[0]);
    })
    .map_err(io::Error::other)?;
    Ok(stop)
}

/// How long a pulled meter's last bytes, which had left it before, may wait to be fetched.
const LAST_WORDS: Duration = Duration::from_millis(200);
