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
# # 1 · A first run, and a first counterfactual
#
# **Question.** Would the states of Southeast Asia have come to *mean* the norm against human trafficking sooner if the United
# States had never graded them?
#
# We run the scenario that comes with suasion, look at what one history and many histories say, and then take the grades away.
# About twenty minutes. Nothing is needed but Python.

# %%
import tomllib

import matplotlib.pyplot as plt
import suasion
from pictures import *

# %% [markdown]
# ## A scenario
#
# A scenario is a text file: who the states are, which regimes press on them, what is dated. This one is about ten states.

# %%
asean = suasion.Scenario.bundled("asean")
asean

# %%
print("states:", *asean.states)
print("counterfactuals:", *asean.counterfactuals)

# %% [markdown]
# ## A run
#
# Much is uncertain: how motivated a state was at the start, when a parliament found time. Each **replicate** draws all of it
# once. A run is many replicates, so that we see what is luck and what is not.

# %%
run = asean.run(replicates=400)
trajectories = frame(run.trajectories)
trajectories[["replicate", "state", "year", "motivation", "protection", "enforcement", "phase", "tier_tvpa"]].head()

# %%
rows, states = len(trajectories), trajectories.state.nunique()
years = trajectories.year.nunique()
say(
    f"A row is a state at the end of a year: {run.replicates} replicates × {states} states × {years} years = {rows:,} rows. "
    f"The first year, {trajectories.year.min()}, is the start.",
    rows == run.replicates * states * years,
)
run.trajectories.units["motivation"]  # every column knows its unit

# %% [markdown]
# ## One history is an anecdote
#
# **Motivation** is how far a state complies for the norm's own sake: 0 not at all, 1 for no other reason.

# %%
figure, axes = plt.subplots()
malaysia = trajectories[trajectories.state == "MYS"]
for replicate in range(12):
    one = malaysia[malaysia.replicate == replicate]
    axes.plot(one.year, one.motivation, color="0.6", linewidth=1)
mean = over_years(run, "motivation", "MYS")
line(axes, mean, "mean of all replicates", band=("q05", "q95"))
axes.set(ylim=(0, 1), xlabel="end of year", ylabel="motivation (0 to 1)", title="Malaysia: twelve histories, and what all have in common")
axes.legend()
plt.show()
caption("Grey: twelve replicates. Blue: the mean; the band holds nine replicates of ten.")

# %%
end = mean.loc[mean.index.max()]
say(
    f"At the end, nine in ten replicates lie between {end.q05:.2f} and {end.q95:.2f}. Whoever shows a single run can show "
    "almost any story. We shall always show many.",
    end.q95 - end.q05 > 0.1,
)

# %% [markdown]
# ## A counterfactual
#
# The scenario brings counterfactuals along. `no-tvpa` takes the grades away. `compare` gives both worlds **the same luck**: replicate
# 17 with the grades and replicate 17 without draw the same numbers, so what differs between them is what the grades do.

# %%
found = asean.compare("no-tvpa", replicates=400)
figure, panels = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
for axes, (state, name) in zip(panels, [("MYS", "Malaysia"), ("PHL", "Philippines"), ("BRN", "Brunei")]):
    without = difference(found, "motivation", state)
    line(axes, without, name, column="difference", band=("ci_low", "ci_high"))
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(title=name, xlabel="end of year")
panels[0].set_ylabel("motivation without the grades\nless motivation with them")
plt.show()
caption("Above the black line: the state would mean it more without the grades. Bands: 95 % intervals of the mean.")

# %%
last = frame(found.differences)
last = last[(last.year == last.year.max()) & (last.variable == "motivation")].set_index("state")
mean_of_all = last.loc["mean"]
say(
    f"In this model, with these numbers, the ten would have ended {abs(mean_of_all.difference):.2f} "
    f"{word(mean_of_all.difference)} in motivation without the grades "
    f"(95 % interval {mean_of_all.ci_low:.3f} to {mean_of_all.ci_high:.3f}). In {100 * mean_of_all.reversed:.0f} % of replicates "
    "the sign is the other one.",
)

# %% [markdown]
# ## Why the same luck?

