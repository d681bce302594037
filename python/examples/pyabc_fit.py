"""suasion as the model of pyABC: a posterior of two parameters from protection that was seen.

What was "seen" is simulated here with known parameters, so that the fit can be checked. `suasion calibrate` does the same for
the project's own evidence, by the same kind of algorithm.

pip install pyabc
"""

import logging
import tempfile
from pathlib import Path

import numpy as np
import pyabc
import suasion

POPULATIONS, PARTICLES = 4, 60  # for a paper ten populations of a thousand
REPLICATES = 32

logging.getLogger("ABC").setLevel(logging.WARNING)
np.random.seed(1)  # pyABC draws from NumPy's global generator

scenario = suasion.Scenario.bundled("asean")
outcomes = ["protection.IDN@2007", "protection.PHL@2013", "protection.MYS@2015", "enforcement@2010"]
truth = {"parameters.displacement": 0.25, "parameters.enforcement_law": 0.1}
seen = scenario.outcomes(outcomes, set=truth, replicates=1000, seed=1)


# Each particle gets its own luck: what pyABC compares is one draw of the model.
def model(parameters):
    seed = int(np.random.randint(2**31))
    return scenario.outcomes(outcomes, set=dict(parameters), replicates=REPLICATES, seed=seed)


prior = pyabc.Distribution(**{path: pyabc.RV("uniform", 0.0, 0.5) for path in truth})
distance = pyabc.PNormDistance(p=2)
fit = pyabc.ABCSMC(model, prior, distance, population_size=PARTICLES, sampler=pyabc.SingleCoreSampler())
with tempfile.TemporaryDirectory() as folder:
    fit.new(f"sqlite:///{Path(folder) / 'history.db'}", seen)
    history = fit.run(max_nr_populations=POPULATIONS)
    particles, weights = history.get_distribution()
    tolerances = history.get_all_populations().query("t >= 0")["epsilon"].tolist()

print(f"tolerance of each population: {', '.join(f'{e:.3f}' for e in tolerances)}")
for path, value in truth.items():
    mean = float(np.average(particles[path], weights=weights))
    sd = float(np.sqrt(np.average((particles[path] - mean) ** 2, weights=weights)))
    print(f"  {path}: {mean:.3f} +/- {sd:.3f} (prior 0.250 +/- 0.144; simulated with {value})")
assert tolerances[-1] < tolerances[0]
