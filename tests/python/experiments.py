"""Holds comparisons, explanations, sweeps and sensitivity of the Python package against the files of the command.

Usage: experiments.py PATH/TO/suasion. The package is the one installed beside this Python.
"""

import contextlib
import json
import math
import os
import pty
import subprocess
import sys
import tempfile
import termios
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import suasion
from support import command, interrupted, refused, same_sentence

ERROR = suasion.ScenarioError
FEW = ["--replicates", 40, "--seed", 7, "--quiet"]
AXES = ["parameters.signalling=-0.5..0.5", "regime.tvpa.severity=0..4"]


def done(*arguments):
    result = command(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def same_table(table, file):
    """Every number of a table is that of the file, bit by bit."""
    ours, theirs = table.to_arrow(), pq.read_table(file)
    assert ours.column_names == theirs.column_names and len(ours) == len(theirs) > 0, (file, ours.column_names)
    # Data frames take it too.
    assert len(table.to_pandas()) == len(table.to_polars()) == len(ours)
    for column in ours.column_names:
        assert ours[column].to_pylist() == theirs[column].to_pylist(), (file, column)


def check_compare(folder, asean):
    out = folder / "compare"
    wanted = ["--outcome", "motivation.MYS", "--outcome", "phase=4", "--decompose=signalling,overjustification,drift"]
    done("compare", "asean", "no-tvpa", *wanted, *FEW, "--format", "parquet", "--out", out)
    asked = {"outcomes": ["motivation.MYS", "phase=4"], "decompose": ["signalling", "overjustification", "drift"]}
    found = asean.compare("no-tvpa", **asked, replicates=40, seed=7)
    for name in ("differences",):
        same_table(getattr(found, name), out / f"{name}.parquet")
    same_table(found.shares["no-tvpa"], out / "shares-no-tvpa.parquet")
    arms = pq.read_table(out / "arms.parquet").to_pylist()
    assert found.digests == {arm["arm"]: arm["digest"] for arm in arms}
    # A counterfactual may be a name, words, values by path, or a scenario; its numbers are the same.
    changed = {"parameters.signalling": 0, "parameters.drift": 0.1}
    words = asean.compare("mine: parameters.signalling=0; parameters.drift=0.1", replicates=24)
    values = asean.compare({"mine": changed}, replicates=24, threads=1)
    whole = asean.compare({"mine": asean.set(changed)}, replicates=24)
    assert words.digests == values.digests == whole.digests and words.counterfactuals == ["mine"]
    # Every counterfactual of the scenario, where none is named; from a counterfactual, the others.
    assert asean.compare(replicates=8).counterfactuals == asean.counterfactuals
    other = asean.counterfactual("no-tvpa").compare({"history": {}}, replicates=8)
    assert other.digests["history"] == asean.compare("no-tvpa", replicates=8).digests["baseline"]
    one = asean.compare("no-tvpa", replicates=1)
    assert "ci_low" not in one.differences.columns


def check_explain(folder, asean):
    for observed in (False, True):
        out = folder / f"explain-{observed}"
        pinned = ["--observed"] if observed else []
        done("explain", "asean", "--against", "no-tvpa", *pinned, *FEW, "--format", "parquet", "--out", out)
        told = asean.explain("no-tvpa", observed=observed, replicates=40, seed=7)
        same_table(told.means, out / "explanation.parquet")
        for name in ("totals", "events", "differences"):
            same_table(getattr(told, name), out / f"{name}.parquet")
        arguments = ["--replicates", 40, "--seed", 7, "--state", "MYS", *pinned]
        assert told.sentences["MYS"] in done("explain", "asean", *arguments, "--wide")
    assert asean.explain(replicates=8).differences is None
    # Terms add up to the change of motivation.
    means = told.means.to_pandas().astype({"state": str, "variable": str})
    end = means[means.year == 2015].pivot(index="state", columns="variable", values="mean")
    start = means[(means.year == 2000) & (means.variable == "motivation")].set_index("state")["mean"]
    totals = [name for name in end.columns if name.endswith("_total")]
    assert np.allclose(end[totals].sum(axis=1), end["motivation"] - start, atol=1e-6)


def check_sweep(folder, asean):
    out = folder / "sweep"
    arguments = [argument for axis in AXES for argument in ("--axis", axis)]
    arguments += ["--samples", 24, "--outcome", "motivation", "--outcome", "phase=4.*@2010"]
    done("sweep", "asean", *arguments, "--trajectories", *FEW, "--out", out)
    asked = {"samples": 24, "outcomes": ["motivation", "phase=4.*@2010"], "replicates": 40, "seed": 7}
    held = asean.sweep(AXES, trajectories=True, **asked)
    digest = json.loads((out / "manifest.json").read_text())["digest"]
    assert (held.digest, held.points, held.replicates, held.folder) == (digest, 24, 40, None)
    same_table(held.outcomes, out / "outcomes.parquet")
    same_table(held.trajectories, out / "trajectories.parquet")
    design = pd.read_csv(out / "design.csv")
    assert held.design.to_pandas().astype(float).equals(design.astype(float))
    # A dict of ranges says the same as words; NumPy's numbers are numbers.
    ranges = {"parameters.signalling": (np.float64(-0.5), 0.5), "regime.tvpa.severity": (0, np.int64(4))}
    assert asean.sweep(ranges, **asked, threads=1).digest == digest
    # So do the points themselves, as an array, a data frame and a file.
    paths = [axis.split("=")[0] for axis in AXES]
    points = design[paths].to_numpy()
    frame, file = design[paths], folder / "points.txt"
    np.savetxt(file, points, fmt="%.18e")
    asked.pop("samples")
    laid = [asean.sweep(paths, points=given, **asked) for given in (points, points.tolist(), frame, file)]
    assert [swept.digest for swept in laid] == [digest] * 4
    grid = asean.sweep({"parameters.drift": [0, 0.1, 0.2], "parameters.persuasion": "0..0.2:3"}, **asked)
    assert grid.points == 9 and sorted(set(grid.design.to_pandas()["parameters.drift"])) == [0, 0.1, 0.2]
    # Into a folder: the bytes of the command, and a second call finds them done.
    asked["samples"] = 24
    for _ in range(2):
        kept = asean.sweep(AXES, trajectories=True, **asked, out=folder / "kept")
        assert (kept.digest, kept.folder, kept.trajectories) == (digest, folder / "kept", None)
        same_table(kept.outcomes, out / "outcomes.parquet")
    for name in ("outcomes.parquet", "trajectories.parquet", "design.csv", "sweep.json", "scenario.toml"):
        assert (folder / "kept" / name).read_bytes() == (out / name).read_bytes(), name


def check_sensitivity(folder, asean):
    axes = ["parameters.signalling", "parameters.drift", "parameters.persuasion"]
    arguments = [argument for axis in axes for argument in ("--axis", axis)]
    for method, samples, second in (("morris", 16, False), ("sobol", 32, False), ("sobol", 8, True)):
        out = folder / f"{method}-{samples}"
        pairs = ["--second-order"] if second else []
        done("sensitivity", "asean", "--method", method, "--samples", samples, *pairs, *arguments, *FEW, "--out", out)
        table = pd.read_csv(out / "sensitivity.csv", keep_default_na=False, na_values={"value": "", "ci_low": "", "ci_high": ""})
        asked = {"samples": samples, "second_order": second, "replicates": 40, "seed": 7}
        found = asean.sensitivity(method, axes, **asked)
        ours = found.indices.to_pandas().astype({name: str for name in ("outcome", "measure", "axis")})
        ours["with"] = ours["with"].astype(object).fillna("")
        assert list(ours.columns) == list(table.columns) and len(ours) == len(table)
        for name in table.columns:
            assert [x if pd.notna(x) else "-" for x in ours[name]] == [x if pd.notna(x) else "-" for x in table[name]], (method, name)
        same_table(found.outcomes, out / "outcomes.parquet")
        assert found.method == method and found.digest == json.loads((out / "manifest.json").read_text())["digest"]
        # A sweep for it says the same, also of points from elsewhere.
        laid = {"sobol": "saltelli", "morris": "morris"}[method]
        swept = asean.sweep(axes, design=laid, outcomes=["motivation", "protection", "enforcement"], **asked)
        assert swept.sensitivity().indices.to_arrow().equals(found.indices.to_arrow())
        points = found.design.to_pandas().drop(columns="point")
        apart = asean.sweep(points=points, outcomes="motivation", replicates=40, seed=7)
        again = apart.sensitivity(method, axes=axes, second_order=second).indices.to_pandas()
        first = found.indices.to_pandas()
        first = first[first.outcome == "motivation.mean@2015"]
        assert again["value"].tolist() == first["value"].tolist()
    # Faster rates than the scenario's need shorter steps, which is told.
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asean.sensitivity(axes=["parameters.drift=0..2", "parameters.persuasion=0..9"], samples=1, replicates=2)
    steps = command("sensitivity", "asean", "--axis", "parameters.drift=0..2", "--axis", "parameters.persuasion=0..9",
                    "--samples", 1, "--replicates", 2, "--json", "--out", folder / "steps")
    assert [str(warning.message) for warning in told] == steps.stderr.splitlines() != []


def check_sentences(folder, asean):
    out = ["--out", folder / "never"]

    def same(call, *arguments):
        same_sentence(ERROR, call, *arguments, *out)

    same(lambda: asean.compare("no-tpva"), "compare", "asean", "no-tpva")
    same(lambda: asean.compare(["no-tvpa", "no-tvpa"]), "compare", "asean", "no-tvpa", "no-tvpa")
    same(lambda: asean.compare("parameters.drift=nan"), "compare", "asean", "--against", "parameters.drift=nan")
    same(lambda: asean.compare("title='x'"), "compare", "asean", "--against", "title='x'")
    same(lambda: asean.compare("time.start=2005"), "compare", "asean", "--against", "time.start=2005")
    spiral = suasion.Scenario.bundled("teaching/spiral")
    bare = suasion.Scenario.from_dict({"version": 2, "title": "x", "time": {"start": 2001, "end": 2003},
                                       "state": [{"id": "AAA"}]}, name="bare")
    (folder / "bare.toml").write_text(bare.resolved)
    same(lambda: bare.compare(), "compare", folder / "bare.toml")
    same(lambda: bare.sweep(), "sweep", folder / "bare.toml")
    same(lambda: spiral.compare({"a": {"parameters.drift": "much"}}), "compare", "teaching/spiral", "--against",
         'a: parameters.drift="much"')
    same(lambda: asean.compare("no-tvpa", outcomes=["protecton"]), "compare", "asean", "no-tvpa", "--outcome", "protecton")
    same(lambda: asean.compare("no-tvpa", decompose=["signaling"]), "compare", "asean", "no-tvpa", "--decompose=signaling")
    same(lambda: asean.compare("no-tvpa", replicates=0), "compare", "asean", "no-tvpa", "--set", "runs.replicates=0")
    same(lambda: spiral.explain(observed=True), "explain", "teaching/spiral", "--observed")
    same(lambda: asean.explain("nobody"), "explain", "asean", "--against", "nobody")
    same(lambda: asean.explain(replicates=0), "explain", "asean", "--set", "runs.replicates=0")
    for axis in ("parameters.drfit=0..0.1", "parameters.drift=0..9", "parameters.drift=0,nan9"):
        if "nan" not in axis:
            same(lambda: asean.sweep(axis), "sweep", "asean", "--axis", axis)
    same(lambda: asean.sweep("parameters.drift=0..0.1", replicates=0), "sweep", "asean", "--axis",
         "parameters.drift=0..0.1", "--set", "runs.replicates=0")
    same(lambda: asean.sweep("parameters.drift=0..0.1", outcomes="phase@1990"), "sweep", "asean", "--axis",
         "parameters.drift=0..0.1", "--outcome", "phase@1990")
    same(lambda: asean.sweep("parameters.drift=0..0.1", levels=4), "sweep", "asean", "--axis",
         "parameters.drift=0..0.1", "--levels", 4)
    same(lambda: asean.sweep(["parameters.drift"], points=folder / "nowhere.csv"), "sweep", "asean", "--axis",
         "parameters.drift", "--points", folder / "nowhere.csv")
    axes = {"parameters.drift": (0, 0.1)}
    refused(ERROR, lambda: asean.sweep({"parameters.drift": (0, math.nan)}), "parameters.drift", "not finite")
    refused(ERROR, lambda: asean.sweep({"parameters.drift": (0, "much")}), "parameters.drift", "much", "no number")
    refused(ERROR, lambda: asean.sweep({"parameters.drift": (0.2, 0.1)}), "expected the lower end first")
    refused(ERROR, lambda: asean.sweep({"parameters.drift": (0, 1, 2)}), "tuple of 3")
    refused(ERROR, lambda: asean.sweep({"parameters.drift": 0.1}), "parameters.drift", "0.1", "expected (low, high)")
    refused(ERROR, lambda: asean.sweep(3), "axes", "int")
    refused(ERROR, lambda: asean.sweep(axes, samples=0), "samples", "0", "at least 1")
    refused(ERROR, lambda: asean.sweep(axes, samples=2.5), "samples", "2.5")
    refused(ERROR, lambda: asean.sweep(axes, samples="many"), "samples", "many")
    refused(ERROR, lambda: asean.sweep(axes, samples=10**9, replicates=10**6), "take fewer samples")
    refused(ERROR, lambda: asean.sweep(axes, design="sobl"), "sobl", "latin-hypercube")
    refused(ERROR, lambda: asean.sweep(axes, points=[[0.1, 0.2]]), "2 columns", "1 columns")
    refused(ERROR, lambda: asean.sweep(axes, points=[[math.nan]]), "nan", "finite")
    refused(ERROR, lambda: asean.sweep(axes, points=["ab"]), "points", "rows of numbers")
    refused(ERROR, lambda: asean.sweep(axes, samples=8, replicates=2).sensitivity(), "another design")
    refused(ERROR, lambda: asean.sensitivity("sobel"), "sobel", "morris or sobol")
    refused(ERROR, lambda: asean.sensitivity("morris", second_order=True), "second-order")
    refused(ERROR, lambda: asean.sensitivity(axes=axes, resamples=0), "resamples", "0")
    refused(ERROR, lambda: asean.compare("no-tvpa", level=1.5), "level", "1.5", "between 0 and 1")
    refused(ERROR, lambda: asean.compare("no-tvpa", level=math.nan), "level")
    refused(ERROR, lambda: asean.compare("no-tvpa", level="high"), "level", "high")
    refused(ERROR, lambda: asean.compare(3), "counterfactuals", "int")
    refused(ERROR, lambda: asean.compare({"a": 3}), "`a`", "int")
    refused(ERROR, lambda: asean.compare("no-tvpa", outcomes=[3]), "outcomes", "int")
    refused(ERROR, lambda: asean.explain(["no-tvpa", "no-peers"]) if "no-peers" in asean.counterfactuals
            else asean.explain(asean.counterfactuals[:2]), "several")
    refused(ERROR, lambda: asean.run(progress=3), "progress", "3")
    refused(ERROR, lambda: asean.run(2**31 - 1), "2147483647 replicates", "of memory")
    refused(ERROR, lambda: asean.run(2**31 - 1, trajectories=False), "2147483647 replicates", "of memory")
    refused(ERROR, lambda: asean.run(8, threads=10**9), "threads: found 1000000000, expected at most 1024")
    refused(ERROR, lambda: asean.compare([]), "counterfactuals: found none")
    refused(ERROR, lambda: asean.compare("no-tvpa", permutations=2), "permutations: expected with `decompose`")
    endless = {"version": 1}
    endless["lab"] = endless
    refused(ERROR, lambda: suasion.Scenario.from_dict(endless), "lab: found lists or dicts more than 32 deep")
    assert not (folder / "never").exists() and not (folder / "never.blocks").exists()
    # Another sweep's blocks, and a folder that holds something else.
    (folder / "mine.blocks").mkdir()
    (folder / "mine.blocks" / "thesis.txt").write_text("x")
    refused(ERROR, lambda: asean.sweep(axes, samples=2, replicates=2, out=folder / "mine"), "keeps no blocks")


def check_progress(asean):
    work = {
        "compare": lambda heard: asean.compare("no-tvpa", replicates=64, progress=heard),
        "explain": lambda heard: asean.explain("no-tvpa", replicates=64, progress=heard),
        "sweep": lambda heard: asean.sweep({"parameters.drift": (0, 0.1)}, samples=8, replicates=16, progress=heard),
        "sensitivity": lambda heard: asean.sensitivity(axes=["parameters.drift"], samples=4, replicates=16, progress=heard),
    }
    for name, call in work.items():
        heard = []
        call(lambda *done: heard.append(done))
        assert heard and heard[-1] == (128, 128), (name, heard)
        call(False)

        def fail(*_):
            raise ZeroDivisionError

        refused(ZeroDivisionError, lambda: call(fail))
    # Without a function: a bar where tqdm is, for what takes long, on a terminal alone.
    script = "import suasion; suasion.Scenario.bundled('asean').run({}, trajectories=False, events=False)"
    run = subprocess.run([sys.executable, "-c", script.format(100_000)], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("", ""), run
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    run = subprocess.Popen([sys.executable, "-c", script.format(50_000_000)], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    # At the end of the process the terminal is gone, which Linux tells as an error.
    with contextlib.suppress(OSError):
        while b"replicates/s" not in shown:
            shown += os.read(ours, 4096)
    run.kill()
    run.wait()
    assert b"replicates/s" in shown, shown


def check_interrupt(folder):
    many = 50_000_000
    axes = "{'parameters.drift': (0, 0.1)}"
    work = [
        f"compare('no-tvpa', replicates={many})",
        f"explain(replicates={many})",
        f"sweep({axes}, samples=100_000, replicates=1000, outcomes='motivation')",
        f"sensitivity('sobol', {axes}, samples=65_536, replicates=1000)",
        f"sweep({axes}, samples=100_000, replicates=1000, outcomes='motivation', out={str(folder / 'stopped')!r})",
    ]
    for call in work:
        script = f"import suasion\nprint('begun', flush=True)\nsuasion.Scenario.bundled('asean').{call}"
        interrupted(script)
    # What was finished is kept for the next call.
    assert sum(file.stat().st_size for file in (folder / "stopped.blocks").glob("*.blocks")) > 1000


def main():
    asean = suasion.Scenario.bundled("asean")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        check_compare(folder, asean)
        check_explain(folder, asean)
        check_sweep(folder, asean)
        check_sensitivity(folder, asean)
        check_sentences(folder, asean)
        check_progress(asean)
        check_interrupt(folder)
    print("Python: comparisons, explanations, sweeps and sensitivity are the command's")


main()
