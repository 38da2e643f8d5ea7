//! Whole cases in a small county: village V1 and V2 under township T1, township T2, hub H.

mod disorder;
mod dispute;
mod reference_flow;
mod rights;
mod windows;

use super::*;
use crate::calendar::{CalendarYear, WorkDays, parse_calendar_csv};
use crate::division::Level;
use crate::doc::event::{Body, CaseEvent, Channel, DaySource, RulesLevel};
use crate::doc::item::{Fee, Guide, ItemStatus, ItemVersion, Limit, Step};
use crate::doc::sealed::Applicant;
use crate::id::{Branch, EventId, NodeId, SiteId};
use crate::place::{Class, Scope, Shelf};
use crate::time::Day;

pub(super) const HUB: SiteId = SiteId([0x10; 8]);
pub(super) const T1: SiteId = SiteId([0x21; 8]);
pub(super) const T2: SiteId = SiteId([0x22; 8]);
pub(super) const V1: SiteId = SiteId([0x31; 8]);
pub(super) const V2: SiteId = SiteId([0x32; 8]);

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The first node of a site; a second one has the number 2.
pub(super) fn node(site: SiteId, number: u8) -> NodeId {
    let mut id = [number; 16];
    id[..8].copy_from_slice(&site.0);
    NodeId(id)
}

pub(super) fn timber() -> ItemVersion {
    let limit = Limit { promised: WorkDays(5), statutory: Some(WorkDays(20)) };
    let steps = vec![Step { name: "审查".into(), standard: None, result: None }];
    let guide = Guide { conditions: "有林权".into(), materials: vec![], steps, limit, fee: Fee::Free, source: "test".into() };
    ItemVersion {
        code: "511A0001-T".parse().unwrap(),
        version: 1,
        name: "林木采伐".into(),
        department: "区林业局".into(),
        task_type: "01".into(),
        level: Level::Village,
        status: ItemStatus::Complete,
        effective: day("2026-01-01"),
        guide: Some(guide),
        main_item: None,
        dept_code: None,
        published: None,
    }
}

pub(super) fn national_years() -> Vec<CalendarYear> {
    parse_calendar_csv(crate::demo_data::WORKDAYS).years
}

pub(super) fn applicant() -> Applicant {
    Applicant { name: "示例甲".into(), id_type: "111".into(), id_no: "511602199001010000".into(), phone: None }
}

/// A county with one case; every act is made by [`Act`] before the fold of what its author has seen.
#[derive(Clone)]
pub(super) struct County {
    pub tree: SiteTree,
    pub facts: Facts,
    pub recorded: Vec<Recorded>,
    pub as_of: Day,
}

impl County {
    pub fn new(as_of: &str) -> County {
        let mut tree = SiteTree::default();
        tree.add_site(HUB, Level::County, None);
        for (site, level, parent) in
            [(T1, Level::Township, HUB), (T2, Level::Township, HUB), (V1, Level::Village, T1), (V2, Level::Village, T1)]
        {
            tree.add_site(site, level, Some(parent));
        }
        for site in [HUB, T1, T2, V1, V2] {
            tree.add_node(node(site, 1), site);
            tree.add_node(node(site, 2), site);
        }
        let mut facts = Facts::default();
        facts.add_item(timber());
        for year in national_years() {
            facts.add_year(year);
        }
        County { tree, facts, recorded: Vec::new(), as_of: day(as_of) }
    }

    pub fn actor(&self, site: SiteId, on: &str) -> Actor {
        Actor {
            staff: "clerk-01".parse().unwrap(),
            node: node(site, 1),
            day: day(on),
            minute: Some(540),
            day_source: DaySource::Typed,
            as_of: None,
        }
    }

    pub fn fold(&self) -> Folded {
        self.fold_of(&self.recorded)
    }

    pub fn fold_of(&self, recorded: &[Recorded]) -> Folded {
        fold(RulesLevel(1), recorded, &self.facts, &self.tree, self.as_of)
    }

    pub fn register(&mut self, site: SiteId, on: &str) -> Receipt {
        let item = timber();
        let (number, applicant) = (format!("511602001005-{}-0A-0001", on.replace('-', "")).parse().unwrap(), applicant());
        let new = NewCase { number, nonce: [9; 16], item: &item, applicant: &applicant, channel: Channel::Window, note: None };
        let (event, receipt) = register(&new, &self.actor(site, on), &self.facts, &self.tree).unwrap();
        self.record(&event);
        receipt
    }

    /// Lets a site act on everything that is recorded.
    pub fn act(&mut self, site: SiteId, on: &str, act: impl FnOnce(Act<'_>) -> Result<CaseEvent, ActError>) -> Result<EventId, ActError> {
        let seen = self.recorded.len();
        self.act_having_seen(seen, site, on, act)
    }

    /// Lets a site act that has seen only the first `seen` recorded events.
    pub fn act_having_seen(
        &mut self,
        seen: usize,
        site: SiteId,
        on: &str,
        act: impl FnOnce(Act<'_>) -> Result<CaseEvent, ActError>,
    ) -> Result<EventId, ActError> {
        let case = self.fold_of(&self.recorded[..seen]);
        let actor = self.actor(site, on);
        let event = act(Act { case: &case, actor: &actor, facts: &self.facts, authority: &self.tree })?;
        Ok(self.record(&event))
    }

    /// Records an event without asking the judge, as a hostile or confused node would.
    pub fn force(&mut self, site: SiteId, on: &str, body: Body) -> EventId {
        let heads = self.fold().heads;
        let mut event = CaseEvent { envelope: self.envelope(site, on), body };
        event.envelope.after = heads;
        self.record(&event)
    }

    pub fn envelope(&self, site: SiteId, on: &str) -> crate::doc::event::Envelope {
        let actor = self.actor(site, on);
        crate::doc::event::Envelope {
            after: vec![],
            staff: actor.staff,
            site,
            node: None,
            occurred_on: actor.day,
            minute: None,
            day_source: DaySource::Typed,
            as_of: None,
            calendar: self.facts.calendar().pin(actor.day),
        }
    }

    pub fn record(&mut self, event: &CaseEvent) -> EventId {
        let value = event.to_value();
        let id = EventId::of(&value);
        let scope = Scope::site(V1, Class::CASES, Shelf(2026));
        let author = event.envelope.node.unwrap_or_else(|| node(event.envelope.site, 1));
        let seq = self.recorded.len() as u64 + 1;
        self.recorded.push(Recorded { event: id, value, node: author, branch: Branch([1; 8]), scope, seq });
        id
    }

    pub fn mark(&self, event: EventId) -> Mark {
        self.fold().history.iter().find(|line| line.event == event).unwrap().mark
    }

    /// Runs the case up to and including the conclusion at T1.
    pub fn until_concluded(&mut self) {
        self.register(V1, "2026-09-17");
        self.act(V1, "2026-09-17", |act| act.forward(T1)).unwrap();
        self.act(T1, "2026-09-18", |act| act.receive()).unwrap();
        self.act(T1, "2026-09-18", |act| act.accept(None).map(|(event, _)| event)).unwrap();
        self.act(T1, "2026-09-18", |act| act.assign("reviewer-02".parse().unwrap())).unwrap();
        self.act(T1, "2026-09-24", |act| act.decide(crate::doc::event::Decision::Grant, None)).unwrap();
        self.act(T1, "2026-09-24", |act| act.conclude(Some("R-1".into()))).unwrap();
    }
}
