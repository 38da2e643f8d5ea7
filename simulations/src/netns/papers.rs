//! What the county of a run publishes and what its clerks write: one real item, sites without people, an applicant who cannot exist.

use super::space::world;
use crate::engine::EngineError;
use crate::layout::{Layout, Post, Seat};
use crate::plan::clerks::Paper;
use crate::streams::Stream;
use mesh_office::api::Private;
use mesh_office::api::case::Register;
use std::fmt::Write;

/// The county, Guang'an District: its six digits.
pub const COUNTY: &str = "511602";
/// Its name.
pub const COUNTY_NAME: &str = "广安区";
/// A catalogue of one item of that district.
pub const CATALOGUE: &str = "seq,department,main_item,name,item_code,task_type,dept_code
519,区人社局,未分类,社会保障卡补领、换领、换发,512B0070200006-511602000000-000-1151130108778239R-1-00,20,1151130108778239R
";
/// Its guide, without which no window may offer it.
pub const GUIDES: &str = r#"{"item_name":"社会保障卡补领、换领、换发","task_type":"20","project_type":"承诺件","accept_condition":"持有社会保障卡的人员","legal_days":20,"promise_days":20,"is_fee":false,"materials":[{"name":"本人有效居民身份证原件","necessity":0,"original_num":1,"copy_num":0,"accept_standard":"身份证件是否在有效期内"}],"steps":[{"sort":1,"name":"收件与受理","standard":"材料齐全即可受理","result":"移送经办岗"}]}
"#;
/// Where guides of this form come from.
pub const GUIDES_SOURCE: &str = "GovFlow (MIT)";
/// The item's code as the catalogue has it.
const ITEM: &str = "512B0070200006-511602000000-000-1151130108778239R-1-00";
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Bytes of an event beside its note, about.
const AROUND_BYTES: usize = 600;
/// Bytes of the largest paper that fits into one event.
pub const PAPER_BYTES_MAX: usize = 12_000;

/// Returns the division code of a site: as the plan has it, or one by its place in the tree.
#[must_use]
pub fn code(layout: &Layout, seat: Seat) -> String {
    let site = layout.site(seat);
    if let Some(code) = &site.code {
        return code.clone();
    }
    match (site.post, site.above) {
        (Post::Village, Some(above)) => format!("{COUNTY}{:03}{:03}", 100 + above.0 % 900, 200 + seat.0 % 800),
        (Post::Hub | Post::Township | Post::Village, _) => format!("{COUNTY}{:03}000", 100 + seat.0 % 900),
    }
}

/// Returns the registry as a divisions file.
#[must_use]
pub fn divisions(layout: &Layout) -> String {
    let mut text = format!("code,name,level,parent_code\n{COUNTY},{COUNTY_NAME},county,\n");
    for seat in layout.below_hub() {
        let above = layout.above(seat).filter(|above| *above != Seat::HUB).map_or_else(|| COUNTY.to_owned(), |above| code(layout, above));
        let level = if layout.post(seat) == Post::Village { "village" } else { "township" };
        let _ = writeln!(text, "{},site {},{level},{above}", code(layout, seat), seat.0);
    }
    text
}

/// Returns the form that a clerk fills in for a paper; its note is noise of the paper's length.
///
/// # Errors
/// [`EngineError::World`] when the built-in words do not read, which a test would show.
pub fn form(seed: u64, paper: &Paper) -> Result<Register, EngineError> {
    let unread = |error: &dyn std::fmt::Display| world("fill in a form".into(), error.to_string());
    // Sixty-four letters: a note that hardly shrinks, so that the line carries about as many bytes as the paper has.
    let noise = Stream::new(seed, "note", paper.number).filling(paper.bytes.saturating_sub(AROUND_BYTES) + 1);
    let note = noise.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect();
    Ok(Register {
        item: ITEM.parse().map_err(|error| unread(&error))?,
        applicant: Private(serde_json::json!({ "name": "示例甲", "id_type": "111", "id_no": "511602199001010010" })),
        staff: "clerk".parse().map_err(|error| unread(&error))?,
        day: None,
        channel: None,
        note: Some(Private(note)),
    })
}
