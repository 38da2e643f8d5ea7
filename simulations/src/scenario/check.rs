//! What each field of a scenario alone does not show: names that mean something, counts that make a county, keys that belong together.

use super::read::{Fault, Step};
use super::{CLASSES_MAX, Class, Dist, EVENTS_MAX, Event, Scenario, Season, Span, Thing};
use crate::layout::SITES_MAX;
use crate::plan::DAYS_MAX;

/// Events of one case, at most.
pub const EVENTS_PER_CASE_MAX: u8 = 64;
/// Cases a site takes in on one day, at most, in thousandths.
pub const CASES_PER_DAY_MAX: u64 = 5_000_000;

/// Returns everything that is wrong, in the order of the file's parts.
pub(super) fn faults(scenario: &Scenario) -> Vec<Fault> {
    let mut found = Found(Vec::new());
    found.head(scenario);
    found.county(scenario);
    for (index, class) in scenario.classes.iter().enumerate() {
        found.class(scenario, index, class);
    }
    found.office(scenario);
    for (index, load) in scenario.workloads.iter().enumerate() {
        let path = vec![Step::Key("workload"), Step::At(index)];
        if scenario.class(&load.class).is_none() {
            found.add(&path, &[Step::Key("class")], unknown_class(scenario, &load.class));
        }
        if load.bytes.p50.0 == 0 || load.bytes.p50 > load.bytes.p95 {
            found.add(&path, &[Step::Key("bytes")], "p50 must be at least 1 and not above p95".into());
        }
    }
    if scenario.events.len() > EVENTS_MAX {
        found.add(&[Step::Key("event")], &[], format!("{} events; at most {EVENTS_MAX} can be run", scenario.events.len()));
    }
    for (index, event) in scenario.events.iter().enumerate() {
        found.event(scenario, index, event);
    }
    found.0
}

struct Found(Vec<Fault>);

impl Found {
    fn add(&mut self, path: &[Step], rest: &[Step], reason: String) {
        self.0.push(Fault { path: [path, rest].concat(), reason });
    }

    fn head(&mut self, scenario: &Scenario) {
        let days = scenario.head.days;
        if !(1..=DAYS_MAX).contains(&days) {
            self.add(&[Step::Key("scenario"), Step::Key("days")], &[], format!("{days} days; 1 to {DAYS_MAX} can be run"));
        }
    }

    fn county(&mut self, scenario: &Scenario) {
        let classes = &scenario.classes;
        if classes.is_empty() || classes.len() > CLASSES_MAX {
            let reason = format!("{} classes of sites; write 1 to {CLASSES_MAX} [[class]] tables", classes.len());
            return self.add(&[Step::Key("class")], &[], reason);
        }
        match &scenario.county {
            Some(county) if !crate::plan::is_known_division(&county.divisions) => {
                let reason = format!(
                    "{:?} is no county whose divisions are built in; 511602, any six digits of a county of Guizhou, or 52 for all of it",
                    county.divisions
                );
                self.add(&[Step::Key("county"), Step::Key("divisions")], &[], reason);
            }
            Some(_) => {}
            None => {
                let sites: usize = classes.iter().map(|class| usize::from(class.count)).sum();
                if sites == 0 || sites > SITES_MAX {
                    self.add(&[Step::Key("class")], &[], format!("{sites} sites below the hub; 1 to {SITES_MAX} can be run"));
                }
            }
        }
        let all_known = classes.iter().all(|class| class.parent == "hub" || scenario.class(&class.parent).is_some());
        if all_known && !classes.iter().any(|class| class.parent == "hub" && class.count > 0) {
            self.add(&[Step::Key("class")], &[], "no class stands under the hub; one needs parent = \"hub\"".into());
        }
    }

    fn class(&mut self, scenario: &Scenario, index: usize, class: &Class) {
        let path = [Step::Key("class"), Step::At(index)];
        if class.name == "hub" || class.name.is_empty() || scenario.classes[..index].iter().any(|other| other.name == class.name) {
            self.add(&path, &[Step::Key("name")], format!("class {:?} must have a name of its own, other than \"hub\"", class.name));
        }
        match scenario.classes.iter().position(|other| other.name == class.parent) {
            _ if class.parent == "hub" => {}
            None => self.add(&path, &[Step::Key("parent")], unknown_class(scenario, &class.parent)),
            Some(above) if scenario.classes[above].parent != "hub" || above == index => {
                let reason = format!(
                    "{:?} stands under {:?}; a parent must stand under the hub itself",
                    class.parent, scenario.classes[above].parent
                );
                self.add(&path, &[Step::Key("parent")], reason);
            }
            Some(above) if scenario.classes[above].count == 0 && class.count > 0 => {
                self.add(&path, &[Step::Key("parent")], format!("class {:?} has no sites", class.parent));
            }
            Some(_) => {}
        }
        for (key, span) in [("up", &class.up), ("gap", &class.gap)] {
            if let Some(reason) = span.as_ref().and_then(span_fault) {
                self.add(&path, &[Step::Key(key)], reason.to_owned());
            }
        }
        if class.up.is_some() != class.gap.is_some() {
            self.add(&path, &[], format!("class {:?} has only one of `up` and `gap`; a line that fails needs both", class.name));
        }
        for (at, season) in class.calendar.iter().enumerate() {
            if let Some(reason) = season_fault(season) {
                self.add(&path, &[Step::Key("calendar"), Step::At(at)], reason.to_owned());
            }
        }
        if !(576..=9_000).contains(&class.link.mtu) {
            self.add(&path, &[Step::Key("link")], format!("mtu {}; 576 to 9000 bytes can be run", class.link.mtu));
        }
        if class.sync.every.is_some_and(|every| every.0 < 1_000) {
            self.add(&path, &[Step::Key("sync")], "a session every second is the most that can be run".into());
        }
    }

