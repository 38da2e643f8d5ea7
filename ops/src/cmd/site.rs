//! `site`: the county's registry of sites. Importing, adding and tokens are the hub's alone.

use crate::desk::Desk;
use crate::page::Page;
use crate::words;
use mesh_office::api::RowNote;
use mesh_office::api::site::SiteLine;

super::verbs! {
    /// Imports a divisions file (code,name,level,parent_code)
    Import = import,
    /// Registers one site
    Add = add,
    /// Lists sites
    List = list,
    /// Shows one site and its nodes
    Show = show,
    /// Prints an enrolment token: one line, one use
    Token = token,
}

/// Draws the facts of a site, one a line.
fn draw_site(site: &SiteLine, page: &mut Page) {
    page.field("代码", "code", site.code);
    page.field("名称", "name", &site.name);
    page.field("级别", "level", words::level(page.lang, site.level));
    page.field("上级", "above", words::or_dash(site.parent));
    page.field("站点号", "id", site.site);
    page.field("在网节点", "nodes", site.nodes);
}

/// Draws rows that could not be used.
pub(super) fn draw_errors(errors: &[RowNote], page: &mut Page) {
    if errors.is_empty() {
        return;
    }
    page.say(format!("! 未能使用的行: {}", errors.len()), format!("! rows that could not be used: {}", errors.len()));
    for note in errors {
        page.say(
            format!("  第 {} 行 {}", note.line, words::defect(page.lang, &note.defect, &note.text)),
            format!("  line {} {}", note.line, words::defect(page.lang, &note.defect, &note.text)),
        );
    }
}

/// Names what to do after a change at the hub.
fn next(desk: &Desk, command: &str) -> String {
    format!("meshctl --data {} {command}", desk.data().display())
}
