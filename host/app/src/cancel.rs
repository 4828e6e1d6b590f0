//! Ctrl-C, and the system's wish that the program ends: running sessions end within two seconds. A
//! second one ends the program at once, for the case that the system itself hangs: a dead drive, a
//! folder on a network that is gone. Nothing is kept that could be lost by it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use meterport_model::codes::Code;
use meterport_runtime::Cancel;

struct Running {
    asked: AtomicBool,
    sessions: Mutex<Vec<Cancel>>,
}

static RUNNING: OnceLock<Running> = OnceLock::new();

fn running() -> &'static Running {
    RUNNING.get_or_init(|| Running { asked: AtomicBool::new(false), sessions: Mutex::default() })
}

/// Listens from now on. Where it cannot, Ctrl-C ends the program the system's way.
pub(crate) fn listen() {
    running();
    let _ = ctrlc::set_handler(|| {
        let running = running();
        if running.asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Code::Cancelled.exit().unwrap_or(9)));
        }
        for session in running.sessions.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            session.cancel();
        }
    });
}

/// Whether somebody asked.
pub(crate) fn asked() -> bool {
    running().asked.load(Ordering::Relaxed)
}

/// Ends this session, too, when somebody asks.
pub(crate) fn covers(session: Cancel) {
    let running = running();
    running.sessions.lock().unwrap_or_else(PoisonError::into_inner).push(session.clone());
    if asked() {
        session.cancel();
    }
}
