//! The parameter table: every parameter of the model, with default, range, unit, meaning and source.
//!
//! Everything that names a parameter is made from this table: `suasion params`, the schema, the docs, sweep
//! paths and priors. It holds no value of a scenario.

use crate::table::{FITTED, table};

/// Where the crowding coefficients come from.
const UNIDENTIFIED: &str = "exploratory fit, that is, judgement: the record does not identify it (docs/evidence.md, \"What the data say\")";

/// Where the default comes from of what is off until somebody says otherwise.
pub(super) const UNFITTED: &str = "none: a free choice, at which the mechanism is off";

/// Where a default comes from that no record has been held against.
const JUDGED: &str = "judgement: a free choice, which no record identifies";

table! {
    /// The parameters of the model (`docs/model.md`, "Parameters"), as numbers or as one lane each.
    pub struct Parameters, PARAMETERS, source "exploratory fit to tiers, laws and ratifications 2000-2012, under a prior that keeps it plausible";
    numbers {
        pressure_rate = 1.8, 0.2 to 3.0, NonNegative, "1/yr", "speed at which felt pressure follows shame and inducement (legislatures are slow)", FITTED;
        inducement_half = 0.064, 0.01 to 1.5, Positive, "-", "material inducement, in half effects of pressure, at which the frame is half switched from principle to payment";
        adopt_pressure = 5.0, 0.0 to 5.0, Any, "log hazard", "effect of pressure on the hazard of adopting what a rating regime demands", FITTED;
        adopt_peers = 3.34, 0.0 to 4.0, Any, "log hazard", "effect of the share of peers that have adopted, as far as they are heard", FITTED;
        adopt_motivation = 0.0527, 0.0 to 4.0, Any, "log hazard", "effect of motivation on the hazard of adopting", FITTED;
        adopt_mobilization = 2.38, 0.0 to 4.0, Any, "log hazard", "effect of mobilization on the hazard of adopting", FITTED;
        enforcement_rate = 0.812, 0.2 to 4.0, NonNegative, "1/yr", "speed at which enforcement follows its target", FITTED;
        enforcement_law = 0.278, 0.0 to 0.6, NonNegative, "-", "enforcement that a law brings by itself, as a share of capacity", FITTED;
        protection_rate = 0.2, 0.2 to 4.0, NonNegative, "1/yr", "speed at which protection follows its target", FITTED;
        displacement = 0.475, 0.0 to 1.0, Share, "-", "capacity that a unit of enforcement takes from protection", FITTED;
        spillover = 0.492, 0.0 to 1.0, Share, "-", "protection that a unit of enforcement brings with it", FITTED;
        mobilized_protection = 0.636, 0.0 to 1.0, Share, "-", "protection that mobilization wrings from a state beyond what it wants by itself", FITTED;
        initial_practice = 1.0, 0.0 to 1.0, Share, "-", "how far enforcement and protection stand, at the start, at what the state does unpressed", FITTED;
        framing_by_pressure = 0.0, 0.0 to 0.3, NonNegative, "1/yr", "how fast pressure by senders that reward enforcement moves security framing to crime control", UNFITTED;
        nhri_reframing = 0.5, 0.0 to 1.0, Share, "-", "share of security framing that a national human-rights institution undoes";
        attribution_rate = 0.53, 0.0 to 3.0, NonNegative, "1/yr", "speed at which a state re-reads why it complies";
        attribution_half = 0.09, 0.02 to 0.5, Positive, "-", "weight of unnamed motives in self-attribution";
        reactance_rate = 0.6, 0.0 to 3.0, NonNegative, "1/yr", "speed at which resentment follows control";
        shame_control = 0.3, 0.0 to 1.0, Share, "-", "how far shame by itself is felt as control", JUDGED;
        defiance = 0.5, 0.0 to 2.0, NonNegative, "-", "how far resentment blunts pressure; above 1 it can turn it around (backlash)", JUDGED;
        overjustification = 0.18, -0.5 to 1.0, Any, "1/yr", "motivation lost to self-attribution of payment; below 0 gained (crowding in)", UNIDENTIFIED;
        self_determination = 0.22, -0.5 to 1.0, Any, "1/yr", "motivation lost to reactance; below 0 gained", UNIDENTIFIED;
        signalling = 0.12, -0.5 to 0.5, Any, "1/yr", "expressive effect of an inducement; its sign follows the sender's standing", UNIDENTIFIED;
        agenda_narrowing = 0.5, 0.0 to 1.0, Share, "-", "share of domestic voice that outside attribution silences", UNIDENTIFIED;
        silence = 0.5, 0.0 to 1.0, Share, "-", "how far whoever does not mean the norm says nothing among peers; 0: all speak alike", JUDGED;
        civil_voice = 0.3, 0.0 to 1.0, Share, "-", "share of a state's voice that is its public and human-rights institution, not its government", JUDGED;
        hearing_half = 0.1, 0.005 to 1.0, Positive, "-", "sum of the weights of peers at which they count for half of the most that they can", JUDGED;
        pull_down = 1.0, 0.0 to 1.0, Share, "-", "pull of peers that mean less than oneself, as a share of that of peers that mean more", "by definition symmetrical; a free choice";
        autochthony = 0.5, 0.0 to 1.0, Share, "-", "share of a region's argument that would have come without the regime that it may have answered", JUDGED;
        regional_argument = 0.15, 0.0 to 1.0, NonNegative, "1/yr", "pull of what a region argues of its own", JUDGED;
        spill_sender = 1.0, 0.0 to 1.0, Share, "-", "how far resentment shuts ears to the sender's own standard", JUDGED;
        spill_convention = 0.5, 0.0 to 1.0, Share, "-", "how far resentment of a sender shuts ears to conventions", JUDGED;
        spill_region = 0.5, 0.0 to 1.0, Share, "-", "how far resentment of a sender shuts ears to peers and their region", JUDGED;
        persuasion = 0.15, 0.0 to 0.8, NonNegative, "1/yr", "pull of peers' motivation, as far as they are heard";
        argumentation = 0.04, 0.0 to 0.3, NonNegative, "1/yr", "pull of a convention regime's arguments";
        domestic_voice = 0.03, 0.0 to 0.3, NonNegative, "1/yr", "pull of mobilization from below";
        habituation = 0.042, 0.0 to 0.3, NonNegative, "1/yr", "pull of protection practised for its own sake, as a share of capacity", "exploratory fit, .07 for protection itself, times the default capacity of .6";
        drift = 0.03, 0.0 to 0.3, NonNegative, "1/yr", "return of motivation to its autochthonous level";
        volatility = 0.03, 0.0 to 0.3, NonNegative, "1/sqrt(yr)", "size of shocks to motivation";
        commitment_ramp = 5.0, 0.0 to 10.0, NonNegative, "yr", "years after its opening over which an instrument comes to count in commitment; 0: at once", JUDGED;
        rhetoric_rise = 0.77, 0.1 to 3.0, NonNegative, "1/yr", "speed at which rhetoric rises";
        rhetoric_fall = 0.12, 0.0 to 1.0, NonNegative, "1/yr", "speed at which rhetoric falls (entrapment: slower than it rises)";
        mobilization_rise = 0.45, 0.0 to 2.0, NonNegative, "1/yr", "growth of mobilization where rhetoric, institutions or attention give it a hold";
        mobilization_fall = 0.10, 0.0 to 1.0, NonNegative, "1/yr", "fatigue of mobilization";
        participatory = 1.0, 0.0 to 4.0, NonNegative, "-", "extra weight of ties between open states (participatory regionalism)";
        spiral_motivation = 1.0, 0.0 to 1.0, Share, "-", "how far a state that means the norm leaves repression and denial of its own accord", JUDGED;
        reach = 0.6, 0.0 to 1.0, Share, "-", "share of a flow that full protection or enforcement at one end would deter";
        organized_share = 0.4, 0.0 to 1.0, Share, "-", "share of trafficking run by organized groups, the only part that crime control reaches";
        diversion = 0.5, 0.0 to 1.0, Share, "-", "share of what is deterred that moves to the origin's other corridors";
    }
    lists {
        spiral_up[4] = [1.4, 0.65, 1.9, 0.6], 0.0 to 4.0, NonNegative, "1/yr", "greatest hazard of moving up from phase 0, 1, 2, 3";
        spiral_down[4] = [0.16, 0.16, 0.16, 0.16], 0.0 to 1.0, NonNegative, "1/yr", "greatest hazard of falling back from phase 1, 2, 3, 4";
        openness_to_argument[5] = [0.05, 0.2, 0.5, 0.9, 1.0], 0.0 to 1.0, Share, "-", "openness to argument in phase 0 to 4";
        openness_region[5] = [0.3, 0.5, 0.7, 0.9, 1.0], 0.0 to 1.0, Share, "-", "openness to what the region argues in phase 0 to 4", JUDGED;
        repression[5] = [0.8, 0.5, 0.25, 0.15, 0.10], 0.0 to 2.0, NonNegative, "1/yr", "repression of mobilization in phase 0 to 4, in a closed state";
    }
}

/// The coefficients by which an inducement can lower motivation. The null model sets all of them to zero.
pub const CROWDING: [&str; 4] = ["signalling", "overjustification", "self_determination", "agenda_narrowing"];

impl Parameters<f64> {
    /// These parameters with every crowding coefficient at zero: the null model.
    ///
    /// ```
    /// use suasion::model::parameters::Parameters;
    /// let null = Parameters::default().without_crowding();
    /// assert_eq!((null.signalling, null.overjustification, null.displacement), (0.0, 0.0, Parameters::default().displacement));
    /// ```
    #[must_use]
    pub fn without_crowding(mut self) -> Self {
        for (i, entry) in PARAMETERS.iter().enumerate() {
            if CROWDING.contains(&entry.name) {
                self.values_mut()[i] = 0.0;
            }
        }
        self
    }
}
