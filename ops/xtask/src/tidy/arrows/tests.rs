//! What turns the arrow check red.

use super::*;

fn arrow(name: &str, kind: Option<&str>) -> Arrow {
    Arrow { name: name.to_owned(), kind: kind.map(str::to_owned), path: Some("/house/anywhere".to_owned()) }
}

fn package(name: &str, folder: &str, dependencies: Vec<Arrow>) -> Packages {
    let package = Package { name: name.to_owned(), manifest_path: format!("/house/{folder}/Cargo.toml"), dependencies };
    Packages { packages: vec![package], workspace_root: "/house".to_owned() }
}

fn messages(packages: &Packages) -> Vec<String> {
    check(packages).into_iter().map(|finding| finding.message).collect()
}

#[test]
fn the_arrows_of_the_table_are_let_pass() {
    let hub = package("hub", "hub", vec![arrow("mesh-model", None), arrow("mesh-office", None), arrow("mesh-runtime", Some("dev"))]);
    assert_eq!(messages(&hub), [""; 0]);
}

#[test]
fn the_hub_that_imports_the_edge_node_turns_tidy_red() {
    assert_eq!(messages(&package("hub", "hub", vec![arrow("edge-node", None)])), ["may not import edge-node (normal dependency)"]);
}

#[test]
fn a_dev_dependency_of_a_pure_crate_counts_as_an_arrow() {
    let protocol = package("sync-protocol", "sync-protocol", vec![arrow("mesh-runtime", Some("dev"))]);
    assert_eq!(messages(&protocol), ["may not import mesh-runtime (dev dependency)"]);
}

#[test]
fn a_build_dependency_counts_as_an_arrow() {
    let model = package("mesh-model", "sync-protocol/model", vec![arrow("sync-protocol", Some("build"))]);
    assert_eq!(messages(&model), ["may not import sync-protocol (build dependency)"]);
}

#[test]
fn nobody_imports_the_simulations() {
    let tests = package("mesh-tests", "tests", vec![arrow("simulations", None), arrow("hub", None)]);
    assert_eq!(messages(&tests), ["may not import simulations (normal dependency)"]);
}

#[test]
fn a_package_outside_the_table_turns_tidy_red() {
    assert_eq!(messages(&package("helpers", "hub/helpers", vec![])), ["is not in the table of rooms"]);
}

#[test]
fn a_package_in_another_room_turns_tidy_red() {
    assert_eq!(messages(&package("hub", "ops/hub", vec![])), ["lies at /house/ops/hub/Cargo.toml, its room is hub"]);
}

#[test]
fn the_arrows_of_this_workspace_are_those_of_the_table() {
    let packages = Packages::read(&step::root()).expect("cargo can read our own manifests");
    assert_eq!(messages(&packages), [""; 0]);
    assert_eq!(packages.packages.len(), ROOMS.len());
}
