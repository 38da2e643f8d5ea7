//! The socket from both ends.

use super::client::{ClientError, call};
use super::*;
use crate::lock::{DataLock, LockError, create_private_dir};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio::sync::oneshot;

fn data(depth: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("d".repeat(depth));
    create_private_dir(&data).unwrap();
    (folder, data)
}

fn routes() -> Router {
    Router::new()
        .route("/echo", post(|Json(value): Json<Value>| async move { Json(json!({ "got": value })) }))
        .route("/fail", post(|| async { (StatusCode::NOT_FOUND, Json(problem())) }))
}

fn problem() -> Problem {
    Problem {
        schema: problem::SCHEMA.to_owned(),
        code: "E0201".into(),
        what: "find the site".into(),
        cause: Some("no such code".into()),
        next: Some("list the sites".into()),
        exit: 3,
    }
}

#[tokio::test]
async fn a_daemon_answers_until_it_is_told_to_end() {
    for depth in [4, 120] {
        let (_folder, data) = data(depth);
        let lock = DataLock::take(&data).unwrap();
        let admin = Admin::bind(&lock).unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let serving = tokio::spawn(admin.serve(routes(), async move { drop(ended.await) }));
        assert_eq!(call(&data, "/echo", &json!([1, "镇"])).await.unwrap(), json!({ "got": [1, "镇"] }));
        end.send(()).unwrap();
        serving.await.unwrap().unwrap();
        assert!(matches!(call(&data, "/echo", &json!(1)).await, Err(ClientError::NotRunning { .. })));
    }
}

#[tokio::test]
async fn a_problem_reaches_the_caller_whole() {
    let (_folder, data) = data(4);
    let lock = DataLock::take(&data).unwrap();
    let serving = tokio::spawn(Admin::bind(&lock).unwrap().serve(routes(), std::future::pending()));
    let told = call(&data, "/fail", &json!({})).await.unwrap_err();
    assert!(matches!(told, ClientError::Problem(told) if *told == problem()));
    assert!(matches!(call(&data, "/nowhere", &json!({})).await, Err(ClientError::Form(_))));
    serving.abort();
}

#[tokio::test]
async fn a_dead_daemon_s_socket_is_replaced_and_a_living_one_keeps_the_lock() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, data) = data(4);
    let lock = DataLock::take(&data).unwrap();
    assert!(matches!(DataLock::take(&data), Err(LockError::Held { .. })));
    drop(Admin::bind(&lock).unwrap());
    assert!(data.join(FILE).exists());
    let again = Admin::bind(&lock).unwrap();
    assert_eq!(std::fs::metadata(data.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    drop(again);
    drop(lock);
    assert!(DataLock::take(&data).is_ok());
}
