//! Block registers over a fake disk. Real ones are read in the QEMU guest.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use super::*;
use crate::Unwatched;

const LONG: Duration = Duration::from_secs(20);

/// Where, and what.
type Requests = Vec<(u64, Vec<u8>)>;

enum Answer {
    Block(u8),
    /// The last request again.
    Stale,
    Short(usize),
    Fails(i32),
}

#[derive(Default)]
struct Fake {
    answers: VecDeque<Answer>,
    requests: Arc<Mutex<Requests>>,
    reads: Arc<Mutex<usize>>,
    hang: Option<Receiver<()>>,
    gone: bool,
    always_stale: bool,
}

impl Medium for Fake {
    fn read_at(&mut self, _: u64, into: &mut [u8]) -> io::Result<usize> {
        assert_eq!(into.as_ptr().align_offset(512), 0, "memory is not aligned");
        *self.reads.lock().unwrap() += 1;
        if let Some(hang) = &self.hang {
            let _ = hang.recv();
        }
        let next = if self.always_stale { Some(Answer::Stale) } else { self.answers.pop_front() };
        match next {
            Some(Answer::Block(byte)) => into.fill(byte),
            Some(Answer::Stale) => {
                let requests = self.requests.lock().unwrap();
                into.get_mut(..512).unwrap().copy_from_slice(&requests.last().unwrap().1);
            }
            Some(Answer::Short(count)) => return Ok(count),
            Some(Answer::Fails(number)) => return Err(io::Error::from_raw_os_error(number)),
            None => panic!("read too often"),
        }
        Ok(into.len())
    }

    fn write_at(&mut self, offset: u64, from: &[u8]) -> io::Result<usize> {
        assert_eq!(from.as_ptr().align_offset(512), 0, "memory is not aligned");
        self.requests.lock().unwrap().push((offset, from.to_vec()));
        Ok(from.len())
    }

    fn is_gone(&mut self) -> bool {
        self.gone
    }
}

fn port(fake: Fake) -> BlockPort {
    let text = |text: &str| text.to_owned();
    let identity = BlockIdentity { vendor: text("ACME"), product: text("G"), revision: text("1") };
    let shape = Shape { identity, block_size: 512, blocks: 64 };
    BlockPort::over(Box::new(fake), shape).unwrap()
}

fn answering(answers: impl IntoIterator<Item = Answer>) -> Fake {
    Fake { answers: answers.into_iter().collect(), ..Fake::default() }
}

#[test]
fn addresses_counts_and_lengths_that_the_disk_does_not_have_are_denied() {
    let mut port = port(answering([]));
    for (address, count) in [(64, 1), (63, 2), (u64::MAX, 1), (0, 0), (0, 129)] {
        let denied = port.read(address, count, LONG, &Unwatched);
        assert!(matches!(denied, Err(LinkError::Denied(_))), "{address} {count}");
    }
    for (address, length) in [(64, 512), (3, 511), (3, 513), (3, 0)] {
        let denied = port.write(address, &vec![0; length], LONG, &Unwatched);
        assert!(matches!(denied, Err(LinkError::Denied(_))), "{address} {length}");
    }
}

#[test]
fn a_stale_reply_is_read_again_and_never_given() {
    let fake = answering([Answer::Stale, Answer::Stale, Answer::Block(7)]);
    let (requests, reads) = (Arc::clone(&fake.requests), Arc::clone(&fake.reads));
    let mut port = port(fake);
    port.write(3, &[9; 512], LONG, &Unwatched).unwrap();
    assert_eq!(port.read(4, 1, LONG, &Unwatched).unwrap(), [7; 512]);
    assert_eq!(*requests.lock().unwrap(), [(3 * 512, vec![9; 512])]);
    assert_eq!(*reads.lock().unwrap(), 3);
}

#[test]
fn a_reply_that_stays_stale_is_told_apart_from_a_disk_that_says_nothing() {
    let mut port = port(Fake { always_stale: true, ..Fake::default() });
    port.write(3, &[9; 512], LONG, &Unwatched).unwrap();
    let short = Duration::from_millis(60);
    let stale = port.read(3, 2, short, &Unwatched).unwrap_err();
    assert_eq!((&stale, stale.code()), (&LinkError::Stale, "device.timeout"));
    assert!(stale.hint().is_some_and(|hint| hint.contains("drive")));
    assert_eq!(port.read(3, 1, LONG, &AtomicBool::new(true)), Err(LinkError::Cancelled));
}

#[test]
fn an_error_is_an_unplug_only_where_the_disk_is_gone() {
    let mut there = port(answering([
        Answer::Fails(5),
        Answer::Fails(28),
        Answer::Short(0),
        Answer::Short(100),
    ]));
    for _ in 0..4 {
        let failed = there.read(3, 1, LONG, &Unwatched).unwrap_err();
        assert_eq!(failed.code(), "device.io");
    }
    let answers = [Answer::Fails(5), Answer::Fails(28), Answer::Short(0), Answer::Fails(19)];
    let mut gone = port(Fake { gone: true, ..answering(answers) });
    for _ in 0..4 {
        assert_eq!(gone.read(3, 1, LONG, &Unwatched), Err(LinkError::Disconnected));
    }
}

#[test]
fn a_disk_that_hangs_is_left_after_two_seconds_at_most() {
    let (go, hang) = channel();
    let fake = Fake { hang: Some(hang), ..answering([Answer::Block(1), Answer::Block(2)]) };
    let mut port = port(fake);
    assert_eq!(port.read(3, 1, LONG, &Unwatched), Err(LinkError::Timeout));
    go.send(()).unwrap();
    go.send(()).unwrap();
    assert_eq!(port.read(3, 1, LONG, &Unwatched).unwrap(), [2; 512]);
    let stop = AtomicBool::new(false);
    stop.store(true, Ordering::Relaxed);
    assert_eq!(port.write(3, &[0; 512], LONG, &stop), Err(LinkError::Cancelled));
}
