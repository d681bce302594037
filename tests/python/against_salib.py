"""Holds designs and sensitivity estimates against SALib: the same points, and the same numbers from the same outcomes.

Usage: against_salib.py PATH/TO/suasion. Everything goes through the commands, as a user of SALib would use them.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import latin, sobol
from SALib.sample import morris as morris_sample
from SALib.test_functions import Ishigami, Sobol_G
from scipy.stats import qmc

PROGRAM = sys.argv[1]
ISHIGAMI = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-3.0, 3.1], [-3.1, 2.9], [-3.14, 3.14]]}
G = {"num_vars": 8, "names": [f"x{j}" for j in range(1, 9)], "bounds": [[0.0, 1.0]] * 8}
FUNCTIONS = [(ISHIGAMI, Ishigami.evaluate), (G, Sobol_G.evaluate)]


def suasion(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def axes(problem):
    pairs = zip(problem["names"], problem["bounds"])
    return [text for name, (low, high) in pairs for text in ("--axis", f"{name}={low}..{high}")]


def design(problem, method, samples, *more):
    lines = suasion("design", "--design", method, "--samples", samples, *axes(problem), *more).splitlines()
    assert lines[0] == ",".join(["point", *problem["names"]])
    return np.array([[float(cell) for cell in line.split(",")[1:]] for line in lines[1:]])


def indices(folder, problem, method, outcomes, *more):
    path = folder / "outcomes.txt"
    np.savetxt(path, outcomes)
    output = json.loads(suasion("indices", path, "--method", method, "--json", *axes(problem), *more))
    (outcome,) = output["outcomes"]
    names = problem["names"]
    found = {}
    for estimate in outcome["estimates"]:
        table = found.setdefault(estimate["measure"], {})
        place = names.index(estimate["axis"])
        other = estimate["with"]
        table[place if other is None else (place, names.index(other))] = estimate
    return found


def same(ours, theirs, what, within=1e-9):
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape, f"{what}: {ours.shape} and {theirs.shape}"
    difference = np.max(np.abs(ours - theirs))
    assert difference <= within, f"{what}: they differ by {difference}"


def check_saltelli():
    for problem, _ in FUNCTIONS:
        for samples, skipped in [(1, 16), (16, 16), (100, 128), (256, 256)]:
            for second in (False, True):
                theirs = sobol.sample(
                    problem, samples, calc_second_order=second, scramble=False, skip_values=skipped
                )
                ours = design(problem, "saltelli", samples, *(["--second-order"] if second else []))
                same(ours, theirs, f"Saltelli, {samples} samples, second order {second}", within=1e-15 * 8)


def check_sobol_sequence():
    for dimensions, points in [(1, 64), (21, 500), (400, 33)]:
        problem = {"names": [f"x{j}" for j in range(dimensions)], "bounds": [[0.0, 1.0]] * dimensions}
        theirs = qmc.Sobol(d=dimensions, scramble=False).random(points)
        same(design(problem, "sobol", points), theirs, f"Sobol sequence in {dimensions} dimensions", within=0.0)


def check_latin_hypercube():
    """SALib draws other numbers, so it is the properties that must agree: strata, and how even the points are."""
    problem = {"num_vars": 5, "names": list("abcde"), "bounds": [[0.0, 1.0]] * 5}
    ours = [design(problem, "latin-hypercube", 200, "--seed", seed) for seed in range(20)]
    theirs = [latin.sample(problem, 200, seed=seed) for seed in range(20)]
    for points in ours + theirs:
        strata = np.sort(np.floor(points * 200).astype(int), axis=0)
        assert (strata == np.arange(200)[:, None]).all(), "a stratum of the Latin hypercube is empty"
    unevenness = [[qmc.discrepancy(points) for points in each] for each in (ours, theirs)]
    (a, b), spread = np.mean(unevenness, axis=1), np.std(unevenness)
    assert abs(a - b) < 4 * spread / np.sqrt(10), f"discrepancy of Latin hypercubes: {a} and {b}"


def check_indices(folder):
    for problem, function in FUNCTIONS:
        for second in (False, True):
            more = ["--second-order"] if second else []
            points = design(problem, "saltelli", 512, *more)
            outcomes = function(points)
            ours = indices(folder, problem, "sobol", outcomes, *more, "--resamples", 2000)
            theirs = sobol_analysis.analyze(
                problem, outcomes, calc_second_order=second, num_resamples=2000, seed=1
            )
            k = problem["num_vars"]
            for measure in ("S1", "ST"):
                values = [ours[measure][j]["value"] for j in range(k)]
                same(values, theirs[measure], f"{measure} of {k} axes")
                check_intervals([ours[measure][j] for j in range(k)], theirs[f"{measure}_conf"], measure)
            if second:
                pairs = [(j, m) for j in range(k) for m in range(j + 1, k)]
                values = [ours["S2"][pair]["value"] for pair in pairs]
                same(values, [theirs["S2"][pair] for pair in pairs], f"S2 of {k} axes")


def check_intervals(ours, half_widths, what):
    """SALib takes 1.96 standard deviations and we take percentiles: the same width where a bootstrap is near normal."""
    for estimate, half in zip(ours, half_widths):
        low, high = estimate["interval"]
        assert abs((high - low) / 2 - half) < 0.15 * half + 1e-6, f"{what}: {estimate}, SALib +-{half}"


def check_morris(folder):
    for problem, function in FUNCTIONS:
        names = ["point", *problem["names"]]
        mine = design(problem, "morris", 200, "--levels", 6, "--seed", 3)
        salib = morris_sample.sample(problem, 200, num_levels=6, seed=3)
        for whose, points in (("our", mine), ("SALib's", salib)):
            outcomes = function(points)
            path = folder / "points.csv"
            if whose == "our":
                numbered = np.column_stack([np.arange(len(points)), points])
                np.savetxt(path, numbered, delimiter=",", header=",".join(names), comments="", fmt="%.17g")
            else:
                np.savetxt(path, points)
            ours = indices(folder, problem, "morris", outcomes, "--points", path, "--resamples", 2000)
            theirs = morris_analysis.analyze(
                problem, points, outcomes, num_levels=6, num_resamples=2000, seed=1
            )
            for measure in ("mu", "mu_star", "sigma"):
                values = [ours[measure][j]["value"] for j in range(problem["num_vars"])]
                same(values, theirs[measure], f"{measure} of {whose} trajectories")
            estimates = [ours["mu_star"][j] for j in range(problem["num_vars"])]
            check_intervals(estimates, theirs["mu_star_conf"], "mu_star")


def main():
    warnings.simplefilter("ignore")
    check_saltelli()
    check_sobol_sequence()
    check_latin_hypercube()
    with tempfile.TemporaryDirectory() as name:
        check_indices(Path(name))
        check_morris(Path(name))
    print("SALib agrees: points of Saltelli and Sobol, properties of Latin hypercubes, Sobol indices, Morris measures")


if __name__ == "__main__":
    main()
