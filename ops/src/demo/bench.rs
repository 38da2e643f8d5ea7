//! Measures the daemons on the demo county, each figure beside its target. Nothing here is a test: machines differ.

mod idle;
mod reconnect;

use super::folder::Folder;
use super::screen::Screen;
use super::trouble::Trouble;
use crate::desk::{Done, Form, print, print_json};
use crate::failure::Failure;
use crate::lang::Lang;
use crate::table::{Side, Table};
use serde::Serialize;

/// What is measured.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Memory and start-up time of idle daemons that hold the demo county
    Idle(idle::Args),
    /// Bytes of a reconnection with nothing new, over many documents in common
    Reconnect(reconnect::Args),
}

/// The shape `bench/1`.
#[derive(Clone, Debug, Serialize)]
struct Measured {
    schema: &'static str,
    /// What was measured: `idle` or `reconnect`.
    bench: &'static str,
    /// Whether the program was built without optimisation, so that figures say little.
    debug_build: bool,
    figures: Vec<Figure>,
}

/// One figure beside its target.
#[derive(Clone, Debug, Serialize)]
struct Figure {
    /// Of what, such as `hub` or `2000 documents`.
    subject: String,
    /// Which quantity.
    quantity: &'static str,
    /// The figure.
    value: u64,
    /// Its unit.
    unit: &'static str,
    /// At most this much is wanted; `null` where the figure only stands beside another.
    target: Option<u64>,
}

impl Command {
    /// Measures and prints.
    ///
    /// # Errors
    /// Why it could not be measured.
    pub async fn run(self, lang: Lang, form: Form) -> Result<Done, Failure> {
        let (bench, measured) = match self {
            Command::Idle(args) => ("idle", idle::run(args, lang).await),
            Command::Reconnect(args) => ("reconnect", reconnect::run(args, lang).await),
        };
        let figures = measured.map_err(|trouble| trouble.told(lang))?;
        let within = figures.iter().all(|figure| figure.target.is_none_or(|target| figure.value <= target));
        show(&Measured { schema: "bench/1", bench, debug_build: cfg!(debug_assertions), figures }, lang, form)?;
        Ok(Done::whole_if(within))
    }
}

fn show(measured: &Measured, lang: Lang, form: Form) -> Result<(), Failure> {
    if form == Form::Json {
        return print_json(lang, measured);
    }
    let mut table = Table::new([
        (lang.of("对象", "OF"), Side::Left),
        (lang.of("指标", "QUANTITY"), Side::Left),
        (lang.of("实测", "MEASURED"), Side::Right),
        (lang.of("目标", "TARGET"), Side::Right),
        ("", Side::Left),
    ]);
    for figure in &measured.figures {
        let within = figure.target.map(|target| figure.value <= target);
        table.row([
            figure.subject.clone(),
            figure.quantity.to_owned(),
            format!("{} {}", figure.value, figure.unit),
            crate::words::or_dash(figure.target.map(|target| format!("≤ {target} {}", figure.unit))),
            within.map_or("", |within| if within { lang.of("达到", "met") } else { lang.of("未达到", "missed") }).to_owned(),
        ]);
    }
    let lines: String = table.lines().iter().map(|line| format!("{line}\n")).collect();
    print(lang, &lines)?;
    if measured.debug_build {
        print(lang, lang.of("（未优化的构建，数字仅供参考）\n", "(a build without optimisation: the figures say little)\n"))?;
    }
    Ok(())
}

/// Opens a folder and a screen for a measurement; its account goes to standard error.
fn prepared(lang: Lang) -> Result<(Folder, Screen), Trouble> {
    Ok((Folder::open(None, lang)?, Screen::new(lang, true)))
}

/// Ends when somebody ends the measurement; otherwise what `work` ends with.
async fn unless_interrupted<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    tokio::select! {
        biased;
        () = super::interrupted() => Err(Trouble::Interrupted),
        ended = work => ended,
    }
}
