//! What `inputs.py` wrote.

use serde::Deserialize;

#[derive(Deserialize)]
pub struct Inputs {
    pub start: i32,
    pub years: usize,
    pub steps_per_year: usize,
    pub states: Vec<String>,
    pub parameters: Parameters,
    pub traits: Traits<Distribution>,
    pub initial_phase: Vec<usize>,
    /// Kinds of the instruments.
    pub instruments: Vec<String>,
    pub adopted_at_start: Vec<(usize, usize)>,
    pub counts_at_start: Vec<f64>,
    pub regime: Regime,
    pub demanded: Vec<bool>,
    pub watch: Watch,
    pub framing: f64,
    pub weights: Vec<Vec<Vec<f64>>>,
    pub timetable: Vec<Step>,
    pub corridors: Vec<(usize, usize, f64)>,
    pub numbers: Vec<(String, f64, f64)>,
    pub codes: Vec<(String, Vec<String>)>,
    pub bins: usize,
    pub record: Record,
}

/// What is on record, for the filter.
#[derive(Deserialize)]
pub struct Record {
    /// By state and year: the grade, or 0 where nothing is said.
    pub tiers: Vec<Vec<usize>>,
    /// By state and instrument: the first and the last step in which an adoption may have come; -1 for none.
    pub adopts: Vec<Vec<Option<(i32, i32)>>>,
}

#[derive(Deserialize)]
pub struct Distribution {
    pub mean: Vec<f64>,
    pub sd: Vec<f64>,
    pub low: f64,
    pub high: f64,
}

#[derive(Deserialize)]
pub struct Traits<T> {
    pub intrinsic_motivation: T,
    pub security_framing: T,
    pub sanction_sensitivity: T,
    pub reputation_concern: T,
    pub control_aversion: T,
    pub capacity: T,
    pub openness: T,
    pub attention: T,
    pub strategic_value: T,
    pub sender_standing: T,
}

#[derive(Deserialize)]
pub struct Regime {
    pub weight_law: f64,
    pub enforcement_share: f64,
    pub capacity_allowance: f64,
    pub noise: f64,
    pub view_sd: f64,
    pub view_memory: f64,
    pub bar_rise: f64,
    pub backslide: f64,
    pub severity: f64,
    pub waiver: f64,
    pub politicization: f64,
    pub politicization_cost: f64,
    pub standing_rate: f64,
    pub thresholds: Vec<f64>,
    pub shame: Vec<f64>,
    pub threat: Vec<f64>,
}

#[derive(Deserialize)]
pub struct Watch {
    pub grade: usize,
    pub limit: usize,
}

#[derive(Deserialize)]
pub struct Step {
    pub weights: usize,
    /// Engagement of the community times what it argues.
    pub argued: f64,
    pub strength: f64,
    /// By instrument: hazard of adoption in the step before any push.
    pub hazard: Vec<f64>,
    /// By instrument: how much it counts in commitment at the end of the step.
    pub counts: Vec<f64>,
    pub reports: bool,
    pub years_of_rise: f64,
    pub watch_exists: bool,
    pub watch_limited: bool,
    pub rated: Vec<bool>,
    pub adopts: Vec<(usize, usize)>,
    pub strategic_values: Vec<(usize, f64)>,
}

#[derive(Deserialize)]
pub struct Parameters {
    pub pressure_rate: f64,
    pub inducement_half: f64,
    pub adopt_pressure: f64,
    pub adopt_peers: f64,
    pub adopt_motivation: f64,
    pub adopt_mobilization: f64,
    pub enforcement_rate: f64,
    pub enforcement_law: f64,
    pub protection_rate: f64,
    pub displacement: f64,
    pub spillover: f64,
    pub mobilized_protection: f64,
    pub initial_practice: f64,
    pub nhri_reframing: f64,
    pub attribution_rate: f64,
    pub attribution_half: f64,
    pub reactance_rate: f64,
    pub shame_control: f64,
    pub defiance: f64,
    pub overjustification: f64,
    pub self_determination: f64,
    pub signalling: f64,
    pub agenda_narrowing: f64,
    pub silence: f64,
    pub civil_voice: f64,
    pub hearing_half: f64,
    pub pull_down: f64,
    pub regional_argument: f64,
    pub spill_convention: f64,
    pub spill_region: f64,
    pub persuasion: f64,
    pub argumentation: f64,
    pub domestic_voice: f64,
    pub habituation: f64,
    pub drift: f64,
    pub volatility: f64,
    pub rhetoric_rise: f64,
    pub rhetoric_fall: f64,
    pub mobilization_rise: f64,
    pub mobilization_fall: f64,
    pub participatory: f64,
    pub spiral_motivation: f64,
    pub reach: f64,
    pub organized_share: f64,
    pub diversion: f64,
    pub spiral_up: [f64; 4],
    pub spiral_down: [f64; 4],
    pub openness_to_argument: [f64; 5],
    pub openness_region: [f64; 5],
    pub repression: [f64; 5],
}
