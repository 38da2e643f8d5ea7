//! The demo county's files, built into the tests, since the model's code opens no file.

pub const CATALOGUE: &str = include_str!("../../../ops/demo/data/catalog-511602.csv");
pub const DIVISIONS: &str = include_str!("../../../ops/demo/data/divisions-511602.csv");
pub const GUIDES: &str = include_str!("../../../ops/demo/data/guides-511602.jsonl");
pub const WORKDAYS: &str = include_str!("../../../ops/demo/data/workdays-CN.csv");
