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
# # 3 · The spiral model, taught in one hour
#
# **Question.** How does a government that denies everything come to follow a norm, and where does it get stuck?
#
# Risse, Ropp and Sikkink (1999, 2013) answer with a spiral of five phases. A made-up state, Aldova, climbs it here. Times in the headings are for a seminar;
# each part ends with a question to the room.

# %%
import matplotlib.pyplot as plt
import numpy as np
import suasion
from pictures import *

aldova = suasion.Scenario.bundled("teaching/spiral")
run = aldova.run(400)
history = frame(run.trajectories)

# %% [markdown]
# ## 0:00 · Five phases
#
# | phase | the government says |
# |---|---|
# | repression | nothing; it acts as it likes |
# | denial | "this is our own affair" |
# | tactical concessions | "we are looking into it" |
# | prescriptive status | "it is the law, and rightly so" |
# | rule-consistent behaviour | it need not say |
#
# Nothing in the model *makes* a state go up. In each step it may, and it may fall back; how likely, depends on what presses and who speaks.

# %%
def phases(run, axes, state):
    """The share of replicates in each phase, as bands over the years."""
    shares = [over_years(run, "phase", state, phase)["mean"] for phase in range(5)]
    axes.stackplot(shares[0].index, shares, colors=PHASE_COLOURS, labels=PHASES)
    axes.set(ylim=(0, 1), xlim=(shares[0].index.min(), shares[0].index.max()), xlabel="end of year")
    return shares


figure, axes = plt.subplots(figsize=(9, 4))
shares = phases(run, axes, "aldova")
axes.set(ylabel="share of replicates", title="Aldova climbs: where 400 replicates stand")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1), reverse=True)
plt.show()
caption("Dark: repression. Light: rule-consistent behaviour. Read a year from the bottom up.")

# %%
top = shares[4].iloc[-1]
say(
    f"All begin in repression. After {len(shares[4]) - 1} years {top:.0%} follow the rule; "
    f"{1 - top:.0%} are still on the way or have fallen back.",
    shares[0].iloc[0] == 1, 0 < top < 1,
)

# %% [markdown]
# **To the room:** which step takes longest? Look for the widest band before you compute.

# %%
years_in = {phase: shares[k].iloc[1:].sum() for k, phase in enumerate(PHASES[:-1])}
longest = max(years_in, key=years_in.get)
say(f"Mean years spent in each: {', '.join(f'{phase} {years:.1f}' for phase, years in years_in.items())}. "
    f"Longest below the top: **{longest}**.")

# %% [markdown]
# ## 0:10 · No two histories are alike
#
# The mean climbs smoothly. No state ever did.

# %%
figure, axes = plt.subplots()
for place, replicate in enumerate(range(5)):
    one = history[history.replicate == replicate]
    axes.step(one.year, one.phase + 0.06 * (place - 2), where="post", color=COLOURS[place], linestyle=STYLES[place])
axes.set(yticks=range(5), yticklabels=PHASES, xlabel="end of year", title="Five histories of the same state")
plt.show()
caption("Five replicates: alike in everything but luck.")

# %%
events = frame(run.events)
moves = events[events.kind == "phase"]
back = moves[moves.to.astype(int) < moves["from"].astype(int)]
fell = back.replicate.nunique() / run.replicates
say(f"{fell:.0%} of replicates fall back at least once. Progress in a single case proves little, and neither does a setback.", fell > 0)

# %% [markdown]
# **To the room:** a case study finds a state that went straight up. What did its author select on?

# %% [markdown]
# ## 0:20 · Who pushes?
#
# The *boomerang*: critics at home have no access to their government, so they go abroad, and pressure comes back from there. Take away first the watchers abroad, then
# the critics at home.

# %%
figure, panels = plt.subplots(1, 3, figsize=(11, 3.6), sharey=True)
top_share = {}
for axes, (name, title) in zip(panels, [(None, "both"), ("nobody-watches", "nobody watches abroad"), ("closed-society", "no room for critics at home")]):
    scenario = aldova if name is None else aldova.counterfactual(name)
    bands = phases(scenario.run(400), axes, "aldova")
    axes.set_title(title)
    top_share[title] = [band.iloc[-1] for band in bands]
