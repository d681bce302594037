//! Scenario files of format version 1, turned into version 2: the units change, and what is new is switched off.
//!
//! In version 1 weights of merit had any sum and pressure was measured in no unit, so that many files said the same. In
//! version 2 the weights sum to 1 and pressure is measured in multiples of its half effect. A file that gave no number of its
//! own relied on defaults, which are others now: they are written out.

mod watch;

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
    let watch = watch::below(key).map(|new| format!("now `watch = {{ grade, {new} }}`"));
    let to = gone(key).map(str::to_string).or(watch)?;
    Some(format!("version 1 of the format had it; {to}"))
}

/// Where a key of version 1 went that nothing takes the place of by itself.
fn gone(key: &str) -> Option<&'static str> {
    MOVED.iter().find(|(old, _)| *old == key).map(|(_, to)| *to)
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
/// Defaults of version 1 that were the TVPA's and are neutral now, in units that have not changed; what it called grades.
const OF_TVPA: [(&str, &[f64]); 3] =
    [("capacity_allowance", &[0.0616]), ("waiver", &[0.69]), ("threat", &[0.0, 0.02, 0.543, 1.0])];
const GRADES: [&str; 4] = ["1", "2", "2WL", "3"];
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
/// If the text is not TOML, not of version 1, or sets what has no counterpart: weights of merit by an event or a path, a key that
/// is gone, a prior of a number whose unit changes, weights that are all 0. Each is named.
pub fn convert(name: &str, text: &str) -> Result<Converted, ScenarioError> {
    // A file that cannot be read is refused in the same words as everywhere.
    super::document::parse(name, text, 0)?;
    let problem = |path: &str, found: String, expected: Option<String>, hint: String| Problem {
        file: name.into(),
        path: crate::excerpt::excerpt(path).into_owned(),
        found,
        expected,
        hint: Some(hint),
        ..Problem::default()
    };
    let refused = |found: &str, hint: &str| {
        ScenarioError::from(problem("version", found.into(), Some("1".into()), hint.into()))
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
    unroll(document.as_table_mut());
    for arm in tables_in(document.get_mut("counterfactual")) {
        unroll(arm);
    }
    let mut said = Said::default();
    let scales = Scales::of(&mut document, &mut said);
    if document.remove("hearing").is_some() {
        said.notes.push("`hearing`: there is no choice any more".to_string());
    }
    scales.rescale(document.as_table_mut(), &Place::Root, &mut said);
    watch::rename(document.as_table_mut());
    let Said { mut notes, lost } = said;
    if !lost.is_empty() {
        let problems = lost
            .into_iter()
            .map(|(path, why)| problem(&path, "cannot be converted".into(), None, why))
            .collect();
        return Err(ScenarioError::Invalid { problems, more: 0 });
    }
    write_defaults(&mut document, &scales);
    notes.insert(0, scales.words());
    notes.push(format!(
        "switched off, as version 1 had none of them (without these lines the defaults hold): {}",
        OFF.iter().chain(&OFF_RATING).map(|(key, _)| *key).collect::<Vec<_>>().join(", ")
    ));
    notes.extend(OTHERWISE.map(|text| format!("not as it was: {text}")));
    let new = document.to_string();
    // Lines end as they did.
    let text = if text.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new };
    Ok(Converted { text, notes })
}

/// What is said of a conversion: notes, and what stands in its way, by path.
#[derive(Default)]
struct Said {
    notes: Vec<String>,
    lost: Vec<(String, String)>,
}

impl Said {
    /// Takes a key out of a table, and says so where comments go with it.
    fn remove(&mut self, table: &mut dyn TableLike, key: &str) {
        let above = table.key(key).and_then(|key| key.leaf_decor().prefix()?.as_str()).unwrap_or_default();
        let behind = table.get(key).and_then(|item| item.as_value()?.decor().suffix()?.as_str());
        let comments: Vec<&str> =
            above.lines().chain(behind).map(str::trim).filter(|line| line.starts_with('#')).collect();
        if !comments.is_empty() {
            self.notes.push(format!("with `{key}` goes its comment: {}", comments.join(" ")));
        }
        table.remove(key);
    }

    fn lose(&mut self, path: &str, why: &str) {
        let then = "take it out, convert, and set it anew";
        self.lost.push((path.into(), format!("{why}; {then}")));
    }
}

