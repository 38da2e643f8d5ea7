//! The hub's day records: one for today at start, and one whenever the day changes by the hub's clock.

use mesh_office::desk::Desk;
use std::sync::Arc;
use std::time::Duration;

/// How often the clock is looked at: a day record is a minute late, or more where signing fails, and only its date counts.
const LOOK: Duration = Duration::from_secs(60);

/// Signs a day record whenever the day moves on, until the node ends.
pub async fn keep(desk: Arc<Desk>) {
    let mut signed = None;
    loop {
        let today = desk.env().wall().day();
        if signed != Some(today) {
            match desk.sign_day(today).await {
                Ok(()) => signed = Some(today),
                Err(trouble) => tracing::warn!(target: "mesh::day_not_signed", %trouble),
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
