//! The command line of the hub.

use clap::{Args, Parser, Subcommand};
use mesh_office::manner::Manner;
use std::net::SocketAddr;
use std::path::PathBuf;

/// County hub: founds the county and serves its sites. 县级节点。
#[derive(Debug, Parser)]
#[command(
    name = "hub",
    version,
    after_help = "Example:\n  hub init --data county --county 511602\n  hub serve --data county --listen 127.0.0.1:4710"
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
    /// Found the county: keys, authority, journal 建立县级节点
    Init(InitArgs),
    /// Run the county's node 运行县级节点
    Serve(ServeArgs),
    /// Say what runs 显示版本
    #[command(after_help = "Example:\n  hub version --json")]
    Version,
}

/// Arguments of `hub init`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  hub init --data county --county 511602 --name 广安区")]
pub struct InitArgs {
    /// Data directory; made with mode 0700, must be new or empty
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Six digits of the county's division code
    #[arg(long, value_name = "CODE")]
    pub county: String,
    /// Name of the county
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Shifts the wall clock by the seconds in this file
    #[arg(long, hide = true, value_name = "FILE")]
    pub clock_file: Option<PathBuf>,
}

/// Arguments of `hub serve`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  hub serve --data county --listen 0.0.0.0:4710 --advertise hub.example.cn:4710 --http 127.0.0.1:4711")]
pub struct ServeArgs {
    /// Data directory
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Address and UDP port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:4710")]
    pub listen: SocketAddr,
    /// HOST:PORT at which sites reach this hub, as it stands in tokens; may be repeated
    #[arg(long, value_name = "ADDR")]
    pub advertise: Vec<String>,
    /// Address for /livez, /readyz, /metrics and /status
    #[arg(long, value_name = "ADDR")]
    pub http: Option<SocketAddr>,
    /// Shifts the wall clock by the seconds in this file
    #[arg(long, hide = true, value_name = "FILE")]
    pub clock_file: Option<PathBuf>,
    /// Keeps a line for each batch that is sent
    #[arg(long, hide = true, value_name = "FILE")]
    pub sent_log: Option<PathBuf>,
    /// Least milliseconds between two receipts of one scope
    #[arg(long, hide = true, value_name = "MS", default_value_t = sync_protocol::limits::LANDED_PAUSE_MS)]
    pub landed_pause_ms: u64,
}
