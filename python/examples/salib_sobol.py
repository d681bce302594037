"""suasion as the model function of SALib: Sobol indices of motivation in 2015, from SALib's points and estimators.

pip install SALib
"""

import numpy as np
import suasion
from SALib.analyze.sobol import analyze
from SALib.sample.sobol import sample

SAMPLES = 64  # base samples: a power of two; for a paper 1024 and more
REPLICATES = 32
OUTCOME = "motivation"

scenario = suasion.Scenario.bundled("asean")
problem = {
    "names": ["parameters.persuasion", "parameters.drift", "parameters.overjustification"],
    "bounds": [[0.0, 0.3], [0.0, 0.3], [0.0, 0.3]],
    "num_vars": 3,
}
points = sample(problem, SAMPLES, calc_second_order=False, seed=1)


# One point at a time, as SALib asks for a function of its points.
def model(point):
    values = dict(zip(problem["names"], point))
    return list(scenario.outcomes(OUTCOME, set=values, replicates=REPLICATES).values())[0]


# All points at once, on every core; the numbers are the same.
swept = scenario.sweep(problem["names"], points=points, outcomes=OUTCOME, replicates=REPLICATES)
values = swept.outcomes.to_pandas()["mean"].to_numpy(float)
assert np.allclose(values[:4], [model(point) for point in points[:4]], rtol=0, atol=1e-9)

indices = analyze(problem, values, calc_second_order=False, seed=1)
print(f"{len(points)} points, {REPLICATES} replicates of each: what the variance of {OUTCOME} in 2015 is due to")
for name, alone, half, whole in zip(problem["names"], indices["S1"], indices["S1_conf"], indices["ST"]):
    print(f"  {name:32} alone {alone:5.2f} (+/- {half:.2f}), with its interactions {whole:5.2f}")
