//! What the person sees while a meter is read: the step and the results so far. Only on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use meterport_runtime::Progress;

use crate::output::Voice;

/// One line that changes, or nothing.
pub(crate) struct Show(Option<ProgressBar>);

impl Show {
    pub(crate) fn new(voice: Voice, what: &str) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        if !voice.remarks() || !terminal {
            return Self(None);
        }
        let style =
            ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed}, Ctrl-C ends it)");
        let bar = ProgressBar::new_spinner()
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
            .with_prefix(what.to_owned())
            .with_message("connect");
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(Some(bar))
    }

    /// What a session calls.
    pub(crate) fn reporter(&self) -> impl FnMut(Progress) + Send + 'static {
        let bar = self.0.clone();
        move |progress| {
            if let Some(bar) = &bar {
                bar.set_message(text(&progress));
            }
        }
    }

    pub(crate) fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn text(progress: &Progress) -> String {
    let Progress { step, results, done, total } = progress;
    match (done, total) {
        (Some(done), Some(total)) => format!("{step}, {done} of {total} records"),
        (Some(done), None) => format!("{step}, {done} records"),
        _ if *results > 0 => format!("{step}, {results} results"),
        _ => step.clone(),
    }
}
