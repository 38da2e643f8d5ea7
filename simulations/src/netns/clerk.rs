//! A clerk of one site: hands papers to the site's daemon in their order, and keeps what was printed.

use super::county::ask;
use super::papers;
use crate::engine::EngineError;
use crate::evidence::{Office, Receipt};
use crate::plan::clerks::Paper;
use mesh_model::id::{DocId, Hash};
use mesh_model::place::{Class, Scope, Shelf};
use mesh_model::time::Uptime;
use mesh_office::api::case::Registered;
use mesh_runtime::admin::client::ClientError;
use std::collections::BTreeMap;
use std::path::PathBuf;
use sync_protocol::batch::Chain;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::Position;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// One clerk.
#[derive(Debug)]
pub struct Clerk {
    data: PathBuf,
    seed: u64,
    begun: Instant,
    /// What the clerk holds in hand.
    pub office: Office,
    /// The document of each printed paper.
    pub documents: BTreeMap<u64, DocId>,
    /// Bytes of printed papers.
    pub bytes: u64,
}

impl Clerk {
    /// Seats a clerk at the daemon of `data`; a receipt's time counts from `begun`.
    #[must_use]
    pub fn new(data: PathBuf, seed: u64, begun: Instant) -> Clerk {
        Clerk { data, seed, begun, office: Office::default(), documents: BTreeMap::new(), bytes: 0 }
    }

    /// Writes every paper that comes and returns the clerk when no more will.
    ///
    /// # Errors
    /// [`EngineError::World`] when a daemon answers in no known form, or refuses what the rules allow.
    pub async fn work(mut self, mut papers: mpsc::UnboundedReceiver<Paper>) -> Result<Clerk, EngineError> {
        while let Some(paper) = papers.recv().await {
            self.write(&paper).await?;
        }
        Ok(self)
    }

    async fn write(&mut self, paper: &Paper) -> Result<(), EngineError> {
        match ask(&self.data, &papers::form(self.seed, paper)?).await {
            Ok(registered) => {
                self.office.handed_in += 1;
                self.keep(paper, registered);
            }
            // Nobody was there to take it: the citizen is asked to come again.
            Err(ClientError::NotRunning { .. }) => self.office.missed += 1,
            // The power failed while it was taken in; without a receipt nothing was promised.
            Err(ClientError::Broken(_)) => self.office.handed_in += 1,
            Err(error @ (ClientError::Form(_) | ClientError::Problem(_))) => {
                let what = format!("take in paper {:#x} at site {}", paper.number, paper.seat.0);
                return Err(super::space::world(what, error));
            }
        }
        Ok(())
    }

    fn keep(&mut self, paper: &Paper, registered: Registered) {
        let at = Uptime(u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX));
        let place = registered.place;
        let shelf = place.scope.rsplit('/').next().and_then(|year| year.parse().ok()).unwrap_or_default();
        let scope = Scope::site(registered.site.site, Class::CASES, Shelf(shelf));
        let chain = Chain { node: place.node, branch: place.branch, scope };
        // The receipt names no header; it is looked up on the disk at the end, and stays unknown if the paper is not there.
        let place = ActPlace { chain, seq: place.seq, header: Hash::default(), at: Position::default() };
        self.documents.insert(paper.number, registered.document);
        self.bytes += paper.bytes as u64;
        let receipt = Receipt { at, places: [place].into(), number: Some(registered.number.to_string().into()) };
        self.office.receipts.insert(paper.number, receipt);
    }
}
