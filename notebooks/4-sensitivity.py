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
# # 4 · Sensitivity: which numbers matter
#
# **Question.** The scenario has dozens of parameters that nobody has measured. Which of them does the result hang on?
#
# First a cheap look at all of them (Morris), then a careful one at the few that matter (Sobol). About thirty minutes.

# %%
import warnings

import matplotlib.pyplot as plt
import pandas as pd
import suasion
from pictures import *

asean = suasion.Scenario.bundled("asean")

# %% [markdown]
# ## Screening: move one thing at a time
#
# Morris' method walks through the space of parameters, one axis at a step, many times. **mu\*** is how much the outcome moves when an axis goes through its whole range. Ranges are
# those that `suasion params` shows.

# %%
with warnings.catch_warnings(record=True) as notices:
    warnings.simplefilter("always")
    screening = asean.sensitivity("morris", "parameters.*", samples=12, outcomes=["motivation", "protection"], replicates=16)
for notice in notices:
    print(notice.message)
screened = frame(screening.indices)
stars = screened[screened.measure == "mu_star"]
say(f"{stars.axis.nunique()} parameters, {len(screening.design)} points, 16 replicates of each.")

# %%
figure, panels = plt.subplots(1, 2, figsize=(11, 4.6))
for axes, (outcome, rows) in zip(panels, stars.groupby("outcome", sort=False)):
    top = rows.sort_values("value").tail(10)
    names = [axis.removeprefix("parameters.") for axis in top.axis]
    axes.barh(names, top.value, color=BLUE, xerr=[top.value - top.ci_low, top.ci_high - top.value])
    axes.set(title=outcome.split(".")[0], xlabel="mean size of the change over the range (mu*)")
plt.show()
caption("The ten that matter most for each outcome, mean over states at the end. Lines: 95 % intervals over trajectories.")

# %%
motivation = stars[stars.outcome.str.startswith("motivation")].sort_values("value", ascending=False)
half = (motivation.value.cumsum() < motivation.value.sum() / 2).sum() + 1
say(f"{half} of {len(motivation)} parameters make half of all that moves motivation. Most could be almost anything.",
    half < len(motivation) / 2)

# %% [markdown]
# A large **sigma** beside mu\* says that the effect depends on where the others are: that axis does not act alone.

# %%
wide = screened[screened.outcome.str.startswith("motivation")].pivot(index="axis", columns="measure", values="value")
figure, axes = plt.subplots(figsize=(6.5, 4.5))
axes.plot(wide.mu_star, wide.sigma, "o", color=BLUE, alpha=0.7)
axes.axline((0, 0), slope=1, color="0.6", linewidth=1)
for name, row in wide.nlargest(6, "mu_star").iterrows():
    axes.annotate(" " + name.removeprefix("parameters."), (row.mu_star, row.sigma), fontsize=9)
axes.set(xlabel="how much it matters (mu*)", ylabel="how much that depends on the rest (sigma)", title="Motivation: each dot a parameter")
plt.show()
caption("Dots above the grey line: what they do depends on the other parameters more than it is steady.")

# %% [markdown]
# ## Shares of variance
#
# Sobol's indices take the few that matter. **S1**: the share of the outcome's variance that the axis makes alone; **ST**: with all of its interactions.

# %%
few = list(motivation.axis.head(5))
careful = asean.sensitivity("sobol", few, samples=256, outcomes="motivation", replicates=16)
indices = frame(careful.indices)
alone, whole = (indices[indices.measure == measure].set_index("axis") for measure in ("S1", "ST"))
order = whole.value.sort_values().index
figure, axes = plt.subplots(figsize=(8, 3.4))
heights = range(len(order))
axes.barh([h + 0.2 for h in heights], whole.value[order], 0.38, color=ORANGE, label="with its interactions (ST)",
          xerr=[whole.value[order] - whole.ci_low[order], whole.ci_high[order] - whole.value[order]])
axes.barh([h - 0.2 for h in heights], alone.value[order], 0.38, color=BLUE, label="alone (S1)",
          xerr=[alone.value[order] - alone.ci_low[order], alone.ci_high[order] - alone.value[order]])
axes.set(yticks=list(heights), yticklabels=[axis.removeprefix("parameters.") for axis in order], xlabel="share of the variance of motivation",
         title="Five parameters over their ranges")
axes.legend(loc="lower right")
plt.show()
caption("Lines: 95 % intervals.")

