use super::client::{ClientError, call, look};
use super::*;
use crate::lock::{DataLock, LockError, create_private_dir};
use axum::routing::{get, post};
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
        .route(
            "/echo",
            post(|Json(value): Json<Value>| async move { Json(json!({ "got": value })) }),
        )
        .route("/status", get(|| async { Json(json!({ "schema": "status/1" })) }))
        .route(
            "/fail",
            post(|| async {
                Problem::new(Code::NotFound, "find the site")
                    .because("no such code")
                    .next("list the sites")
            }),
        )
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
        assert_eq!(look(&data, "/status").await.unwrap(), json!({ "schema": "status/1" }));
        end.send(()).unwrap();
        serving.await.unwrap().unwrap();
        assert!(matches!(look(&data, "/status").await, Err(ClientError::NotRunning { .. })));
    }
}

#[tokio::test]
async fn a_problem_reaches_the_caller_whole() {
    let (_folder, data) = data(4);
    let lock = DataLock::take(&data).unwrap();
    let serving = tokio::spawn(Admin::bind(&lock).unwrap().serve(routes(), std::future::pending()));
    let problem = call(&data, "/fail", &json!({})).await.unwrap_err().into_problem();
    assert_eq!(
        problem,
        Problem::new(Code::NotFound, "find the site")
            .because("no such code")
            .next("list the sites")
    );
    let unknown = call(&data, "/nowhere", &json!({})).await.unwrap_err().into_problem();
    assert_eq!(unknown.known_code(), Some(Code::BadRequest));
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

#[test]
fn codes_are_distinct_and_end_with_a_number_below_ten() {
    let names: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    assert!(Code::ALL.iter().all(|code| (1..10).contains(&code.exit())));
}
