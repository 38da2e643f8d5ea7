//! The projection: brings the cache from its watermark up to the journal's tail, entry by entry, each chunk in one transaction.
//!
//! Rebuilding from nothing and following step by step give the same rows: a case's row is its fold, and every other row is ordered by what
//! the hub wrote, not by arrival.

use super::casefile::CaseFile;
use super::county::County;
use super::watch::put_aside;
use crate::record::Paper;
use crate::store::Cache;
use crate::store::cases::{CaseRow, Dirty};
use crate::trouble::Trouble;
use mesh_model::case::{Facts, Folded, Mark, Standing, State, Verdict};
use mesh_model::id::DocId;
use mesh_model::place::{Class, Place, Scope};
use mesh_model::time::Day;
use mesh_runtime::journal::Reader;
use std::collections::BTreeMap;
use sync_protocol::batch::{Body, BodyKind, SignedHeader};
use sync_protocol::door::judge_body;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::{JournalEntry, Load, Loaded, Position, StoredBody};
use sync_protocol::record::{AuthorityAct, Record};

/// Bytes of journal taken in with one transaction, beyond the first entry.
const CHUNK_BYTES: usize = 128 * 1024;
/// Cases folded again in one transaction beside those that the chunk touches.
const REFOLD_MAX: u32 = 200;

/// The cache and the calendar years out of it.
#[derive(Debug)]
pub(crate) struct Projection {
    pub cache: Cache,
    /// The published calendar years, and the item versions that cases looked at so far pin.
    pub facts: Facts,
    /// Whether anything of another node came in since somebody looked.
    pub heard: bool,
}

impl Projection {
    /// Takes a cache over; one that does not follow this journal is put aside, and how many cases it knew is returned too.
    pub async fn open(mut cache: Cache, reader: &Reader) -> Result<(Projection, Option<u64>), Trouble> {
        let Position { seq, mark } = cache.watermark().await?;
        let known = seq == 0 || matches!(reader.fetch(Load::MarkAt { seq }).await?, Loaded::Mark(Some(found)) if found == mark);
        let knew = if known { None } else { Some(put_aside(&mut cache, reader.tail().await?.seq).await?) };
        let mut projection = Projection { cache, facts: Facts::default(), heard: false };
        projection.read_calendar().await?;
        Ok((projection, knew))
    }

    /// Brings the cache up to the county's tail; what lies beyond is left for the next call, for `county` may not know its authors.
    pub async fn catch_up(&mut self, reader: &Reader, county: &County) -> Result<(), Trouble> {
        let step = self.steps(reader, county).await;
        if step.is_err() {
            self.cache.roll_back().await;
        }
        step
    }

    async fn steps(&mut self, reader: &Reader, county: &County) -> Result<(), Trouble> {
        let mut at = self.cache.watermark().await?;
        loop {
            let entries = if at.seq < county.tail { entries_after(reader, at.seq, county.tail).await? } else { Vec::new() };
            let dirty = self.cache.dirty(REFOLD_MAX).await?;
            if entries.is_empty() && dirty.is_empty() {
                return Ok(());
            }
            self.cache.begin().await?;
            let mut touched = BTreeMap::new();
            for entry in &entries {
                self.apply(entry, county, &mut touched).await?;
                at = entry.at;
            }
            for document in dirty {
                if let Some(scope) = self.cache.case_scope(document).await? {
                    touched.insert(document, scope);
                }
            }
            for (document, scope) in touched {
                self.fold_case(reader, document, scope, county).await?;
            }
            self.cache.set_watermark(at).await?;
            self.cache.commit().await?;
        }
    }

    async fn apply(&mut self, entry: &JournalEntry, county: &County, touched: &mut BTreeMap<DocId, Scope>) -> Result<(), Trouble> {
        let header = &entry.batch.header;
        let place = ActPlace { chain: header.chain, seq: header.seq, header: header.hash(), at: entry.at };
        if header.chain.node == county.me && entry.late_body.is_none() {
            self.cache.put_own(&place).await?;
        }
        self.heard |= header.chain.node != county.me;
        let by_hub = county.hubs.contains(&header.chain.node);
        for (index, stored) in entry.batch.bodies.iter().enumerate() {
            match stored {
                StoredBody::Here(body) if judge_body(header, body, by_hub).is_ok() => {
                    self.apply_body(entry, index, body, &place, touched).await?;
                }
                StoredBody::Refused { .. } if entry.late_body.is_some() => self.cache.soil(Dirty::Scope(header.chain.scope)).await?,
                StoredBody::Here(_) | StoredBody::Missing(_) | StoredBody::Refused { .. } => {}
            }
        }
        Ok(())
    }