/// Entries that are written inline, `regime = [{ ... }]`, as tables of their own: then there is one shape to go through.
fn unroll(table: &mut dyn TableLike) {
    for key in ["regime", "event"] {
        if let Some(item) = table.get_mut(key)
            && item.is_array()
        {
            *item = match std::mem::take(item).into_array_of_tables() {
                Ok(tables) => Item::ArrayOfTables(tables),
                Err(item) => item,
            };
        }
    }
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
    /// What an event sets of a rating regime.
    Set(String),
    /// Priors, whose keys are whole paths.
    Priors,
    /// Something whose keys are whole paths.
    Paths,
    Elsewhere,
}

impl Scales {
    fn of(document: &mut DocumentMut, said: &mut Said) -> Self {
        let mut weights = Vec::new();
        let mut weigh = |regime: &dyn TableLike| {
            let id = regime.get("id").and_then(Item::as_str).unwrap_or_default();
            let of = WEIGHTS.map(|(key, default)| regime.get(key).map_or(Some(default), number));
            let known = of.map(|weight| weight.filter(|weight| *weight >= 0.0).unwrap_or(f64::NAN));
            let sum: f64 = known.iter().sum();
            if !(sum > 0.0 && sum.is_finite()) {
                said.lose(&format!("regime.{id}"), "its weights of merit have no sum above 0");
            }
            weights.push((id.to_string(), known));
        };
        ratings(document, &mut |regime| weigh(regime));
        let half =
            document.get("parameters").and_then(Item::as_table_like).and_then(|p| p.get("pressure_half"));
        let pressure_half = half.map_or(Some(PRESSURE_HALF), number).unwrap_or(f64::NAN);
        if !(pressure_half > 0.0 && pressure_half.is_finite()) {
            said.lose("parameters.pressure_half", "no number above 0");
        }
        for (key, is) in [("regime", "[[regime]]"), ("event", "[[event]]")] {
            if document.get(key).is_some_and(|item| {
                !item.is_array_of_tables() && !item.as_array().is_some_and(Array::is_empty)
            }) {
                said.lose(key, &format!("entries are written as {is}"));
            }
        }
        for key in ["parameters", "counterfactual", "sweep", "lab", "prior"] {
            if document.get(key).is_some_and(|item| !item.is_table_like()) {
                said.lose(key, "a table is expected");
            }
        }
        Scales { pressure_half, weights }
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

    fn rescale(&self, table: &mut dyn TableLike, place: &Place, said: &mut Said) {
        match place {
            Place::Rating(id) => self.share_weights(table, id, said),
            Place::Parameters => {
                said.remove(table, "pressure_half");
                if let Some(sources) = table.get_mut("sources").and_then(Item::as_table_like_mut) {
                    sources.remove("pressure_half");
                }
            }
            Place::Set(id) => {
                for (key, _) in WEIGHTS.iter().filter(|(key, _)| table.contains_key(key)) {
                    said.lose(
                        &format!("regime.{id}.{key}"),
                        "set by an event: the unit of the whole grade would change with it",
                    );
                }
            }
            Place::Root | Place::Paths | Place::Priors | Place::Elsewhere => {}
        }
        // An axis, or a slider, names a path; its numbers are those of that path.
        let path = table.get("path").and_then(Item::as_str).map(str::to_string);
        if let Some(by) = path.and_then(|path| self.of_path(&path, said)) {
            for key in ["values", "low", "high", "value"] {
                table.get_mut(key).into_iter().for_each(|item| divide(item, by));
            }
        }
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_string()).collect();
        for key in keys {
            let by = match place {
                Place::Parameters => self.divisor(None, &key),
                Place::Rating(id) | Place::Set(id) => self.divisor(Some(id), &key),
                Place::Paths => self.of_path(&key, said),
                Place::Priors => {
                    let usual = table.get(&key).and_then(Item::as_str) == Some("usual");
                    if self.of_path(&key, said).is_some() && !usual {
                        said.lose(&format!("prior.{key}"), "the unit of what it is a prior of has changed");
                    }
                    continue;
                }
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
                (_, "regime") => {
                    match (one.get("kind").and_then(Item::as_str), one.get("id").and_then(Item::as_str)) {
                        (Some("rating"), Some(id)) => Place::Rating(id.to_string()),
                        _ => Place::Elsewhere,
                    }
                }
                (Place::Root, "parameters") => Place::Parameters,
                (Place::Root, "prior") => Place::Priors,
                (_, "set") => Place::Paths,
                _ => Place::Elsewhere,
            };
            if let Some(tables) = item.as_array_of_tables_mut() {
                for one in tables.iter_mut() {
                    let (place, of) = (here(one), regime(one));
                    // An event sets keys of the regime that it names.
                    if let (Some(id), Some(set)) = (of, one.get_mut("set").and_then(Item::as_table_like_mut))
                    {
                        self.rescale(set, &Place::Set(id), said);
                        continue;
                    }
                    self.rescale(one, &place, said);
                }
            } else if let Some(one) = item.as_table_like_mut() {
                let place = here(one);
                self.rescale(one, &place, said);
            } else if let Some(Value::Array(list)) = item.as_value_mut() {
                for one in list.iter_mut() {
                    if let Some(one) = one.as_inline_table_mut() {
                        if ["regime", "event"].contains(&key.as_str()) {
                            said.lose(&key, "entries within an inline table are not gone through");
                        }
                        self.rescale(one, &Place::Elsewhere, said);
                    } else if let (Some(path), true) =
                        (one.as_str(), ["sliders", "remove"].contains(&key.as_str()))
                    {
                        let _ = self.of_path(path, said);
                    }
                }
            }
        }
    }

