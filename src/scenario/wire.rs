//! The scenario file as written: one struct per kind of table, unknown keys refused.
//!
//! Keys that come from the tables of the model (parameters, traits, numbers of a rating regime) are not fields here:
//! the tables stay the one place that names them (`numbers.rs` reads them, `schema.rs` adds them to the schema).
//! Nothing here is validated beyond its shape.

pub(crate) use super::wire_beside::{Axis, Counterfactual, Episode, Lab, Pattern, Sweep};
pub(crate) use super::wire_kinds::{InstrumentKind, Regime};
use super::wire_rating::{Demanded, EndsOn};
use super::wire_record::Grade;
#[allow(unused_imports, reason = "for the schema")]
pub(crate) use super::wire_theory::{Define, Mechanism, Outcome, Parameter, Shock, Theory, Trait, Variable};
use super::wire_values::{
    Argument, Count, Date, Names, Number, Pair, Phase, Seed, Series, Steps, Year, Years,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Sources by key, as `sources = { hazard = "..." }`.
pub(crate) type Sources = Option<BTreeMap<String, String>>;

/// The record: in the file, or in a table beside it.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "for the schema; `observed.rs` reads it")]
pub(crate) enum Record {
    /// File of the record (CSV), relative to this file.
    File(String),
    /// Tiers, adoptions, practice, sanctions, and what else was observed.
    Here(serde_json::Map<String, serde_json::Value>),
}

/// Structs of tables, each with what every table may have: where its values come from, and a remark.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attr:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $name {
                $($(#[$attr])* pub $field: $type,)*
                /// Where the values of this table come from.
                #[allow(dead_code, reason = "read from the document by `sources.rs`")]
                pub source: Option<String>,
                /// A remark.
                #[allow(dead_code, reason = "for people")]
                pub note: Option<String>,
                /// Where single values of this table come from, by key.
                #[allow(dead_code, reason = "read from the document by `sources.rs`")]
                pub sources: Sources,
            }
        )*
    };
}

pub(super) use tables;

