//! What the cache keeps for `status`: own chains with their batches that may still rise, and whence the newest day record came.

use super::known::Own;
use super::{Cache, CacheError, bytes, bytes_opt, failed, schema, signed, unsigned};
use mesh_model::id::{Branch, Hash, NodeId};
use mesh_model::place::Scope;
use mesh_model::time::Day;
use sqlx::Row;
use sync_protocol::batch::Chain;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::Position;

/// One own chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnChain {
    pub branch: Branch,
    pub scope: Scope,
    /// Last seq written.
    pub seq: u64,
    /// Up to here known to be at the county.
    pub county: u64,
    /// Batches up to there of which the hub refused a body.
    pub refused: u64,
}

impl Cache {
    /// Takes down an own batch.
    pub(crate) async fn put_own(&mut self, place: &ActPlace) -> Result<(), CacheError> {
        let own = self.known.own.take();
        let (branch, scope) = (place.chain.branch.0.to_vec(), place.chain.scope.to_bytes().to_vec());
        let chain = sqlx::query(schema::PUT_OWN_CHAIN).bind(branch.clone()).bind(scope.clone()).bind(signed(place.seq));
        chain.execute(&mut self.conn).await.map_err(failed("keep an own chain"))?;
        let batch = sqlx::query(schema::PUT_OWN_BATCH)
            .bind(branch)
            .bind(scope)
            .bind(signed(place.seq))
            .bind(place.header.0.to_vec())
            .bind(signed(place.at.seq))
            .bind(place.at.mark.to_vec());
        batch.execute(&mut self.conn).await.map_err(failed("keep an own batch"))?;
        self.known.own = own;
        if let Some(own) = &mut self.known.own {
            own.put(place);
        }
        Ok(())
    }

    /// Returns own chains in order of scope.
    pub(crate) async fn own_chains(&mut self) -> Result<Vec<OwnChain>, CacheError> {
        self.own().await.map(|own| own.chains())
    }

    /// Returns own batches that were not known to be at the county, in order of chain and seq.
    pub(crate) async fn own_batches(&mut self, me: NodeId) -> Result<Vec<ActPlace>, CacheError> {
        self.own().await.map(|own| own.batches(me))
    }

    async fn own(&mut self) -> Result<&Own, CacheError> {
        let own = match self.known.own.take() {
            Some(own) => own,
            None => Own::new(self.read_own_chains().await?, &self.read_own_batches().await?),
        };
        Ok(self.known.own.insert(own))
    }

    async fn read_own_chains(&mut self) -> Result<Vec<OwnChain>, CacheError> {
        let rows = sqlx::query(schema::OWN_CHAINS).fetch_all(&mut self.conn).await.map_err(failed("list own chains"))?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let (seq, county, refused) = (unsigned(row, 2)?, unsigned(row, 3)?, unsigned(row, 4)?);
            Ok(OwnChain { branch: Branch(bytes(row, 0)?), scope: scope_of(row, 1)?, seq, county, refused })
        };
        rows.iter().map(read).collect()
    }

    /// Reads own batches; which node is this one the cache does not say.
    async fn read_own_batches(&mut self) -> Result<Vec<ActPlace>, CacheError> {
        let rows = sqlx::query(schema::OWN_BATCHES).fetch_all(&mut self.conn).await.map_err(failed("list own batches"))?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let chain = Chain { node: NodeId::default(), branch: Branch(bytes(row, 0)?), scope: scope_of(row, 1)? };
            let at = Position { seq: unsigned(row, 4)?, mark: bytes(row, 5)? };
            Ok(ActPlace { chain, seq: unsigned(row, 2)?, header: Hash(bytes(row, 3)?), at })
        };
        rows.iter().map(read).collect()
    }

    /// Takes down that an own chain is at the county up to `seq`, with `refused` more batches of which the hub refused a body.
    pub(crate) async fn set_own_county(&mut self, chain: &Chain, seq: u64, refused: u64) -> Result<(), CacheError> {
        let own = self.known.own.take();
        let (branch, scope) = (chain.branch.0.to_vec(), chain.scope.to_bytes().to_vec());
        let moved = sqlx::query(schema::SET_OWN_COUNTY).bind(branch.clone()).bind(scope.clone()).bind(signed(seq)).bind(signed(refused));
        moved.execute(&mut self.conn).await.map_err(failed("move an own chain"))?;
        let dropped = sqlx::query(schema::DROP_OWN_BATCHES).bind(branch).bind(scope).bind(signed(seq));
        dropped.execute(&mut self.conn).await.map_err(failed("drop own batches"))?;
        self.known.own = own;
        if let Some(own) = &mut self.known.own {
            own.set_county(chain, seq, refused);
        }
        Ok(())
    }

    /// Takes down a day record and the peer it came from, unless a newer one is here.
    pub(crate) async fn put_news(&mut self, day: Day, via: Option<NodeId>) -> Result<(), CacheError> {
        let put = sqlx::query(schema::PUT_NEWS).bind(day.0).bind(via.map(|via| via.0.to_vec())).execute(&mut self.conn).await;
        put.map(drop).map_err(failed("keep the news"))
    }

    /// Returns the newest day record's day and the peer it came from; `None` there: signed here.
    pub(crate) async fn news(&mut self) -> Result<Option<(Day, Option<NodeId>)>, CacheError> {
        let row = sqlx::query(schema::NEWS).fetch_optional(&mut self.conn).await.map_err(failed("read the news"))?;
        let Some(row) = row else { return Ok(None) };
        let day: i32 = row.try_get(0).map_err(failed("read the news"))?;
        Ok(Some((Day(day), bytes_opt(&row, 1)?.map(NodeId))))
    }
}

pub(super) fn scope_of(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<Scope, CacheError> {
    let read: Vec<u8> = row.try_get(column).map_err(failed("read a scope"))?;
    Scope::from_bytes(&read).ok_or(CacheError::Damaged("scope"))
}
