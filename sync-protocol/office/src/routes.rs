//! The admin routes of a desk as an axum router; hub-only routes refuse on an edge.

use crate::api::{self, Ask, LANG_HEADER, Page, REQUEST_BYTES_MAX};
use crate::desk::act::{Doing, act};
use crate::desk::{Desk, Role, register};
use crate::trouble::{Exit, Lang, Trouble};
use crate::view;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use mesh_runtime::admin::Problem;
use mesh_runtime::admin::problem;
use std::future::Future;
use std::sync::Arc;

/// Returns the routes that every node serves, without the [frame](framed).
pub fn routes(desk: Arc<Desk>) -> Router {
    let router: Router<Arc<Desk>> = Router::new();
    let router = with(router, |desk: Arc<Desk>, ask| async move { register::take_in(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::cases::list(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::cases::show(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::catalog::list(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::catalog::show(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::calendar::show(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::calendar::due(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::sites::list(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::sites::show(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::sync::now(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::sync::explain(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, ask| async move { view::dump::dump(&desk, ask).await });
    let router = with(router, |desk: Arc<Desk>, _: api::node::Status| async move { view::node::status(&desk).await });
    let router = with(router, |desk: Arc<Desk>, _: api::node::DigestAsked| async move { view::node::digests(&desk).await });
    let router = with(router, |desk: Arc<Desk>, _: api::node::Version| async move { Ok(view::node::version(desk.role)) });
    let router = acts(router);
    let router = if desk.role == Role::Hub { router } else { hub_only(router) };
    router.with_state(desk)
}

/// Puts the bound on requests and the answer to unknown paths around a router.
pub fn framed(router: Router) -> Router {
    let unknown = |uri: axum::http::Uri, headers: HeaderMap| async move {
        problem_of(&Trouble::NoRoute { route: uri.path().to_owned() }, lang_of(&headers))
    };
    router.fallback(unknown).layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
}

/// Returns what `version --json` prints.
#[must_use]
pub fn version_page(role: Role) -> Page<api::node::VersionShown> {
    Page::of::<api::node::Version>(view::node::version(role))
}

/// Adds the route of `A`, answered by `answer`.
pub fn with<S, A, F, R>(router: Router<S>, answer: F) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    A: Ask,
    F: Fn(S, A) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<A::Reply, Trouble>> + Send + 'static,
{
    let handler = move |State(state): State<S>, headers: HeaderMap, body: Bytes| async move {
        let lang = lang_of(&headers);
        let ask: A = match read(&body) {
            Ok(ask) => ask,
            Err(trouble) => return problem_of(&trouble, lang),
        };
        match answer(state, ask).await {
            Ok(reply) => Json(Page::of::<A>(reply)).into_response(),
            Err(trouble) => problem_of(&trouble, lang),
        }
    };
    router.route(A::ROUTE, post(handler))
}

fn acts(router: Router<Arc<Desk>>) -> Router<Arc<Desk>> {
    fn doing<A: Doing>(router: Router<Arc<Desk>>) -> Router<Arc<Desk>> {
        with(router, |desk: Arc<Desk>, ask: A| async move { act(&desk, ask).await })
    }
    let router = doing::<api::act::Forward>(router);
    let router = doing::<api::act::Receive>(router);
    let router = doing::<api::act::Accept>(router);
    let router = doing::<api::act::Assign>(router);
    let router = doing::<api::act::Decide>(router);
    let router = doing::<api::act::Conclude>(router);
    let router = doing::<api::act::Return>(router);
    let router = doing::<api::act::Notify>(router);
    let router = doing::<api::act::Deliver>(router);
    doing::<api::act::Withdraw>(router)
}

fn hub_only(router: Router<Arc<Desk>>) -> Router<Arc<Desk>> {
    fn refused<A: Ask>(router: Router<Arc<Desk>>) -> Router<Arc<Desk>> {
        with(router, |_: Arc<Desk>, _: A| async move { Err(Trouble::HubOnly { route: A::ROUTE.to_owned() }) })
    }
    let router = refused::<api::site::Import>(router);
    let router = refused::<api::site::Add>(router);
    let router = refused::<api::site::Token>(router);
    let router = refused::<api::calendar::Import>(router);
    let router = refused::<api::catalog::Import>(router);
    let router = refused::<api::catalog::Publish>(router);
    refused::<api::catalog::Withdraw>(router)
}

fn read<A: Ask>(body: &[u8]) -> Result<A, Trouble> {
    let body = if body.is_empty() { b"{}".as_slice() } else { body };
    // Unknown fields are no fault: an older node answers a newer command.
    serde_json::from_slice(body).map_err(|error| Trouble::BadRequest { why: fault_of(&error) })
}

fn fault_of(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => error.to_string(),
        serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
            format!("no JSON at line {}, column {}", error.line(), error.column())
        }
    }
}

fn lang_of(headers: &HeaderMap) -> Lang {
    headers.get(LANG_HEADER).and_then(|value| value.to_str().ok()).map_or(Lang::Chinese, Lang::of)
}

/// Returns a trouble in the one form of all problems.
#[must_use]
pub fn problem(trouble: &Trouble, lang: Lang) -> Problem {
    let said = trouble.say(lang);
    Problem {
        schema: problem::SCHEMA.to_owned(),
        code: trouble.code().to_owned(),
        what: said.what,
        cause: Some(said.cause),
        next: Some(said.next),
        exit: trouble.exit() as u8,
    }
}

fn problem_of(trouble: &Trouble, lang: Lang) -> Response {
    let status = match trouble.exit() {
        Exit::Usage => StatusCode::BAD_REQUEST,
        Exit::NotFound => StatusCode::NOT_FOUND,
        Exit::Refused => StatusCode::CONFLICT,
        Exit::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        Exit::Failed | Exit::Partly => StatusCode::INTERNAL_SERVER_ERROR,
    };
    tracing::info!(target: "mesh::refused", code = trouble.code());
    (status, Json(problem(trouble, lang))).into_response()
}
