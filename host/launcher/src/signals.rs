//! Signals while the program runs. The launcher outlives it, to hand on its exit code.
//!
//! Ctrl-C and the end of a terminal reach the program as well as the launcher, which does nothing.
//! SIGTERM may have been sent to the launcher alone, or to both, as at a sign-off. A program that is
//! asked twice ends at once, so it gets a while to end by itself before it is asked by the launcher.

#[cfg(not(unix))]
pub(crate) use elsewhere::Signals;
#[cfg(unix)]
pub(crate) use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::process::Child;
    use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
    use std::thread;
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator;

    /// How long the program has to end by itself.
    const WHILE: Duration = Duration::from_secs(2);

    /// Listens until the launcher ends.
    pub(crate) struct Signals(Arc<Reached>);

    #[derive(Default)]
    struct Reached {
        state: Mutex<State>,
        changed: Condvar,
    }

    #[derive(Default)]
    struct State {
        program: Program,
        /// The launcher was asked to end,
        asked: bool,
        /// and the program had its while.
        overdue: bool,
    }

    #[derive(Default)]
    enum Program {
        #[default]
        None,
        Starting,
        Runs(Pid),
    }

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            let reached = Arc::new(Reached::default());
            let mut signals = iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
            let shared = Arc::clone(&reached);
            thread::Builder::new().name("signals".to_owned()).spawn(move || {
                for signal in signals.forever() {
                    if signal == SIGTERM {
                        shared.terminate();
                    }
                }
            })?;
            Ok(Self(reached))
        }

        /// A program is about to be started; the signal by which the launcher was asked to end, if it
        /// was: then none is.
        pub(crate) fn begin(&self) -> Result<(), i32> {
            let mut state = self.0.lock();
            if state.asked {
                return Err(SIGTERM);
            }
            state.program = Program::Starting;
            Ok(())
        }

        /// From now on signals are meant for this program.
        pub(crate) fn reach(&self, child: &Child) {
            let mut state = self.0.lock();
            state.program = Program::Runs(Pid::from_child(child));
            if state.overdue {
                state.terminate();
            }
        }

        /// The program has ended, or could not be started.
        pub(crate) fn reach_nobody(&self) {
            self.0.lock().program = Program::None;
            self.0.changed.notify_all();
        }
    }

    impl Reached {
        fn lock(&self) -> MutexGuard<'_, State> {
            self.state.lock().unwrap_or_else(PoisonError::into_inner)
        }

        fn terminate(&self) {
            let mut state = self.lock();
            state.asked = true;
            let is_there = |state: &mut State| !matches!(state.program, Program::None);
            let waited = self.changed.wait_timeout_while(state, WHILE, is_there);
            let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            state.overdue = true;
            state.terminate();
        }
    }

    impl State {
        fn terminate(&self) {
            if let Program::Runs(program) = self.program {
                // It ends just now, or it is not ours to end.
                let _ = kill_process(program, Signal::TERM);
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io;
    use std::process::Child;

    /// Keeps the launcher alive at Ctrl-C, until it ends.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            // One that is installed already does the same.
            let _ = ctrlc::try_set_handler(|| {});
            Ok(Self)
        }

        pub(crate) fn begin(&self) -> Result<(), i32> {
            Ok(())
        }

        pub(crate) fn reach(&self, _: &Child) {}

        pub(crate) fn reach_nobody(&self) {}
    }
}
