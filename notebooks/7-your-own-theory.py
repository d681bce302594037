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
# # 7 · Bring your own theory
#
# **Question.** From an argument in words to a mechanism, a picture and a verdict: what does a theory say that the model does not, and does the record care?
#
# The model knows persuasion, pressure and resentment. It does not know that what officials are paid to overlook is not done. We write that down, look at what follows, and ask the record of Southeast Asia what it thinks. About thirty minutes.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import suasion
from pictures import *

asean = suasion.Scenario.bundled("asean")

# %% [markdown]
# ## 1 · The argument
#
# *Where officials can be bought, a part of what a government does for victims leaks away; where that is seen at home, people stop believing that anything works, and stop asking.*
#
# Three questions turn it into a mechanism:
#
# 1. **What moves?** The level that *protection* moves to, and *mobilization*.
# 2. **On what does it hang?** On how corrupt a state is: a trait that the model lacks. And on whether it is seen: words beyond deeds, which build up as *cynicism*, a variable with a memory.
# 3. **What is not known?** How much leaks, and how fast cynicism grows: parameters with ranges.

# %%
theory = (
    suasion.Theory(
        "Leaking effort",
        "Where officials can be bought, part of what is done for victims leaks away; where that is seen, people stop asking.",
        predicts="Less protection in corrupt states, and less mobilization there later, with the same grades.",
        source="made up for a lesson",
    )
    .parameter("leak", 0.6, range=(0, 1), unit="-", meaning="share of protection that a wholly corrupt state loses")
    .parameter("discouragement", 0.2, range=(0, 1), unit="1/yr", meaning="mobilization lost to full cynicism")
    .trait("corruption", {"mean": 0.4, "sd": 0.15}, meaning="share of officials who can be bought")
    .variable("cynicism", "0.5 * (max(rhetoric - protection / max(capacity, 0.05), 0) - cynicism)", meaning="disbelief that anything works")
    .mechanism("leakage", title="effort that leaks away", scales="protection_target", by="1 - leak * corruption")
    .mechanism("giving_up", title="giving up", adds_to="mobilization", rate="-discouragement * cynicism * mobilization")
    .outcome("hypocrisy", "rhetoric - motivation", range=(-1, 1), meaning="what is said beyond what is meant")
)
print(theory.to_toml())

# %% [markdown]
# That is a file: `theory.save("leaking.toml")` writes it, and `suasion compare asean --theory leaking.toml` runs it without any Python. Nothing of it is checked before it meets a scenario. What is misspelt is told where it stands:

# %%
try:
    asean.add_mechanism("leakage", scales="protection_target", by="1 - 0.6 * coruption")
except suasion.ScenarioError as error:
    print(error)

# %% [markdown]
# ## 2 · What follows from it
#
# The scenario with the theory in it, beside the scenario, on the same luck.

# %%
leaking = asean.theory(theory)
found = asean.compare({"leaking": leaking}, outcomes=["protection", "mobilization", "motivation"], replicates=400)
figure, axes = plt.subplots()
for place, variable in enumerate(("protection", "mobilization", "motivation")):
    line(axes, difference(found, variable, "mean", "leaking"), variable, place, "difference", ("ci_low", "ci_high"))
axes.axhline(0, color="black", linewidth=0.8)
axes.set(xlabel="end of year", ylabel="with the theory, less without", title="What leaking does, on average over ten states")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
plt.show()
caption("Below the black line: less of it than in the scenario. Bands: 95 % intervals of the paired mean difference.")

# %%
last = {variable: difference(found, variable, "mean", "leaking").iloc[-1] for variable in ("protection", "mobilization", "motivation")}
say(
    f"By the end protection is lower by {-last['protection'].difference:.3f}, mobilization by {-last['mobilization'].difference:.3f}. "
    f"Motivation, which no line of the theory mentions, moves by {last['motivation'].difference:+.3f} "
    f"[{last['motivation'].ci_low:+.3f}, {last['motivation'].ci_high:+.3f}].",
    last["protection"].ci_high < 0,
    last["mobilization"].ci_high < 0,
)

