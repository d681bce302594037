"""suasion as the objective of Optuna: which parameters give a protection that was seen?

What was "seen" is simulated here with known parameters, so that the search can be checked: it finds a protection as close as
chance allows, and need not find the parameters, since several sets of them may give the same protection.

pip install optuna
"""

import optuna
import suasion

TRIALS = 40  # for a paper hundreds, and several seeds
REPLICATES = 64

scenario = suasion.Scenario.bundled("asean")
outcomes = ["protection.IDN@2007", "protection.PHL@2013", "protection.MYS@2015"]
truth = {"parameters.displacement": 0.25, "parameters.spillover": 0.15}
seen = scenario.outcomes(outcomes, set=truth, replicates=1000, seed=1)


def distance(trial):
    values = {path: trial.suggest_float(path, 0.0, 0.5) for path in truth}
    found = scenario.outcomes(outcomes, set=values, replicates=REPLICATES)
    return sum((found[outcome] - seen[outcome]) ** 2 for outcome in seen) ** 0.5


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
study.optimize(distance, n_trials=TRIALS)

print(f"distance of the best of {TRIALS} trials: {study.best_value:.4f} (first trial: {study.trials[0].value:.4f})")
for path, value in study.best_params.items():
    print(f"  {path}: {value:.3f} (simulated with {truth[path]})")
assert study.best_value < 0.02
