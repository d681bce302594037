//! The desk at which work is done: one piece at a time, and of each page the newest. It knows no scenario.
//!
//! Work runs on a thread of its own, since it computes. A request that is given up (the page has gone, or has asked
//! anew) raises the stop flag of its work.

use super::refusal::Refusal;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Pieces of work that may be waiting or under way, at most.
const MOST: usize = 32;

/// Which kind of work a page asks for: of each kind, the newest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Run,
    Condition,
    Ledger,
    Export,
}

type Pages = BTreeMap<(String, Kind), Arc<AtomicBool>>;

/// The desk.
#[derive(Default)]
pub(super) struct Desk {
    pages: Arc<Mutex<Pages>>,
    one: Arc<tokio::sync::Mutex<()>>,
}

/// A place in the list of pages, given back at the end; whatever ends it, its work is stopped.
struct Place {
    pages: Arc<Mutex<Pages>>,
    key: (String, Kind),
    stop: Arc<AtomicBool>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.get(&self.key).is_some_and(|stop| Arc::ptr_eq(stop, &self.stop)) {
            pages.remove(&self.key);
        }
    }
}

impl Desk {
    /// Does a page's work after what is under way, unless the page asks anew before.
    pub async fn work<T: Send + 'static>(
        &self,
        page: &str,
        kind: Kind,
        work: impl FnOnce(&AtomicBool) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = self.place(page, kind)?;
        let stop = Arc::clone(&place.stop);
        let turn = Arc::clone(&self.one).lock_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the request: a request given up must not let the next in before its work has ended.
            let _turn = turn;
            if stop.load(Ordering::Relaxed) {
                return Err(Refusal::superseded());
            }
            let done = work(&stop);
            if stop.load(Ordering::Relaxed) { Err(Refusal::superseded()) } else { done }
        })
        .await;
        drop(place);
        done.unwrap_or_else(|_| {
            Err(Refusal {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                sentence: "the work failed; please report it".into(),
            })
        })
    }

    /// Takes the place of the page's earlier request.
    fn place(&self, page: &str, kind: Kind) -> Result<Place, Refusal> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (page.to_string(), kind);
        if pages.len() >= MOST && !pages.contains_key(&key) {
            let sentence = format!("{MOST} requests are waiting already; close some pages of this lab");
            return Err(Refusal { status: StatusCode::SERVICE_UNAVAILABLE, sentence });
        }
        let stop = Arc::new(AtomicBool::new(false));
        if let Some(earlier) = pages.insert(key.clone(), Arc::clone(&stop)) {
            earlier.store(true, Ordering::Relaxed);
        }
        Ok(Place { pages: Arc::clone(&self.pages), key, stop })
    }

    /// Stops all work.
    pub fn stop(&self) {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.values().for_each(|stop| stop.store(true, Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_a_page_wins_and_pages_wait_for_one_another() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        runtime.block_on(async {
            let desk = Arc::new(Desk::default());
            let (begun, wait) = std::sync::mpsc::channel();
            let first = tokio::spawn({
                let desk = Arc::clone(&desk);
                async move {
                    desk.work("a", Kind::Run, move |stop| {
                        begun.send(()).unwrap();
                        while !stop.load(Ordering::Relaxed) {
                            std::thread::yield_now();
                        }
                        Ok(1)
                    })
                    .await
                }
            });
            tokio::task::spawn_blocking(move || wait.recv().unwrap()).await.unwrap();
            // Another page's work waits for the first, which ends when its own page asks anew.
            let (other, newer) =
                tokio::join!(desk.work("b", Kind::Run, |_| Ok(2)), desk.work("a", Kind::Run, |_| Ok(3)),);
            assert_eq!((other.unwrap(), newer.unwrap()), (2, 3));
            assert_eq!(first.await.unwrap().unwrap_err().status, StatusCode::CONFLICT);
            assert!(desk.pages.lock().unwrap().is_empty());
        });
    }
}
