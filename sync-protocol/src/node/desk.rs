//! Local acts: from what a desk wants to write to signed batches in a ticket.

use super::book::Taken;
use super::settle::Pending;
use super::{LoadFor, NOTE_BRANCHES, Node};
use crate::batch::{Body, BodyKind, Chain, Header, SCHEMA, SignedHeader, hash_entries};
use crate::door;
use crate::guard::Guard;
use crate::io::{ActId, ActRefusal, HubAct, LocalAct, LocalBody, Notice, Output};
use crate::journal::{DocumentBody, Load, Position, StoredBatch, StoredBody, Ticket, Write};
use crate::limits;
use crate::profile::{self, DocumentHeads};
use crate::record::{AuthorityAct, DayRecord, Record, hash_of_body};
use crate::vector::Rows;
use mesh_model::id::{Branch, DocId, Hash};
use mesh_model::place::{Scope, Shelf};
use rand::Rng;
use std::collections::{BTreeMap, VecDeque};

mod documents;

/// Acts that wait, and the documents they are written on.
#[derive(Debug, Default)]
pub(super) struct Desk {
    waiting: VecDeque<LocalAct>,
    documents: documents::Documents,
    /// The note of branches is not durable yet.
    pub branches_unsaved: bool,
}

impl Desk {
    /// The journal holds everything up to a ticket; `others` are the documents of papers that a peer sent.
    pub(super) fn on_durable<'a>(&mut self, ticket: Ticket, others: impl Iterator<Item = &'a [DocId]>) {
        others.for_each(|documents| self.documents.on_others(documents));
        self.documents.on_durable(ticket);
    }

    pub(super) fn on_refused(&mut self) {
        self.documents.on_refused();
    }
}

/// Batches on their way into a ticket.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub writes: Vec<Write>,
    pub taken: Vec<Taken>,
    pub rows: BTreeMap<Chain, Rows>,
}

impl Draft {
    /// Adds the rows of every chain the draft touched.
    pub(super) fn finish(mut self) -> (Vec<Write>, Vec<Taken>, Vec<(Chain, Rows)>) {
        for (chain, rows) in &self.rows {
            self.writes.push(Write::Rows { chain: *chain, bytes: rows.to_bytes() });
        }
        (self.writes, self.taken, self.rows.into_iter().collect())
    }
}

impl Node {
    pub(super) fn on_local(&mut self, act: LocalAct) {
        let waiting = self.desk.waiting.len();
        if waiting >= limits::LOCAL_ACTS_WAITING_MAX {
            self.notice(Notice::ActRefused { id: act.id, why: ActRefusal::Busy { waiting } });
            return;
        }
        self.desk.waiting.push_back(act);
        self.pump_desk();
    }

    pub(super) fn on_heads(&mut self, document: DocId, bodies: &[DocumentBody]) {
        let actor = profile::actor(self.id, &self.config.boot, document);
        let mut heads = DocumentHeads::default();
        for body in bodies {
            let StoredBody::Here(here) = &body.body else { continue };
            // What does not pass the door is nobody's event: its numbers must not become ours.
            let read = match door::read_body(&body.header, here, false) {
                Ok(None) if here.kind == BodyKind::CHANGE => profile::read_hashed(&here.bytes).ok(),
                Ok(read) => read,
                Err(_) => None,
            };
            if let Some((change, hash)) = read {
                heads.take(&change, hash, &actor);
            }
        }
        self.desk.documents.on_loaded(document, heads);
        self.pump_desk();
    }

    fn pump_desk(&mut self) {
        while let Some(act) = self.desk.waiting.front() {
            let is_unknown = |document: &DocId| self.desk.documents.heads(document).is_none();
            let missing: Vec<DocId> = act.bodies.iter().filter_map(event_document).filter(is_unknown).collect();
            if !missing.is_empty() {
                for document in missing {
                    if self.desk.documents.ask(document) {
                        self.load(Load::Document { document }, LoadFor::Heads(document));
                    }
                }
                return;
            }
            let act = self.desk.waiting.pop_front().expect("the loop saw it");
            let id = act.id;
            if let Err(why) = self.author(act) {
                self.notice(Notice::ActRefused { id, why });
            }
            if self.desk.waiting.is_empty() {
                self.desk.documents.drop_loaded();
            }
        }
    }

    fn author(&mut self, act: LocalAct) -> Result<(), ActRefusal> {
        if !self.book.newest_authority().is_active(self.id) {
            return Err(ActRefusal::NotEnrolled);
        }
        if act.bodies.is_empty() {
            return Err(ActRefusal::Size);
        }
        let ticket = Ticket(self.next_ticket);
        let mut heads = BTreeMap::new();
        let bodies: Vec<Body> = act.bodies.into_iter().map(|body| self.body(body, &mut heads)).collect();
        let draft = self.draft(act.scope, bodies)?;
        for (document, heads) in heads {
            self.desk.documents.on_written(ticket, document, heads);
        }
        self.commit_own(draft, Some(act.id), act.notes);
        Ok(())
    }

