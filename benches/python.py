"""Python beside the command: whole processes, in turn, the same work. Ratios are the median of the pairs.

Usage: python benches/python.py PATH/TO/suasion [ROUNDS]
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM, ROUNDS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
OPEN = "import suasion; asean = suasion.Scenario.bundled('asean'); asean."
AXES = ["--axis", "parameters.signalling=-0.5..0.5", "--axis", "regime.tvpa.severity=0..4"]
WORK = {
    "run, 20,000 replicates, summary": (
        ["run", "asean", "--replicates", "20000", "--summary-only"],
        "run(20_000, trajectories=False, events=False)",
    ),
    "run, 2,000 replicates, all tables": (["run", "asean", "--replicates", "2000"], "run(2_000)"),
    "compare, 2,000 replicates of two arms": (
        ["compare", "asean", "no-tvpa", "--replicates", "2000"],
        "compare('no-tvpa', replicates=2_000)",
    ),
    "explain, 2,000 replicates": (["explain", "asean", "--replicates", "2000"], "explain(replicates=2_000)"),
    "sweep, 200 points of 100 replicates": (
        ["sweep", "asean", *AXES, "--samples", "200", "--replicates", "100"],
        "sweep({'parameters.signalling': (-0.5, 0.5), 'regime.tvpa.severity': (0, 4)}, samples=200, replicates=100)",
    ),
}


def measured(command):
    """Seconds of the whole process by the clock, and of all its threads on the processors."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after, passed = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begun
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    print("| whole process | command | Python | ratio | ratio of processor time |\n|---|---|---|---|---|")
    for name, (arguments, call) in WORK.items():
        pairs = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                out = [] if arguments[0] == "explain" else ["--out", f"{folder}/out"]
                command = measured([PROGRAM, *arguments, *out, "--quiet"])
                pairs.append((command, measured([sys.executable, "-c", OPEN + call])))
        least = [min(pair[side][0] for pair in pairs) for side in (0, 1)]
        ratios = [statistics.median(python[of] / command[of] for command, python in pairs) for of in (0, 1)]
        print(f"| {name} | {least[0]:.2f} s | {least[1]:.2f} s | {ratios[0]:.2f} | {ratios[1]:.2f} |", flush=True)


main()
