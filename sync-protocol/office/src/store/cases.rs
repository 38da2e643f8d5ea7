//! Cases in the cache: one row as folded, and for each chain that touches it the newest batch.

use super::news::scope_of;
use super::{Cache, CacheError, bytes, bytes_opt, failed, parsed, schema, signed, unsigned};
use mesh_model::code::ItemCode;
use mesh_model::id::{Branch, DocId, Hash, NodeId, SiteId};
use mesh_model::number::CaseNumber;
use mesh_model::place::Scope;
use mesh_model::time::Day;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use sync_protocol::batch::Chain;
use sync_protocol::io::ActPlace;
use sync_protocol::journal::Position;

/// One case as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CaseRow {
    pub document: DocId,
    pub scope: Scope,
    pub number: Option<CaseNumber>,
    pub item: Option<ItemCode>,
    pub item_hash: Option<Hash>,
    pub item_name: Option<String>,
    pub state: String,
    pub on_hold: bool,
    pub custodian: Option<SiteId>,
    /// The clock that runs.
    pub clock: Option<String>,
    /// Its due date, and whether that is provisional.
    pub due: Option<(Day, bool)>,
    /// No event can move a due date any more.
    pub ended: bool,
    /// A fact is missing.
    pub incomplete: bool,
    /// Some event has no effect because of the authority log.
    pub marked: bool,
}

/// Which cases a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseFilter {
    pub state: Option<String>,
    pub item: Option<ItemCode>,
    pub custodian: Option<SiteId>,
    pub after: Option<CaseNumber>,
    pub limit: u32,
}

/// What makes cases be folded again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Dirty {
    /// A calendar year came.
    Calendar,
    /// A node was enrolled or a site placed.
    Right,
    /// A node was revoked.
    Everything,
    /// A body of the scope was refused.
    Scope(Scope),
}

impl Cache {
    /// Keeps a case as folded.
    pub(crate) async fn put_case(&mut self, case: &CaseRow) -> Result<(), CacheError> {
        let put = sqlx::query(schema::PUT_CASE)
            .bind(case.document.0.to_vec())
            .bind(case.scope.to_bytes().to_vec())
            .bind(case.number.map(|number| number.to_string()))
            .bind(case.item.as_ref().map(ToString::to_string))
            .bind(case.item_hash.map(|hash| hash.0.to_vec()))
            .bind(case.item_name.clone())
            .bind(case.state.clone())
            .bind(case.on_hold)
            .bind(case.custodian.map(|site| site.0.to_vec()))
            .bind(case.clock.clone())
            .bind(case.due.map(|(day, _)| day.0))
            .bind(case.due.is_some_and(|(_, provisional)| provisional))
            .bind(case.ended)
            .bind(case.incomplete)
            .bind(case.marked)
            .execute(&mut self.conn)
            .await;
        put.map(drop).map_err(failed("keep a case"))
    }

    /// Takes down where a batch that touches a case stands.
    pub(crate) async fn put_case_chain(&mut self, document: DocId, place: &ActPlace) -> Result<(), CacheError> {
        let put = sqlx::query(schema::PUT_CASE_CHAIN)
            .bind(document.0.to_vec())
            .bind(place.chain.node.0.to_vec())
            .bind(place.chain.branch.0.to_vec())
            .bind(signed(place.seq))
            .bind(place.header.0.to_vec())
            .bind(signed(place.at.seq))
            .bind(place.at.mark.to_vec())
            .execute(&mut self.conn)
            .await;
        put.map(drop).map_err(failed("keep a case's chain"))
    }

    /// Returns the newest batch of each chain that touches a case.
    pub(crate) async fn case_chains(&mut self, document: DocId, scope: Scope) -> Result<Vec<ActPlace>, CacheError> {
        let rows = sqlx::query(schema::CASE_CHAINS).bind(document.0.to_vec()).fetch_all(&mut self.conn).await;
        let read = |row: &SqliteRow| {
            let chain = Chain { node: NodeId(bytes(row, 0)?), branch: Branch(bytes(row, 1)?), scope };
            let at = Position { seq: unsigned(row, 4)?, mark: bytes(row, 5)? };
            Ok(ActPlace { chain, seq: unsigned(row, 2)?, header: Hash(bytes(row, 3)?), at })
        };
        rows.map_err(failed("read a case's chains"))?.iter().map(read).collect()
    }

