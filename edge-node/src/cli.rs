//! The command line of an edge node.

use clap::{Args, Parser, Subcommand};
use mesh_office::manner::Manner;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Node of a township or village: takes cases in, offline too. 站点节点。
#[derive(Debug, Parser)]
#[command(
    name = "edge-node",
    version,
    after_help = "Example:\n  edge-node enroll --data site --token-file token.txt\n  edge-node run --data site"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How it speaks.
    #[command(flatten)]
    pub manner: Manner,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enrol this machine with a token of the county 凭令牌入网
    Enroll(EnrollArgs),
    /// Run the site's node 运行站点节点
    Run(RunArgs),
    /// Say what runs 显示版本
    #[command(after_help = "Example:\n  edge-node version --json")]
    Version,
}

/// Arguments of `edge-node enroll`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  edge-node enroll --data site --token-file token.txt\n  edge-node enroll --data site --via 10.2.0.1:4710 < token.txt"
)]
pub struct EnrollArgs {
    /// Data directory; made with mode 0700
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// File with the token line; `-` or nothing reads standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub token_file: PathBuf,
    /// HOST:PORT of a neighbour that reaches the hub
    #[arg(long, value_name = "ADDR")]
    pub via: Option<String>,
    /// Shifts the wall clock by the seconds in this file
    #[arg(long, hide = true, value_name = "FILE")]
    pub clock_file: Option<PathBuf>,
}

/// Arguments of `edge-node run`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  edge-node run --data site --listen 0.0.0.0:4710 --peer town.example.cn:4710")]
pub struct RunArgs {
    /// Data directory
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Address and UDP port to listen on, for sites below; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:4710")]
    pub listen: SocketAddr,
    /// Address for /livez, /readyz, /metrics and /status
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
    /// HOST:PORT to dial up to; may be repeated; by default the neighbour and the hub of the enrolment
    #[arg(long, value_name = "ADDR")]
    pub peer: Vec<String>,
    /// Shifts the wall clock by the seconds in this file
    #[arg(long, hide = true, value_name = "FILE")]
    pub clock_file: Option<PathBuf>,
    /// Keeps a line for each batch that is sent
    #[arg(long, hide = true, value_name = "FILE")]
    pub sent_log: Option<PathBuf>,
}
