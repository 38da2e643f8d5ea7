//! `catalog`: the county's service items. Importing, publishing and withdrawing are the hub's alone.

use crate::lang::Lang;
use crate::words;
use mesh_model::calendar::WorkDays;

super::verbs! {
    /// Reads a catalogue file into a plan; publishes nothing
    Import = import,
    /// Publishes a plan
    Publish = publish,
    /// Lists items
    List = list,
    /// Shows one item, its guide and its versions
    Show = show,
    /// Withdraws an item: from the day on nobody registers it
    Withdraw = withdraw,
}

/// Writes a limit in working days.
fn limit(lang: Lang, days: Option<WorkDays>) -> String {
    words::or_dash(days.map(|days| match days.0 {
        0 => lang.of("当场", "at once").to_owned(),
        days => lang.of(format!("{days} 工作日"), format!("{days} wd")),
    }))
}
