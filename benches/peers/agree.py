"""Holds the ports against suasion: the means of all states, years and variables, by how many standard errors they differ.

Usage: python benches/peers/agree.py PATH/TO/suasion INPUTS.json REPLICATES[,SLOW] PORT=COMMAND...

A COMMAND is called with INPUTS.json REPLICATES SEED OUT.csv; a name that ends in ~ is of a slow port, which runs SLOW replicates.
Fails where a difference is beyond what chance leaves in one of a thousand such comparisons of everything.
"""

import csv
import math
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import NormalDist

NORMAL = NormalDist()
FEW = 100


def rows(path):
    with open(path, newline="") as file:
        return {
            (r["state"], r["year"], r["variable"], r["value"]): (int(r["n"]), float(r["mean"]), r["sd"])
            for r in csv.DictReader(file)
        }


def of_few(k, n, trials):
    """The normal score of k of the n runs that show a thing being of the first: exact, with half of the point itself."""
    share = trials[0] / sum(trials)
    at = [math.comb(n, j) * share**j * (1 - share) ** (n - j) for j in range(n + 1)]
    below = sum(at[:k]) + at[k] / 2
    return NORMAL.inv_cdf(min(max(below, 1e-12), 1 - 1e-12))


def score(one, other):
    """Difference of two means in standard errors; none where neither can differ."""
    (n, x, sd), (m, y, sd_other) = one, other
    if sd == "":
        k, l = round(n * x), round(m * y)
        if min(k + l, n + m - k - l) == 0:
            return None
        if k + l <= FEW:
            return of_few(k, k + l, (n, m))
        if n + m - k - l <= FEW:
            return -of_few(n - k, n + m - k - l, (n, m))
        pooled = (k + l) / (n + m)
        return (x - y) / math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    error = math.sqrt(float(sd) ** 2 / n + float(sd_other) ** 2 / m)
    if error < 1e-7:
        # The summary of suasion rounds numbers; what does not vary has to be the same beyond that.
        return None if abs(x - y) < 1e-6 else math.inf
    return (x - y) / error


def main():
    program, inputs, replicates, *ports = sys.argv[1:]
    many, slow = (int(n) for n in (replicates + "," + replicates).split(",")[:2])
    print(
        "| port | replicates | comparisons | greatest difference in standard errors | share above 2 | bound |\n|---|---|---|---|---|---|"
    )
    wrong = False
    with tempfile.TemporaryDirectory() as folder:
        runs = {}
        for port in ports:
            name, command = port.split("=", 1)
            n = slow if name.endswith("~") else many
            name = name.removesuffix("~")
            if n not in runs:
                out = f"{folder}/{n}"
                subprocess.run(
                    [program, "run", "asean", "--replicates", str(n), "--summary-only", "--quiet", "--out", out], check=True
                )
                runs[n] = rows(Path(out, "summary.csv"))
            subprocess.run([*shlex.split(command), inputs, str(n), "1", f"{folder}/port.csv"], check=True)
            of_port = rows(f"{folder}/port.csv")
            if of_port.keys() != runs[n].keys():
                sys.exit(f"{name}: other rows than suasion's: {sorted(of_port.keys() ^ runs[n].keys())[:5]}")
            scores = {key: score(of_port[key], runs[n][key]) for key in of_port}
            scores = {key: z for key, z in scores.items() if z is not None}
            bound = NORMAL.inv_cdf(1 - 0.001 / 2 / len(scores))
            worst = max(scores, key=lambda key: abs(scores[key]))
            above = sum(abs(z) > 2 for z in scores.values()) / len(scores)
            print(
                f"| {name} | {n:,} | {len(scores):,} | {abs(scores[worst]):.2f} ({' '.join(worst).strip()}) | {above:.1%} | {bound:.2f} |",
                flush=True,
            )
            if abs(scores[worst]) > bound:
                wrong = True
                for key in sorted(scores, key=lambda key: -abs(scores[key]))[:12]:
                    print(
                        f"{name}: {' '.join(key)}: {of_port[key][1]:.6g} beside {runs[n][key][1]:.6g}, {scores[key]:.1f}",
                        file=sys.stderr,
                    )
    sys.exit(wrong)


main()
