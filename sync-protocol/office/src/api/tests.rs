//! The contract with scripts: routes, schemas, and what never prints itself.

use super::*;

#[test]
fn a_reply_carries_its_schema_in_front_and_reads_back_bare() {
    let reply = site::Listed { sites: Vec::new() };
    let text = serde_json::to_string(&Page::of::<site::List>(reply.clone())).expect("serialises");
    assert_eq!(text, r#"{"schema":"site.list/1","sites":[]}"#);
    assert_eq!(serde_json::from_str::<site::Listed>(&text).expect("reads"), reply);
}

#[test]
fn an_applicant_travels_in_a_request_and_never_prints_itself() {
    let text = r#"{"item":"A-1","applicant":{"name":"示例甲"},"staff":"zhang"}"#;
    let request: case::Register = serde_json::from_str(text).expect("reads");
    assert!(!format!("{request:?}").contains("示例"));
    assert!(serde_json::to_string(&request).expect("serialises").contains("示例甲"));
}

#[test]
fn an_act_is_one_flat_object() {
    let text = r#"{"number":"511602101201-20260107-0A-0001","staff":"zhang","to":"511602101000"}"#;
    let request: act::Forward = serde_json::from_str(text).expect("reads");
    assert_eq!(request.to.map(|to| to.to_string()).as_deref(), Some("511602101000"));
    assert_eq!((<act::Forward as Ask>::ROUTE, <act::Forward as Ask>::SCHEMA), ("/v1/case/forward", "case.act/1"));
}
