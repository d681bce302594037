//! The numbers of how states are observed, each named after what it is about.

use crate::table::table;

table! {
    /// The numbers of how states are observed.
    pub struct Observation, OBSERVATION, source "a judgement: fitted to no record";
    numbers {
        reaction_negative = -4.4, -6.0 to 0.0, Any, "-", "log odds of a negative reaction, against none, in a state without reactance", READ_BY;
        reaction_reactance = 10.5, 0.0 to 12.0, Any, "-", "what reactance adds to the log odds of a negative reaction, at u = 1", READ_BY;
        reaction_cooperative = -1.8, -6.0 to 1.0, Any, "-", "log odds of a cooperative reaction, against none, in a state without motivation", READ_BY;
        reaction_motivation = 0.1, 0.0 to 8.0, Any, "-", "what motivation adds to the log odds of a cooperative reaction, at m = 1", READ_BY;
        reaction_coverage = 1.0, 0.0 to 1.0, PositiveShare, "-", "share of reactions that come on record, where the record does not say it";
        speech_motivation = 0.5, 0.0 to 1.0, Share, "-", "share of motivation in what speech shows; the rest is rhetoric, since words precede belief";
        speech_sd = 0.1, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a reading of speech";
        reasons_floor = 0.05, 0.0 to 0.3, Share, "-", "share of stated reasons that name sanctions, in a state that ascribes nothing to them";
        reasons_attribution = 0.8, 0.0 to 1.0, Share, "-", "what attribution adds to the share of stated reasons that name sanctions, at a = 1";
        reasons_sd = 0.15, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a share of stated reasons";
        attitudes_floor = 0.2, 0.0 to 0.6, Share, "-", "share of respondents who hold the norm, in a state without motivation";
        attitudes_motivation = 0.5, 0.0 to 1.0, Share, "-", "what motivation adds to the share of respondents who hold the norm, at m = 1";
        attitudes_sd = 0.1, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a survey's share, beside that of its sample";
        voice_government = 0.6, 0.0 to 1.0, Share, "-", "share of its recommendations to others that are on the norm, in a state that means it and ascribes nothing: times m (1 - a)";
        voice_sd = 0.15, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a share of recommendations";
        prosecution_law = 0.0654, 0.0 to 1.0, NonNegative, "-", "what a law counts for in a score of prosecution, in units of enforcement", CUTS;
        prosecution_view = 0.382, -1.0 to 2.0, Any, "-", "what the grader's view of a state counts for in its score of prosecution, which is coded from the same reports", SCORED_BY;
        prosecution_sd = 0.087, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a score of prosecution, in units of enforcement", SCORED_BY;
        prosecution_lapse = 0.013, 0.001 to 0.3, PositiveShare, "-", "share of scores of prosecution that are any of the five: what no error about the state explains", SCORED_BY;
        protection_view = 0.548, -1.0 to 2.0, Any, "-", "what the grader's view of a state counts for in its score of protection", SCORED_BY;
        protection_sd = 0.173, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a score of protection, in units of protection", SCORED_BY;
        protection_lapse = 0.007, 0.001 to 0.3, PositiveShare, "-", "share of scores of protection that are any of the five: what no error about the state explains", SCORED_BY;
        prevention_view = 1.485, -1.0 to 2.0, Any, "-", "what the grader's view of a state counts for in its score of prevention", SCORED_BY;
        prevention_sd = 0.291, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a score of prevention, in units of public commitment", SCORED_BY;
        prevention_lapse = 0.021, 0.001 to 0.3, PositiveShare, "-", "share of scores of prevention that are any of the five: what no error about the state explains", SCORED_BY;
        sanctioned_waived = 0.00797, 0.0 to 1.0, Share, "-", "share of sanctions waived below which they count as imposed", CUTS;
        sanctioned_error = 0.1, 0.001 to 0.4, PositiveShare, "-", "share of answers on record, whether sanctions were imposed, that the rule does not give";
    }
    lists {
        prosecution_cuts[4] = [0.0436, 0.144, 0.17, 0.382], 0.0 to 1.5, Any, "-", "without an error: least enforcement (and law) for a prosecution score of 2, 3, 4, 5", CUTS;
        protection_cuts[4] = [0.0442, 0.162, 0.338, 0.551], 0.0 to 1.0, Any, "-", "without an error: least protection for a protection score of 2, 3, 4, 5", CUTS;
        prevention_cuts[4] = [0.13, 0.36, 0.627, 0.752], 0.0 to 1.0, Any, "-", "without an error: least public commitment, (C + r) / 2, for a prevention score of 2, 3, 4, 5", CUTS;
        prosecution_thresholds[4] = [-0.133, 0.209, 0.284, 0.441], -0.5 to 1.5, Any, "-", "enforcement (and law, and view) beyond which a prosecution score of 2, 3, 4, 5 is given, but for an error", SCORED_BY;
        protection_thresholds[4] = [-0.026, 0.221, 0.495, 0.849], -0.5 to 1.5, Any, "-", "protection (and view) beyond which a protection score of 2, 3, 4, 5 is given, but for an error", SCORED_BY;
        prevention_thresholds[4] = [-0.34, 0.079, 0.624, 1.237], -0.5 to 1.5, Any, "-", "public commitment, (C + r) / 2 (and view), beyond which a prevention score of 2, 3, 4, 5 is given, but for an error", SCORED_BY;
    }
}

/// Whence the numbers of how scores are read with an error.
const SCORED_BY: &str = "fitted by the likelihood of the record of 183 states to 2008 (docs/evidence.md)";

/// Whence the numbers of reactions.
const READ_BY: &str = "fitted, as reactions on record beside those of the best covered year, by the likelihood of the record of 183 states to 2008 (docs/evidence.md)";

/// Whence the numbers that say which score a state is given without one.
const CUTS: &str =
    "chosen so that simulated scores are distributed as the 3P index of the fitted half of states to 2008";

impl Observation<f64> {
    /// Whether cuts and thresholds of each score rise, so that every score is of something.
    ///
    /// ```
    /// use suasion::model::observation::Observation;
    /// let mut observation = Observation::default();
    /// assert!(observation.rises());
    /// observation.protection_cuts[1] = 0.5;
    /// assert!(!observation.rises());
    /// ```
    pub fn rises(&self) -> bool {
        self.rising().iter().all(|(_, cuts)| cuts.is_sorted())
    }

    /// The lists that have to rise, by name.
    pub fn rising(&self) -> [(&'static str, &[f64; 4]); 6] {
        [
            ("prosecution_cuts", &self.prosecution_cuts),
            ("protection_cuts", &self.protection_cuts),
            ("prevention_cuts", &self.prevention_cuts),
            ("prosecution_thresholds", &self.prosecution_thresholds),
            ("protection_thresholds", &self.protection_thresholds),
            ("prevention_thresholds", &self.prevention_thresholds),
        ]
    }
}
