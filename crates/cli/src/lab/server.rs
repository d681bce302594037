//! The server: a listener on this machine alone, and what answers which request. It computes nothing itself.

use super::answer::picture;
use super::desk::{Desk, Kind};
use super::export::export;
use super::guard::guard;
use super::histories::{Histories, Kept, PARTICLES};
use super::ledger::ledger;
use super::refusal::Refusal;
use super::runs::Runs;
use super::scenes::Scenes;
use super::setting::Setting;
use super::{offer, page};
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Json, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::Deserialize;
use serde_json::{Value, json};
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use suasion::engine::parallel::Options;

/// Bytes of a request's body, at most.
const MOST_BYTES: usize = 64 << 10;
/// Characters of a page's name, at most.
const MOST_NAME: usize = 64;

/// A lab that has its port and does not answer yet.
pub struct Lab {
    listener: TcpListener,
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    scenes: Scenes,
    desk: Desk,
    runs: Runs,
    histories: Histories,
    options: Options,
}

impl Lab {
    /// Takes a port of this machine; 0 takes a free one. No other machine can reach it.
    ///
    /// # Errors
    /// If the port is taken, or not allowed.
    pub fn bind(port: u16, scenes: Scenes, options: Options) -> io::Result<Lab> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Shared {
            scenes,
            desk: Desk::default(),
            runs: Runs::default(),
            histories: Histories::default(),
            options,
        };
        Ok(Lab { listener, port, shared: Arc::new(shared) })
    }

    /// Where a browser finds it.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers until `stopped` comes.
    ///
    /// # Errors
    /// If the threads cannot be started, or the listener fails.
    pub fn serve(self, stopped: impl Future<Output = ()>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let shared = Arc::clone(&self.shared);
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            tokio::select! {
                served = axum::serve(listener, router(self.shared, self.port)).into_future() => served,
                () = stopped => Ok(()),
            }
        });
        shared.desk.stop();
        runtime.shutdown_timeout(Duration::from_secs(2));
        served
    }
}

fn router(shared: Arc<Shared>, port: u16) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/{file}", get(page::file))
        .route("/api/scenarios", get(scenarios))
        .route("/api/scenario", get(scenario).post(scenario_under))
        .route("/api/watch", get(watch))
        .route("/api/run", post(run))
        .route("/api/condition", post(condition))
        .route("/api/progress", get(progress))
        .route("/api/ledger", post(explain))
        .route("/api/export", post(take_away))
        .fallback(async || Refusal {
            status: StatusCode::NOT_FOUND,
            sentence: "the lab has no such page".into(),
        })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(port, guard))
        .with_state(shared)
}

type Answer = Result<Json<Value>, Refusal>;
type Asked<T> = Result<Json<T>, JsonRejection>;

#[derive(Deserialize)]
struct Named {
    scenario: String,
}

/// A page asks for something to be computed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asking {
    /// Any name that no other page has: of a page's requests of a kind, the newest wins.
    page: String,
    setting: Setting,
    /// The variable to draw, for a run.
    #[serde(default)]
    variable: String,
    /// The state to explain, for a ledger.
    #[serde(default)]
    state: String,
}

async fn scenarios(State(shared): State<Arc<Shared>>) -> Answer {
    let listed = tokio::task::spawn_blocking(move || offer::scenarios(&shared.scenes)).await;
    Ok(Json(listed?))
}

async fn scenario(State(shared): State<Arc<Shared>>, Query(named): Query<Named>) -> Answer {
    let seen = tokio::task::spawn_blocking(move || shared.scenes.see(&named.scenario)).await??;
    Ok(Json(offer::scenario(&seen)))
}

/// The scenario of a setting: under the theory that is written on the page.
async fn scenario_under(State(shared): State<Arc<Shared>>, asked: Asked<Asking>) -> Answer {
    let asking = read(asked)?;
    let seen = tokio::task::spawn_blocking(move || shared.scenes.seen_by(&asking.setting)).await??;
    Ok(Json(offer::scenario(&seen)))
}

/// Whether a scenario has changed: asked again and again, so it tells nothing else.
async fn watch(State(shared): State<Arc<Shared>>, Query(named): Query<Named>) -> Answer {
    let seen = tokio::task::spawn_blocking(move || shared.scenes.see(&named.scenario)).await??;
    Ok(Json(json!({ "version": seen.scene.version, "trouble": seen.trouble })))
}

