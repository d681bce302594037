//! Scenario files of format version 1, turned into version 2: the units change, and what is new is switched off.
//!
//! In version 1 weights of merit had any sum and pressure was measured in no unit, so that many files said the same. In
//! version 2 the weights sum to 1 and pressure is measured in multiples of its half effect. A file that gave no number of its
//! own relied on defaults, which are others now: they are written out.

use super::error::{Problem, ScenarioError};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value, value};

/// A converted scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The file in format version 2; comments and order are kept.
    pub text: String,
    /// What a reader of the file must know: what was rescaled or switched off, and what cannot be had as it was.
    pub notes: Vec<String>,
}

/// Keys of version 1 that are gone, and where to.
const MOVED: [(&str, &str); 3] = [
    (
        "weight_enforcement",
        "now `enforcement_share` = weight_enforcement / (weight_enforcement + weight_protection)",
    ),
    (
        "weight_protection",
        "the weights of merit sum to 1: what `weight_law` leaves goes to practice, by `enforcement_share`",
    ),
    (
        "pressure_half",
        "pressure is measured in multiples of its half effect: shame, severity and inducement_half are divided by it",
    ),
];

/// Where a key of version 1 went.
pub(super) fn moved(key: &str) -> Option<String> {
    let (_, to) = MOVED.iter().find(|(old, _)| *old == key)?;
    Some(format!("version 1 of the format had it; {to}"))
}

/// Defaults of version 1 that are others now, in its units.
const WEIGHTS: [(&str, f64); 3] =
    [("weight_law", 0.239), ("weight_enforcement", 0.572), ("weight_protection", 1.0)];
const PRESSURE_HALF: f64 = 0.627;
const GRADING: [(&str, &[f64]); 4] = [
    ("noise", &[0.0581]),
    ("politicization", &[0.07]),
    (COST, &[0.3]),
    ("thresholds", &[0.976, 0.404, 0.184]),
];
/// A cost by unit of grade bought: it is multiplied where those are divided.
const COST: &str = "politicization_cost";
const PRESSING: [(&str, &[f64]); 2] = [("severity", &[1.2]), ("shame", &[0.0, 0.109, 0.91, 0.662])];

/// What version 2 brings, and the value at which it is off: of a rating regime, and of the model.
const OFF_RATING: [(&str, f64); 2] = [("view_sd", 0.0), ("bar_rise", 0.0)];
const OFF: [(&str, f64); 7] = [
    ("silence", 0.0),
    ("defiance", 0.0),
    ("shame_control", 0.0),
    ("spill_convention", 1.0),
    ("spill_region", 1.0),
    ("commitment_ramp", 0.0),
    ("spiral_motivation", 0.0),
];

/// What cannot be had as it was, whatever the file says.
const OTHERWISE: [&str; 4] = [
    "how much peers count (`hearing`) follows the weights of ties, not the engagement of a community alone: look at `tie`, `tie_weight` and parameters.hearing_half, and at what `suasion check` says of hearing",
    "the watch list compares scores, not merit: `backslide` is the fall of a score that puts a tier 2 on it",
    "habituation follows protection as a share of capacity",
    "pressure on adopting an instrument is that of the regimes that demand it",
];

/// Turns a scenario of format version 1 into version 2.
///
/// Numbers of rating regimes and parameters are rescaled wherever they are set: in their tables, by events, counterfactuals
/// and steps of a tour, and on the axes of a sweep. Defaults that changed are written out, and what is new is switched off.
///
/// ```
/// use suasion::scenario::convert::convert;
/// let old = "version = 1\n[parameters]\npressure_half = 0.5 # a comment\n[[regime]]\nid = \"g\"\nkind = \"rating\"\nseverity = 1.0\n";
/// let new = convert("old.toml", old).unwrap();
/// assert!(new.text.starts_with("version = 2\n") && new.text.contains("severity = 2.0\n"));
/// assert!(!new.text.contains("pressure_half") && new.text.contains("silence = 0.0\n"));
/// ```
///
/// # Errors
///
/// If the text is not TOML, or not of version 1.
pub fn convert(name: &str, text: &str) -> Result<Converted, ScenarioError> {
    // A file that cannot be read is refused in the same words as everywhere.
    super::document::parse(name, text, 0)?;
    let refused = |found: &str, hint: &str| {
        ScenarioError::from(Problem {
            file: name.into(),
            line: None,
            overlay: None,
            path: "version".into(),
            found: found.into(),
            expected: Some("1".into()),
            hint: Some(hint.into()),
        })
    };
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| refused(error.message(), "a TOML file"))?;
    let version = document.get("version");
    match version.and_then(Item::as_integer) {
        Some(1) => {}
        Some(2) => return Err(refused("2", "it is of the present version already")),
        _ => {
            let found = version.map_or("nothing".into(), |item| item.to_string().trim().to_string());
            return Err(refused(&crate::excerpt::excerpt(&found), "only files of version 1 are converted"));
        }
    }
    set_number(&mut document["version"], 2);
    let mut scales = Scales::of(&document);
    let mut notes = Vec::new();
    if document.remove("hearing").is_some() {
        notes.push("`hearing`: there is no choice any more".to_string());
    }
    scales.rescale(document.as_table_mut(), &Place::Root, &mut notes);
    write_defaults(&mut document, &scales);
    notes.insert(0, scales.words());
    notes.push(format!(
        "switched off, as version 1 had none of them (without these lines the defaults hold): {}",
        OFF.iter().chain(&OFF_RATING).map(|(key, _)| *key).collect::<Vec<_>>().join(", ")
    ));
    notes.extend(OTHERWISE.map(|text| format!("not as it was: {text}")));
    Ok(Converted { text: document.to_string(), notes })
}

