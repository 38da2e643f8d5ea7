//! What the county's desk does and no other: registry, calendar, catalogue, tokens. Each publishes papers that every node reads.

pub mod calendar;
pub mod catalog;
pub mod plans;
pub mod sites;
pub mod tokens;

use axum::Router;
use mesh_model::import::{RowError, RowFault};
use mesh_office::api::RowNote;
use mesh_office::desk::Desk;
use mesh_office::routes::with;
use mesh_office::trouble::{Trouble, chinese};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The county's desk.
pub struct HubOffice {
    desk: Arc<Desk>,
    county: String,
    root_pin: [u8; 32],
    addresses: Vec<String>,
    /// One publication at a time: each looks at what is published before it adds to it.
    publishing: Mutex<()>,
}

impl HubOffice {
    /// Opens the county's desk; `county` is six digits, `addresses` is where tokens tell sites to dial.
    #[must_use]
    pub fn new(desk: Arc<Desk>, county: String, root_pin: [u8; 32], addresses: Vec<String>) -> HubOffice {
        HubOffice { desk, county, root_pin, addresses, publishing: Mutex::new(()) }
    }
}

/// Returns the routes that only the hub serves.
pub fn routes(office: Arc<HubOffice>) -> Router {
    let router: Router<Arc<HubOffice>> = Router::new();
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { sites::import(&hub, ask).await });
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { sites::add(&hub, ask).await });
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { tokens::give(&hub, ask).await });
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { calendar::import(&hub, ask).await });
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { catalog::import(&hub, ask).await });
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { catalog::publish(&hub, ask).await });
    let router = with(router, |hub: Arc<HubOffice>, ask| async move { catalog::withdraw(&hub, ask).await });
    router.with_state(office)
}

/// Puts rows that could not be used into a reply.
fn row_notes(errors: &[RowError]) -> Vec<RowNote> {
    errors.iter().map(|error| RowNote { line: error.line, defect: fault_word(&error.fault), text: error.fault.to_string() }).collect()
}

/// Says why a file has no usable row, by its first fault.
fn no_rows(errors: &[RowError]) -> Trouble {
    let Some(first) = errors.first() else {
        return Trouble::BadFile { zh: "文件中没有数据行".to_owned(), why: "no rows".to_owned() };
    };
    let said = chinese::row(&fault_word(&first.fault), &first.fault.to_string());
    Trouble::BadFile { zh: format!("第 {} 行：{said}", first.line), why: first.to_string() }
}

/// Returns the model's own word of a fault.
fn fault_word(fault: &RowFault) -> String {
    match serde_json::to_value(fault) {
        Ok(serde_json::Value::Object(fields)) => fields.get("fault").and_then(|word| word.as_str()).unwrap_or_default().to_owned(),
        Ok(_) | Err(_) => String::new(),
    }
}
