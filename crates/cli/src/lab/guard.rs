//! Who may ask: the page that this lab serves, in a browser on this machine. Nothing here looks at what is asked.
//!
//! A page of another origin must not reach the lab through the browser of its user: not by its own requests (`Origin`,
//! `Sec-Fetch-Site`), and not by a name that it lets point to this machine (`Host`).

use super::refusal::Refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Headers of every answer. The page may load what the lab serves, and nothing else from anywhere.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Refuses what does not come from the lab's own page, and adds the headers.
pub(super) async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let authority = request.uri().authority().map(ToString::to_string);
    let mut response = match stranger(request.headers(), authority.as_deref(), port) {
        Some(sentence) => {
            Refusal { status: StatusCode::FORBIDDEN, sentence: sentence.to_string() }.into_response()
        }
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a request is a stranger's; none if it may come in.
fn stranger(headers: &HeaderMap, authority: Option<&str>, port: u16) -> Option<&'static str> {
    let own = |host: &str| {
        let name = match host.rsplit_once(':') {
            Some((name, written)) if written.parse() == Ok(port) => name,
            None if port == 80 => host,
            _ => return false,
        };
        name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")
    };
    let all = |name: HeaderName| headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or(""));
    let mut hosts = all(header::HOST).chain(authority);
    if all(header::HOST).count() != 1 || !hosts.all(own) {
        return Some(
            "refused: the lab answers to 127.0.0.1 and localhost at its own port, and to no other Host",
        );
    }
    if !all(header::ORIGIN).all(|origin| origin.strip_prefix("http://").is_some_and(own)) {
        return Some("refused: the lab answers to its own page, and to no other Origin");
    }
    // A link to the lab may stand on any page; what else another page fetches may not.
    let site = |value: &str| all(HeaderName::from_static("sec-fetch-site")).any(|site| site == value);
    let navigates = all(HeaderName::from_static("sec-fetch-mode")).any(|mode| mode == "navigate");
    if (site("cross-site") || site("same-site")) && !navigates {
        return Some("refused: the lab answers to its own page, and to no other site");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(lines: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        stranger(&headers, None, 8017).is_some()
    }

    #[test]
    fn the_page_may_come_in_and_strangers_may_not() {
        let host = ("host", "127.0.0.1:8017");
        assert!(!refused(&[host]));
        assert!(!refused(&[("host", "LocalHost:8017"), ("origin", "http://localhost:8017")]));
        assert!(!refused(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(!refused(&[host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]));
        for bad in [
            "evil.example",
            "evil.example:8017",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1.evil:8017",
            "",
            "8017",
        ] {
            assert!(refused(&[("host", bad)]), "{bad}");
        }
        assert!(refused(&[]) && refused(&[host, host]));
        for bad in ["null", "https://127.0.0.1:8017", "http://evil.example", "http://127.0.0.1:1", ""] {
            assert!(refused(&[host, ("origin", bad)]), "{bad}");
        }
        assert!(refused(&[host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]));
        assert!(refused(&[host, ("sec-fetch-site", "same-site")]));
        assert!(
            stranger(
                &HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("127.0.0.1:8017"))]),
                Some("evil:80"),
                8017
            )
            .is_some()
        );
    }
}
