//! `site token`: one line that enrols one node of one site.

use crate::desk::{Desk, Done, Form};
use crate::failure::Failure;
use crate::input;
use mesh_model::division::DivisionCode;
use mesh_office::api::site::Token;

/// Arguments of `site token`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  meshctl --data /srv/hub site token 511602101201 --ttl 72h > token.txt\n  edge-node enroll --data /srv/village --token-file token.txt\n\nStandard output gets the token's line alone; nobody can show it again.")]
pub struct Args {
    /// Division code of the site
    code: DivisionCode,
    /// How long it can be used: a number with s, m, h or d [default: 72h]
    #[arg(long, value_parser = input::seconds)]
    ttl: Option<u64>,
}

pub(super) async fn run(desk: &Desk, args: Args) -> Result<Done, Failure> {
    let request = Token { code: args.code, ttl_s: args.ttl };
    let reply = desk.show(&request, |reply, page| page.line(&reply.token)).await?;
    if desk.form == Form::Text {
        let ttl = input::span(desk.lang, reply.ttl_s);
        let said = desk.lang.of(
            format!("{}（{}）的入网令牌，{ttl}内使用一次。在该站点运行: edge-node enroll --data 目录 --token-file 文件", reply.name, reply.code),
            format!("token of {} ({}), one use within {ttl}. At the site: edge-node enroll --data DIR --token-file FILE", reply.name, reply.code),
        );
        eprintln!("{said}");
    }
    Ok(Done::Whole)
}
