//! Ctrl-C, a request to end, and the end of the terminal: each stops the work cleanly, unless whoever started the program had
//! it ignored (`nohup`, a job in the background of a script).

use anyhow::{Context, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that a signal raises.
pub(super) fn stop_flag() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    on_stop(move || raised.store(true, Ordering::Relaxed))?;
    Ok(stop)
}

/// Does something short when a signal comes.
#[cfg(unix)]
pub(super) fn on_stop(act: impl Fn() + Send + Sync + 'static) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    let heard: Vec<i32> =
        [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal)).collect();
    let mut signals = Signals::new(heard).context("signals cannot be handled")?;
    let listen = move || signals.forever().for_each(|_| act());
    std::thread::Builder::new().name("signals".into()).spawn(listen).context("signals cannot be handled")?;
    Ok(())
}

/// As on Unix; elsewhere there is Ctrl-C alone.
#[cfg(not(unix))]
pub(super) fn on_stop(act: impl Fn() + Send + Sync + 'static) -> Result<()> {
    ctrlc::set_handler(act).context("signals cannot be handled")
}

/// Whether a signal does nothing as the program was started.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let mut now = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action the call changes nothing and writes the present one to where it is told, which has its size
    // and layout; all zeros are a valid value of it, should the call fail.
    let (done, now) = unsafe {
        let done = libc::sigaction(signal, std::ptr::null(), now.as_mut_ptr());
        (done, now.assume_init())
    };
    done == 0 && now.sa_sigaction == libc::SIG_IGN
}
