//! Work with the interpreter released: other Python threads go on, and Ctrl-C is seen within a tenth of a second.

use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often signals are looked at, and progress is told.
const TICK: Duration = Duration::from_millis(100);

/// Does `work` on another thread and waits for it. `tick` is called with the interpreter about every tenth of a
/// second; when it fails, or a signal arrives, the flag that `work` was given is raised and the error is returned.
pub fn attended<T: Send>(
    py: Python<'_>,
    mut tick: impl FnMut(Python<'_>) -> PyResult<()> + Send,
    work: impl FnOnce(&AtomicBool) -> T + Send,
) -> PyResult<T> {
    let stop = &AtomicBool::new(false);
    py.detach(|| {
        thread::scope(|scope| {
            let (working, ended) = mpsc::channel::<()>();
            let worker = scope.spawn(move || {
                let _working = working;
                work(stop)
            });
            let mut failed = None;
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                if failed.is_none() {
                    failed = Python::attach(|py| py.check_signals().and_then(|()| tick(py))).err();
                    stop.store(failed.is_some(), Ordering::Relaxed);
                }
            }
            let result = worker.join();
            match (failed, result) {
                (Some(error), _) => Err(error),
                (None, Ok(result)) => Ok(result),
                (None, Err(panic)) => std::panic::resume_unwind(panic),
            }
        })
    })
}