# %%
say(
    f"With {int(mean_of_all.n)} pairs we get that interval. Two *independent* runs would need about "
    f"{mean_of_all.unpaired_replicates:.0f} replicates each for one as narrow.",
    mean_of_all.unpaired_replicates > mean_of_all.n,
)

# %% [markdown]
# ## And the laws?
#
# Meaning it is one thing. What of signing and legislating?

# %%
law = difference(found, "reached_law", "mean")
figure, axes = plt.subplots()
line(axes, law, "with the grades", 0, "base")
line(axes, law, "without", 1, "other")
axes.set(ylim=(0, 1), xlabel="end of year", ylabel="states with a law (share)", title="A law against trafficking, mean over the ten")
axes.legend()
plt.show()
caption("The share of states that have passed a specific law.")

# %%
gap = law.iloc[-1]
trade = mean_of_all.difference > 0 > gap.difference
say(
    f"At the end {gap.base:.0%} of states have a law with the grades, {gap.other:.0%} without. "
    + ("**More laws, less meaning it**: the grades buy one with the other." if trade else
       "Laws and meaning it go the same way here: with these numbers there is no trade between them."),
)

# %% [markdown]
# ## And the victims?
#
# **Protection** is what they get. It follows from what a state means, and from what its police do.

# %%
care = frame(found.differences)
care = care[(care.year == care.year.max()) & (care.variable == "protection") & (care.state == "mean")].iloc[0]
say(
    f"Without the grades protection ends {abs(care.difference):.3f} {word(care.difference)} ({care.ci_low:.3f} to {care.ci_high:.3f}), "
    f"and motivation {abs(mean_of_all.difference):.2f} {word(mean_of_all.difference)}. "
    "**They would mean it more and do a little less**: the grades bring enforcement about, and enforcement brings some protection with it.",
    care.difference < 0 < mean_of_all.difference,
)

# %% [markdown]
# How much protection enforcement brings is one number, `spillover`. It was fitted, and the record does not pin it down. Take a smaller one.

# %%
shipped, smaller = tomllib.loads(asean.resolved)["parameters"]["spillover"], 0.2
turned = difference(asean.set("parameters.spillover", smaller).compare("no-tvpa", replicates=400), "protection", "mean").iloc[-1]
say(
    f"With `spillover` at {smaller} instead of {shipped} the difference is {turned.difference:+.3f} instead of {care.difference:+.3f}: the sign turns. "
    "A narrow interval is about luck, not about numbers that nobody knows.",
    turned.ci_low > 0 > care.ci_high,
)

# %% [markdown]
# ## Always: the null model
#
# The result rests on *crowding-out*: the claim that pay and control eat motivation. Switch every crowding coefficient off, and ask again.

# %%
crowding = ["signalling", "overjustification", "self_determination", "agenda_narrowing"]
null = asean.set({f"parameters.{name}": 0 for name in crowding})
null_end = difference(null.compare("no-tvpa", replicates=400), "motivation", "mean").iloc[-1]
say(
    f"Without crowding-out, taking the grades away makes motivation {abs(null_end.difference):.2f} {word(null_end.difference)} "
    f"({null_end.ci_low:.3f} to {null_end.ci_high:.3f}); with it, {abs(mean_of_all.difference):.2f} {word(mean_of_all.difference)}. "
    "The answer to our question is an assumption until evidence speaks for the coefficients.",
    null_end.difference < mean_of_all.difference,
)

# %% [markdown]
# ## What this cannot show
#
# - **Not that the grades hurt.** It shows that *if* motives are crowded out about as much as assumed, they did.
# - **Not how much.** Traits are coded by judgement; the interval is about luck and coding, not about a wrong model.
# - **Nothing beyond the ten.** China, donors and firms are not in it.
#
# ## Try
#
# 1. `asean.compare(["shame-without-sanctions", "sanctions-without-shame"])`: which half of the regime does the harm, which the good?
# 2. `asean.explain("no-tvpa").sentences["SGP"]`: why Singapore is another case than Cambodia.
# 3. Your own: `asean.compare({"respected sender": {"state.*.sender_standing.tvpa": 0.9}})`.
