//! `case register`: takes a case in; the receipt is printed only when the case is durable.

use crate::desk::{Desk, Done};
use crate::failure::Failure;
use crate::input;
use crate::page::Page;
use crate::words;
use mesh_model::code::{ItemCode, StaffId};
use mesh_model::time::Day;
use mesh_office::api::case::{Register, Registered};
use std::path::PathBuf;

/// Arguments of `case register`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/village case register --item CODE --applicant-file applicant.json --as zhang\n\nThe applicant is a JSON object: {\"name\": …, \"id_type\": \"111\", \"id_no\": …, \"phone\": …}; phone may be left out.")]
pub struct Args {
    /// Code of a complete item
    #[arg(long, value_name = "CODE")]
    item: ItemCode,
    /// The applicant as JSON, from a file or from standard input (-); never an argument, which others could see
    #[arg(long, value_name = "FILE")]
    applicant_file: PathBuf,
    /// Staff id of whoever takes it in
    #[arg(long = "as", value_name = "STAFF")]
    staff: StaffId,
    /// The day of taking in where it is typed [default: this machine's date]
    #[arg(long, value_name = "DATE")]
    day: Option<Day>,
    /// How the application came [default: window]
    #[arg(long, value_parser = ["window", "web", "mobile", "courier", "other"])]
    channel: Option<String>,
    /// A note of the clerk, from a file
    #[arg(long, value_name = "FILE")]
    note_file: Option<PathBuf>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Register {
        item: args.item,
        applicant: input::applicant(desk.lang, &args.applicant_file)?,
        staff: args.staff,
        day: args.day,
        channel: args.channel,
        note: input::private_text(desk.lang, args.note_file.as_deref())?,
    };
    desk.show(&request, draw).await?;
    Ok(Done::Whole)
}

fn draw(reply: &Registered, page: &mut Page) {
    let lang = page.lang;
    page.say("收件回执", "receipt");
    page.field("办件编号", "case", reply.number);
    page.field("事项", "item", format_args!("{} ({}, v{})", reply.item_name, reply.item, reply.item_version));
    let applicant = &reply.applicant;
    page.field("申请人", "applicant", format_args!("{} {} {}", applicant.name, words::id_kind(lang, &applicant.id_type), applicant.id_no));
    page.field("收件站点", "taken in at", words::site(&reply.site));
    let typed = if reply.day_typed { lang.of("（手工填写）", " (typed)") } else { "" };
    page.field("收件日期", "on", format_args!("{}{typed}", reply.registered_on));
    page.field("承诺时限", "promised", format_args!("{} {}", reply.promised.0, lang.of("个工作日（自受理起）", "working days from acceptance")));
    page.field("告知期限", "told by", words::due(lang, Some(reply.told_by)));
    page.field("保全", "rung", words::rung(lang, &reply.rung));
}
