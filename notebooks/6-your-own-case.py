# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · Bring your own case
#
# **Question.** Another norm, another region: how does one get from a hunch to a scenario that others can check?
#
# The norm here is *women, peace and security*: national action plans after Security Council resolution 1325 of the year 2000. **The region is made up, and so is every number**: six states around
# the Lakes. Yours will have sources. About forty minutes, from an empty page.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import suasion
from pictures import *

# %% [markdown]
# ## 1 · Who are the states?
#
# A scenario is a dict (or a TOML file; the keys are the same). A state has traits between 0 and 1. Write down the few that you know; the rest have defaults. A spread says how unsure you are.

# %%
def about(mean, sd=0.08):
    """A trait that we are unsure of."""
    return {"mean": mean, "sd": sd, "source": "made up"}


states = [
    {"id": "ARD", "name": "Ardenia", "openness": about(0.75), "capacity": about(0.7), "intrinsic_motivation": about(0.5), "initial_phase": "tactical"},
    {"id": "BOR", "name": "Borovia", "openness": about(0.35), "capacity": about(0.5), "intrinsic_motivation": about(0.25), "initial_phase": "denial"},
    {"id": "COR", "name": "Corvia", "openness": about(0.15), "capacity": about(0.6), "intrinsic_motivation": about(0.15), "initial_phase": "denial"},
    {"id": "DUN", "name": "Dunmark", "openness": about(0.55), "capacity": about(0.3), "intrinsic_motivation": about(0.4), "initial_phase": "denial"},
    {"id": "ELM", "name": "Elmara", "openness": about(0.65), "capacity": about(0.45), "intrinsic_motivation": about(0.35), "initial_phase": "tactical"},
    {"id": "FEN", "name": "Fenland", "openness": about(0.10), "capacity": about(0.25), "intrinsic_motivation": about(0.1), "initial_phase": "repression"},
]
# How much each depends on money from abroad, and how it takes to being told.
for state, exposed, proud in zip(states, [0.2, 0.6, 0.2, 0.8, 0.5, 0.7], [0.4, 0.5, 0.8, 0.3, 0.4, 0.6]):
    state["sanction_sensitivity"] = about(exposed)
    state["control_aversion"] = about(proud)

scenario = {
    "version": 2,
    "title": "Women, peace and security around the Lakes (made up)",
    "time": {"start": 2001, "end": 2021},
    "runs": {"replicates": 400, "seed": 1},
    "defaults": {"attention": 0.2, "security_framing": 0.5, "source": "made up"},
    "state": states,
}
alone = suasion.Scenario.from_dict(scenario, name="lakes")
alone

# %% [markdown]
# ## 2 · Left alone
#
# Before you add anything, look at nothing.

# %%
nothing = alone.run()
drift = {state: over_years(nothing, "motivation", state)["mean"] for state in alone.states}
largest = max(abs(path.iloc[-1] - path.iloc[0]) for path in drift.values())
say(f"Without regimes and ties motivation moves by {largest:.2f} at most over twenty years, from the states' own voices and practice. All that comes on top is what we add.", largest < 0.4)

# %% [markdown]
# ## 3 · A region that talks
#
# The Lakes Union has all six as members. Its *engagement* with the matter is low at first and rises when it sets up a commission. `tie_weight` is small beside `hearing_half` (0.1):
# peers then count for something, and leave room for more.

# %%
union = {
    "id": "union", "kind": "community", "title": "Lakes Union", "members": [state["id"] for state in states], "tie_weight": 0.1,
    "engagement": [{"from": 2001, "value": 0.2}, {"from": 2010, "value": 0.6}], "source": "made up: commission on women and peace from 2010",
}

# %% [markdown]
# ## 4 · A standard that is argued
#
# Resolution 1325 has no sanctions. It argues.

# %%
resolution = {"id": "resolution", "kind": "convention", "title": "Security Council resolution 1325 as a standard that is argued",
              "strength": 1.0, "addresses": "all", "source": "made up: full strength is the unit"}

# %% [markdown]
# ## 5 · Donors with a scorecard
#
# From 2001 donors grade each state once a year, A to D, and money hangs on the grade. They demand an action plan. What each state thinks of them is its *sender standing*.

