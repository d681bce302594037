//! `--hold-out`: what of a record is left out of a fit and scored apart, as people write it.

use super::exit::BadInput;
use crate::evidence::frame::HoldOut;
use crate::model::world::World;
use anyhow::Result;

/// Reads what was asked for; `default` where nothing was.
pub(super) fn read(asked: &[String], world: &World, default: HoldOut) -> Result<HoldOut> {
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
                        let message = format!(
                            "--hold-out {word}: expected states, a year from {first} to {last} after which nothing is \
                             fitted, both, or none"
                        );
                        return Err(BadInput(message).into());
                    }
                }
            }
        }
    }
    Ok(out)
}
