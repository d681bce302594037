"""Writes what the ports read: asean as one JSON file, from the scenario that the command resolves.

Usage: python benches/peers/inputs.py PATH/TO/suasion OUT.json

No number of the model stands here or in a port: parameters, traits, the regime's numbers and dates come from the command.
Dates are made steps once, for all ports. What asean does not use is refused rather than left out in silence.
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

# What is recorded of a state at the end of a year, with the ends of the histogram of each number; flows end at the sum of
# volumes.
NUMBERS = {
    "motivation": (0, 1),
    "enforcement": (0, 1),
    "protection": (0, 1),
    "rhetoric": (0, 1),
    "mobilization": (0, 1),
    "attribution": (0, 1),
    "reactance": (0, 1),
    "pressure": (0, 4),
    "commitment": (0, 1),
    "compliance_gap": (-1, 1),
    "standing": (0, 1),
    "merit": (-1, 1),
    "score": (-1, 1),
    "view": (-1, 1),
    "flow_out": None,
    "flow_in": None,
}
TRAITS = [
    "intrinsic_motivation",
    "security_framing",
    "sanction_sensitivity",
    "reputation_concern",
    "control_aversion",
    "capacity",
    "openness",
    "attention",
    "strategic_value",
    "sender_standing",
]


def need(held, what):
    if not held:
        sys.exit(f"the ports do not have {what}")


def resolved(program):
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "run", "asean", "--replicates", "1", "--summary-only", "--quiet", "--out", f"{folder}/run"]
        subprocess.run(command, check=True)
        return tomllib.loads(Path(folder, "run", "scenario.toml").read_text())


def limits(program):
    """By trait the ends that draws are clipped to; a capacity is at least 0.01 (docs/model.md, 3.5)."""
    table = json.loads(subprocess.run([program, "params", "state.ID.", "--json"], check=True, capture_output=True).stdout)
    ends = {}
    for entry in table:
        low, high = (float(x) for x in re.findall(r"\d+(?:\.\d+)?", entry["valid"]))
        ends[entry["path"].removeprefix("state.ID.")] = [0.01 if "above" in entry["valid"] else low, high]
    return ends


def main():
    program, out = sys.argv[1:]
    scenario = resolved(program)
    start, years, per_year = (
        scenario["time"]["start"],
        scenario["time"]["end"] - scenario["time"]["start"],
        scenario["time"]["steps_per_year"],
    )
    steps, dt = years * per_year, 1 / per_year

    def first(date):
        """The first step that begins at or after a date."""
        return max(math.ceil((date - start) * per_year - 1e-6), 0)

    def of_series(series, step):
        return next((level["value"] for level in reversed(series) if first(level["from"]) <= step), 0.0)

    states = [state["id"] for state in scenario["state"]]
    place = {state: i for i, state in enumerate(states)}
    kinds = [regime["kind"] for regime in scenario["regime"]]
    need(sorted(kinds) == ["community", "convention", "rating"], "other regimes than one of each kind")
    community, convention, regime = (
        next(r for r in scenario["regime"] if r["kind"] == kind) for kind in ["community", "convention", "rating"]
    )
    parameters = scenario["parameters"]
    need(parameters["framing_by_pressure"] == 0, "framing by pressure")
    need(
        not any(regime["reward"]) and not regime["imposed"] and not regime["rated_until"],
        "rewards, sanctions imposed, the end of a regime",
    )
    need(
        "from" not in regime and "until" not in regime and "reports" not in regime,
        "a regime that is not always in force, several reports a year",
    )
    need(len(regime["demands"]) == 1 and isinstance(regime["demands"][0], str), "more than one demand")
    need(community["members"] == convention["addresses"] == regime["rates"] == "all", "regimes for some states alone")
    need(all(first(date) == 0 for date in community["joined"].values()), "members that join later")
    need(not scenario.get("mechanism") and not scenario.get("variable"), "mechanisms of a scenario's own")
    ends = limits(program)

    def distributions(trait):
        mean, sd = [], []
        for state in scenario["state"]:
            given = state[trait][regime["id"]] if trait in ("strategic_value", "sender_standing") else state[trait]
            need(isinstance(given, float) or set(given) == {"mean", "sd"}, "distributions but the normal one")
            mean.append(given if isinstance(given, float) else given["mean"])
            sd.append(0.0 if isinstance(given, float) else given["sd"])
        return {"mean": mean, "sd": sd, "low": ends[trait][0], "high": ends[trait][1]}

    need(not any("autochthonous_motivation" in state for state in scenario["state"]), "an autochthonous motivation of its own")
    need(all(isinstance(state["initial_phase"], int) for state in scenario["state"]), "a phase at the start by chance")

    instruments = scenario["instrument"]
    need(
        all(j["eligible"] == "all" and not j["pinned"] and "exit_hazard" not in j for j in instruments),
        "instruments for some alone, pinned or left",
    )
    given = [
        (first(date), date, place[state], j)
        for j, instrument in enumerate(instruments)
        for state, date in instrument["adopted"].items()
    ]
    need(
        all(step == 0 or abs((date - start) * per_year - step) < 1e-6 for step, date, *_ in given),
        "adoptions given for a date within a step",
    )
    need(
        all(step == 0 or instruments[j]["kind"] == "nhri" for step, _, _, j in given),
        "commitments adopted by date within the run",
    )

    def hazard(instrument, step):
        """Cumulative hazard of adoption in a step before any push; 0 where it is not open."""
        opens, ramp, date = instrument.get("opens", -math.inf), instrument["ramp"], start + step * dt
        if first(opens if opens > -math.inf else start) > step:
            return 0.0
        return instrument["hazard"] * dt * (min(max((date - opens) / ramp, 0), 1) if ramp > 0 else 1)

    def count(instrument, step):
        """How much it counts in commitment at the beginning of a step."""
        opens, ramp = instrument.get("opens"), parameters["commitment_ramp"]
        if instrument["kind"] == "nhri" or (opens is not None and first(opens) > step):
            return 0.0
        return 1.0 if opens is None or ramp == 0 else min((start + step * dt - opens) / ramp, 1)

    def weights(step):
        """Sums of ties and community by pair, without what openness makes of them."""
        n = len(states)
        shared = of_series(community["engagement"], step) * community["tie_weight"] / max(n - 1, 1)
        matrix = [[0.0 if i == j else shared for j in range(n)] for i in range(n)]
        for tie in scenario["tie"]:
            if first(tie.get("from", start)) <= step < first(tie.get("until", start + years + 1)):
                a, b = (place[state] for state in tie["between"])
                matrix[a][b] += tie["weight"]
                matrix[b][a] += tie["weight"]
        return matrix

    rated_from = {place[state]: first(date) for state, date in regime["rated_from"].items()}
    watch = regime["watch"]
    matrices, timetable = [], []
    for step in range(steps):
        matrix = weights(step)
        if not matrices or matrices[-1] != matrix:
            matrices.append(matrix)
        date, year = start + step * dt, start + step // per_year
        values = []
        for event in scenario["event"]:
            if first(event["at"]) == step:
                need(
                    list(event["set"]) == ["strategic_value"] and list(event["set"]["strategic_value"]) == [regime["id"]],
                    "events but on strategic value",
                )
                values += [[place[state], event["set"]["strategic_value"][regime["id"]]] for state in event["state"]]
        timetable.append(
            {
                "weights": len(matrices) - 1,
                "argued": of_series(community["engagement"], step) * of_series(community["argument"], step),
                "strength": of_series(convention["strength"], step),
                "hazard": [hazard(j, step) for j in instruments],
                "counts": [count(j, step + 1) for j in instruments],
                "reports": step % per_year == min(int(regime["report"] * per_year), per_year - 1),
                "years_of_rise": max(year + regime["report"] - regime["bar_from"], 0),
                "watch_exists": date >= watch["from"],
                "watch_limited": date >= watch["limit_from"],
                "rated": [rated_from.get(i, 0) <= step for i in range(len(states))],
                "adopts": [[i, j] for s, _, i, j in given if s == step and step > 0],
                "strategic_values": values,
            }
        )

    def record():
        """What is on record until the last tier, for the filter: tiers by code (0: nothing is said), and of adoptions the first
        and the last step in which they may have come (-1: in none on record)."""
        observed, adopts = scenario["observed"], []
        tiers = [
            [tier.index(observed["tiers"][regime["id"]][state][str(start + year)]) for year in range(years)] for state in states
        ]
        for state in states:
            adopts.append([])
            for instrument in instruments:
                dates = observed["adoptions"].get(instrument["id"])
                date = None if dates is None else dates.get(state)
                if dates is None:
                    adopts[-1].append(None)
                elif date is None:
                    adopts[-1].append([-1, -1])
                elif date == int(date):
                    adopts[-1].append([first(date), first(date) + per_year - 1])
                else:
                    adopts[-1].append([first(date) - 1] * 2)
                came = adopts[-1][-1]
                need(not came or came[0] == -1 or hazard(instrument, came[0]) > 0, "adoptions on record before there is a hazard")
        return {"tiers": tiers, "adopts": adopts}

    total = sum(corridor["volume"] for corridor in scenario["corridor"])
    tier = ["NR", *regime["grades"]]
    codes = {
        "phase": [str(k) for k in range(5)],
        **{f"adopted_{j['id']}": ["0", "1"] for j in instruments},
        f"tier_{regime['id']}": tier,
    }
    of_regime = ("standing", "merit", "score", "view")
    Path(out).write_text(
        json.dumps(
            {
                "start": start,
                "years": years,
                "steps_per_year": per_year,
                "states": states,
                "parameters": parameters,
                "traits": {trait: distributions(trait) for trait in TRAITS},
                "initial_phase": [state["initial_phase"] for state in scenario["state"]],
                "instruments": [j["kind"] for j in instruments],
                "adopted_at_start": [[i, j] for step, _, i, j in given if step == 0],
                "counts_at_start": [count(j, 0) for j in instruments],
                "regime": {
                    k: regime[k]
                    for k in [
                        "weight_law",
                        "enforcement_share",
                        "capacity_allowance",
                        "noise",
                        "view_sd",
                        "view_memory",
                        "bar_rise",
                        "backslide",
                        "severity",
                        "waiver",
                        "politicization",
                        "politicization_cost",
                        "standing_rate",
                        "thresholds",
                        "shame",
                        "threat",
                    ]
                },
                "rating": regime["id"],
                "demanded": [j["id"] == regime["demands"][0] for j in instruments],
                "watch": {"grade": tier.index(watch["grade"]), "limit": watch["limit"]},
                "framing": community["framing"],
                "weights": matrices,
                "timetable": timetable,
                "corridors": [[place[c["from"]], place[c["to"]], c["volume"]] for c in scenario["corridor"]],
                "numbers": [
                    [f"{name}_{regime['id']}" if name in of_regime else name, *(ends or (0, total))]
                    for name, ends in NUMBERS.items()
                ],
                "codes": list(codes.items()),
                "bins": 128,
                "record": record(),
            },
            indent=1,
        )
    )


main()
