//! What happens at the desk: a line is typed, a thread is done. All of it comes through one channel,
//! so that the desk itself is one loop without locks.

use std::io::{self, BufRead as _};
use std::sync::mpsc::Sender;

use crate::fault::Fault;
use crate::offer::Wanted;
use crate::updating::Applied;

/// One thing that happened.
pub(super) enum News {
    /// Somebody typed a line.
    Line(String),
    /// Nobody will type any more; the desk stays open all the same.
    InputEnded,
    /// A thread waits for somebody's yes or no.
    Asks {
        /// What is asked.
        question: String,
        /// Where the answer goes.
        reply: Sender<bool>,
    },
    /// A thread is done.
    Done(Done),
}

/// What a thread did.
pub(super) enum Done {
    /// A meter was read, or not.
    Read {
        /// Which, as the person called it.
        meter: String,
        /// What is shown.
        outcome: Result<String, Fault>,
    },
    /// A driver was fetched and waits for an answer, or there is nothing newer.
    Fetched {
        /// The meter that it is for, which is read when it is there.
        meter: Option<String>,
        outcome: Result<Wanted, Fault>,
    },
    /// A driver was installed, or not.
    Installed {
        /// The meter that it is for.
        meter: Option<String>,
        outcome: Result<String, Fault>,
    },
    /// The feeds were asked.
    Checked {
        outcome: Result<(), Fault>,
        /// Somebody asked for it and wants to hear what came of it.
        is_wanted: bool,
    },
    /// New versions were installed, or not.
    Applied(Result<Applied, Fault>),
}

/// Hands typed lines on until there are none. Its thread ends with the program: a line that nobody
/// ends cannot be waited for.
pub(super) fn listen(news: Sender<News>) {
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if news.send(News::Line(line)).is_err() {
                return;
            }
        }
        let _ = news.send(News::InputEnded);
    });
}
