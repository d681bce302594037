//! A progress bar for anything longer than a second, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A bar over runs or replicates that shows itself after a second.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    shown: bool,
}

impl Progress {
    pub(super) fn new(what: &str, count: u64, quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::hidden());
        let template = format!("{{bar:40}} {{human_pos}}/{{human_len}} {what}  {{per_sec}}  {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Progress { bar, begun: Instant::now(), shown: quiet || !std::io::stderr().is_terminal() }
    }

    pub(super) fn at(&mut self, done: u64) {
        if !self.shown && self.begun.elapsed() > Duration::from_secs(1) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
        self.bar.set_position(done);
    }

    /// The same where how many there are is only known now.
    pub(super) fn of(&mut self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.at(done);
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
