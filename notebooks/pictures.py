"""What the notebooks share: sentences that are checked, tables as data frames, and how pictures look. No model is here."""

import matplotlib.pyplot as plt
import pyarrow as pa
from IPython.display import Markdown, display
from matplotlib.ticker import MaxNLocator

# Okabe and Ito's colours, told apart by people who are colour-blind; lines differ in style too, so that grey print does.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
COLOURS = [BLUE, ORANGE, GREEN, PURPLE, SKY, RED]
STYLES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1))]
# From dark to light, as grades and phases go.
TIERS = {"1": "#FDE725", "2": "#5EC962", "2WL": "#31688E", "3": "#440154", "NR": "#DDDDDD"}
PHASES = ["repression", "denial", "tactical concessions", "prescriptive status", "rule-consistent behaviour"]
PHASE_COLOURS = ["#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725"]

plt.rcParams.update(
    {
        "figure.figsize": (8, 4), "figure.dpi": 110, "figure.constrained_layout.use": True, "font.size": 11,
        "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 11, "axes.titlelocation": "left",
        "legend.frameon": False, "lines.linewidth": 2,
    }
)


def say(sentence, *holds):
    """Shows a sentence whose numbers were computed, and fails where what it claims no longer holds."""
    for hold in holds:
        assert hold, f"no longer true: {sentence}"
    display(Markdown(sentence))


def frame(table):
    """A table as a plain data frame: text as text, numbers as numbers."""
    table = table.to_arrow()
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table.to_pandas()


def over_years(run, variable, state, value=None):
    """Mean and quantiles of a variable of a state, a row a year; of a code, the share of replicates that have it."""
    rows = frame(run.summary)
    rows = rows[(rows.variable == variable) & (rows.state == state)]
    if value is not None:
        rows = rows[rows.value == str(value)]
    return rows.set_index("year").sort_index()


def difference(comparison, variable, state, counterfactual=None):
    """Paired differences of a variable of a state, a row a year."""
    rows = frame(comparison.differences)
    rows = rows[(rows.variable == variable) & (rows.state == state)]
    if counterfactual is not None:
        rows = rows[rows.counterfactual == counterfactual]
    return rows.set_index("year").sort_index()


def line(axes, data, label, place=0, column="mean", band=None):
    """A line in the colour and style of its place, with a band between two columns."""
    colour, style = COLOURS[place % len(COLOURS)], STYLES[place % len(STYLES)]
    axes.plot(data.index, data[column], color=colour, linestyle=style, label=label)
    if data.index.name == "year":
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if band:
        axes.fill_between(data.index, data[band[0]], data[band[1]], color=colour, alpha=0.18, linewidth=0)


def word(number, more="higher", less="lower"):
    """Which way a difference goes, in a word."""
    return more if number > 0 else less


def caption(text):
    """What a picture shows, in words."""
    display(Markdown(f"*{text}*"))


__all__ = [
    "BLUE", "ORANGE", "GREEN", "PURPLE", "SKY", "RED", "COLOURS", "STYLES", "TIERS", "PHASES", "PHASE_COLOURS",
    "say", "caption", "frame", "over_years", "difference", "line", "word",
]
