//! The public contract of the output: which columns each table has, their types, units and meanings.
//!
//! Tables, file metadata and `docs/output-format.md` are made from here. It holds no values.

use crate::output::kept::Kept;
use serde::Serialize;
use suasion_model::ledger;
use suasion_model::variable::{Variable, VariableKind};
use suasion_model::world::World;

/// Version of the output format; a reader of one version reads every file of that version.
pub const FORMAT_VERSION: u32 = 2;

/// Type of a column, as in Parquet. Only an optional column has missing values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ColumnType {
    /// 32-bit signed integer.
    Int32,
    /// 64-bit floating-point number, always finite.
    Double,
    /// The same, or nothing: null in Parquet, an empty cell in CSV, and not a number (NaN) in memory.
    #[serde(rename = "DOUBLE")]
    OptionalDouble,
    /// Truth value; 0 or 1 in CSV.
    Boolean,
    /// UTF-8 text from a short list.
    String,
}

/// A column: name, type, unit and meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name, in `snake_case`.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Unit or range; `-` where there is none.
    pub unit: String,
    /// Meaning, in a few words.
    pub meaning: String,
}

impl Column {
    /// A column; `meaning` says what stands in it, and what is missing.
    pub fn new(name: &str, kind: ColumnType, unit: &str, meaning: &str) -> Column {
        Column { name: name.to_string(), kind, unit: unit.to_string(), meaning: meaning.to_string() }
    }
}

const REPLICATE: &str =
    "number of the replicate, from 0; the same number means the same luck in every scenario";
const STATE: &str = "id of the state";

/// Columns of `trajectories`: one row per replicate, state and year, in that order.
///
/// A row holds the values at the end of its year. The first row of each replicate and state is the start, and
/// its year is the one before the run's first; its flows are those that the practice at the start implies. Variables that are not kept have none.
pub fn trajectories(world: &World, kept: &Kept) -> Vec<Column> {
    let mut columns = vec![
        Column::new("replicate", ColumnType::Int32, "-", REPLICATE),
        Column::new("state", ColumnType::String, "-", STATE),
        Column::new(
            "year",
            ColumnType::Int32,
            "yr",
            "year, at its end; the year before the first one is the start",
        ),
    ];
    columns.extend(kept.variables(world).into_iter().map(|variable| {
        let (_, unit, meaning) = variable.describe();
        let graded;
        let (kind, meaning) = match (variable.kind(), variable) {
            // The base meaning speaks of codes; the table has the tiers by name.
            (_, Variable::Tier(g)) => {
                graded = format!(
                    "grade by the rating regime: NR (not rated), {}",
                    world.ratings[g].grades.join(", ")
                );
                (ColumnType::String, graded.as_str())
            }
            (_, Variable::Own(at) | Variable::OwnNumber(at)) => {
                let own = world.theory.said.recorded(at);
                (ColumnType::Double, if own.meaning.is_empty() { own.title } else { own.meaning })
            }
            (VariableKind::Bounded | VariableKind::NonNegative | VariableKind::Real, _) => {
                (ColumnType::Double, meaning)
            }
            (VariableKind::Code, _) => (ColumnType::Int32, meaning),
            (VariableKind::Flag, _) => (ColumnType::Boolean, meaning),
        };
        let unit = if matches!(variable, Variable::Tier(_)) { "tier" } else { unit };
        Column::new(&variable.name(world), kind, unit, meaning)
    }));
    columns
}

/// Columns of `events`: one row per adoption, change of phase or change of tier, in order of replicate and date.
pub fn events() -> Vec<Column> {
    vec![
        Column::new("replicate", ColumnType::Int32, "-", REPLICATE),
        Column::new("state", ColumnType::String, "-", STATE),
        Column::new(
            "date",
            ColumnType::Double,
            "yr",
            "decimal year: the end of the step in which it happened",
        ),
        Column::new("kind", ColumnType::String, "-", "adoption, phase or tier"),
        Column::new(
            "subject",
            ColumnType::String,
            "-",
            "id of the instrument or rating regime; empty for a phase",
        ),
        Column::new(
            "from",
            ColumnType::String,
            "-",
            "value before: 0 for an adoption, 1 for leaving, phase 0-4, or grade by name (NR: not rated)",
        ),
        Column::new("to", ColumnType::String, "-", "value after, in the same terms"),
    ]
}

/// Columns of `ledger`: one row per replicate, state and year simulated, in that order.
///
/// The terms sum to the change of motivation over the year, to rounding.
pub fn ledger(world: &World) -> Vec<Column> {
    let mut columns = vec![
        Column::new("replicate", ColumnType::Int32, "-", REPLICATE),
        Column::new("state", ColumnType::String, "-", STATE),
        Column::new("year", ColumnType::Int32, "yr", "year simulated"),
        Column::new("motivation_start", ColumnType::Double, "0-1", "motivation at the start of the year"),
    ];
    columns.extend((0..ledger::terms(world)).map(|k| {
        let meaning = format!("change of motivation over the year by {}", ledger::term_title(world, k));
        Column::new(&ledger::term_name(world, k).replace('-', "_"), ColumnType::Double, "change", &meaning)
    }));
    columns.push(Column::new(
        "motivation_end",
        ColumnType::Double,
        "0-1",
        "motivation at the end of the year",
    ));
    columns
}

