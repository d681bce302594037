//! Progress of long work, told to Python: a function that is given, or a bar of tqdm where that is installed.

use crate::ScenarioError;
use pyo3::prelude::*;
use pyo3::types::PyBool;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Parts in which work is told of that has no natural ones.
pub const PARTS: u64 = 1000;

/// How far some work is, and who wants to know.
pub struct Progress {
    tell: Option<Py<PyAny>>,
    /// Whether it is the package's own bar, which is drawn for work that takes long and closed at its end.
    is_bar: bool,
    told: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Nobody wants to know.
    pub fn silent() -> Progress {
        let (done, total) = (AtomicU64::new(0), AtomicU64::new(0));
        Progress { tell: None, is_bar: false, told: AtomicBool::new(false), done, total }
    }

    /// What a caller gave as `progress`: a function of done and total, `False` for silence, or nothing for a bar over
    /// `unit`.
    pub fn new(py: Python<'_>, given: Option<&Bound<'_, PyAny>>, unit: &str) -> PyResult<Progress> {
        let mut progress = Progress::silent();
        match given {
            None => {
                let bar = py.import("suasion._progress")?.call_method1("Bar", (unit,))?;
                (progress.tell, progress.is_bar) = (Some(bar.unbind()), true);
            }
            Some(given) if given.is_instance_of::<PyBool>() && !given.is_truthy()? => {}
            Some(given) if given.is_callable() => progress.tell = Some(given.clone().unbind()),
            Some(given) => {
                let found = given.repr()?;
                return Err(ScenarioError::new_err(format!(
                    "progress: found {found}, expected a function of done and total, or False for silence"
                )));
            }
        }
        Ok(progress)
    }

    /// So many are done, of so many.
    pub fn at(&self, done: u64, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
    }

    /// So much is done, of 1.
    pub fn share(&self, share: f64) {
        self.at((share * PARTS as f64) as u64, PARTS);
    }

    /// Tells it now.
    pub fn tell(&self, py: Python<'_>) -> PyResult<()> {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        match &self.tell {
            Some(tell) if total > 0 => {
                self.told.store(true, Ordering::Relaxed);
                tell.call1(py, (done, total)).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The work is over; a function hears where it ended, unless it failed. A bar that was never drawn is not drawn now.
    pub fn end(&self, py: Python<'_>, well: bool) -> PyResult<()> {
        let told = self.told.load(Ordering::Relaxed);
        if well && (told || !self.is_bar) {
            self.tell(py)?;
        }
        match &self.tell {
            Some(bar) if self.is_bar && told => bar.call_method0(py, "close").map(drop),
            _ => Ok(()),
        }
    }
}
