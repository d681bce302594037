//! What of a record is left out of a fit and scored apart, as people write it: `--hold-out`.

use crate::evidence::frame::HoldOut;
use crate::experiment::error::ExperimentError;
use crate::model::world::World;

/// Reads what was asked for: `states` (every other one), a year after which all is held out, both, or `none`; `default` where nothing was.
///
/// # Errors
/// If a word is none of these, or nothing comes after the year.
pub fn read(asked: &[String], world: &World, default: HoldOut) -> Result<HoldOut, ExperimentError> {
    let later = |year: i32| Some(year).filter(|year| *year < world.clock.end - 1);
    let mut out = HoldOut { states: false, after: None };
    match asked {
        [] => out = default,
        [none] if none == "none" => {}
        some => {
            for word in some {
                match (word.trim(), word.trim().parse::<i32>()) {
                    ("states", _) => out.states = true,
                    (_, Ok(year)) if later(year).is_some() && year >= world.clock.start => {
                        out.after = Some(year);
                    }
                    _ => {
                        let (first, last) = (world.clock.start, world.clock.end - 2);
                        return Err(ExperimentError::Asked(format!(
                            "--hold-out {word}: expected states, a year from {first} to {last} after which nothing is \
                             fitted, both, or none"
                        )));
                    }
                }
            }
        }
    }
    Ok(out)
}
