//! Work with the interpreter released: other Python threads go on, and Ctrl-C is seen within a tenth of a second.

use crate::progress::Progress;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often signals are looked at, and progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Does `work` on another thread and waits for it. Progress is told about every tenth of a second; when that fails, or a
/// signal arrives, the flag that `work` was given is raised and the error is returned.
pub fn attended<T: Send, E: Send>(
    py: Python<'_>,
    progress: &Progress,
    work: impl FnOnce(&AtomicBool) -> Result<T, E> + Send,
    raise: impl FnOnce(E) -> PyErr,
) -> PyResult<T> {
    let stop = &AtomicBool::new(false);
    let (failed, result) = py.detach(|| {
        thread::scope(|scope| {
            let (working, ended) = mpsc::channel::<()>();
            let worker = scope.spawn(move || {
                let _working = working;
                work(stop)
            });
            let mut failed = None;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if failed.is_none() {
                    failed = Python::attach(|py| py.check_signals().and_then(|()| progress.tell(py))).err();
                    stop.store(failed.is_some(), Ordering::Relaxed);
                }
            }
            (failed, worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    });
    let ended = progress.end(py, failed.is_none() && result.is_ok());
    match (failed, result) {
        (Some(error), _) => Err(error),
        (None, result) => result.map_err(raise).and_then(|value| ended.map(|()| value)),
    }
}
