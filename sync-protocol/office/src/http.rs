//! The little that a daemon says over TCP when it was started with `--http`: `/livez`, `/readyz`, `/metrics`, `/status`.
//!
//! Nothing here acts, and nothing names a citizen.

use crate::api::{Page, node::Status};
use crate::desk::Desk;
use crate::routes::problem;
use crate::trouble::{Lang, Trouble};
use crate::view;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use std::sync::Arc;

/// Returns the routes.
pub fn routes(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/status", get(status))
        .with_state(desk)
}

async fn ready(State(desk): State<Arc<Desk>>) -> Response {
    match desk.look().await {
        Ok(_) if desk.is_full().await => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", Trouble::Full {}.code())).into_response(),
        Ok(_) => "ok\n".into_response(),
        Err(trouble) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", trouble.code())).into_response(),
    }
}

async fn metrics(State(desk): State<Arc<Desk>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], desk.handle.counters().render()).into_response()
}

async fn status(State(desk): State<Arc<Desk>>) -> Response {
    match view::node::status(&desk).await {
        Ok(status) => Json(Page::of::<Status>(status)).into_response(),
        Err(trouble) => unavailable(&trouble),
    }
}

fn unavailable(trouble: &Trouble) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Json(problem(trouble, Lang::English))).into_response()
}
