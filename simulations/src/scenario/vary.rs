//! One key of a scenario, changed: what a sweep does to the file's text before it is read.

use toml::{Table, Value};

/// A path that leads nowhere, or a text that is no TOML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaryError {
    /// The text cannot be read at all.
    #[error("{0}")]
    Text(String),
    /// No such table or class.
    #[error("{path}: there is no {step:?}; write a path such as link.village.rate, scenario.days or office.case_days")]
    NoStep {
        /// As given.
        path: String,
        /// The part that is not there.
        step: String,
    },
}

/// Returns the scenario's text with `value` at `path`.
///
/// A path is `TABLE.KEY`, or `KEY.CLASS.KEY` for what stands in a class: `link.village.rate` changes the rate of every class that is called
/// `village` or begins with `village-`. `workload.CLASS.KEY` changes a workload.
///
/// # Errors
/// [`VaryError`].
pub fn vary(text: &str, path: &str, value: &str) -> Result<String, VaryError> {
    let mut root: Table = toml::from_str(text).map_err(|error| VaryError::Text(error.message().to_owned()))?;
    let steps: Vec<&str> = path.split('.').collect();
    let missing = |step: &str| VaryError::NoStep { path: path.to_owned(), step: step.to_owned() };
    let value = value.parse::<i64>().map_or_else(|_| Value::String(value.to_owned()), Value::Integer);
    match steps.as_slice() {
        ["workload", class, rest @ ..] if !rest.is_empty() => {
            set_in_list(&mut root, ("workload", "class"), class, rest, &value).ok_or_else(|| missing(class))?;
        }
        [table, .., _] if root.get(*table).is_some_and(Value::is_table) || *table == "disk" || *table == "clock" || *table == "expect" => {
            set(&mut root, &steps, &value).ok_or_else(|| missing(table))?;
        }
        ["class", class, rest @ ..] if !rest.is_empty() => {
            set_in_list(&mut root, ("class", "name"), class, rest, &value).ok_or_else(|| missing(class))?;
        }
        [key, class, rest @ ..] => {
            let inner = [&[*key], rest].concat();
            set_in_list(&mut root, ("class", "name"), class, &inner, &value).ok_or_else(|| missing(class))?;
        }
        [] | [_] => return Err(missing(path)),
    }
    toml::to_string(&root).map_err(|error| VaryError::Text(error.to_string()))
}

fn set(table: &mut Table, steps: &[&str], value: &Value) -> Option<()> {
    match steps {
        [] => None,
        [key] => {
            table.insert((*key).to_owned(), value.clone());
            Some(())
        }
        [key, rest @ ..] => set(table.entry(*key).or_insert_with(|| Value::Table(Table::new())).as_table_mut()?, rest, value),
    }
}

fn set_in_list(root: &mut Table, (list, name): (&str, &str), wanted: &str, steps: &[&str], value: &Value) -> Option<()> {
    let prefix = format!("{wanted}-");
    let mut hit = None;
    for entry in root.get_mut(list)?.as_array_mut()?.iter_mut().filter_map(Value::as_table_mut) {
        let is_meant = entry.get(name).and_then(Value::as_str).is_some_and(|is| is == wanted || is.starts_with(&prefix));
        if is_meant {
            set(entry, steps, value)?;
            hit = Some(());
        }
    }
    hit
}
