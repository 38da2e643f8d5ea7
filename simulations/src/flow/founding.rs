//! How a county begins: its log is founded, its sites are placed, their nodes enrolled, all by acts of the hub.

use super::county::County;
use super::seat::site_of;
use crate::layout::{Post, Seat};
use crate::sighting::Depth;
use mesh_model::id::Hash;
use sync_protocol::io::{HubAct, Input};
use sync_protocol::limits::PLACEMENTS_MAX;
use sync_protocol::record::{AuthorityAct, Level, NodeKeys, Placement, found_message};

/// The county of every run; its sites are made up.
const COUNTY: &str = "511602";
/// Milliseconds given to one act of the hub to become durable.
const ACT_MS: u64 = 200;

impl County<'_> {
    /// Starts the hub, writes the authority log, then starts everybody else.
    pub(super) fn found(&mut self) {
        self.boot(Seat::HUB);
        let hub = self.keys(Seat::HUB);
        let signature = self.root.sign(&found_message(COUNTY, &hub, site_of(Seat::HUB)));
        let root = self.root.public().into();
        self.decree(AuthorityAct::Found { county: COUNTY.into(), hub, site: site_of(Seat::HUB), root, signature: signature.into() });
        let below: Vec<Seat> = self.plan.layout.below_hub().collect();
        for some in below.chunks(PLACEMENTS_MAX) {
            self.decree(AuthorityAct::Place { sites: some.iter().map(|seat| self.placement(*seat)).collect() });
        }
        for seat in below.iter().copied() {
            self.decree(AuthorityAct::Enrol { keys: self.keys(seat), site: site_of(seat), token: [0; 8].into(), block: 0 });
        }
        below.into_iter().for_each(|seat| self.boot(seat));
        self.is_founded = true;
        self.plan_copies();
        if self.depth == Depth::Full {
            self.look_at_queues();
        }
    }

    fn decree(&mut self, act: AuthorityAct) {
        let id = self.hub_act();
        self.give(Seat::HUB, Input::Hub(HubAct::Authority { id, act, notes: Vec::new() }));
        self.run_until(self.now.after_ms(ACT_MS));
    }

    fn keys(&self, seat: Seat) -> NodeKeys {
        NodeKeys { signing: self.machine(seat).key.public().into(), wrapping: [0; 32].into(), tls: Hash([1; 32]) }
    }

    fn placement(&self, seat: Seat) -> Placement {
        let level = match self.plan.layout.post(seat) {
            Post::Hub => Level::COUNTY,
            Post::Township => Level::TOWNSHIP,
            Post::Village => Level::VILLAGE,
        };
        Placement { site: site_of(seat), parent: self.plan.layout.above(seat).map(site_of), level }
    }
}