# %%
donors = {
    "id": "donors", "kind": "rating", "title": "Donors' scorecard", "demands": ["plan"], "severity": 1.3,
    # Best first. A threshold is the lowest score of its grade; the last grade has none.
    "grades": ["A", "B", "C", "D"], "thresholds": [0.56, 0.14, -0.06], "noise": 0.03,
    # What a grade does: how much it shames, and how much of the severity it threatens.
    "shame": [0.0, 0.2, 1.0, 1.2], "threat": [0.0, 0.0, 0.5, 1.0], "source": "made up; weights of merit are the defaults",
}
for state, standing in zip(states, [0.6, 0.4, 0.2, 0.5, 0.5, 0.3]):
    state["sender_standing"] = {"donors": about(standing)}

# %% [markdown]
# ## 6 · What can be adopted
#
# An *instrument* is something a state adopts once. Two here: the action plan, and the Union's own protocol, open from 2010.

# %%
plan = {"id": "plan", "kind": "law", "title": "National action plan", "hazard": 0.02, "source": "made up: one in fifty a year, unprompted"}
protocol = {"id": "protocol", "kind": "treaty", "title": "Lakes Protocol", "opens": 2010, "hazard": 0.1, "eligible": ["union"], "source": "made up"}

# %% [markdown]
# ## 7 · The counterfactuals
#
# Write them down *before* you run anything. They are your hypotheses.

# %%
counterfactuals = {
    "no-scorecard": {"title": "Donors never graded", "remove": ["regime.donors"]},
    "early-union": {"title": "The commission came in 2003", "set": {"regime.union.engagement[1].from": 2003}},
    "respected-donors": {"title": "Donors whom everybody respects", "set": {"state.*.sender_standing.donors": 0.9}},
}

# %% [markdown]
# ## 8 · A slip
#
# Everybody makes one. The error says where, what was found, what was expected. Nothing runs before all is right.

# %%
slip = {**scenario, "regime": [union, resolution, {**donors, "demands": ["plans"]}], "instrument": [plan, protocol]}
try:
    suasion.Scenario.from_dict(slip, name="lakes")
except suasion.ScenarioError as error:
    message = str(error)
    print(message)
assert "plans" in message and "plan" in message

# %% [markdown]
# ## 9 · The whole

# %%
lakes = suasion.Scenario.from_dict(
    {**scenario, "regime": [union, resolution, donors], "instrument": [plan, protocol], "counterfactual": counterfactuals}, name="lakes"
)
run = lakes.run()
figure, panels = plt.subplots(2, 3, figsize=(10.5, 5.6), sharex=True, sharey=True)
for axes, state in zip(panels.flat, states):
    for place, (variable, label) in enumerate({"enforcement": "enforcement", "protection": "protection", "motivation": "motivation"}.items()):
        line(axes, over_years(run, variable, state["id"]), label, place, band=("q25", "q75"))
    line(axes, over_years(run, "adopted_plan", state["id"], 1), "has a plan (share)", 3)
    axes.set(ylim=(0, 1), title=state["name"])
for axes in panels[1]:
    axes.set_xlabel("end of year")
for axes in panels[:, 0]:
    axes.set_ylabel("0 to 1")
figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
plt.show()
caption("Means; bands hold half of the replicates.")

# %%
plans = {state["name"]: over_years(run, "adopted_plan", state["id"], 1)["mean"].loc[2001:] for state in states}
waited = {name: (1 - path).sum() for name, path in plans.items()}
meaning = {state["name"]: over_years(run, "motivation", state["id"])["mean"].iloc[-1] for state in states}
first, last = min(waited, key=waited.get), max(waited, key=waited.get)
say(f"At the end {np.mean([path.iloc[-1] for path in plans.values()]):.0%} have a plan. {first} waits {waited[first]:.1f} years for it, {last} {waited[last]:.1f}; "
    f"the most motivated is {max(meaning, key=meaning.get)} ({max(meaning.values()):.2f}).", waited[first] < waited[last])

# %% [markdown]
# Is that plausible? If a picture surprises you, find out why *before* you go on: either your coding is wrong, or you have learnt something.

# %% [markdown]
# ## 10 · The hypotheses

# %%
found = lakes.compare(outcomes=["motivation", "protection"], decompose=["signalling", "overjustification", "self_determination", "coerced_adoption", "reputation"])
names = {name: counterfactuals[name]["title"] for name in found.counterfactuals}
figure, panels = plt.subplots(1, 2, figsize=(10.5, 3.4))
for axes, variable in zip(panels, ("motivation", "protection")):
    for place, (name, title) in enumerate(names.items()):
        line(axes, difference(found, variable, "mean", name), title, place, "difference", ("ci_low", "ci_high"))
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(xlabel="end of year", ylabel="difference from history", title=f"{variable.capitalize()}, mean over states")
figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plt.show()
caption("Above the black line: more of it than in history. Bands: 95 % intervals of the paired mean difference.")