panels[0].set_ylabel("share of replicates")
panels[-1].legend(PHASES, loc="upper left", bbox_to_anchor=(1, 1), reverse=True)
plt.show()
caption("The same state and luck; one push taken away in each picture on the right.")

# %%
stuck, closed = top_share["nobody watches abroad"], top_share["no room for critics at home"]
say(f"Without watchers abroad {stuck[0]:.0%} never leave repression. Without critics at home "
    f"{1 - closed[0]:.0%} leave it, but only {closed[4]:.0%} arrive: attention opens the door, and nobody walks through it.",
    stuck[0] > 0.9, closed[0] < 0.5, closed[4] < top)

# %% [markdown]
# **To the room:** which of the two can a foreign ministry change? Which one can it destroy?

# %% [markdown]
# ## 0:35 · Caught in one's own words
#
# Lipservia means nothing of it. It signs because signing is cheap. Then its critics read it what it signed: **rhetorical entrapment**.

# %%
lipservia = suasion.Scenario.bundled("teaching/entrapment")
trapped = lipservia.run(400)
figure, axes = plt.subplots()
for place, (variable, label) in enumerate({"rhetoric": "what it says (rhetoric)", "mobilization": "who holds it to that (mobilization)",
                                           "protection": "what it does (protection)", "motivation": "what it means (motivation)"}.items()):
    line(axes, over_years(trapped, variable, "lipservia"), label, place)
axes.set(ylim=(0, 1), xlabel="end of year", ylabel="0 to 1", title="Lipservia: words first, meaning last")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
plt.show()
caption("Means over replicates.")

# %%
crossed = {}
for variable in ("rhetoric", "mobilization", "motivation"):
    path = over_years(trapped, variable, "lipservia")["mean"]
    half = (path.iloc[0] + path.max()) / 2
    crossed[variable] = path.index[path >= half][0]
say(f"Halfway to its highest: mobilization by {crossed['mobilization']}, rhetoric by {crossed['rhetoric']}, motivation by {crossed['motivation']}. "
    "Meaning it is an effect here, not a cause.",
    max(crossed["rhetoric"], crossed["mobilization"]) < crossed["motivation"])

# %% [markdown]
# What if it signs nothing? What if nobody at home listens?

# %%
found = lipservia.compare(["signs-nothing", "deaf-society"], replicates=400)
gap = {}
for name in found.counterfactuals:
    for variable in ("phase", "compliance_gap", "motivation"):
        gap[name, variable] = difference(found, variable, "lipservia", name).iloc[-1]
for name, words in {"signs-nothing": "It signs nothing", "deaf-society": "Nobody listens"}.items():
    phase, promise, meant = (gap[name, variable] for variable in ("phase", "compliance_gap", "motivation"))
    say(f"**{words}**: mean phase {phase.base:.1f} → {phase.other:.1f}, gap between commitment and practice {promise.base:.2f} → {promise.other:.2f}, "
        f"motivation {meant.base:.2f} → {meant.other:.2f}.", phase.difference < 0)

# %% [markdown]
# **To the room:** "empty promises are worse than none". Which of the two rows speaks for that, which against?

# %% [markdown]
# ## 0:50 · What this cannot show
#
# - **That there is a spiral.** The phases are built in. The model shows what follows *if* states move through them, and what each push then does.
# - **What a phase is, in a record.** Coders of real states disagree by a phase; the model has no coder.
# - **Interests.** No elections, parties, or wars: they are in the luck.
#
# ## For next week
#
# 1. Find the openness at which half of the replicates arrive: `aldova.sweep("state.aldova.openness=0..1:11", outcomes="phase=4")`.
# 2. Persuasion first, or sanctions first? Compare `teaching/sequencing-persuasion-first` with `teaching/sequencing-sanctions-first`.
# 3. Write Aldova's history in one page from `aldova.run(1).events`. Then from replicate 2. Which would a journal print?