    async fn apply_body(
        &mut self,
        entry: &JournalEntry,
        index: usize,
        body: &Body,
        place: &ActPlace,
        touched: &mut BTreeMap<DocId, Scope>,
    ) -> Result<(), Trouble> {
        let scope = place.chain.scope;
        match (body.kind, scope.place) {
            (BodyKind::CHANGE, Place::Site(_)) if scope.class == Class::CASES => {
                touched.insert(body.document, scope);
                Ok(self.cache.put_case_chain(body.document, place).await?)
            }
            (BodyKind::RECORD, Place::County) => self.apply_record(entry, index, &body.bytes).await,
            (_, Place::County | Place::Site(_)) => Ok(()),
        }
    }

    async fn apply_record(&mut self, entry: &JournalEntry, index: usize, bytes: &[u8]) -> Result<(), Trouble> {
        // What cannot be read is a newer release's or poison; either way it is no paper that this build could show.
        if let Ok(Some(record)) = Record::read(bytes) {
            return match record {
                Record::Authority(step) => match step.act() {
                    Some(AuthorityAct::Enrol { .. } | AuthorityAct::Place { .. }) => Ok(self.cache.soil(Dirty::Right).await?),
                    Some(AuthorityAct::Revoke { .. }) => Ok(self.cache.soil(Dirty::Everything).await?),
                    Some(AuthorityAct::Found { .. }) | None => Ok(()),
                },
                Record::Day(day) => Ok(self.cache.put_news(Day(day.day), entry.batch.source.map(|source| source.node)).await?),
                Record::Landed(_) | Record::Refusal(_) => Ok(()),
            };
        }
        match Paper::read(bytes) {
            Ok(Some(Paper::Site(site))) => Ok(self.cache.put_site(&site, &rank(&entry.batch.header, index)).await?),
            Ok(Some(Paper::Item(item))) => Ok(self.cache.put_item(&item, &bytes[2..]).await?),
            Ok(Some(Paper::Calendar(_))) => {
                self.cache.put_year(&bytes[2..]).await?;
                self.cache.soil(Dirty::Calendar).await?;
                self.read_calendar().await
            }
            Ok(None) | Err(_) => Ok(()),
        }
    }

    async fn fold_case(&mut self, reader: &Reader, document: DocId, scope: Scope, county: &County) -> Result<(), Trouble> {
        let file = CaseFile::read(reader, document, scope, county).await?;
        let case = file.fold(&mut self.cache, &mut self.facts, county).await?;
        Ok(self.cache.put_case(&row_of(document, scope, &case)).await?)
    }

    async fn read_calendar(&mut self) -> Result<(), Trouble> {
        self.facts = Facts::default();
        for year in self.cache.years().await? {
            self.facts.add_year(year);
        }
        Ok(())
    }
}

async fn entries_after(reader: &Reader, seq: u64, tail: u64) -> Result<Vec<JournalEntry>, Trouble> {
    let Loaded::Entries(entries) = reader.fetch(Load::After { seq, bytes_max: CHUNK_BYTES }).await? else {
        return Err(Trouble::Damaged { what: "the journal answered another question".to_owned() });
    };
    Ok(entries.into_iter().take_while(|entry| entry.at.seq <= tail).collect())
}

/// Orders the county's records of one thing as the hub wrote them: by shelf, then by place in the chain.
fn rank(header: &SignedHeader, index: usize) -> [u8; 12] {
    let mut rank = [0; 12];
    rank[..2].copy_from_slice(&header.chain.scope.shelf.0.to_be_bytes());
    rank[2..10].copy_from_slice(&header.seq.to_be_bytes());
    rank[10..].copy_from_slice(&u16::try_from(index).unwrap_or(u16::MAX).to_be_bytes());
    rank
}

/// Takes what lists show out of a folded case. What depends on the county's day is left to the list.
pub(crate) fn row_of(document: DocId, scope: Scope, case: &Folded) -> CaseRow {
    let register = case.register.as_ref();
    let open = |verdict: Verdict| matches!(verdict, Verdict::Running | Verdict::Overdue | Verdict::Unknown);
    let running = case.clocks.iter().filter(|clock| open(clock.verdict) && clock.stopped.is_none());
    let clock = running.min_by_key(|clock| (clock.due.is_none(), clock.due.map(|due| due.day()), clock.id));
    CaseRow {
        document,
        scope,
        number: register.map(|register| register.number),
        item: register.map(|register| register.item.code.clone()),
        item_hash: register.map(|register| register.item.hash),
        item_name: case.item_name.clone(),
        state: case.state.code().to_owned(),
        on_hold: case.on_hold,
        custodian: case.custodian,
        clock: clock.map(|clock| format!("{:?}", clock.id)),
        due: clock.and_then(|clock| clock.due).map(|due| (due.day(), due.is_provisional())),
        ended: matches!(case.state, State::Delivered | State::Withdrawn),
        incomplete: matches!(case.standing, Standing::Incomplete { .. }),
        marked: case.history.iter().any(|line| matches!(line.mark, Mark::Unauthorised(_) | Mark::AfterRevocation)),
    }
}
