"""Holds the block particle filter of the scalar port against that of suasion, and measures both in alternation.

Usage: python benches/peers/filter.py PATH/TO/suasion INPUTS.json ROUNDS PATH/TO/scalar

Every round has a seed of its own, so that both spread as their particles make them: the means of the log-likelihood of the
first pass are compared by that spread. Times are of one pass over one state in a step, by the difference of two numbers of
particles; suasion makes two passes, of which half is counted. Fails where the means differ by more than four standard errors.
"""

import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import INSTRUCTION_SETS, has, processor_time

# Above the 2,000 lines that the second pass hears, whose number is then the same in both.
FEW, MANY, ROWS = 4_000, 24_000, 50


def main():
    program, inputs, rounds, scalar = sys.argv[1:]
    world = json.loads(Path(inputs).read_text())
    a_pass = (MANY - FEW) * len(world["states"]) * len(world["timetable"]) / 1e9
    likelihoods, times = {}, {}

    def took(name, command, out):
        """Notes the likelihood that a command prints, and gives the processor time that it took."""

        def run():
            with open(out, "w") as file:
                subprocess.run(command, check=True, stdout=file)

        seconds = processor_time(run)
        found = json.loads(Path(out).read_text())
        likelihoods.setdefault(name, []).append(found["first_pass"] if isinstance(found, dict) else found)
        return seconds

    with tempfile.TemporaryDirectory() as folder:
        sets = [isa for isa in INSTRUCTION_SETS if has(program, isa)]
        for seed in range(1, int(rounds) + 1):
            for isa in sets:
                options = [
                    "--replicates",
                    str(ROWS),
                    "--seed",
                    str(seed),
                    "--threads",
                    "1",
                    "--instruction-set",
                    isa,
                    "--json",
                    "--replace",
                ]
                command = lambda n: [program, "condition", "asean", "--particles", str(n), *options, "--out", f"{folder}/history"]
                name = f"suasion, {isa}"
                pair = [took(f"{name}, {n:,}", command(n), f"{folder}/out") / 2 for n in (FEW, MANY)]
                times.setdefault(name, []).append(pair)
            pair = [
                took(f"scalar Rust, {n:,}", [scalar, inputs, str(n), str(seed), "filter"], f"{folder}/out") for n in (FEW, MANY)
            ]
            times.setdefault("scalar Rust", []).append(pair)

    print(
        "| filter | log-likelihood of the first pass, mean and standard error | ns a step of a state and particle | of scalar Rust |"
    )
    print("|---|---|---|---|")
    means = {}
    for name, pairs in times.items():
        of = likelihoods[f"{name}, {MANY:,}"]
        means[name] = statistics.mean(of), statistics.stdev(of) / math.sqrt(len(of))
        least = min(large for _, large in pairs) - min(small for small, _ in pairs)
        ratios = [(large - small) / (l - s) for (small, large), (s, l) in zip(pairs, times["scalar Rust"])]
        print(
            f"| {name} | {means[name][0]:.3f} ({means[name][1]:.3f}) | {least / a_pass:.1f} | {statistics.median(ratios):.2f} |"
        )
    port, error = means.pop("scalar Rust")
    for name, (mean, its_error) in means.items():
        if abs(mean - port) > 4 * math.hypot(error, its_error):
            sys.exit(f"{name} and the port differ in the likelihood")


main()