/// Columns of `summary`: one row per state, year and variable, and for codes and flags per value.
///
/// It is the one table with missing numbers: what a statistic does not say of a variable is missing.
pub fn summary() -> Vec<Column> {
    let mut columns = vec![
        Column::new("state", ColumnType::String, "-", STATE),
        Column::new(
            "year",
            ColumnType::Int32,
            "yr",
            "year, at its end; the year before the first one is the start",
        ),
        Column::new("variable", ColumnType::String, "-", "name of the column of trajectories"),
        Column::new(
            "value",
            ColumnType::String,
            "-",
            "value counted, for phases, tiers and adoptions; empty for numbers",
        ),
        Column::new("n", ColumnType::Int32, "-", "replicates"),
        Column::new(
            "mean",
            ColumnType::OptionalDouble,
            "-",
            "mean of a number; share of replicates with the value",
        ),
        Column::new("sd", ColumnType::OptionalDouble, "-", "standard deviation between replicates (n - 1)"),
        Column::new("ci_low", ColumnType::OptionalDouble, "-", "lower end of the 95 % interval of the mean"),
        Column::new("ci_high", ColumnType::OptionalDouble, "-", "upper end of the 95 % interval of the mean"),
    ];
    for percent in super::summary::PERCENTS {
        let name = format!("q{percent:02}");
        columns.push(Column::new(
            &name,
            ColumnType::OptionalDouble,
            "-",
            &format!("{percent} % quantile between replicates"),
        ));
    }
    columns
}

/// Columns of a sweep's `outcomes`: one row per design point and outcome, in that order. Of a single replicate there are
/// no `sd` and no interval.
pub fn outcomes(replicates: u32) -> Vec<Column> {
    let mut columns = vec![
        Column::new("point", ColumnType::Int32, "-", POINT),
        Column::new(
            "state",
            ColumnType::String,
            "-",
            "id of the state or community, or mean: the mean over states",
        ),
        Column::new(
            "year",
            ColumnType::Int32,
            "yr",
            "year, at its end; the year before the first one is the start",
        ),
        Column::new("variable", ColumnType::String, "-", "name of the outcome"),
        Column::new(
            "value",
            ColumnType::String,
            "-",
            "value asked for (phase=4); empty for the variable itself",
        ),
        Column::new("n", ColumnType::Int32, "-", "replicates"),
        Column::new(
            "mean",
            ColumnType::Double,
            "-",
            "mean over replicates; their share where a value is asked for",
        ),
        Column::new("sd", ColumnType::Double, "-", "standard deviation between replicates (n - 1)"),
        Column::new("ci_low", ColumnType::Double, "-", "lower end of the 95 % interval of the mean"),
        Column::new("ci_high", ColumnType::Double, "-", "upper end of the 95 % interval of the mean"),
        Column::new("min", ColumnType::Double, "-", "least of the replicates"),
        Column::new("max", ColumnType::Double, "-", "greatest of the replicates"),
    ];
    columns.retain(|column| replicates > 1 || !["sd", "ci_low", "ci_high"].contains(&column.name.as_str()));
    columns
}

/// Columns of a sweep's `design`: one row per design point. An axis is named by the path that it sets.
pub fn design<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<Column> {
    let axes =
        paths.into_iter().map(|path| Column::new(path, ColumnType::Double, "-", "value set at the point"));
    std::iter::once(Column::new("point", ColumnType::Int32, "-", POINT)).chain(axes).collect()
}

/// Columns of a sweep's `trajectories`: those of a run, after the number of the design point.
pub fn sweep_trajectories(world: &World) -> Vec<Column> {
    let point = Column::new("point", ColumnType::Int32, "-", POINT);
    std::iter::once(point).chain(trajectories(world, &Kept::All)).collect()
}

const POINT: &str = "number of the design point, from 0";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::world;

    #[test]
    fn columns_have_the_types_of_their_variables() {
        let columns = trajectories(&world(), &Kept::All);
        let kind = |name: &str| columns.iter().find(|c| c.name == name).map(|c| c.kind);
        assert_eq!(kind("replicate"), Some(ColumnType::Int32));
        assert_eq!(kind("motivation"), Some(ColumnType::Double));
        assert_eq!(kind("phase"), Some(ColumnType::Int32));
        assert_eq!(kind("adopted_anti_slavery_law"), Some(ColumnType::Boolean));
        assert_eq!(kind("tier_tvpa"), Some(ColumnType::String));
        assert_eq!(kind("flow_out"), Some(ColumnType::Double));
    }

    #[test]
    fn every_column_is_named_once_and_described() {
        for columns in [trajectories(&world(), &Kept::All), events(), ledger(&world()), summary()] {
            let names: std::collections::BTreeSet<_> = columns.iter().map(|c| &c.name).collect();
            assert_eq!(names.len(), columns.len());
            assert!(columns.iter().all(|c| !c.unit.is_empty() && !c.meaning.is_empty()));
        }
    }
}
