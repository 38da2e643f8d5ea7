//! What may happen to a county beyond papers and cuts.

use super::county::{County, HUB, node_keys, site};
use super::disk::Disk;
use mesh_model::id::DocId;
use mesh_model::place::Scope;
use sync_protocol::crypto::SigningKey;
use sync_protocol::io::*;
use sync_protocol::record::AuthorityAct;

impl County {
    /// Gives a seat a new machine and has the hub enrol it; the enrolment is on its way, nothing has settled.
    pub fn newcomer(&mut self, seat: usize) {
        self.kill(seat);
        self.seats[seat].key = SigningKey::from_secret(&[seat as u8 + 100; 32]);
        self.seats[seat].disk = Disk::default();
        self.boot(seat);
        let act = AuthorityAct::Enrol { keys: node_keys(&self.seats[seat].key), site: site(seat), token: [0; 8].into(), block: 1 };
        let id = self.act_id();
        self.give(HUB, Input::Hub(HubAct::Authority { id, act, notes: Vec::new() }));
    }

    /// Publishes a record of the county at the hub.
    pub fn publish(&mut self, scope: Scope, text: &str) {
        let id = self.act_id();
        let document = DocId::derive(scope, self.id(HUB), &id.0.to_be_bytes());
        let bytes = [&64u16.to_be_bytes(), text.as_bytes()].concat();
        let bodies = vec![LocalBody::Record { document, bytes }];
        self.give(HUB, Input::Local(LocalAct { id, scope, bodies, notes: Vec::new() }));
    }

    /// Writes a body that is no event, as a broken node would.
    pub fn write_rubbish(&mut self, seat: usize, scope: Scope) -> ActId {
        let id = self.act_id();
        let document = DocId::derive(scope, self.id(seat), &id.0.to_be_bytes());
        if let Some(node) = &mut self.seats[seat].node {
            node.author_unjudged();
        }
        let bodies = vec![LocalBody::Change { document, bytes: b"no change at all".to_vec() }];
        self.give(seat, Input::Local(LocalAct { id, scope, bodies, notes: Vec::new() }));
        id
    }

    /// Writes an event under a signature that nobody made.
    pub fn write_forged(&mut self, seat: usize, scope: Scope) -> (ActId, DocId) {
        if let Some(node) = &mut self.seats[seat].node {
            node.author_forged();
        }
        self.write(seat, scope, "forged")
    }

    /// Delivers the oldest frame of a wire's end again later: the network, or a peer, says everything twice.
    pub fn duplicate(&mut self, wire: usize, end: usize) {
        if let Some(queue) = self.wires[wire].queues[end].get_mut(&Lane::Bulk)
            && let Some(frame) = queue.front().cloned()
        {
            queue.push_back(frame);
        }
    }
}
