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
# # 2 · Crowding-out, and its phase diagram
#
# **Question.** When does paying a state for compliance leave you with less of it?
#
# Kindergartens that fined late parents got more late parents (Gneezy and Rustichini 2000). The price told them what lateness was. Here one made-up
# state stands before one sender, so that we can see every part move. About thirty minutes.

# %%
import matplotlib.pyplot as plt
import numpy as np
import suasion
from pictures import *

proud = suasion.Scenario.bundled("teaching/fine-is-a-price-small")
print(proud.title)

# %% [markdown]
# ## Pay enough, or don't pay at all
#
# `severity` is how much is at stake, in multiples of what has half of the greatest effect that pressure can have. We turn it from nothing to much, and look at the state's effort: **enforcement** (what a sender can count) and
# **protection** (what victims get).

# %%
severity = [0, 0.008, 0.015, 0.03, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5]
swept = proud.sweep({"regime.sender.severity": severity}, outcomes=["enforcement", "protection", "motivation"], replicates=64)
effort = frame(swept.outcomes).pivot(index="point", columns="variable", values="mean")
effort["severity"] = frame(swept.design)["regime.sender.severity"]
effort["total"] = effort.enforcement + effort.protection
effort.round(2)

# %%
figure, axes = plt.subplots()
paid = effort[effort.severity > 0].set_index("severity")
for place, (column, label) in enumerate({"total": "effort in all", "enforcement": "enforcement", "protection": "protection",
                                         "motivation": "motivation"}.items()):
    line(axes, paid, label, place, column)
    axes.plot(0.005, effort[column].iloc[0], "o", color=COLOURS[place])
axes.set(xscale="log", xlabel="severity of the inducement (log scale; dots: none)", ylabel="at the end (0 to 1)",
         title="A small inducement costs more than it buys")
axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
plt.show()
caption("Dots: no inducement. Effort falls when a small one begins, and comes back only when a large one has bought it.")

# %%
none, least = effort.iloc[0], effort.loc[effort.total.idxmin()]
enough = effort[(effort.severity > least.severity) & (effort.total > none.total)]
say(
    f"Without pay the state makes an effort of {none.total:.2f}. At severity {least.severity:g} it is down to {least.total:.2f}: "
    f"motivation went from {none.motivation:.2f} to {least.motivation:.2f}, and so little buys nothing. "
    + (f"From {enough.severity.iloc[0]:g} on, effort is higher than for free; motivation does not come back."
       if len(enough) else "No inducement on this scale brings it back."),
    least.severity > 0, least.total < none.total - 0.05, effort.motivation.iloc[-1] < none.motivation,
)

# %% [markdown]
# ## What kind of effort comes back?

# %%
most = effort.iloc[-1]
say(
    f"At the top, enforcement is {most.enforcement:.2f} (free: {none.enforcement:.2f}) and protection {most.protection:.2f} "
    f"(free: {none.protection:.2f}). Money buys what it counts: **success by numbers**.",
    most.enforcement > none.enforcement, most.protection < none.protection,
)

# %% [markdown]
# ## The phase diagram
#
# Is it the pay, or who pays? A sender of high *standing* says with its offer that the thing matters; one of low standing says that you are bought. So we turn
# both: 13 levels of severity by 13 of standing. And twice: with *signalling*, how much a state reads into an offer, at its default, and at the top of its range.

# %%
levels = 13
axes_of_sweep = {
    "state.proud.sender_standing.sender": list(np.linspace(0, 1, levels)),
    "regime.sender.severity": [0, *np.geomspace(0.008, 5, levels - 1)],
}


def plane(scenario):
    """Changes of motivation and of effort against no pay, by standing and severity."""
    swept = scenario.sweep(axes_of_sweep, outcomes=["motivation", "enforcement", "protection"], replicates=16)
    means = frame(swept.outcomes).pivot(index="point", columns="variable", values="mean")
    means["effort"] = means.enforcement + means.protection
    squares = {name: means[name].to_numpy().reshape(levels, levels) for name in ("motivation", "effort")}
    return {name: square[:, 1:] - square[:, :1] for name, square in squares.items()}


usual, loud = plane(proud), plane(proud.set("parameters.signalling", 0.5))

# %%
figure, panels = plt.subplots(1, 3, figsize=(11.5, 3.9), sharey=True)
standing, paid_levels = axes_of_sweep["state.proud.sender_standing.sender"], axes_of_sweep["regime.sender.severity"][1:]
limit = 0.7
shown = {"Motivation": usual["motivation"], "Motivation, loud signals": loud["motivation"], "Effort in all": usual["effort"]}
for axes, (title, change) in zip(panels, shown.items()):
    picture = axes.pcolormesh(paid_levels, standing, change, cmap="PuOr", vmin=-limit, vmax=limit, shading="nearest")
    if change.min() < 0 < change.max():
        axes.contour(paid_levels, standing, change, levels=[0], colors="black", linewidths=1.5)
    axes.set(xscale="log", xlabel="severity (log scale)", title=title)