    /// Returns where the case with this number is.
    pub(crate) async fn case_by_number(&mut self, number: CaseNumber) -> Result<Option<(DocId, Scope)>, CacheError> {
        let row = sqlx::query(schema::CASE_BY_NUMBER).bind(number.to_string()).fetch_optional(&mut self.conn).await;
        let Some(row) = row.map_err(failed("find a case"))? else {
            return Ok(None);
        };
        Ok(Some((DocId(bytes(&row, 0)?), scope_of(&row, 1)?)))
    }

    /// Returns the scope of a case.
    pub(crate) async fn case_scope(&mut self, document: DocId) -> Result<Option<Scope>, CacheError> {
        let row = sqlx::query(schema::CASE_SCOPE).bind(document.0.to_vec()).fetch_optional(&mut self.conn).await;
        row.map_err(failed("find a case"))?.map(|row| scope_of(&row, 0)).transpose()
    }

    /// Returns a page of cases in order of number, and how many fit on all pages.
    pub(crate) async fn cases(&mut self, filter: &CaseFilter) -> Result<(Vec<CaseRow>, u64), CacheError> {
        let item = filter.item.as_ref().map(ToString::to_string);
        let custodian = filter.custodian.map(|site| site.0.to_vec());
        let rows = sqlx::query(schema::CASES)
            .bind(filter.state.clone())
            .bind(item.clone())
            .bind(custodian.clone())
            .bind(filter.after.map(|number| number.to_string()))
            .bind(i64::from(filter.limit))
            .fetch_all(&mut self.conn)
            .await
            .map_err(failed("list cases"))?;
        let counted =
            sqlx::query(schema::CASES_COUNT).bind(filter.state.clone()).bind(item).bind(custodian).fetch_one(&mut self.conn).await;
        let total = unsigned(&counted.map_err(failed("count cases"))?, 0)?;
        let cases: Result<Vec<CaseRow>, CacheError> = rows.iter().map(case_of).collect();
        Ok((cases?, total))
    }

    /// Marks cases to be folded again.
    pub(crate) async fn soil(&mut self, dirty: Dirty) -> Result<(), CacheError> {
        let query = match dirty {
            Dirty::Calendar => sqlx::query(schema::DIRTY_BY_CALENDAR),
            Dirty::Right => sqlx::query(schema::DIRTY_BY_RIGHT),
            Dirty::Everything => sqlx::query(schema::DIRTY_ALL),
            Dirty::Scope(scope) => sqlx::query(schema::DIRTY_BY_SCOPE).bind(scope.to_bytes().to_vec()),
        };
        self.remembered.is_clean = false;
        query.execute(&mut self.conn).await.map(drop).map_err(failed("mark cases"))
    }

    /// Returns at most `most` cases that must be folded again.
    pub(crate) async fn dirty(&mut self, most: u32) -> Result<Vec<DocId>, CacheError> {
        if self.remembered.is_clean {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(schema::DIRTY).bind(i64::from(most)).fetch_all(&mut self.conn).await;
        let rows = rows.map_err(failed("list marked cases"))?;
        self.remembered.is_clean = rows.is_empty();
        rows.iter().map(|row| Ok(DocId(bytes(row, 0)?))).collect()
    }
}

fn case_of(row: &SqliteRow) -> Result<CaseRow, CacheError> {
    let wrong = || failed("read a case");
    let due: Option<i32> = row.try_get(9).map_err(wrong())?;
    let provisional: bool = row.try_get(10).map_err(wrong())?;
    Ok(CaseRow {
        document: DocId(bytes(row, 0)?),
        scope: scope_of(row, 1)?,
        number: parsed(row, 2)?,
        item: parsed(row, 3)?,
        item_hash: None,
        item_name: row.try_get(4).map_err(wrong())?,
        state: row.try_get(5).map_err(wrong())?,
        on_hold: row.try_get(6).map_err(wrong())?,
        custodian: bytes_opt(row, 7)?.map(SiteId),
        clock: row.try_get(8).map_err(wrong())?,
        due: due.map(|day| (Day(day), provisional)),
        ended: false,
        incomplete: false,
        marked: false,
    })
}
