//! The page: its files, embedded in the binary. A new one is a line here.

use super::refusal::Refusal;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const FILES: &[(&str, &str, &str)] = &[
    ("index.html", HTML, include_str!("page/index.html")),
    ("style.css", CSS, include_str!("page/style.css")),
    ("main.js", SCRIPT, include_str!("page/main.js")),
    ("history.js", SCRIPT, include_str!("page/history.js")),
    ("server.js", SCRIPT, include_str!("page/server.js")),
    ("setting.js", SCRIPT, include_str!("page/setting.js")),
    ("sliders.js", SCRIPT, include_str!("page/sliders.js")),
    ("panels.js", SCRIPT, include_str!("page/panels.js")),
    ("network.js", SCRIPT, include_str!("page/network.js")),
    ("ledger.js", SCRIPT, include_str!("page/ledger.js")),
    ("table.js", SCRIPT, include_str!("page/table.js")),
    ("theory.js", SCRIPT, include_str!("page/theory.js")),
    ("tour.js", SCRIPT, include_str!("page/tour.js")),
    ("share.js", SCRIPT, include_str!("page/share.js")),
    ("svg.js", SCRIPT, include_str!("page/svg.js")),
];

/// The page itself.
pub(super) async fn index() -> Response {
    serve("index.html")
}

/// A file of the page.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    serve(&name)
}

fn serve(name: &str) -> Response {
    match FILES.iter().find(|(file, _, _)| *file == name) {
        Some((_, kind, text)) => ([(header::CONTENT_TYPE, *kind)], *text).into_response(),
        None => Refusal { status: StatusCode::NOT_FOUND, sentence: format!("the lab has no page `/{name}`") }
            .into_response(),
    }
}
