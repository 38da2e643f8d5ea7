//! The hub's desk: judges a request, writes the authority record and the spent token in one commit, then issues.

use super::{exporter, read_token, receive, send, token_key, token_note};
use crate::driver::{Handle, HubStep};
use crate::env::Env;
use crate::identity::Role;
use crate::identity::ca::{CountyCa, requested_key};
use mesh_model::id::{Hash, NodeId, SiteId};
use mesh_model::numbering::NumberBlock;
use mesh_model::time::Uptime;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use sync_protocol::enrol::{EnrolRefusal, EnrolReply, EnrolRequest, Verdict};
use sync_protocol::node::Node;
use sync_protocol::record::{AuthorityAct, NodeKeys};
use tokio::sync::{Mutex, Semaphore, mpsc};

/// Newcomers served at a time.
const SERVED_MAX: usize = 32;
/// Newcomers that may wait for the desk.
const WAITING_MAX: usize = 16;
/// Requests from one address in one minute.
const TRIES_PER_MINUTE: u32 = 30;
/// Addresses whose tries are counted at one time.
const ADDRESSES_MAX: usize = 1_024;

/// The desk of a running hub.
pub struct Desk {
    env: Arc<dyn Env>,
    handle: Handle,
    ca: CountyCa,
    county: String,
    hub: NodeId,
    addresses: Vec<String>,
    /// One request at a time between reading a token and its commit.
    judging: Mutex<BTreeMap<IpAddr, (Uptime, u32)>>,
}

/// Returns the two ends of the way by which the driver hands newcomers to the desk.
#[must_use]
pub fn waiting_room() -> (mpsc::Sender<quinn::Connection>, mpsc::Receiver<quinn::Connection>) {
    mpsc::channel(WAITING_MAX)
}

impl Desk {
    /// Opens the desk of hub node `hub`; `addresses` is where newcomers shall dial it later.
    #[must_use]
    pub fn new(env: Arc<dyn Env>, handle: Handle, ca: CountyCa, county: String, hub: NodeId, addresses: Vec<String>) -> Desk {
        Desk { env, handle, ca, county, hub, addresses, judging: Mutex::default() }
    }

    /// Serves newcomers until the driver ends.
    pub async fn run(self, mut newcomers: mpsc::Receiver<quinn::Connection>) {
        let desk = Arc::new(self);
        let places = Arc::new(Semaphore::new(SERVED_MAX));
        while let Some(connection) = newcomers.recv().await {
            // Whoever comes without a certificate waits for a place: the room before the desk is bounded too.
            let place = places.clone().acquire_owned().await.expect("the places are never closed");
            let serving = desk.clone();
            desk.env.spawn(Box::pin(async move {
                serving.serve(&connection).await;
                connection.close(0u32.into(), b"");
                drop(place);
            }));
        }
    }

    async fn serve(&self, connection: &quinn::Connection) {
        // One patience for the whole question: a stranger holds a place no longer than a newcomer on the thinnest line.
        let asking = async {
            let (answer, mut question) = connection.accept_bi().await.ok()?;
            Some((answer, receive::<EnrolRequest>(&mut question).await))
        };
        let Ok(Some((mut answer, request))) = tokio::time::timeout(super::PATIENCE, asking).await else { return };
        // Judging is not cut off: the token must not be read by anybody else before it is durably spent.
        let reply = match request {
            Ok(request) => self.answer(connection, &request).await,
            Err(_) => Err(EnrolRefusal::Malformed),
        };
        let reply = reply.unwrap_or_else(|why| {
            tracing::warn!(target: "mesh::enrol_refused", %why);
            EnrolReply::Refused { why: why as u16 }
        });
        let answering = async {
            if send(&mut answer, &reply).await.is_ok() {
                let _ = answer.stopped().await;
            }
        };
        let _ = tokio::time::timeout(super::PATIENCE, answering).await;
    }