    fn body(&self, body: LocalBody, heads: &mut BTreeMap<DocId, DocumentHeads>) -> Body {
        match body {
            LocalBody::Record { document, bytes } => Body { document, kind: BodyKind::RECORD, bytes },
            LocalBody::Change { document, bytes } => Body { document, kind: BodyKind::CHANGE, bytes },
            LocalBody::Event { document, value } => {
                let actor = profile::actor(self.id, &self.config.boot, document);
                let known = || self.desk.documents.heads(&document).cloned().unwrap_or_default();
                let heads = heads.entry(document).or_insert_with(known);
                let change = heads.append(actor, value);
                let (bytes, hash) = change.to_bytes();
                heads.take(&change, hash, &actor);
                Body { document, kind: BodyKind::CHANGE, bytes }
            }
        }
    }

    /// Signs bodies into as few batches as the bounds allow and stages their rows.
    pub(super) fn draft(&mut self, scope: Scope, bodies: Vec<Body>) -> Result<Draft, ActRefusal> {
        // The founder is nobody's node yet: its own record makes it a hub.
        let founds = self.book.newest_authority().head().height == 0;
        let is_hub = founds || self.book.newest_authority().is_hub(self.id);
        let chain = Chain { node: self.id, branch: self.branch(), scope };
        let mut rows = self.book.rows(&chain).cloned().unwrap_or_default();
        let mut prev = rows.heads.iter().max_by_key(|row| row.seq).map_or_else(|| self.last_head_elsewhere(scope), |row| row.head);
        let mut draft = Draft::default();
        for bodies in split(bodies)? {
            let seq = rows.seq() + 1;
            let header = self.header(chain, seq, prev, &bodies);
            for body in &bodies {
                self.judge_own(&header, body, is_hub)?;
            }
            let header = self.sign(header);
            rows.take(seq, prev, header.hash(), false);
            prev = header.hash();
            let batch = StoredBatch { header, bodies: bodies.into_iter().map(StoredBody::Here).collect(), source: None };
            draft.taken.push(Taken::of(&batch, is_hub));
            draft.writes.push(Write::Batch(batch));
        }
        draft.rows.insert(chain, rows);
        Ok(draft)
    }

    fn sign(&self, header: Header) -> SignedHeader {
        let signed = SignedHeader::sign(header, &self.config.key);
        #[cfg(feature = "unsafe-author")]
        if self.forging {
            let unsigned = [signed.signature()[0] ^ 1; 64];
            return SignedHeader::read(signed.bytes().to_vec(), unsigned).expect("a header that was written is read");
        }
        signed
    }

    #[cfg_attr(not(feature = "unsafe-author"), expect(clippy::unused_self, reason = "a test county has a switch here"))]
    fn judge_own(&self, header: &Header, body: &Body, is_hub: bool) -> Result<(), ActRefusal> {
        #[cfg(feature = "unsafe-author")]
        if self.unjudged {
            return Ok(());
        }
        door::judge_body(header, body, is_hub).map_err(ActRefusal::Door)
    }

    fn header(&self, chain: Chain, seq: u64, prev: Hash, bodies: &[Body]) -> Header {
        Header {
            alg: self.config.key.suite().alg,
            schema: SCHEMA,
            chain,
            seq,
            prev,
            boot: self.config.boot,
            authority: self.book.newest_authority().head(),
            day: mesh_model::time::Day(self.book.newest_day().day),
            entries: hash_entries(bodies.iter().map(Body::entry)),
            bodies: u16::try_from(bodies.len()).expect("a batch has at most 100 bodies"),
        }
    }

    /// The first header of a branch names the node's last head in the scope on an older one.
    fn last_head_elsewhere(&self, scope: Scope) -> Hash {
        let on = |branch: &Branch| self.book.rows(&Chain { node: self.id, branch: *branch, scope });
        let older = self.branches.iter().rev().skip(1);
        let rows = older.filter_map(on).find(|rows| !rows.heads.is_empty());
        rows.and_then(|rows| rows.heads.iter().max_by_key(|row| row.seq)).map_or(Hash::default(), |row| row.head)
    }

    /// Hands own batches to the journal.
    pub(super) fn commit_own(&mut self, draft: Draft, answer: Option<ActId>, notes: Vec<(String, Vec<u8>)>) {
        for taken in &draft.taken {
            self.book.remember(taken.header);
        }
        for (chain, rows) in &draft.rows {
            self.book.stage_rows(*chain, rows.clone());
        }
        let (mut writes, taken, rows) = draft.finish();
        writes.extend(notes.into_iter().map(|(key, value)| Write::Note { key, value }));
        let mut answer = answer;
        if let Some(id) = answer.take_if(|_| !self.guards().keep(Guard::DurableBeforeSaid)) {
            let tail = self.tail.seq;
            self.say_durable(id, &taken, (tail + 1..).map(|seq| Position { seq, ..Position::default() }));
        }
        self.commit(writes, Pending { taken, rows, answer, ..Pending::default() });
    }