/// Draws a variable of both sides of a setting.
async fn run(State(shared): State<Arc<Shared>>, asked: Asked<Asking>) -> Answer {
    done(shared, asked, Kind::Run, |lab, asking, stop| {
        let seen = lab.scenes.seen_by(&asking.setting)?;
        let arms = asking.setting.arms(&seen.scene)?;
        let luck = lab.histories.luck(&asking.setting, &seen.scene, &arms, lab.options, stop)?;
        let base = lab.runs.of(arms.base, luck.base.as_deref(), lab.options, stop)?;
        let changed = arms.changed.map(|arm| lab.runs.of(arm, luck.changed.as_deref(), lab.options, stop));
        let changed = changed.transpose()?;
        // Of a run that was kept, the time that it took then.
        let took = base.took + changed.as_ref().map_or(Duration::ZERO, |run| run.took);
        let variable = &asking.variable;
        let drawn = picture(&base, variable)
            .ok_or_else(|| Refusal::asked(format!("there is no variable `{variable}` to draw")))?;
        let beside = changed.as_ref().and_then(|run| picture(run, variable));
        Ok(json!({
            "version": seen.scene.version, "trouble": seen.trouble, "base": drawn,
            // A counterfactual may lack what the baseline has: an instrument, a regime.
            "absent": changed.is_some() && beside.is_none(), "changed": beside,
            // Nor need it have what a number sets.
            "dropped": arms.dropped,
            "given": luck.base.as_deref().map(told),
            "milliseconds": (took.as_secs_f64() * 1e4).round() / 10.0,
        }))
    })
    .await
}

/// Makes the histories that a setting needs, so that its runs do not wait for them.
async fn condition(State(shared): State<Arc<Shared>>, asked: Asked<Asking>) -> Answer {
    done(shared, asked, Kind::Condition, |lab, asking, stop| {
        let seen = lab.scenes.seen_by(&asking.setting)?;
        let arms = asking.setting.arms(&seen.scene)?;
        let luck = lab.histories.luck(&asking.setting, &seen.scene, &arms, lab.options, stop)?;
        Ok(json!({ "base": luck.base.as_deref().map(told), "changed": luck.changed.as_deref().map(told) }))
    })
    .await
}

/// How much of the history under way is made.
async fn progress(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({ "share": shared.histories.share() }))
}

/// A history as the page tells of it.
fn told(kept: &Kept) -> Value {
    json!({ "until": kept.until, "rows": kept.luck.lineage.rows(), "particles": PARTICLES.max(kept.luck.lineage.rows() as u32),
        "log_likelihood": kept.log_likelihood, "milliseconds": (kept.took.as_secs_f64() * 1e3).round() })
}

/// Explains a state.
async fn explain(State(shared): State<Arc<Shared>>, asked: Asked<Asking>) -> Answer {
    done(shared, asked, Kind::Ledger, |lab, asking, stop| {
        let seen = lab.scenes.seen_by(&asking.setting)?;
        let arms = asking.setting.arms(&seen.scene)?;
        let luck = lab.histories.luck(&asking.setting, &seen.scene, &arms, lab.options, stop)?;
        Ok(json!(ledger(&arms, &luck, &asking.state, lab.options, stop)?))
    })
    .await
}

/// Gives a setting as text.
async fn take_away(State(shared): State<Arc<Shared>>, asked: Asked<Asking>) -> Answer {
    done(shared, asked, Kind::Export, |lab, asking, _| {
        let seen = lab.scenes.seen_by(&asking.setting)?;
        export(&lab.scenes, &seen.scene, &asking.setting)
    })
    .await
}

/// Has what a page asks for done at the desk.
async fn done(
    shared: Arc<Shared>,
    asked: Asked<Asking>,
    kind: Kind,
    work: fn(&Shared, &Asking, &AtomicBool) -> Result<Value, Refusal>,
) -> Answer {
    let asking = read(asked)?;
    let (page, lab) = (asking.page.clone(), Arc::clone(&shared));
    Ok(Json(shared.desk.work(&page, kind, move |stop| work(&lab, &asking, stop)).await?))
}

/// The body of a request, or a sentence of what is wrong with it.
fn read(asked: Asked<Asking>) -> Result<Asking, Refusal> {
    let Json(asking) = asked.map_err(|rejection| Refusal {
        status: rejection.status(),
        sentence: match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => format!("the request is longer than {MOST_BYTES} bytes"),
            _ => rejection.body_text(),
        },
    })?;
    if asking.page.is_empty() || asking.page.len() > MOST_NAME {
        return Err(Refusal::asked(format!(
            "`page` has {} characters, expected 1 to {MOST_NAME}",
            asking.page.len()
        )));
    }
    Ok(asking)
}
