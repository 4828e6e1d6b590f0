//! Calls that the operating system may hold up, made on a thread of their own.
//!
//! A report written to a meter that takes nothing, or a block read from a disk that hangs, waits in
//! the kernel, and no deadline can be given there. So such a call runs beside the session, and the
//! session stops waiting for it. A call that nobody waits for any more is not begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::timeline::Deadline;
use crate::{LinkError, Watch};

/// How long a dropped worker is waited for; one that hangs in the kernel ends by itself later.
const LAST_WAIT: Duration = Duration::from_millis(100);

type Task<T> = Box<dyn FnOnce(&mut T) + Send>;

/// A thread that owns a device and makes one call at a time.
pub(crate) struct Worker<T> {
    tasks: Option<Sender<Task<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts the thread. The device is closed there.
    pub(crate) fn new(name: &str, mut device: T) -> std::io::Result<Self> {
        let (tasks, work): (Sender<Task<T>>, Receiver<Task<T>>) = channel();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Ok(task) = work.recv() {
                task(&mut device);
            }
        })?;
        Ok(Self { tasks: Some(tasks), thread: Some(thread) })
    }

    /// Makes one call. After [`LinkError::Timeout`] and [`LinkError::Cancelled`] a call that was
    /// begun goes on, and what it gives is lost; one that was not begun never will be.
    pub(crate) fn call<R: Send + 'static>(
        &self,
        timeout: Duration,
        watch: &dyn Watch,
        work: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Result<R, LinkError> {
        if watch.stopped() {
            return Err(LinkError::Cancelled);
        }
        let deadline = Deadline::after(timeout);
        let (answer, answers) = channel();
        // Whoever sets it first decides: the worker begins the call, or the caller gives it up.
        let decided = Arc::new(AtomicBool::new(false));
        let begin = Arc::clone(&decided);
        let task = Box::new(move |device: &mut T| {
            if !begin.swap(true, Ordering::SeqCst) {
                let _ = answer.send(work(device));
            }
        });
        let tasks = self.tasks.as_ref().ok_or(LinkError::Disconnected)?;
        tasks.send(task).map_err(|_| LinkError::Disconnected)?;
        loop {
            if watch.stopped() {
                decided.store(true, Ordering::SeqCst);
                return Err(LinkError::Cancelled);
            }
            let Some(slice) = deadline.slice() else {
                decided.store(true, Ordering::SeqCst);
                return Err(LinkError::Timeout);
            };
            match answers.recv_timeout(slice) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(LinkError::Disconnected),
            }
        }
    }
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        drop(self.tasks.take());
        let Some(thread) = self.thread.take() else { return };
        let began = Instant::now();
        while !thread.is_finished() && began.elapsed() < LAST_WAIT {
            std::thread::sleep(Duration::from_millis(1));
        }
        if thread.is_finished() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::Unwatched;

    const SHORT: Duration = Duration::from_millis(60);
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_call_that_was_given_up_before_it_began_is_never_made() {
        let (go, wait) = channel::<()>();
        let made = Arc::new(AtomicUsize::new(0));
        let worker = Worker::new("test", wait).unwrap();
        let hang = |wait: &mut Receiver<()>| wait.recv().is_ok();
        assert_eq!(worker.call(SHORT, &Unwatched, hang), Err(LinkError::Timeout));
        let count = Arc::clone(&made);
        let second = worker.call(SHORT, &Unwatched, move |_| count.fetch_add(1, Ordering::SeqCst));
        assert_eq!(second, Err(LinkError::Timeout));
        go.send(()).unwrap();
        assert_eq!(worker.call(LONG, &Unwatched, |_| 7), Ok(7));
        assert_eq!(made.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_session_that_is_to_end_waits_no_longer() {
        let (_go, wait) = channel::<()>();
        let worker = Worker::new("test", wait).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&stop);
        let hang = move |wait: &mut Receiver<()>| {
            end.store(true, Ordering::SeqCst);
            wait.recv().is_ok()
        };
        assert_eq!(worker.call(LONG, &stop, hang), Err(LinkError::Cancelled));
        let never = worker.call(LONG, &stop, |_| panic!("begun after the end"));
        assert_eq!(never, Err::<(), _>(LinkError::Cancelled));
    }

    #[test]
    fn a_worker_that_died_is_a_device_that_is_gone() {
        let worker = Worker::new("test", ()).unwrap();
        let died = worker.call(LONG, &Unwatched, |()| panic!("on purpose"));
        assert_eq!(died, Err::<(), _>(LinkError::Disconnected));
    }
}
