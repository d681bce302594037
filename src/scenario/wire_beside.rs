//! What a scenario file says beside its world, as written: episodes, counterfactuals, a sweep, what the lab shows first.

use super::wire::{Corridor, Event, Instrument, Population, Regime, Sources, State, Tie, tables};
use super::wire_kinds::Design;
use super::wire_theory::{Define, Mechanism, Outcome, Parameter, Shock, Trait, Variable};
use super::wire_values::{Count, Names, Number, Year};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

tables! {
    /// A stretch of history, to read the hindcast by. It changes no run.
    Episode {
        /// Identifier.
        id: String,
        /// Title.
        title: String,
        /// States that it is about.
        state: Names,
        /// First year.
        from: Year,
        /// Last year.
        until: Year,
        /// Counterfactuals to set beside it.
        against: Option<Names>,
    }

    /// A pattern that runs should show: outcomes, and what their means should be. It changes no run.
    Pattern {
        /// Identifier.
        id: String,
        /// What it says.
        title: String,
        /// Outcomes: `adopted_law@2010`, `tier_tvpa=1@2012`, `years_to_law`.
        outcomes: Vec<String>,
        /// What each should be; without it what the record says.
        targets: Option<Vec<Number>>,
        /// How far from that the mean over replicates may lie.
        tolerance: Number,
    }

    /// Another history: what to remove, set and add.
    #[allow(dead_code, reason = "`set` and what is added are read from the document")]
    Counterfactual {
        /// Title.
        title: Option<String>,
        /// What it asks.
        description: Option<String>,
        /// Paths of entries to remove.
        remove: Option<Vec<String>>,
        /// Values by path.
        #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
        set: Option<IgnoredAny>,
        /// States to add.
        #[schemars(with = "Option<Vec<State>>")]
        state: Option<IgnoredAny>,
        /// Generators to add.
        #[schemars(with = "Option<Vec<Population>>")]
        population: Option<IgnoredAny>,
        /// Ties to add.
        #[schemars(with = "Option<Vec<Tie>>")]
        tie: Option<IgnoredAny>,
        /// Regimes to add.
        #[schemars(with = "Option<Vec<Regime>>")]
        regime: Option<IgnoredAny>,
        /// Instruments to add.
        #[schemars(with = "Option<Vec<Instrument>>")]
        instrument: Option<IgnoredAny>,
        /// Events to add.
        #[schemars(with = "Option<Vec<Event>>")]
        event: Option<IgnoredAny>,
        /// Corridors to add.
        #[schemars(with = "Option<Vec<Corridor>>")]
        corridor: Option<IgnoredAny>,
        /// Parameters to add.
        #[schemars(with = "Option<Vec<Parameter>>")]
        parameter: Option<IgnoredAny>,
        /// Traits to add.
        #[schemars(with = "Option<Vec<Trait>>")]
        #[serde(rename = "trait")]
        traits: Option<IgnoredAny>,
        /// Variables to add.
        #[schemars(with = "Option<Vec<Variable>>")]
        variable: Option<IgnoredAny>,
        /// Shocks to add.
        #[schemars(with = "Option<Vec<Shock>>")]
        shock: Option<IgnoredAny>,
        /// Named expressions to add.
        #[schemars(with = "Option<Vec<Define>>")]
        define: Option<IgnoredAny>,
        /// Mechanisms to add.
        #[schemars(with = "Option<Vec<Mechanism>>")]
        mechanism: Option<IgnoredAny>,
        /// Outcomes to add.
        #[schemars(with = "Option<Vec<Outcome>>")]
        outcome: Option<IgnoredAny>,
    }

    /// A sweep over a space of scenarios.
    Sweep {
        /// How points are laid.
        design: Option<Design>,
        /// Points (base samples of Sobol and Saltelli, trajectories of Morris).
        samples: Option<Count>,
        /// Replicates of each point.
        replicates: Option<Count>,
        /// Axes.
        axis: Vec<Axis>,
    }

    /// An axis of a sweep: a range, or values.
    Axis {
        /// Path of the value.
        path: String,
        /// Lower end.
        low: Option<Number>,
        /// Upper end.
        high: Option<Number>,
        /// Levels of a grid.
        levels: Option<u32>,
        /// Values of a grid.
        values: Option<Vec<Number>>,
    }

    /// What the lab shows first: sliders, and a tour.
    Lab {
        /// Paths of the numbers to turn, in order.
        sliders: Option<Vec<String>>,
        /// Steps of the tour.
        tour: Option<Vec<Step>>,
    }

    /// A step of a tour. What it does not set is as in the scenario.
    Step {
        /// Heading.
        title: String,
        /// What to do, what to see, what it means.
        text: String,
        /// Numbers by path.
        set: Option<BTreeMap<String, Number>>,
        /// The counterfactual beside the baseline.
        counterfactual: Option<String>,
        /// The variable shown, by the name of its column.
        show: Option<String>,
        /// What to look at: `sliders`, `trajectories`, `network`, `state.ID` or `ledger.ID`.
        look: Option<String>,
        /// The year at which the network stands.
        year: Option<Year>,
    }
}
