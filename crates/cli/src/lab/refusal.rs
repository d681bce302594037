//! What a request is refused with: a status, and a sentence for people.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request is not answered.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub sentence: String,
}

impl Refusal {
    /// What was asked for cannot be done.
    pub fn asked(sentence: impl Into<String>) -> Refusal {
        Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, sentence: sentence.into() }
    }

    /// A newer request of the same page has taken its place.
    pub fn superseded() -> Refusal {
        Refusal {
            status: StatusCode::CONFLICT,
            sentence: "a newer request of this page has taken its place".into(),
        }
    }
}

impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::asked(error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.sentence }))).into_response()
    }
}
