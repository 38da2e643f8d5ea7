//! Who stands where: the classes of a scenario, or real divisions, become a tree of sites. Every site keeps the name under which its random
//! numbers are drawn, so that a class more or a site more changes nothing for the others.

use crate::layout::{Layout, LayoutError, Post, Seat, Site};
use crate::scenario::{Class, Scenario};
use crate::streams::Stream;
use mesh_model::division::Level;
use mesh_model::import::divisions::{DivisionRow, parse_divisions_csv};
use std::collections::BTreeMap;

const GUANGAN: &str = include_str!("../../../ops/demo/data/divisions-511602.csv");
const GUIZHOU: &str = include_str!("../../data/divisions-52.csv");
/// The province whose counties are built in.
pub const PROVINCE: &str = "52";

/// The sites of a county and what each is called when random numbers are drawn.
#[derive(Debug)]
pub struct Places {
    /// The tree.
    pub layout: Layout,
    /// By seat: the class by its place in the scenario; `None` for the hub.
    pub classes: Vec<Option<usize>>,
    names: Vec<(String, u64)>,
}

impl Places {
    /// Opens a site's stream of random numbers for one kind of things.
    #[must_use]
    pub fn stream(&self, seed: u64, kind: &str, seat: Seat) -> Stream {
        let (class, number) = &self.names[usize::from(seat.0)];
        Stream::new(seed, &format!("{kind}/{class}"), *number)
    }

    /// Returns the class of a site; the hub has none.
    #[must_use]
    pub fn class<'a>(&self, scenario: &'a Scenario, seat: Seat) -> Option<&'a Class> {
        self.classes[usize::from(seat.0)].map(|index| &scenario.classes[index])
    }
}

/// Returns whether the divisions of this code are built in.
#[must_use]
pub fn is_known_division(code: &str) -> bool {
    code == PROVINCE
        || (code.len() == 6 && file_of(code).is_some_and(|text| text.lines().any(|line| line.starts_with(&format!("{code},")))))
}

/// Returns the counties of a province, six digits each, in order.
#[must_use]
pub fn counties_of(province: &str) -> Vec<String> {
    let rows = file_of(province).map(|text| parse_divisions_csv(text).rows).unwrap_or_default();
    rows.iter().filter(|row| row.level == Level::County).map(|row| row.typed.clone()).collect()
}

fn file_of(code: &str) -> Option<&'static str> {
    match code {
        "511602" => Some(GUANGAN),
        _ if code.starts_with(PROVINCE) => Some(GUIZHOU),
        _ => None,
    }
}

/// Builds the county of a scenario.
///
/// # Errors
/// [`LayoutError`] when it is none, or larger than one.
pub fn build(scenario: &Scenario, seed: u64) -> Result<Places, LayoutError> {
    let hub = Site { post: Post::Hub, above: None, class: "hub".into(), code: None };
    let mut rows = vec![Row { site: hub, class: None, name: ("hub".into(), 0) }];
    match &scenario.county {
        Some(county) => divided(scenario, &county.divisions, seed, &mut rows),
        None => counted(scenario, &mut rows),
    }
    let classes = rows.iter().map(|row| row.class).collect();
    let names = rows.iter().map(|row| row.name.clone()).collect();
    let layout = Layout::new(rows.into_iter().map(|row| row.site).collect())?;
    Ok(Places { layout, classes, names })
}

struct Row {
    site: Site,
    class: Option<usize>,
    name: (String, u64),
}

/// Each class has so many sites, spread evenly over their parents; every parent is followed by its children.
fn counted(scenario: &Scenario, rows: &mut Vec<Row>) {
    for (index, class) in scenario.classes.iter().enumerate().filter(|(_, class)| class.parent == "hub") {
        let children: Vec<(usize, &Class)> = scenario.classes.iter().enumerate().filter(|(_, child)| child.parent == class.name).collect();
        // A class without anything below it can still be a hall with windows of its own; only one called so is a mere window.
        let post = if children.is_empty() && class.name.starts_with("village") { Post::Village } else { Post::Township };
        for number in 0..class.count {
            let seat = Seat(rows.len() as u16);
            rows.push(row(class, index, post, Seat::HUB, None, u64::from(number)));
            for (child_index, child) in &children {
                let below = (0..child.count).filter(|below| below % class.count == number);
                rows.extend(below.map(|below| row(child, *child_index, Post::Village, seat, None, u64::from(below))));
            }
        }
    }
}

fn row(class: &Class, index: usize, post: Post, above: Seat, code: Option<String>, number: u64) -> Row {
    let site = Site { post, above: Some(above), class: class.name.clone(), code };
    Row { site, class: Some(index), name: (class.name.clone(), number) }
}

/// Each real division is a site; the classes of its post share them by their counts.
fn divided(scenario: &Scenario, county: &str, seed: u64, rows: &mut Vec<Row>) {
    let mut divisions: Vec<DivisionRow> = file_of(county).map(|text| parse_divisions_csv(text).rows).unwrap_or_default();
    divisions.retain(|row| row.typed.starts_with(county) && row.level != Level::County);
    divisions.sort_by_key(|row| row.code);
    let under_hub = |under: bool| -> Vec<(usize, &Class)> {
        scenario.classes.iter().enumerate().filter(|(_, class)| (class.parent == "hub") == under && class.count > 0).collect()
    };
    let (townships, villages) = (under_hub(true), under_hub(false));
    let mut seats: BTreeMap<String, Seat> = BTreeMap::new();
    for division in &divisions {
        let code = division.code.to_string();
        let number: u64 = code.parse().expect("twelve digits");
        let (post, classes, above) = match (division.level, division.parent.and_then(|parent| seats.get(&parent.to_string()))) {
            (Level::Village, Some(above)) => (Post::Village, &villages, *above),
            (Level::Village, None) => continue,
            (Level::Township | Level::County, _) => (Post::Township, &townships, Seat::HUB),
        };
        let Some((index, class)) = pick(classes, seed, number) else { continue };
        seats.insert(code.clone(), Seat(rows.len() as u16));
        let mut site = row(class, index, post, above, Some(code), number);
        // The code alone names the site, so that another weight of its class leaves its numbers as they are.
        site.name.0 = "division".into();
        rows.push(site);
    }
}

fn pick<'a>(classes: &[(usize, &'a Class)], seed: u64, number: u64) -> Option<(usize, &'a Class)> {
    let whole: u64 = classes.iter().map(|(_, class)| u64::from(class.count)).sum();
    let mut at = Stream::new(seed, "class/division", number).below(whole);
    classes.iter().copied().find(|(_, class)| {
        let hit = at < u64::from(class.count);
        at = at.saturating_sub(u64::from(class.count));
        hit
    })
}
