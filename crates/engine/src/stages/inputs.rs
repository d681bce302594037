//! What the names in a scenario's expressions are of a few states, within a step.

use super::{TILE, Tile};
use crate::step::{Block, Shared};
use std::ops::Range;
use suasion_lanes::lane::Lane;
use suasion_lanes::math;
use suasion_lanes::randomness::{self, expression_slot};
use suasion_model::press;
use suasion_model::theory::Draw;
use suasion_model::theory::input::{Drawn, Input, Over, Plain};

/// What a name is, of a few states.
#[inline(always)]
pub(super) fn load(
    shared: &Shared,
    block: &Block,
    range: Range<usize>,
    tile: &Tile,
    input: Input,
    into: &mut [Lane; TILE],
) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    let said = &shared.world.theory.said;
    // A macro, since a closure taken by reference would not be compiled for the instruction set.
    macro_rules! each {
        (|$t:pat_param, $k:pat_param| $value:expr) => {
            for (t, k) in range.enumerate() {
                let ($t, $k) = (t, k);
                into[t] = $value;
            }
        };
    }
    let rated = |k: usize, g: usize| &block.rated[k * ratings + g];
    let of_state = |k: usize| &block.states[k];
    let v = |k: usize| &block.states[k].variables;
    match input {
        // Computed once for all states.
        Input::Own(_) | Input::Parameter(_) | Input::Absent => {}
        Input::Trait(TRAIT_OF_FRAMING) => each!(|_, k| of_state(k).bearing.security_framing),
        Input::Trait(of) => each!(|_, k| shared.traits[block.first + k].values()[of]),
        Input::Variable(v) => each!(|_, k| block.own[k * said.columns() + v]),
        Input::OwnTrait(t) => each!(|_, k| block.own[k * said.columns() + said.first_trait() + t]),
        Input::Last(of) => each!(|_, k| block.own[k * said.columns() + said.last(of, shared.step)]),
        Input::Mean(m) => match said.means[m].over {
            Over::Peers => each!(|_, k| {
                let i = block.first + k;
                let (count, communities) = (said.known_before(), shared.topology.members.len());
                let peers = shared.weights.peers_of(shared.topology, i, block.states[k].bearing.openness);
                let of = |j: usize| [shared.known.of_states[j * count + m]];
                peers.mean(of(i), of, |c| &shared.known.sums[m * communities + c])[0]
            }),
            Over::Community(_) | Over::World => each!(|_, _| shared.known.means[m]),
        },
        Input::Draw(d) => {
            let Draw { drawer, kind } = said.draws[d];
            each!(|_, k| {
                let words = &block.own_words[k * said.drawers.len() + drawer][shared.prepared.now.step];
                match kind {
                    Drawn::Normal => {
                        math::inverse_normal(randomness::uniform(&words[expression_slot::NORMAL]))
                    }
                    Drawn::Uniform => randomness::uniform(&words[expression_slot::UNIFORM]),
                }
            });
        }
        Input::StrategicValue(g) => each!(|_, k| rated(k, g).strategic_value),
        Input::Adopted(j) => each!(|_, k| block.adopted[k * instruments + j].to_lane()),
        Input::Tier(g) => each!(|_, k| rated(k, g).tier),
        Input::Standing(g) => each!(|_, k| rated(k, g).standing),
        Input::Merit(g) => each!(|_, k| rated(k, g).merit),
        Input::Score(g) => each!(|_, k| rated(k, g).score),
        Input::Engagement(c) => each!(|_, k| {
            let members = &shared.topology.members[c];
            let is_member = members.binary_search(&((block.first + k) as u32)).is_ok();
            if is_member { shared.engaged[c][0] } else { Lane::ZERO }
        }),
        Input::Plain(plain) => match plain {
            Plain::Motivation => each!(|_, k| v(k).motivation),
            Plain::Enforcement => each!(|_, k| v(k).enforcement),
            Plain::Protection => each!(|_, k| v(k).protection),
            Plain::Rhetoric => each!(|_, k| v(k).rhetoric),
            Plain::Mobilization => each!(|_, k| v(k).mobilization),
            Plain::Attribution => each!(|_, k| v(k).attribution),
            Plain::Reactance => each!(|_, k| v(k).reactance),
            Plain::Pressure => each!(|_, k| v(k).pressure),
            Plain::Phase => each!(|_, k| v(k).phase),
            Plain::Commitment => each!(|_, k| v(k).commitment),
            Plain::Effect => each!(|t, _| tile.x[t]),
            Plain::Pushed => each!(|t, _| tile.pushed[t]),
            Plain::Shame => each!(|_, k| block.own[k * said.columns() + said.first_felt()]),
            Plain::Inducement => each!(|_, k| block.own[k * said.columns() + said.first_felt() + 1]),
            Plain::Frame => each!(|_, k| of_state(k).felt.frame),
            Plain::Signal => each!(|_, k| of_state(k).felt.signal),
            Plain::Control => each!(|_, k| block.own[k * said.columns() + said.first_felt() + 2]),
            Plain::Acculturation => each!(|t, _| tile.acculturation[t]),
            Plain::Hearing => each!(|t, _| tile.hearing[t]),
            Plain::Heard => each!(|t, _| tile.heard[t]),
            Plain::HeardMotivation => each!(|t, _| tile.heard_motivation[t]),
            Plain::Law => each!(|t, _| tile.law[t]),
            Plain::Nhri => each!(|t, _| tile.nhri[t]),
            Plain::Year => {}
        },
    }
}

/// Position of `security_framing` among the traits: it moves.
const TRAIT_OF_FRAMING: usize = suasion_model::traits::SECURITY_FRAMING;

#[inline(always)]
fn exposure(shared: &Shared, block: &Block, k: usize) -> Lane {
    shared.traits[block.first + k].sanction_sensitivity
}

#[inline(always)]
fn reputation(shared: &Shared, block: &Block, k: usize) -> Lane {
    shared.traits[block.first + k].reputation_concern
}

/// What the rating regimes make a state feel that is so exposed, and so concerned for its reputation, and resents all control.
#[inline(always)]
fn felt(shared: &Shared, block: &Block, k: usize, [sigma, rho]: [Lane; 2]) -> press::Felt {
    let ratings = shared.fields.len();
    let rated = &block.rated[k * ratings..][..ratings];
    let imposed = |g: usize| shared.timeline.imposed(g, block.first + k, shared.step);
    press::felt(shared.fields, rated, sigma, rho, Lane::ONE, shared.parameters, imposed, &mut [])
}

/// Keeps what the regimes make a few states feel, until that may change.
#[inline(always)]
pub(super) fn feel(shared: &Shared, block: &mut Block, range: Range<usize>) {
    let said = &shared.world.theory.said;
    let [shame, inducement, control] = said.feels;
    for k in range {
        let [sigma, rho] = [exposure(shared, block, k), reputation(shared, block, k)];
        let first = k * said.columns() + said.first_felt();
        // Each alone: what nobody names is not worked out.
        if shame {
            let ratings = shared.fields.len();
            block.own[first] = press::shamed(shared.fields, &block.rated[k * ratings..][..ratings], rho);
        }
        if inducement {
            block.own[first + 1] = felt(shared, block, k, [sigma, Lane::ZERO]).push;
        }
        if control {
            block.own[first + 2] = felt(shared, block, k, [sigma, rho]).resented;
        }
    }
}