    fn office(&mut self, scenario: &Scenario) {
        let Some(office) = &scenario.office else { return };
        let path = [Step::Key("office")];
        for (name, cases) in &office.cases_per_day {
            if !matches!(name.as_str(), "township" | "village") && scenario.class(name).is_none() {
                self.add(&path, &[Step::Key("cases_per_day")], unknown_class(scenario, name));
            }
            if cases.0 > CASES_PER_DAY_MAX {
                let reason = format!("{} cases a day; at most {} can be run", cases.0 / 1_000, CASES_PER_DAY_MAX / 1_000);
                self.add(&path, &[Step::Key("cases_per_day")], reason);
            }
        }
        if !(1..=EVENTS_PER_CASE_MAX).contains(&office.events_per_case) {
            let reason = format!("{} events; 1 to {EVENTS_PER_CASE_MAX} can be run", office.events_per_case);
            self.add(&path, &[Step::Key("events_per_case")], reason);
        }
        if office.bytes.p50.0 == 0 || office.bytes.p50 > office.bytes.p95 {
            self.add(&path, &[Step::Key("bytes")], "p50 must be at least 1 and not above p95".into());
        }
        if office.open.from_ms > office.open.to_ms {
            self.add(&path, &[Step::Key("open")], "windows close before midnight; write the earlier hour first".into());
        }
    }

    fn event(&mut self, scenario: &Scenario, index: usize, event: &Event) {
        let path = [Step::Key("event"), Step::At(index)];
        if let Some(class) = event.class.as_ref().filter(|class| scenario.class(class).is_none()) {
            self.add(&path, &[Step::Key("class")], unknown_class(scenario, class));
        }
        if event.share.is_some() && event.site.is_some() {
            self.add(&path, &[], "`share` and `site` both say where; write one of them".into());
        }
        let needs = match event.thing {
            Thing::CutLine | Thing::CutPower | Thing::FillDisk | Thing::Restore if event.lasts.is_none() => Some("for"),
            Thing::SetClock if event.ahead.is_none() => Some("ahead"),
            Thing::Restore if event.age.is_none() => Some("age"),
            Thing::ShapeLine if event.link.is_none() => Some("link"),
            _ => None,
        };
        if let Some(key) = needs {
            self.add(&path, &[Step::Key("do")], format!("this needs the key `{key}` as well"));
        }
    }
}

fn unknown_class(scenario: &Scenario, name: &str) -> String {
    let known = scenario.classes.iter().map(|class| class.name.as_str()).chain(["hub"]);
    let nearest = known.min_by_key(|known| strsim::damerau_levenshtein(known, name)).unwrap_or("hub");
    format!("no class is called {name:?}; the nearest is {nearest:?}")
}

fn span_fault(span: &Span) -> Option<&'static str> {
    match span.dist {
        Dist::Empirical if span.quantiles.len() < 2 || !span.quantiles.is_sorted() => {
            Some("`empirical` needs two or more rising `quantiles`, such as [\"1m\", \"20m\", \"2h\", \"3d\"]")
        }
        Dist::Exponential | Dist::Weibull if span.mean.is_none_or(|mean| mean.0 == 0) => {
            Some("this needs a `mean` above zero, such as \"10d\"")
        }
        Dist::Weibull if !(200..=5_000).contains(&span.shape.0) => Some("`shape` must be from 0.2 to 5"),
        Dist::Empirical | Dist::Exponential | Dist::Weibull => None,
    }
}

fn season_fault(season: &Season) -> Option<&'static str> {
    let keys = [season.down.is_some(), season.up_only.is_some(), season.power_only.is_some()];
    (keys.iter().filter(|is| **is).count() != 1).then_some("write exactly one of `down`, `up_only` and `power_only`")
}