    /// What the number at a path is divided by. What is gone, or a weight by itself, cannot be had.
    fn of_path(&self, path: &str, said: &mut Said) -> Option<f64> {
        let parts: Vec<&str> = path.split('.').collect();
        let key = parts.last()?.split('[').next()?;
        if let Some(to) = gone(key) {
            said.lose(path, &format!("version 1 of the format had it; {to}"));
        } else if key == "weight_law" {
            said.lose(path, "the unit of the whole grade would change with one weight");
        }
        match parts[..] {
            ["parameters", _] => self.divisor(None, key),
            ["regime", id, _] => self.divisor(Some(id), key),
            _ => None,
        }
    }

    /// Three weights with any sum become two shares.
    fn share_weights(&self, table: &mut dyn TableLike, id: &str, said: &mut Said) {
        let Some((_, [law, enforcement, protection])) = self.weights.iter().find(|(other, _)| other == id)
        else {
            return;
        };
        if !WEIGHTS.iter().any(|(key, _)| table.contains_key(key)) {
            return;
        }
        let (practice, sum) = (enforcement + protection, law + enforcement + protection);
        match table.get_mut("weight_law") {
            Some(item) => divide(item, sum),
            None => drop(table.insert("weight_law", value(rounded(law / sum)))),
        }
        // Where practice does not count, its parts do not either.
        let share = if practice > 0.0 { enforcement / practice } else { 0.0 };
        said.remove(table, "weight_enforcement");
        said.remove(table, "weight_protection");
        table.insert("enforcement_share", value(rounded(share)));
        // What had a source has one still.
        if let Some(sources) = table.get_mut("sources").and_then(Item::as_table_like_mut) {
            for key in ["weight_protection", "weight_enforcement"] {
                if let Some(source) = sources.remove(key) {
                    sources.insert("enforcement_share", source);
                }
            }
        }
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
    ratings(document, &mut |regime| {
        let id = regime.get("id").and_then(Item::as_str).unwrap_or_default().to_string();
        if !regime.contains_key("grades") {
            regime.insert("grades", value(Array::from_iter(GRADES)));
        }
        watch::gather(regime);
        if let Some((_, weights)) = scales.weights.iter().find(|(other, _)| *other == id) {
            let [law, enforcement, protection] = weights;
            for (key, share) in [
                ("weight_law", law / (law + enforcement + protection)),
                ("enforcement_share", enforcement / (enforcement + protection)),
            ] {
                if !regime.contains_key(key) {
                    regime.insert(key, value(rounded(share)));
                }
            }
        }
        for (key, numbers) in GRADING.iter().chain(&PRESSING).chain(&OF_TVPA) {
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
    });
}

/// Every rating regime, of the file and of its counterfactuals.
fn ratings(document: &mut DocumentMut, f: &mut dyn FnMut(&mut dyn TableLike)) {
    let mut each = |table: &mut dyn TableLike| {
        let regimes = table.get_mut("regime").and_then(Item::as_array_of_tables_mut);
        for regime in regimes.into_iter().flat_map(|regimes| regimes.iter_mut()) {
            if regime.get("kind").and_then(Item::as_str) == Some("rating") {
                f(regime);
            }
        }
    };
    each(document.as_table_mut());
    tables_in(document.get_mut("counterfactual")).for_each(each);
}

/// The tables of a table, by key.
fn tables_in(item: Option<&mut Item>) -> impl Iterator<Item = &mut dyn TableLike> {
    let tables = item.and_then(Item::as_table_like_mut).into_iter().flat_map(|table| table.iter_mut());
    tables.filter_map(|(_, item)| item.as_table_like_mut())
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