/// What numbers are divided by.
struct Scales {
    pressure_half: f64,
    /// By rating regime: its id and weights.
    weights: Vec<(String, [f64; 3])>,
}

/// What a table of numbers is about.
enum Place {
    Root,
    Parameters,
    /// A rating regime, by id.
    Rating(String),
    /// Something whose keys are whole paths.
    Paths,
    Elsewhere,
}

impl Scales {
    fn of(document: &DocumentMut) -> Self {
        let of = |table: &dyn TableLike, key: &str, default: f64| {
            table.get(key).and_then(number).unwrap_or(default)
        };
        let parameters = document.get("parameters").and_then(Item::as_table_like);
        let mut weights = Vec::new();
        for regime in tables(document.get("regime")) {
            if regime.get("kind").and_then(Item::as_str) == Some("rating") {
                let id = regime.get("id").and_then(Item::as_str).unwrap_or_default();
                weights.push((id.to_string(), WEIGHTS.map(|(key, default)| of(regime, key, default))));
            }
        }
        Scales {
            pressure_half: parameters.map_or(PRESSURE_HALF, |p| of(p, "pressure_half", PRESSURE_HALF)),
            weights,
        }
    }

    /// What a key of a rating regime (`*`: the first) or of the model is divided by; none where it keeps its unit.
    fn divisor(&self, regime: Option<&str>, key: &str) -> Option<f64> {
        let grading = ["view_sd", "bar_rise", "backslide"].contains(&key)
            || GRADING.iter().any(|(name, _)| *name == key);
        match regime {
            Some(id) if grading => {
                let found = self.weights.iter().find(|(other, _)| other == id || id == "*");
                let sum = found.map(|(_, weights)| weights.iter().sum::<f64>()).filter(|sum| *sum > 0.0);
                sum.map(|sum| if key == COST { 1.0 / sum } else { sum })
            }
            Some(_) if PRESSING.iter().any(|(name, _)| *name == key) => Some(self.pressure_half),
            None if key == "inducement_half" => Some(self.pressure_half),
            _ => None,
        }
    }

    fn words(&self) -> String {
        let weights = self.weights.iter().map(|(id, weights)| {
            format!("; of regime.{id} thresholds, noise, politicization and backslide by {}, the sum of its weights, and politicization_cost multiplied by it", short(weights.iter().sum()))
        });
        let half = short(self.pressure_half);
        format!(
            "divided: shame, severity and inducement_half by {half}, the half effect of pressure{}",
            weights.collect::<String>()
        )
    }

