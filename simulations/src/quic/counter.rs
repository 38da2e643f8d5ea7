//! The counter at which clerks ask: the daemon's own admin routes, request and answer as the command line has them, without a socket.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use mesh_office::api::{Ask, REQUEST_BYTES_MAX};
use mesh_runtime::admin::Problem;
use tower_service::Service;

/// Asks a desk.
///
/// # Errors
/// [`Problem`], as the command line would print it.
pub async fn ask<A: Ask>(router: &Router, request: &A) -> Result<A::Reply, Problem> {
    let answer = post(router, A::ROUTE, serde_json::to_vec(request).expect("requests are maps with text keys")).await?;
    serde_json::from_slice(&answer).map_err(|error| broken(&error.to_string()))
}

/// Asks a desk and returns the reply as it is printed.
///
/// # Errors
/// As [`ask`].
pub async fn ask_json<A: Ask>(router: &Router, request: &A) -> Result<serde_json::Value, Problem> {
    let answer = post(router, A::ROUTE, serde_json::to_vec(request).expect("requests are maps with text keys")).await?;
    serde_json::from_slice(&answer).map_err(|error| broken(&error.to_string()))
}

async fn post(router: &Router, route: &str, body: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let request = Request::post(route).body(Body::from(body)).expect("routes are paths");
    let Ok(answer) = Service::call(&mut router.clone(), request).await;
    let is_good = answer.status().is_success();
    let bytes = to_bytes(answer.into_body(), 8 * REQUEST_BYTES_MAX).await.map_err(|error| broken(&error.to_string()))?;
    if is_good {
        return Ok(bytes.to_vec());
    }
    Err(serde_json::from_slice(&bytes).unwrap_or_else(|error| broken(&error.to_string())))
}

fn broken(why: &str) -> Problem {
    Problem {
        schema: String::new(),
        code: "broken".to_owned(),
        what: "read the desk's answer".to_owned(),
        cause: Some(why.to_owned()),
        next: None,
        exit: 1,
    }
}