# %% [markdown]
# Did you predict that? Most theories say something about what they do not mention, and that is where they can be wrong.
#
# ## 3 · How much of it?
#
# A number that is not known is turned from one end of its range to the other. So is the trait, in one state.

# %%
swept = leaking.sweep({"parameters.leak": [0.0, 0.25, 0.5, 0.75, 1.0]}, outcomes=["protection", "hypocrisy"], replicates=100)
leaks = frame(swept.outcomes).merge(frame(swept.design), on="point").pivot(index="parameters.leak", columns="variable", values="mean")
honest = leaking.set("state.MMR.corruption", 0.0).run(replicates=200)
bought = leaking.set("state.MMR.corruption", 0.9).run(replicates=200)
figure, panels = plt.subplots(1, 2, figsize=(10.5, 3.6))
for place, column in enumerate(("protection", "hypocrisy")):
    line(panels[0], leaks, column, place, column)
panels[0].set(xlabel="leak: share lost where all can be bought", ylabel="at the end, mean over states", title="Turning the parameter")
for place, (run, label) in enumerate(((honest, "nobody"), (bought, "nine of ten"))):
    line(panels[1], over_years(run, "cynicism", "MMR"), label, place, band=("q25", "q75"))
panels[1].set(xlabel="end of year", ylabel="cynicism (0 to 1)", title="Myanmar, by how many can be bought")
for axes in panels:
    axes.legend()
plt.show()
caption("Left: means over ten states at the end. Right: means of 200 replicates; bands hold half of them.")

# %%
calm, sour = (over_years(run, "cynicism", "MMR")["mean"].iloc[-1] for run in (honest, bought))
say(f"Cynicism in Myanmar ends at {calm:.2f} where nobody can be bought, and at {sour:.2f} where nearly all can.", sour > calm)

# %% [markdown]
# ## 4 · The verdict
#
# A theory is weighed by what it makes of the record: how probable were the grades and laws of each year, given the years before? **Default numbers decide nothing**: before you say that the record favours a theory, fit it (`refit=True`).
# Here we look at the numbers as they stand, with few particles.

# %%
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "leaking.toml"
    theory.save(file)
    again = suasion.Theory.read(file)
    weighed = asean.weigh([f"theory {file}", "theory backlash"], particles=500)
table = frame(weighed.theories)
table = table[["theory", "difference", "difference_error", "tells_apart"]].dropna().round(2)
table

# %%
row = table[table.theory == "leaking"].iloc[0]
say(
    f"The record of tiers and laws differs by {row.difference:+.1f} (standard error {row.difference_error:.1f}) between the theory and the scenario. "
    f"{'That tells them apart.' if row.tells_apart == 'yes' else 'That does not tell them apart: ten states and fifteen years know little of what leaks.'}",
    again == theory,
)

# %% [markdown]
# Where would it be right, and where wrong? By state:

# %%
states = frame(weighed.by_state)
states = states[states.theory == "leaking"].set_index("state").difference.sort_values()
figure, axes = plt.subplots(figsize=(8, 3.4))
axes.barh(states.index, states, color=[RED if x < 0 else BLUE for x in states])
axes.axvline(0, color="black", linewidth=0.8)
axes.set(xlabel="log score with the theory, less without", title="Whose record it predicts better (right) or worse (left)")
plt.show()
caption("Bars to the right: the theory found what happened there more probable. Four units in all would tell something; single states tell little.")

# %% [markdown]
# Ask `power` what one would have to observe: scores of practice would see what leaks, tiers hardly do.
#
# ## What this cannot show
#
# - **That officials are bought.** The trait is made up: code it from a source, state by state, with what you do not know as a spread.
# - **That the effect is this size.** `leak` is a judgement; the record does not say. What is left is the sign, and what follows from it.
# - **That no other theory predicts the same.** Write the rival too, and look for the years in which they differ.
#
# ## Your turn
#
# Take an argument that you have read this term. Say in one sentence what moves, on what it hangs, and what is not known. Then write the mechanism, predict, and run. `docs/howto/theory.md` lists every name that an expression can have.