    fn rescale(&mut self, table: &mut dyn TableLike, place: &Place, notes: &mut Vec<String>) {
        if let Place::Rating(id) = place {
            self.share_weights(table, id);
        }
        if matches!(place, Place::Parameters) {
            table.remove("pressure_half");
        }
        // An axis, or a slider, names a path; its numbers are those of that path.
        let path = table.get("path").and_then(Item::as_str).map(str::to_string);
        if let Some(by) = path.and_then(|path| self.of_path(&path, notes)) {
            for key in ["values", "low", "high", "value"] {
                table.get_mut(key).into_iter().for_each(|item| divide(item, by));
            }
        }
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_string()).collect();
        for key in keys {
            let by = match place {
                Place::Parameters => self.divisor(None, &key),
                Place::Rating(id) => self.divisor(Some(id), &key),
                Place::Paths => self.of_path(&key, notes),
                Place::Root | Place::Elsewhere => None,
            };
            let Some(item) = table.get_mut(&key) else { continue };
            if let Some(by) = by {
                divide(item, by);
                continue;
            }
            let regime =
                |table: &dyn TableLike| table.get("regime").and_then(Item::as_str).map(str::to_string);
            let here = |one: &dyn TableLike| match (place, key.as_str()) {
                (Place::Root, "regime") => {
                    match (one.get("kind").and_then(Item::as_str), one.get("id").and_then(Item::as_str)) {
                        (Some("rating"), Some(id)) => Place::Rating(id.to_string()),
                        _ => Place::Elsewhere,
                    }
                }
                (Place::Root, "parameters") => Place::Parameters,
                (_, "set") => Place::Paths,
                _ => Place::Elsewhere,
            };
            if let Some(tables) = item.as_array_of_tables_mut() {
                for one in tables.iter_mut() {
                    let (place, of) = (here(one), regime(one));
                    // An event sets keys of the regime that it names.
                    if let (Some(id), Some(set)) = (of, one.get_mut("set").and_then(Item::as_table_like_mut))
                    {
                        self.rescale(set, &Place::Rating(id), notes);
                        continue;
                    }
                    self.rescale(one, &place, notes);
                }
            } else if let Some(one) = item.as_table_like_mut() {
                let place = here(one);
                self.rescale(one, &place, notes);
            } else if let Some(Value::Array(list)) = item.as_value_mut() {
                for one in list.iter_mut().filter_map(Value::as_inline_table_mut) {
                    self.rescale(one, &Place::Elsewhere, notes);
                }
            }
        }
    }

    /// What the number at a path is divided by. A path that is gone is noted.
    fn of_path(&self, path: &str, notes: &mut Vec<String>) -> Option<f64> {
        let parts: Vec<&str> = path.split('.').collect();
        let key = parts.last()?.split('[').next()?;
        if let Some(hint) = moved(key) {
            notes.push(format!("{path}: must be rewritten by hand; {hint}"));
        }
        match parts[..] {
            ["parameters", _] => self.divisor(None, key),
            ["regime", id, _] => self.divisor(Some(id), key),
            _ => None,
        }
    }

    /// Three weights with any sum become two shares.
    fn share_weights(&mut self, table: &mut dyn TableLike, id: &str) {
        let given = WEIGHTS.iter().any(|(key, _)| table.contains_key(key));
        let Some((_, [law, enforcement, protection])) = self.weights.iter().find(|(other, _)| other == id)
        else {
            return;
        };
        let (practice, sum) = (enforcement + protection, law + enforcement + protection);
        if given && practice > 0.0 && sum > 0.0 {
            match table.get_mut("weight_law") {
                Some(item) => divide(item, sum),
                None => drop(table.insert("weight_law", value(rounded(law / sum)))),
            }
            table.remove("weight_enforcement");
            table.insert("enforcement_share", value(rounded(enforcement / practice)));
        }
        table.remove("weight_protection");
    }
}

/// Writes out what the file left to defaults that are others now.
fn write_defaults(document: &mut DocumentMut, scales: &Scales) {
    let parameters = document.entry("parameters").or_insert(Item::Table(Table::new()));
    if let Some(parameters) = parameters.as_table_like_mut() {
        let other = [("inducement_half", rounded(0.04 / scales.pressure_half)), ("persuasion", 0.11)];
        for (key, number) in other.iter().chain(&OFF) {
            if !parameters.contains_key(key) {
                parameters.insert(key, value(*number));
            }
        }
    }
    let regimes = document.get_mut("regime").and_then(Item::as_array_of_tables_mut);
    for regime in regimes.into_iter().flat_map(|regimes| regimes.iter_mut()) {
        if regime.get("kind").and_then(Item::as_str) != Some("rating") {
            continue;
        }
        let id = regime.get("id").and_then(Item::as_str).unwrap_or_default().to_string();
        for (key, numbers) in GRADING.iter().chain(&PRESSING) {
            let by = scales.divisor(Some(&id), key).unwrap_or(1.0);
            if !regime.contains_key(key) {
                let numbers: Vec<f64> = numbers.iter().map(|number| rounded(number / by)).collect();
                let item =
                    if let [one] = numbers[..] { value(one) } else { value(Array::from_iter(numbers)) };
                regime.insert(key, item);
            }
        }
        for (key, number) in OFF_RATING {
            if !regime.contains_key(key) {
                regime.insert(key, value(number));
            }
        }
    }
}

fn tables(item: Option<&Item>) -> impl Iterator<Item = &dyn TableLike> {
    item.and_then(Item::as_array_of_tables).into_iter().flatten().map(|table| table as &dyn TableLike)
}

fn number(item: &Item) -> Option<f64> {
    item.as_float().or_else(|| item.as_integer().map(|i| i as f64))
}

/// Divides a number, or each of a list, and keeps what stands around it.
fn divide(item: &mut Item, by: f64) {
    fn one(value: &mut Value, by: f64) {
        let x = value.as_float().or_else(|| value.as_integer().map(|i| i as f64));
        if let (Some(x), decor) = (x, value.decor().clone()) {
            *value = Value::from(rounded(x / by));
            *value.decor_mut() = decor;
        }
    }
    match item.as_value_mut() {
        Some(Value::Array(list)) => list.iter_mut().for_each(|value| one(value, by)),
        Some(value) => one(value, by),
        None => {}
    }
}

fn set_number(item: &mut Item, number: i64) {
    if let Some(value) = item.as_value_mut() {
        let decor = value.decor().clone();
        *value = Value::from(number);
        *value.decor_mut() = decor;
    }
}

/// Six digits that count: more than a judged number has, and few enough to be read.
fn rounded(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}

fn short(x: f64) -> String {
    format!("{}", rounded(x))
}