# %%
together = 1 - alone.value.sum()
say(f"The largest share is that of {order[-1].removeprefix('parameters.')}: {whole.value[order[-1]]:.0%}. "
    f"Single axes explain {alone.value.sum():.0%}; {max(together, 0):.0%} is due to axes together.",
    abs(together) < 0.6)

# %% [markdown]
# ## An index is about a range, not about the world
#
# Halve the range of the parameter that matters most, and ask again.

# %%
first = order[-1]
ranges = frame(careful.design)[few].agg(["min", "max"])
middle, width = ranges[first].mean(), ranges[first].max() - ranges[first].min()
narrow = {axis: (ranges[axis].min(), ranges[axis].max()) for axis in few}
narrow[first] = (middle - width / 4, middle + width / 4)
again = frame(asean.sensitivity("sobol", narrow, samples=256, outcomes="motivation", replicates=16).indices)
now = again[(again.measure == "ST") & (again.axis == first)].value.iloc[0]
say(f"With half its range, the share of {first.removeprefix('parameters.')} goes from {whole.value[first]:.0%} to {now:.0%}. "
    "\"It matters most\" means: over the range that you gave it.", now < whole.value[first])

# %% [markdown]
# ## Enough points?
#
# Intervals say. So does the estimate, as points are added.

# %%
figure, axes = plt.subplots()
for place, axis in enumerate(order[::-1][:3]):
    rows = []
    for samples in (16, 32, 64, 128, 256):
        found = frame(asean.sensitivity("sobol", few, samples=samples, outcomes="motivation", replicates=16).indices)
        rows.append(found[(found.measure == "ST") & (found.axis == axis)].assign(samples=samples))
    path = pd.concat(rows).set_index("samples")
    line(axes, path, axis.removeprefix("parameters."), place, "value", ("ci_low", "ci_high"))
axes.set(xscale="log", xlabel="base samples", ylabel="share of variance (ST)", title="Estimates settle as points are added")
axes.set_xticks([16, 32, 64, 128, 256], labels=[16, 32, 64, 128, 256])
axes.minorticks_off()
axes.legend(loc="upper right")
plt.show()
caption("Bands: 95 % intervals.")

# %% [markdown]
# ## Does the *conclusion* depend on it?
#
# What we care about is seldom an outcome; it is a difference. So sweep both worlds over the same points, on the same luck, and look at the difference.

# %%
points = asean.sweep({axis: narrow_range for axis, narrow_range in {**narrow, "parameters.signalling": (-0.3, 0.3)}.items()},
                     samples=200, outcomes="motivation", replicates=16)
values = frame(points.design)
axes_of_points = [column for column in values.columns if column != "point"]
without = asean.counterfactual("no-tvpa").sweep(axes_of_points, points=values[axes_of_points], outcomes="motivation", replicates=16)
effect = frame(without.outcomes)["mean"] - frame(points.outcomes)["mean"]
figure, axes = plt.subplots()
axes.hist(effect, bins=24, color=SKY, edgecolor="white")
axes.axvline(0, color="black", linewidth=1)
axes.set(xlabel="motivation without the grades less with them, mean over states at the end", ylabel="design points",
         title="The counterfactual at 200 settings of six parameters")
plt.show()
caption("Right of the line: without the grades states mean it more.")

# %%
at_defaults = difference(asean.compare("no-tvpa", replicates=400), "motivation", "mean").difference.iloc[-1]
same_sign = ((effect > 0) == (at_defaults > 0)).mean()
say(f"At the defaults the difference is {at_defaults:+.2f}. Over these ranges it goes from {effect.min():+.2f} to {effect.max():+.2f}, and has the sign of the defaults at "
    f"{same_sign:.0%} of the points. " + ("The conclusion hangs on where in the ranges the truth lies: ask what speaks for the defaults." if same_sign < 0.9 else
                                          "The sign hardly hangs on these parameters."))

# %% [markdown]
# ## What this cannot show
#
# - **What is true.** Sensitivity says which unknown matters, not what its value is. For that, `suasion calibrate` and evidence.
# - **What is not varied.** Traits of states and the equations themselves stayed as they are.
# - **Independence.** Axes vary independently here; in the world, parameters may go together.
#
# ## Try
#
# 1. Traits: `asean.sensitivity("morris", ["state.MYS.openness", "state.MYS.control_aversion", "state.MYS.capacity"], outcomes="motivation.MYS")`.
# 2. SALib's own estimators: `python/examples/salib_sobol.py`.
# 3. On a cluster: `docs/howto/cluster.md`.
