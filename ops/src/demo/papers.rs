//! The demo county's papers: real divisions, catalogue, guides and calendar, built in so that the demo runs from any folder; and
//! applicants who cannot exist. Where the files come from is written beside them, in `ops/demo/data/README.md`.

use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The county, Guang'an District: its six digits.
pub(super) const COUNTY: &str = "511602";
/// Its name.
pub(super) const COUNTY_NAME: &str = "广安区";
/// A real township, 肖溪镇.
pub(super) const TOWNSHIP: &str = "511602109000";
/// The real village whose line is cut, 冲相村.
pub(super) const VILLAGE_CUT: &str = "511602109215";
/// Another real village of that township, 凉滩村.
pub(super) const VILLAGE_NEAR: &str = "511602109203";

/// The county's divisions.
pub(super) const DIVISIONS: &str = include_str!("../../demo/data/divisions-511602.csv");
/// The county's catalogue.
pub(super) const CATALOGUE: &str = include_str!("../../demo/data/catalog-511602.csv");
/// Guides for some of its items.
pub(super) const GUIDES: &str = include_str!("../../demo/data/guides-511602.jsonl");
/// Exceptions to Monday-Friday.
pub(super) const WORKDAYS: &str = include_str!("../../demo/data/workdays-CN.csv");
/// Where the guides come from, as it stands in each of them.
pub(super) const GUIDES_SOURCE: &str = "GovFlow (MIT)";

/// Items that the village takes in while it is cut off, the one that is followed to delivery first. All have a guide.
pub(super) const TAKEN_IN: [&str; 8] = [
    "社会保障卡补领、换领、换发",
    "城乡居民参保信息变更登记",
    "门诊费用报销",
    "住院费用报销",
    "遗属待遇申领",
    "失业保险金申领",
    "个人基本信息变更",
    "职业指导",
];
/// The item that the county withdraws meanwhile, one of [`TAKEN_IN`].
pub(super) const WITHDRAWN: &str = "职业指导";
/// Items whose promise the county shortens meanwhile.
pub(super) const CHANGED: usize = 12;

const NAMES: [&str; 8] = ["示例甲", "示例乙", "示例丙", "示例丁", "示例戊", "示例己", "示例庚", "示例辛"];

/// Returns the guides with the promise of the first [`CHANGED`] items among `complete` made one day shorter, and the names of these items.
pub(super) fn shortened_guides(complete: &BTreeSet<String>) -> (String, Vec<String>) {
    let mut names = Vec::new();
    let mut text = String::with_capacity(GUIDES.len());
    for line in GUIDES.lines() {
        let mut guide: Value = serde_json::from_str(line).expect("the guides are built in and were read by a test");
        let name = guide["item_name"].as_str().unwrap_or_default().to_owned();
        let days = guide["promise_days"].as_u64().unwrap_or_default();
        if names.len() < CHANGED && days >= 2 && complete.contains(&name) {
            guide["promise_days"] = json!(days - 1);
            names.push(name);
        }
        text.push_str(&guide.to_string());
        text.push('\n');
    }
    (text, names)
}

/// Returns the `index`-th applicant: nobody, with an identity number that fails its check digit.
pub(super) fn applicant(index: usize) -> Value {
    json!({
        "name": NAMES[index % NAMES.len()],
        "id_type": "111",
        "id_no": impossible_number(index),
    })
}

/// Returns a number of the form of a resident identity number whose last character is wrong by one.
fn impossible_number(index: usize) -> String {
    let digits = format!("{COUNTY}19000101{:03}", index % 1_000);
    let right = check_value(&digits);
    format!("{digits}{}", (right + 1) % 10)
}

/// Returns the check value of 17 digits, 0 to 10 (ISO 7064, MOD 11-2), where 10 is written as X.
fn check_value(digits: &str) -> u32 {
    let folded = digits.bytes().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    (12 - folded) % 11
}

#[cfg(test)]
mod tests;
