"""Measures suasion and the ports in alternation: processor time of an agent-step, which is a state in a replicate in a step.

Usage: python benches/peers/measure.py PATH/TO/suasion INPUTS.json ROUNDS PORT=COMMAND...

What a process does before it simulates (reading, compiling) and after it is taken off by the difference of a large and a
small run. Times are from the least of the rounds, ratios the median of the pairs of a round.
"""

import json
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# Replicates of a small and a large run, by what an agent-step takes.
FAST, MIDDLE, SLOW = (10_000, 110_000), (2_000, 32_000), (20, 220)

INSTRUCTION_SETS = ["avx512", "avx2", "baseline"]


def has(program, isa):
    """Whether this processor has an instruction set."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            program,
            "run",
            "asean",
            "--replicates",
            "1",
            "--summary-only",
            "--instruction-set",
            isa,
            "--out",
            f"{folder}/run",
        ]
        return subprocess.run(command, capture_output=True).returncode == 0


def processor_time(run):
    """Of the processes that a function starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    program, inputs, rounds, *ports = sys.argv[1:]
    world = json.loads(Path(inputs).read_text())
    steps = len(world["states"]) * len(world["timetable"])
    with tempfile.TemporaryDirectory() as folder:

        def suasion(isa):
            options = [
                "--summary-only",
                "--quiet",
                "--threads",
                "1",
                "--instruction-set",
                isa,
                "--replace",
                "--out",
                f"{folder}/run",
            ]
            return lambda n: [program, "run", "asean", "--replicates", str(n), *options]

        def peer(command):
            return lambda n: [*shlex.split(command), inputs, str(n), "1", f"{folder}/port.csv"]

        def took(command):
            return processor_time(
                lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )

        tools = {}
        for isa in INSTRUCTION_SETS:
            if has(program, isa):
                tools[f"suasion, {isa}"] = (suasion(isa), FAST)
            else:
                print(f"skipped: this processor has no {isa}\n")
        of_suasion = list(tools)
        for port in ports:
            name, command = port.split("=", 1)
            tools[name.removesuffix("~")] = (peer(command), SLOW if name.endswith("~") else MIDDLE)
        times = {name: [] for name in tools}
        for _ in range(int(rounds)):
            for name, (command, sizes) in tools.items():
                times[name].append([took(command(n)) for n in sizes])

    def nanoseconds(name, small, large):
        few, many = tools[name][1]
        return (large - small) / ((many - few) * steps) * 1e9

    print("| tool | ns an agent-step | " + " | ".join(f"of {name}" for name in of_suasion) + " | start and end |")
    print("|---|" + "---|" * (len(of_suasion) + 2))
    for name, pairs in times.items():
        small, large = (min(of) for of in zip(*pairs))
        least = nanoseconds(name, small, large)
        each = [nanoseconds(name, *pair) for pair in pairs]
        ratios = [statistics.median(x / nanoseconds(other, *pair) for x, pair in zip(each, times[other])) for other in of_suasion]
        fixed = small - least * tools[name][1][0] * steps / 1e9
        print(
            f"| {name} | {least:,.1f} | "
            + " | ".join(f"{ratio:,.2f}" if ratio < 100 else f"{ratio:,.0f}" for ratio in ratios)
            + f" | {fixed:.2f} s |"
        )


if __name__ == "__main__":
    main()
