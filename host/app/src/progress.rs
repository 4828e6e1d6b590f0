//! What the person sees while a meter is read: the step and the results so far. Only on a terminal.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use meterport_runtime::Progress;

use crate::output::Voice;

/// The lines of all meters that are read at the same time.
pub(crate) struct Shows(Option<MultiProgress>);

impl Shows {
    pub(crate) fn new(voice: Voice) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        Self((voice.remarks() && terminal).then(MultiProgress::new))
    }

    /// A line for one meter.
    pub(crate) fn one(&self, what: &str) -> Show {
        let Some(lines) = &self.0 else { return Show(None) };
        let style =
            ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed}, Ctrl-C ends it)");
        let bar = ProgressBar::new_spinner()
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
            .with_prefix(what.to_owned())
            .with_message("connect");
        let bar = lines.add(bar);
        bar.enable_steady_tick(Duration::from_millis(100));
        Show(Some(bar))
    }
}

/// One line that changes, or nothing.
pub(crate) struct Show(Option<ProgressBar>);

impl Show {
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
