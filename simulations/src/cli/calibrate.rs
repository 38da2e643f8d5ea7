//! `simulate calibrate`: from measurements in the field to a class of sites.

use super::refuse;
use crate::report::quantile;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// What follows the help.
pub(super) const EXAMPLES: &str =
    "The file is CSV with a header row: class,measure,value. Measures, one a row and as many rows as there are:
  rate_bps    bits a second that a transfer reached
  rtt_ms      a round trip
  loss_ppm    packets lost in a million
  up_s        seconds that a line stayed up
  gap_s       seconds that it was away then
Example:
  simulate calibrate field.csv >> county.toml";

const MEASURES: [&str; 5] = ["gap_s", "loss_ppm", "rate_bps", "rtt_ms", "up_s"];

/// Arguments of `simulate calibrate`.
#[derive(Debug, clap::Args)]
pub(super) struct Calibrate {
    /// What was measured
    file: PathBuf,
}

/// Prints a `[[class]]` for each class of the file.
pub(super) fn run(args: &Calibrate) -> ExitCode {
    let fitted = std::fs::read_to_string(&args.file).map_err(|error| error.to_string()).and_then(|text| fit(&text));
    match fitted {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(why) => refuse(format_args!("{}:{why}", args.file.display())),
    }
}

/// Measurements of one class, by their name.
type Measured = BTreeMap<String, Vec<u64>>;

pub(super) fn fit(text: &str) -> Result<String, String> {
    let mut classes: BTreeMap<String, Measured> = BTreeMap::new();
    for (index, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        match fields.as_slice() {
            ["class", "measure", "value"] if index == 1 => {}
            _ if index == 1 => return Err("1: the first row must be class,measure,value".into()),
            [""] => {}
            [class, measure, value] if MEASURES.contains(measure) && !class.is_empty() => {
                let value = value.parse().map_err(|_| format!("{index}: {value:?} is no whole number"))?;
                classes.entry((*class).to_owned()).or_default().entry((*measure).to_owned()).or_default().push(value);
            }
            [_, measure, _] => return Err(format!("{index}: {measure:?} is no measure; {} are", MEASURES.join(", "))),
            _ => return Err(format!("{index}: {} fields; a row is class,measure,value", fields.len())),
        }
    }
    if classes.is_empty() {
        return Err("1: nothing was measured".into());
    }
    classes.iter_mut().map(|(name, measured)| class(name, measured)).collect()
}

fn class(name: &str, measured: &mut Measured) -> Result<String, String> {
    measured.values_mut().for_each(|values| values.sort_unstable());
    let middle = |measure: &str| measured.get(measure).and_then(|values| quantile(values, 50));
    let (Some(rate), Some(rtt)) = (middle("rate_bps"), middle("rtt_ms")) else {
        return Err(format!("1: class {name:?} needs rate_bps and rtt_ms"));
    };
    let mean = |values: &Vec<u64>| values.iter().sum::<u64>() / values.len().max(1) as u64;
    let loss = measured.get("loss_ppm").map_or(0, mean);
    let share = format!("{}.{:03}%", loss / 10_000, loss % 10_000 / 10);
    let counts: Vec<String> = measured.iter().map(|(measure, values)| format!("{measure} {}", values.len())).collect();
    let mut text = format!(
        "\n[[class]]                             # fitted to: {}\nname = \"{name}\"\nparent = \"hub\"\nlink = {{ rate = {rate}, rtt = \"{rtt}ms\", loss = \"{share}\" }}\n",
        counts.join(", ")
    );
    if let (Some(up), Some(gaps)) = (measured.get("up_s"), measured.get("gap_s")) {
        let quantiles: Vec<String> =
            [1, 25, 50, 75, 100].iter().filter_map(|percent| quantile(gaps, *percent)).map(|seconds| format!("\"{seconds}s\"")).collect();
        text += &format!(
            "up = {{ mean = \"{}s\" }}\ngap = {{ dist = \"empirical\", quantiles = [{}] }}\n",
            mean(up).max(1),
            quantiles.join(", ")
        );
    }
    Ok(text)
}