figure.colorbar(picture, ax=panels, label="change against no pay")
panels[0].set_ylabel("standing of the sender (0 to 1)")
plt.show()
caption("Brown: crowding-out, less than without pay. Purple: crowding-in, more. The black line is where pay changes nothing.")

# %%
change, whole = usual["motivation"], usual["effort"]
lowest, highest = change[0].mean(), change[-1].mean()
better = (loud["motivation"] > 0).mean() - (change > 0).mean()
paradox = ((change < -0.01) & (whole > 0.01)).mean()
say(
    f"Averaged over severities, motivation changes by {lowest:+.2f} under a despised sender and by {highest:+.2f} under a respected one. "
    f"With loud signals pay crowds motivation *in* on {(loud['motivation'] > 0).mean():.0%} of the plane, all of it under respected senders. "
    f"And on {paradox:.0%} of the plane at its default effort rises *while* motivation falls: whoever counts effort calls that a success.",
    highest > lowest, better > 0, (loud["motivation"][: levels // 2] <= 0).all(),
)

# %% [markdown]
# ## It lasts
#
# What if the sender stops? The counterfactual `withdrawn` ends the inducement in 2008.

# %%
free = proud.set("regime.sender.severity", 0)
runs = {"paid throughout": proud, "withdrawn in 2008": proud.counterfactual("withdrawn"), "never paid": free}
figure, axes = plt.subplots()
paths = {}
for place, (name, scenario) in enumerate(runs.items()):
    paths[name] = over_years(scenario.run(200), "motivation", "proud")
    line(axes, paths[name], name, place)
axes.axvline(2007, color="0.5", linewidth=0.8)
axes.set(ylim=(0, 1), xlabel="end of year", ylabel="motivation (0 to 1)", title="Taking the pay away does not give the motive back")
axes.legend()
plt.show()
caption("Grey line: the end of the last year with pay.")

# %%
ends = {name: path["mean"].iloc[-1] for name, path in paths.items()}
say(
    f"At the end of the run motivation stands at {ends['withdrawn in 2008']:.2f}; had nobody ever paid, at {ends['never paid']:.2f}.",
    ends["withdrawn in 2008"] < ends["never paid"] - 0.05,
)

# %% [markdown]
# ## Which mechanism did it?
#
# Three stories of crowding-out are in the model. **Signalling**: the offer tells what the sender thinks of you. **Overjustification**: you lose track of why you
# comply. **Self-determination**: you resent being controlled. Shapley's value shares the difference out among them (see `docs/experiments.md` for what
# that does and does not mean).

# %%
stories = ["signalling", "overjustification", "self_determination"]
split = free.compare({"small inducement": {"regime.sender.severity": 0.08}}, outcomes="motivation", decompose=stories, replicates=200)
shares = frame(split.shares["small inducement"]).set_index("mechanism")
figure, axes = plt.subplots(figsize=(8, 2.6))
parts = shares.loc[[*stories, "rest"]].iloc[::-1]
axes.barh([name.replace("_", "-") for name in parts.index], parts.share, color=BLUE,
          xerr=[parts.share - parts.ci_low, parts.ci_high - parts.share])
axes.axvline(0, color="black", linewidth=0.8)
axes.set(xlabel="share of the change of motivation", title="What a small inducement does, by mechanism")
plt.show()
caption("Bars to the left lower motivation. Lines: 95 % intervals.")

# %%
whole, largest = shares.share["difference"], shares.loc[stories].share.idxmin()
say(
    f"Of a change of {whole:+.2f}, {largest.replace('_', '-')} makes {shares.share[largest]:+.2f}. The shares and the rest add up exactly.",
    abs(shares.share[[*stories, "rest"]].sum() - whole) < 1e-6, whole < 0,
)

# %% [markdown]
# ## Where there is nothing to crowd out

# %%
empty = {"state.proud.intrinsic_motivation": 0.02}
cynic = proud.set(empty).compare({"paid more": {"regime.sender.severity": 2.0}}, replicates=200)
gain = {variable: difference(cynic, variable, "proud").difference.iloc[-1] for variable in ("motivation", "enforcement")}
say(
    f"For a state that never meant it, a large inducement moves motivation by {gain['motivation']:+.2f} and enforcement by "
    f"{gain['enforcement']:+.2f}. Coercion does no harm where there is nothing to harm.",
    abs(gain["motivation"]) < 0.05, gain["enforcement"] > 0.05,
)

# %% [markdown]
# ## What this cannot show
#
# - **That states are like parents.** The evidence for crowding-out is about people, in laboratories and kindergartens. That it holds of states is the hypothesis.
# - **Where on the diagram a real state lies.** Standing and severity are judged, and the record of tiers and laws alone cannot tell them apart from the
#   coefficients.
# - **Bargaining.** The sender does not learn here, and the state does not bluff.
#
# ## Try
#
# 1. Draw the diagram with `"parameters.inducement_half": 0.8` set: what if only *large* inducements change the frame?
# 2. A state that does not mind control: `proud.set("state.proud.control_aversion", 0)`.
# 3. The same map for a real case: `suasion.Scenario.bundled("asean").sweep({"parameters.signalling": "-0.5..0.5:9", "regime.tvpa.severity": "0..6:9"})`.