tables! {
    /// A scenario of suasion: states, what binds them, and who presses them.
    #[allow(dead_code, reason = "the sections are read one by one, so that all problems are found")]
    Root {
        /// Version of the format.
        #[schemars(range(min = 2, max = 2))]
        version: u32,
        /// Title.
        title: String,
        /// What the scenario shows.
        description: Option<String>,
        /// When it runs.
        #[schemars(with = "Time")]
        time: Option<IgnoredAny>,
        /// How often it runs.
        #[schemars(with = "Option<Runs>")]
        runs: Option<IgnoredAny>,
        /// Parameters of the model; `suasion params` lists them.
        #[schemars(with = "Option<Parameters>")]
        parameters: Option<IgnoredAny>,
        /// Traits of every state that does not give its own.
        #[schemars(with = "Option<Defaults>")]
        defaults: Option<IgnoredAny>,
        /// States.
        #[schemars(with = "Option<Vec<State>>")]
        state: Option<IgnoredAny>,
        /// File of states (CSV), relative to this file.
        #[schemars(with = "Option<String>")]
        states: Option<IgnoredAny>,
        /// File of ties (CSV), relative to this file.
        #[schemars(with = "Option<String>")]
        ties: Option<IgnoredAny>,
        /// Generators of states.
        #[schemars(with = "Option<Vec<Population>>")]
        population: Option<IgnoredAny>,
        /// Peer ties.
        #[schemars(with = "Option<Vec<Tie>>")]
        tie: Option<IgnoredAny>,
        /// Rating, convention and community regimes.
        #[schemars(with = "Option<Vec<Regime>>")]
        regime: Option<IgnoredAny>,
        /// Commitments.
        #[schemars(with = "Option<Vec<Instrument>>")]
        instrument: Option<IgnoredAny>,
        /// Dated changes.
        #[schemars(with = "Option<Vec<Event>>")]
        event: Option<IgnoredAny>,
        /// Corridors between states.
        #[schemars(with = "Option<Vec<Corridor>>")]
        corridor: Option<IgnoredAny>,
        /// Theories that are laid over it, as their files say of themselves: `--theory` adds them.
        #[schemars(with = "Option<Vec<Theory>>")]
        theory: Option<IgnoredAny>,
        /// Parameters of the scenario's own.
        #[schemars(with = "Option<Vec<Parameter>>")]
        parameter: Option<IgnoredAny>,
        /// Traits of the scenario's own.
        #[schemars(with = "Option<Vec<Trait>>")]
        #[serde(rename = "trait")]
        traits: Option<IgnoredAny>,
        /// Variables of the scenario's own.
        #[schemars(with = "Option<Vec<Variable>>")]
        variable: Option<IgnoredAny>,
        /// Shocks of the scenario's own, which strike states by a hazard.
        #[schemars(with = "Option<Vec<Shock>>")]
        shock: Option<IgnoredAny>,
        /// Regimes and instruments that are not there and that expressions may name: `regime.ID`, `instrument.ID`. All that they have is 0.
        absent: Option<Vec<String>>,
        /// Expressions with a name.
        #[schemars(with = "Option<Vec<Define>>")]
        define: Option<IgnoredAny>,
        /// Mechanisms of the scenario's own: terms and factors of the model's equations.
        #[schemars(with = "Option<Vec<Mechanism>>")]
        mechanism: Option<IgnoredAny>,
        /// Outcomes of the scenario's own, which are derived from others.
        #[schemars(with = "Option<Vec<Outcome>>")]
        outcome: Option<IgnoredAny>,
        /// The historical record, for hindcast, pinning and validation; or the name of its file (CSV).
        #[schemars(with = "Option<Record>")]
        observed: Option<IgnoredAny>,
        /// How states are observed, where the record says more than grades and adoptions.
        #[schemars(with = "Option<Observation>")]
        observation: Option<IgnoredAny>,
        /// Stretches of history to read the hindcast by.
        #[schemars(with = "Option<Vec<Episode>>")]
        episode: Option<IgnoredAny>,
        /// Patterns that runs should show.
        #[schemars(with = "Option<Vec<Pattern>>")]
        pattern: Option<IgnoredAny>,
        /// Counterfactuals, by id.
        #[schemars(with = "Option<BTreeMap<String, Counterfactual>>")]
        counterfactual: Option<IgnoredAny>,
        /// Sweep.
        #[schemars(with = "Option<Sweep>")]
        sweep: Option<IgnoredAny>,
        /// What the lab shows first.
        #[schemars(with = "Option<Lab>")]
        lab: Option<IgnoredAny>,
        /// Priors for calibrations, by path: `uniform(0, 1)`, or `usual` for the usual range.
        #[schemars(with = "Option<BTreeMap<String, String>>")]
        prior: Option<IgnoredAny>,
    }

    /// The calendar.
    Time {
        /// First year.
        start: Year,
        /// The run ends on the first day of this year.
        end: Year,
        /// Steps per year.
        #[serde(default = "default_steps")]
        steps_per_year: Steps,
    }

    /// The replicates.
    Runs {
        /// Replicates.
        #[serde(default = "default_replicates")]
        replicates: Count,
        /// Seed.
        #[serde(default = "default_seed")]
        seed: Seed,
    }

    /// Numbers of how states are observed.
    Observation {}
    /// Parameters of the model.
    Parameters {}

    /// Traits of every state that does not give its own.
    Defaults {
        /// Spiral phase at the start.
        initial_phase: Option<Phase>,
        /// Grade that a rating regime has given before the start, by regime.
        #[schemars(with = "Option<BTreeMap<String, String>>")]
        initial_tier: Option<BTreeMap<String, Grade>>,
        /// Years on the watch list of a rating regime before the start, by regime.
        initial_watched: Option<BTreeMap<String, Years>>,
    }

    /// A state.
    State {
        /// Identifier.
        id: String,
        /// Name for people.
        name: Option<String>,
        /// Region, by which regimes may name the state.
        region: Option<String>,
        /// Spiral phase at the start.
        initial_phase: Option<Phase>,
        /// Grade that a rating regime has given before the start, by regime.
        #[schemars(with = "Option<BTreeMap<String, String>>")]
        initial_tier: Option<BTreeMap<String, Grade>>,
        /// Years on the watch list of a rating regime before the start, by regime.
        initial_watched: Option<BTreeMap<String, Years>>,
    }

    /// A generator of states alike in distribution; each draws its own traits.
    Population {
        /// Identifier; the states are `<id>-1` and so on.
        id: String,
        /// How many states.
        count: Count,
        /// Region; by default the id.
        region: Option<String>,
        /// Spiral phase at the start.
        initial_phase: Option<Phase>,
        /// Grade that a rating regime has given before the start, by regime.
        #[schemars(with = "Option<BTreeMap<String, String>>")]
        initial_tier: Option<BTreeMap<String, Grade>>,
        /// Years on the watch list of a rating regime before the start, by regime.
        initial_watched: Option<BTreeMap<String, Years>>,
    }

    /// A peer tie between two states.
    Tie {
        /// The two states.
        between: Pair,
        /// Weight, at least 0.
        weight: Number,
        /// Date from which it holds.
        from: Option<Date>,
        /// Date until which it holds.
        until: Option<Date>,
        /// Label (`border`).
        #[allow(dead_code, reason = "for people")]
        kind: Option<String>,
    }

    /// A rating regime: grades states, shames and sanctions.
    Rating {
        /// Identifier.
        id: String,
        /// `rating`.
        #[allow(dead_code, reason = "read before the rest, to know which regime this is")]
        kind: String,
        /// Title.
        title: Option<String>,
        /// Names of its grades, best first: two to eight.
        #[allow(dead_code, reason = "read before the rest, since states and records name grades")]
        grades: Option<Vec<String>>,
        /// Instruments it demands.
        demands: Option<Vec<Demanded>>,
        /// States that it rates.
        rates: Option<Names>,
        /// Date from which a state is rated, where later than the regime's.
        rated_from: Option<BTreeMap<String, Date>>,
        /// Date until which a state is rated, where earlier than the regime's end.
        rated_until: Option<BTreeMap<String, Date>>,
        /// What ends it for a state, whenever that comes.
        ends_on: Option<EndsOn>,
        /// Sanctions that were imposed.
        imposed: Option<Vec<Sanction>>,
        /// Date from which it is in force.
        from: Option<Date>,
        /// Date until which it is in force.
        until: Option<Date>,
        /// Part of the year after which the report comes.
        report: Option<Number>,
        /// The same of several reports a year, in order.
        reports: Option<Vec<Number>>,
        /// Date from which the bar rises (`bar_rise`).
        bar_from: Option<Date>,
        /// Its watch list, if it has one.
        watch: Option<Watch>,
        /// Whether grades are those of the record instead of simulated.
        #[serde(default)]
        pinned: bool,
    }

    /// Sanctions that a regime imposed on a state.
    Sanction {
        /// The state.
        state: String,
        /// Date from which they hold.
        from: Date,
        /// Date until which they hold; to the end of the run where it is not given.
        until: Option<Date>,
        /// Their size for a fully exposed state, in half effects of pressure.
        size: Number,
    }

    /// A watch list: a grade on which states are put that were graded just above it and fell.
    Watch {
        /// Name of the grade.
        grade: String,
        /// Date from which it exists; before, its band belongs to the grade above.
        from: Option<Date>,
        /// Years on it after which a state falls to the grade below.
        limit: Option<Count>,
        /// Date from which the limit counts; that of the watch list where it is not given.
        limit_from: Option<Date>,
    }

    /// A convention regime: argues and sets standards, without sanctions.
    Convention {
        /// Identifier.
        id: String,
        /// `convention`.
        #[allow(dead_code, reason = "read before the rest, to know which regime this is")]
        kind: String,
        /// Title.
        title: Option<String>,
        /// Strength of its arguments.
        strength: Option<Series>,
        /// States that it addresses.
        addresses: Option<Names>,
        /// Rating regime whose own standard it is.
        sender: Option<String>,
    }

    /// A community regime: members that engage one another.
    Community {
        /// Identifier.
        id: String,
        /// `community`.
        #[allow(dead_code, reason = "read before the rest, to know which regime this is")]
        kind: String,
        /// Title.
        title: Option<String>,
        /// Members: states or regions.
        members: Names,
        /// Dates of joining, for members that were not in from the beginning.
        joined: Option<BTreeMap<String, Date>>,
        /// Dates of leaving, for members that do not stay.
        left: Option<BTreeMap<String, Date>>,
        /// Engagement.
        engagement: Series,
        /// Weight of the tie between any two members.
        tie_weight: Option<Number>,
        /// What it argues of its own.
        argument: Option<Argument>,
        /// Share of crime control in what it argues.
        framing: Option<Number>,
    }

    /// A commitment that a state can adopt, and perhaps leave.
    Instrument {
        /// Identifier.
        id: String,
        /// `convention`, `law`, `treaty` or `nhri`.
        kind: InstrumentKind,
        /// Title.
        title: Option<String>,
        /// Date from which it can be adopted; by default before the start.
        opens: Option<Date>,
        /// Hazard of adoption per year without any push.
        hazard: Number,
        /// Years over which the hazard builds up after opening.
        ramp: Option<Number>,
        /// States, regions or communities that may adopt it.
        eligible: Option<Names>,
        /// Adoptions that are given, by state.
        adopted: Option<BTreeMap<String, Date>>,
        /// What adopting costs, by state: taken off the logarithm of the hazard.
        cost: Option<BTreeMap<String, Number>>,
        /// Hazard of leaving it per year, without any push; without it nobody leaves, but on dates that are given.
        exit_hazard: Option<Number>,
        /// Effect of reactance on the logarithm of the hazard of leaving.
        exit_reactance: Option<Number>,
        /// Effect of motivation on it.
        exit_motivation: Option<Number>,
        /// Withdrawals that are given, by state.
        withdrawn: Option<BTreeMap<String, Date>>,
        /// Whether adoptions are those of the record, none simulated.
        #[serde(default)]
        pinned: bool,
    }

    /// A dated change.
    Event {
        /// Identifier, for paths.
        id: Option<String>,
        /// Date.
        at: Date,
        /// States that change.
        state: Option<Names>,
        /// Rating regime that changes.
        regime: Option<String>,
        /// New values of traits, or of numbers of the regime.
        #[allow(dead_code, reason = "read by itself: its keys are those of the model's tables")]
        #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
        set: Option<IgnoredAny>,
        /// Instrument that the states adopt.
        adopt: Option<String>,
        /// Instrument that the states leave.
        withdraw: Option<String>,
    }

    /// A corridor: a directed flow from one state to another, which practice deters.
    Corridor {
        /// Origin.
        from: String,
        /// Destination.
        to: String,
        /// Volume per year without deterrence.
        volume: Number,
    }
}

fn default_steps() -> Steps {
    Steps(4)
}

fn default_replicates() -> Count {
    Count(1000)
}

fn default_seed() -> Seed {
    Seed(1)
}