# %%
for name, title in names.items():
    motive, care = (difference(found, variable, "mean", name).iloc[-1] for variable in ("motivation", "protection"))
    plans = difference(found, "years_to_plan", "mean", name).iloc[-1]
    say(f"**{title}**: motivation {motive.difference:+.3f} [{motive.ci_low:+.3f}, {motive.ci_high:+.3f}], protection {care.difference:+.3f} [{care.ci_low:+.3f}, {care.ci_high:+.3f}], "
        f"a plan {abs(plans.difference):.1f} years {word(plans.difference, 'later', 'sooner')}.")

# %% [markdown]
# ## 11 · Why?
#
# Which mechanisms make the difference that the scorecard makes?

# %%
shares = frame(found.shares["no-scorecard"])
shares = shares[(shares.variable == "motivation")].set_index("mechanism")
parts = shares.drop("difference").sort_values("share", key=abs)
figure, axes = plt.subplots(figsize=(8, 3))
axes.barh([name.replace("_", " ") for name in parts.index], parts.share, color=BLUE, xerr=[parts.share - parts.ci_low, parts.ci_high - parts.share])
axes.axvline(0, color="black", linewidth=0.8)
axes.set(xlabel="share of the difference in motivation (no scorecard less history)", title="What the scorecard does to motivation, by mechanism")
plt.show()
caption("Bars to the right: without the scorecard motivation is higher because this mechanism does not act. Lines: 95 % intervals.")

# %%
told = lakes.explain("no-scorecard")
for state in ("ARD", "FEN"):
    say(told.sentences[state])

# %% [markdown]
# ## 12 · Would you bet on it?
#
# Your numbers are guesses. Vary the ones that you are least sure of, and see whether the sign holds. Two of them reach below 0: an inducement may crowd motivation in.

# %%
unsure = {"regime.donors.severity": (0.3, 3.0), "parameters.signalling": (-0.3, 0.3), "parameters.overjustification": (-0.2, 0.4),
          "parameters.self_determination": (-0.2, 0.4), "regime.union.engagement[1].value": (0.2, 0.9)}
history = lakes.sweep(unsure, samples=120, outcomes="motivation", replicates=32)
# The other world has no scorecard, so the axes of the scorecard lead nowhere there; the points of the others are the same.
points = frame(history.design).drop(columns=["point", "regime.donors.severity"])
other = lakes.counterfactual("no-scorecard").sweep(points=points, outcomes="motivation", replicates=32)
effect = frame(other.outcomes)["mean"] - frame(history.outcomes)["mean"]
figure, axes = plt.subplots()
dots = axes.scatter(frame(history.design)["regime.donors.severity"], effect, c=frame(history.design)["parameters.signalling"], cmap="PuOr", edgecolor="0.4")
axes.axhline(0, color="black", linewidth=0.8)
axes.set(xlabel="severity of the donors' scorecard", ylabel="motivation without it less with it", title="120 settings of five uncertain numbers")
figure.colorbar(dots, label="signalling (1/yr)")
plt.show()
caption("Each dot is a setting. Above the line: the scorecard lowers motivation.")

# %%
say(f"The scorecard lowers motivation at {(effect > 0).mean():.0%} of the settings. That share is your answer, not any single run.")

# %% [markdown]
# ## 13 · Give it away
#
# A scenario is a text file. Anyone who has it gets the same bits.

# %%
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "lakes.toml"
    file.write_text(lakes.resolved)
    again = suasion.Scenario.load(file).run()
say(f"Written, read and run again: the digest is `{again.digest}` both times.", again.digest == run.digest)

# %% [markdown]
# On the command line: `suasion check lakes.toml --sources` lists every value without a source and every one that is judgement, `suasion run lakes.toml` makes the tables. What each key means:
# `docs/scenario-format.md`.
#
# ## What this cannot show
#
# - **Anything about the Lakes.** They do not exist. That is the point: the machinery runs on made-up numbers as smoothly as on good ones.
# - **That the equations fit your norm.** They were written for human trafficking. Ask of each: is there a sender, is there something to count, is there a victim?
# - **Which coding is right.** Two coders, two scenarios: compare them as arms.
#
# ## Your turn
#
# Take three states that you know. Code five traits of each, with a source or the word *judgement*. Write two counterfactuals. Then run.
