//! What every act on a case takes and prints.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::page::Page;
use crate::words;
use mesh_model::code::StaffId;
use mesh_model::number::CaseNumber;
use mesh_model::time::Day;
use mesh_office::api::Ask;
use mesh_office::api::act::{Acted, Head};

/// What every act takes.
#[derive(Debug, clap::Args)]
pub struct HeadArgs {
    /// Case number, as on the receipt
    number: CaseNumber,
    /// Staff id of whoever acts
    #[arg(long = "as", value_name = "STAFF")]
    staff: StaffId,
    /// The day of the act where it is typed [default: this machine's date]
    #[arg(long, value_name = "DATE")]
    day: Option<Day>,
}

impl From<HeadArgs> for Head {
    fn from(args: HeadArgs) -> Head {
        Head { number: args.number, staff: args.staff, day: args.day }
    }
}

/// Asks for an act and prints what it brought about.
pub(super) async fn run<A: Ask<Reply = Acted>>(desk: &Desk, request: &A) -> Result<Done, Failure> {
    desk.show(request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Acted, page: &mut Page) {
    let lang = page.lang;
    page.field("办件", "case", reply.number);
    let typed = if reply.day_typed { lang.of("（手工填写）", " (typed)") } else { "" };
    page.field("办理", "act", format_args!("{} {}{typed}", words::act(lang, &reply.kind), reply.day));
    page.field("状态", "state", words::state(lang, &reply.state, &reply.state_name));
    page.field("经办站点", "custodian", words::site_or_dash(reply.custodian.as_ref()));
    if let Some(site) = &reply.offered_to {
        page.field("已移交，待接收", "offered to", words::site(site));
    }
    if reply.due.is_some() {
        page.field("办结期限", "due", words::due(lang, reply.due));
    }
    page.field("保全", "rung", words::rung(lang, &reply.rung));
}
