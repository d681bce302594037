"""What the ports in Python share: reading the inputs, and the summary over replicates with its file."""

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np


def read(path):
    """The inputs, with a name for each key; lists stay lists."""
    return json.loads(Path(path).read_text(), object_hook=lambda of: SimpleNamespace(**of))


def shares(inputs):
    """Shares of the way that stocks go to their target in a step."""
    rates = [
        "pressure_rate",
        "enforcement_rate",
        "protection_rate",
        "attribution_rate",
        "reactance_rate",
        "rhetoric_rise",
        "rhetoric_fall",
    ]
    return SimpleNamespace(
        **{rate: float(-np.expm1(-getattr(inputs.parameters, rate) / inputs.steps_per_year)) for rate in rates}
    )


class Summary:
    """Means, standard deviations and histograms of numbers, shares of codes, by year and state."""

    def __init__(self, inputs):
        self.inputs, self.replicates = inputs, 0
        rows, numbers = (inputs.years + 1, len(inputs.states)), len(inputs.numbers)
        ends = np.array([[low, high] for _, low, high in inputs.numbers], dtype=float)
        self.low, self.scale = ends[:, 0], inputs.bins / (ends[:, 1] - ends[:, 0])
        self.sums, self.squares = np.zeros((*rows, numbers)), np.zeros((*rows, numbers))
        self.histograms = np.zeros((*rows, numbers, inputs.bins), dtype=np.int32)
        self.first = np.cumsum([0, *(len(values) for _, values in inputs.codes)])
        self.counts = np.zeros((*rows, self.first[-1]), dtype=np.int32)

    def add(self, year, numbers, codes):
        """Adds arrays by state and replicate, one for each number and each code, at the end of a year; 0 is the start."""
        n, bins = len(self.inputs.states), self.inputs.bins
        of_state = np.arange(n)[:, None]
        for k, x in enumerate(numbers):
            self.sums[year, :, k] += x.sum(axis=1)
            self.squares[year, :, k] += np.einsum("ir,ir->i", x, x)
            bin = np.clip(((x - self.low[k]) * self.scale[k]).astype(np.int64), 0, bins - 1) + of_state * bins
            self.histograms[year, :, k] += np.bincount(bin.ravel(), minlength=n * bins).reshape(n, bins)
        for k, x in enumerate(codes):
            values = self.first[k + 1] - self.first[k]
            counts = np.bincount((x + of_state * values).ravel(), minlength=n * values)
            self.counts[year, :, self.first[k] : self.first[k + 1]] += counts.reshape(n, values)

    def write(self, path):
        n, inputs = self.replicates, self.inputs
        means = self.sums / n
        sds = np.sqrt(np.maximum(self.squares - n * means**2, 0) / (n - 1))
        with open(path, "w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["state", "year", "variable", "value", "n", "mean", "sd"])
            for year in range(inputs.years + 1):
                for i, state in enumerate(inputs.states):
                    key = [state, inputs.start + year - 1]
                    for k, (name, _, _) in enumerate(inputs.numbers):
                        out.writerow([*key, name, "", n, means[year, i, k], sds[year, i, k]])
                    for k, (name, values) in enumerate(inputs.codes):
                        for v, value in enumerate(values):
                            out.writerow([*key, name, value, n, self.counts[year, i, self.first[k] + v] / n, ""])