    async fn answer(&self, connection: &quinn::Connection, request: &EnrolRequest) -> Result<EnrolReply, EnrolRefusal> {
        let exporter = exporter(connection).ok_or(EnrolRefusal::Busy)?;
        let spki = requested_key(&request.csr).map_err(|_| EnrolRefusal::Malformed)?;
        if Hash::of(&[&spki]) != request.keys.tls {
            return Err(EnrolRefusal::Malformed);
        }
        let mut tries = self.judging.lock().await;
        self.count_try(&mut tries, connection.remote_address().ip())?;
        let kept = self.handle.reader().note(&token_key(&request.token)).await.map_err(|_| EnrolRefusal::Busy)?;
        let mut state = kept.and_then(|value| read_token(&value)).ok_or(EnrolRefusal::Unknown)?;
        let verdict = state.judge(self.env.wall(), &exporter, request);
        let note = token_note(&request.token, &state);
        match verdict {
            Verdict::Admit => self.admit(request, state.site, note).await?,
            Verdict::Repeat => {}
            Verdict::Refuse(why) => {
                if why == EnrolRefusal::Wrong {
                    self.handle.keep(vec![note]).await.ok().and_then(Result::ok).ok_or(EnrolRefusal::Busy)?;
                }
                return Err(why);
            }
        }
        drop(tries);
        self.welcome(request).await
    }

    async fn admit(&self, request: &EnrolRequest, site: SiteId, note: crate::journal::Note) -> Result<(), EnrolRefusal> {
        let block = self.handle.view(move |node| free_block(node, site)).await.ok().flatten().ok_or(EnrolRefusal::Busy)?;
        let act = AuthorityAct::Enrol { keys: request.keys.clone(), site, token: request.token, block };
        let step = HubStep::Authority { act: Box::new(act), notes: vec![note] };
        self.handle.hub_act(step).await.ok().and_then(Result::ok).ok_or(EnrolRefusal::Busy)?;
        tracing::info!(target: "mesh::enrolled", node = %request.keys.node(), %site, block);
        Ok(())
    }

    /// Issues for a node that the authority log lists.
    async fn welcome(&self, request: &EnrolRequest) -> Result<EnrolReply, EnrolRefusal> {
        let node = request.keys.node();
        let listed = self.handle.view(move |core| core.authority().node(node).map(|found| (found.keys.clone(), found.site, found.block)));
        let (keys, site, block): (NodeKeys, SiteId, u8) = listed.await.ok().flatten().ok_or(EnrolRefusal::Busy)?;
        if keys != request.keys {
            return Err(EnrolRefusal::Used);
        }
        let chain = self.ca.issue_on_request(&*self.env, &request.csr, node, Role::Site).map_err(|_| EnrolRefusal::Malformed)?;
        Ok(EnrolReply::Welcome {
            chain: chain.iter().map(|cert| cert.to_vec().into()).collect(),
            county: self.county.clone(),
            site,
            block,
            hub: self.hub,
            addresses: self.addresses.clone(),
        })
    }

    fn count_try(&self, tries: &mut BTreeMap<IpAddr, (Uptime, u32)>, from: IpAddr) -> Result<(), EnrolRefusal> {
        let now = self.env.uptime();
        tries.retain(|_, (since, _)| now.ms_since(*since) < 60_000);
        if tries.len() >= ADDRESSES_MAX && !tries.contains_key(&from) {
            return Err(EnrolRefusal::Busy);
        }
        let (_, count) = tries.entry(from).or_insert((now, 0));
        *count += 1;
        if *count > TRIES_PER_MINUTE { Err(EnrolRefusal::Busy) } else { Ok(()) }
    }
}

/// Returns the lowest block of case-number values that no node of the site ever had; `None` when all are given.
fn free_block(node: &Node, site: SiteId) -> Option<u8> {
    let taken: BTreeSet<u8> = node.authority().nodes().filter(|(_, found)| found.site == site).map(|(_, found)| found.block).collect();
    (0..NumberBlock::COUNT).find(|block| !taken.contains(block))
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("county", &self.county).field("hub", &self.hub).finish_non_exhaustive()
    }
}