    /// Gives a commit its ticket; the only way to the journal.
    pub(super) fn commit(&mut self, mut writes: Vec<Write>, mut pending: Pending) {
        if self.desk.branches_unsaved {
            let value = self.branches.iter().flat_map(|branch| branch.0).collect();
            writes.push(Write::Note { key: NOTE_BRANCHES.into(), value });
            self.desk.branches_unsaved = false;
            pending.saves_branches = true;
        }
        pending.ticket = self.take_ticket();
        self.outputs.push_back(Output::Commit(pending.ticket, writes));
        self.pending.push_back(pending);
    }

    /// Draws a new store id; own chains go on there.
    pub(super) fn draw_branch(&mut self) -> Branch {
        let branch = Branch(self.rng.next_u64().to_be_bytes());
        self.branches.push(branch);
        self.desk.branches_unsaved = true;
        branch
    }

    pub(super) fn open_branch(&mut self) {
        self.draw_branch();
        self.commit(Vec::new(), Pending::default());
    }

    pub(super) fn on_hub(&mut self, act: HubAct) {
        let id = match &act {
            HubAct::Authority { id, .. } | HubAct::Day { id, .. } => *id,
        };
        if let Err(why) = self.author_hub(act) {
            self.notice(Notice::ActRefused { id, why });
        }
    }

    fn author_hub(&mut self, act: HubAct) -> Result<(), ActRefusal> {
        match act {
            HubAct::Authority { id, act, notes } => {
                let founds = matches!(&act, AuthorityAct::Found { hub, .. } if hub.node() == self.id);
                if !founds && !self.may_act_as_hub() {
                    return Err(ActRefusal::NotHub);
                }
                let record = self.book.newest_authority().next_record(&act);
                let judged = self.book.newest_authority().judge(&record, &self.config.anchor());
                judged.map_err(|error| ActRefusal::Authority(error.to_string()))?;
                let body = Record::Authority(record.clone()).to_body(Scope::AUTHORITY);
                let hash = hash_of_body(&body.bytes);
                let draft = self.draft(Scope::AUTHORITY, vec![body])?;
                let staged = self.book.stage_authority_all(std::iter::once((&record, hash)), &self.config.anchor());
                staged.map_err(|error| ActRefusal::Authority(error.to_string()))?;
                self.commit_own(draft, Some(id), notes);
            }
            HubAct::Day { id, day } => {
                if !self.may_act_as_hub() {
                    return Err(ActRefusal::NotHub);
                }
                self.author_day(id, day)?;
            }
        }
        Ok(())
    }

    fn author_day(&mut self, id: ActId, day: mesh_model::time::Day) -> Result<(), ActRefusal> {
        let newest = self.book.newest_day();
        if day.0 <= newest.day {
            self.notice(Notice::Durable { id, places: Vec::new() });
            return Ok(());
        }
        let head = self.book.newest_authority().head();
        let record = DayRecord { day: day.0, height: head.height, authority: head.hash, prev: newest.hash };
        let year = u16::try_from(day.civil().0).unwrap_or(0);
        let scope = Scope::county(mesh_model::place::Class::DAY, Shelf(year));
        let body = Record::Day(record.clone()).to_body(scope);
        let hash = hash_of_body(&body.bytes);
        let draft = self.draft(scope, vec![body])?;
        self.book.stage_day(&record, hash);
        self.commit_own(draft, Some(id), Vec::new());
        Ok(())
    }

    fn may_act_as_hub(&self) -> bool {
        let authority = self.book.newest_authority();
        authority.is_active(self.id) && authority.is_hub(self.id)
    }
}

fn event_document(body: &LocalBody) -> Option<DocId> {
    match body {
        LocalBody::Event { document, .. } => Some(*document),
        LocalBody::Record { .. } | LocalBody::Change { .. } => None,
    }
}

fn split(bodies: Vec<Body>) -> Result<Vec<Vec<Body>>, ActRefusal> {
    let mut batches: Vec<Vec<Body>> = Vec::new();
    let mut bytes = usize::MAX;
    for body in bodies {
        if body.bytes.len() > limits::BODY_BYTES_MAX {
            return Err(ActRefusal::Size);
        }
        bytes = bytes.saturating_add(body.bytes.len());
        match batches.last_mut() {
            Some(batch) if bytes <= limits::BATCH_BYTES_MAX && batch.len() < limits::BATCH_BODIES_MAX => batch.push(body),
            Some(_) | None => {
                bytes = body.bytes.len();
                batches.push(vec![body]);
            }
        }
    }
    Ok(batches)
}
