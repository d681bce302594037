"""Holds the Python package against the command: the same digests, numbers and sentences; no copies; a free interpreter.

Usage: bindings.py PATH/TO/suasion. The package is the one installed beside this Python.
"""

import csv
import io
import json
import math
import tempfile
import threading
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import suasion
from support import command, interrupted, refused, same_sentence

# Far longer than any test waits.
LONG = 50_000_000


def check_same_numbers(folder):
    arguments = ["--replicates", 700, "--seed", 5, "--ledger", "--set", "parameters.displacement=0.25"]
    out = folder / "out"
    done = command("run", "asean", *arguments, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    manifest = json.loads(done.stdout)
    scenario = suasion.Scenario.bundled("asean").set("parameters.displacement", np.float64(0.25))
    for threads in (1, 2, 5):
        run = scenario.run(np.int64(700), seed=5, threads=threads, ledger=True)
        assert run.digest == manifest["digest"], (run.digest, manifest["digest"])
    for name in ("trajectories", "events", "ledger"):
        ours, theirs = getattr(run, name).to_arrow(), pq.read_table(out / f"{name}.parquet")
        assert ours.column_names == theirs.column_names and len(ours) == len(theirs) > 0
        for column in ours.column_names:
            assert ours[column].to_pylist() == theirs[column].to_pylist(), (name, column)
    lines = list(csv.reader(io.StringIO((out / "summary.csv").read_text())))
    ours = run.summary.to_arrow()
    assert ours.column_names == lines[0] and len(ours) == len(lines) - 1
    for column, name in enumerate(lines[0]):
        for value, cells in zip(ours[name].to_pylist(), lines[1:]):
            cell = cells[column]
            if isinstance(value, float):
                # Half of the last decimal kept; what has no bound of its own is on wider scales, and keeps fewer.
                wide = ("flow", "pressure", "merit", "score", "view")
                within = 5.1e-8 if cells[2].split("_")[0] not in wide else 5.1e-4
                assert abs(value - float(cell)) <= within, (name, cells, value)
            else:
                assert cell == ("" if value is None else str(value)), (name, value, cell)
    assert scenario.resolved == (
        suasion.Scenario.load(out / "scenario.toml").set({"runs.seed": scenario.seed}).set(
            "runs.replicates", scenario.replicates
        ).resolved
    )
    bare = scenario.run(700, 5, trajectories=False, events=False)
    few = scenario.run(60, keep=["law", "motivation"])
    assert few.digest == scenario.run(60).digest
    assert few.trajectories.to_polars().columns == ["replicate", "state", "year", "motivation", "adopted_law"]
    refused(ValueError, lambda: scenario.run(60, keep=["motivatoin"]), "motivatoin", "motivation")
    assert (bare.trajectories, bare.events, bare.ledger, bare.digest) == (None, None, None, run.digest)


def check_ways_in(folder):
    whole = suasion.Scenario.bundled("asean")
    again = suasion.Scenario.from_dict(tomllib.loads(whole.resolved), name="asean")
    assert again.run(60).digest == whole.run(60).digest == suasion.Scenario.load("asean").run(60).digest
    assert again.resolved == whole.resolved
    for name in suasion.Scenario.bundled_names():
        assert suasion.Scenario.bundled(name).states
    other = whole.counterfactual("no-tvpa")
    done = command("run", "asean", "--counterfactual", "no-tvpa", "--replicates", 60, "--out", folder / "other", "--json")
    assert other.run(60).digest == json.loads(done.stdout)["digest"] != whole.run(60).digest
    assert "no-tvpa" in whole.counterfactuals
    # What is changed is new; what it was made from stays.
    assert whole.set({"state.IDN.capacity": 0.5, "title": 'a "b" \\ c'}).resolved != whole.resolved == again.resolved


def check_sentences(folder):
    scenario = suasion.Scenario.bundled("asean")
    error = suasion.ScenarioError
    assert issubclass(error, ValueError) and issubclass(suasion.SuasionError, RuntimeError)
    for given, text in [(math.nan, "nan"), (math.inf, "inf"), (2, "2"), ("much", '"much"'), (True, "true"), ([1], "[1]")]:
        arguments = ["--set", f"parameters.displacement={text}", "--out", folder / "never"]
        same_sentence(error, lambda: scenario.set("parameters.displacement", given), "run", "asean", *arguments)
    for path in (folder / "nowhere.toml", "asaen", folder):
        same_sentence(error, lambda: suasion.Scenario.load(path), "run", path, "--out", folder / "never")
    refused(error, lambda: suasion.Scenario.bundled("asaen"), "asean")
    refused(error, lambda: scenario.run(replicates=math.nan), "runs.replicates", "NaN")
    refused(error, lambda: scenario.run(replicates=-1), "runs.replicates", "-1")
    refused(error, lambda: scenario.run(threads=0), "threads", "0")
    refused(error, lambda: scenario.run(seed="one"), "runs.seed", "one")
    refused(error, lambda: scenario.set("parameters.displacment", 0), "`displacement`")
    refused(error, lambda: scenario.set("parameters.displacement", object()), "object")
    refused(error, lambda: scenario.set("parameters.displacement"), "path")
    refused(error, lambda: scenario.counterfactual("no-tpva"), "no-tvpa")
    refused(error, lambda: scenario.outcomes(["protecton"]), "`protection`")
    refused(error, lambda: suasion.Scenario.from_dict({"title": "x", 3: 4}), "3")
    refused(error, lambda: suasion.Scenario.from_dict({"version": 2, "states": []}), "states", "CSV")
    refused(ZeroDivisionError, lambda: scenario.run(LONG, trajectories=False, events=False, progress=lambda *_: 1 / 0))


def check_theories(folder):
    """A theory put together here is the file that it writes, and runs as that file does."""
    theory = (
        suasion.Theory("Corruption", 'What is "leaked" is not done.', predicts="Less protection.", source="judgement")
        .parameter("leak", 0.5, range=(0, 1), unit="-", meaning="share that corruption takes")
        .trait("corruption", {"mean": 0.4, "sd": 0.1}, meaning="what leaks away")
        .variable("fatigue", "0.5 * (frame - fatigue)", start="0.1")
        .shock("coup", "0.02 * (1 - capacity)", lasts=2.0, meaning="how far a state lives under a coup")
        .define("behind", "max(peers(motivation) - motivation, 0)")
        .mechanism("leakage", scales="protection_target", by="1 - leak * corruption", title="what leaks")
        .mechanism("pull", adds_to="motivation", rate="0.05 * behind", on=True)
        .outcome("hypocrisy", "rhetoric - motivation", range=(-1, 1))
        .set("parameters.signalling", 0.0)
    )
    assert repr(theory) == (
        "<suasion.Theory Corruption: 1 parameter, 1 trait, 1 variable, 1 shock, 1 define, 2 mechanisms, 1 outcome>"
    )
    path = folder / "corruption.toml"
    theory.save(path)
    assert suasion.Theory.read(path) == theory and suasion.Theory.read(str(path)).to_toml() == theory.to_toml()
    asean = suasion.Scenario.bundled("asean")
    run = asean.theory(theory).run(replicates=16, seed=3, ledger=True)
    assert "pull" in run.ledger.to_polars().columns and "hypocrisy" in run.trajectories.to_polars().columns
    assert asean.theory(str(path)).run(replicates=16, seed=3).digest == run.digest
    done = command("run", "asean", "--theory", path, "--replicates", 16, "--seed", 3, "--out", folder / "t", "--json")
    assert json.loads(done.stdout)["digest"] == run.digest, done.stderr
    more = asean.theory(f"{path}: parameters.leak=0.9").run(replicates=16, seed=3)
    assert more.digest == asean.theory(theory).set("parameters.leak", 0.9).run(replicates=16, seed=3).digest != run.digest
    one = asean.add_mechanism("fading", adds_to="motivation", rate="-0.05 * motivation")
    assert "fading" in one.run(replicates=8, ledger=True).ledger.to_polars().columns
    compared = asean.compare({"corrupt": asean.theory(theory)}, replicates=16)
    assert "corrupt" in set(compared.differences.to_polars()["counterfactual"])
    error = suasion.ScenarioError
    refused(error, lambda: one.add_mechanism("x", adds_to="motivation", rate="-0.05 * motivaton"), "did you mean `motivation`?")
    refused(error, lambda: asean.theory("backlsh"), "did you mean `backlash`?")
    refused(error, lambda: asean.theory(5), "suasion.Theory")
    wrong = suasion.Theory("x", "y").mechanism("m", adds_to="motivation")
    refused(error, lambda: asean.theory(wrong), "theory x", "no `rate`")
    (folder / "no.toml").write_text("version = 2\n")
    refused(ValueError, lambda: suasion.Theory.read(folder / "no.toml"), "`title` is missing")


def check_no_copies():
    run = suasion.Scenario.bundled("asean").run(3000)
    table = run.trajectories
    arrow = pa.table(table)
    frames = {"polars": pl.DataFrame(table), "to_polars": table.to_polars()}
    pandas = table.to_pandas()
    assert arrow["motivation"].num_chunks > 1 and len(table) == len(pandas) == arrow.num_rows == 3000 * 10 * 16
    for name in ("replicate", "year", "motivation", "phase", "flow_out"):
        where = [chunk.buffers()[1].address for chunk in arrow[name].chunks]
        again = [chunk.buffers()[1].address for chunk in table.to_arrow()[name].chunks]
        theirs = [chunk.buffers()[1].address for chunk in pandas[name].array.__arrow_array__().chunks]
        assert where == again == theirs, name
        for how, frame in frames.items():
            lies = [chunk.to_arrow().buffers()[1].address for chunk in frame[name].get_chunks()]
            assert lies == where, (how, name)
    assert isinstance(pandas["state"].dtype, pd.CategoricalDtype)
    assert pandas["state"].tolist() == arrow["state"].to_pylist() == frames["polars"]["state"].to_list()
    assert pandas["adopted_law"].tolist() == frames["polars"]["adopted_law"].to_list()
    # The tables outlive what they came from.
    mean = pl.DataFrame(table)["motivation"].mean()
    del run, table, frames, pandas
    assert abs(arrow["motivation"].to_numpy().mean() - mean) < 1e-12


def check_units():
    table = suasion.Scenario.bundled("asean").run(8).trajectories
    assert table.units["motivation"] == "0-1" and list(table.units) == sorted(table.columns)
    field = table.to_arrow().schema.field("motivation")
    assert field.metadata[b"unit"] == b"0-1" and field.metadata[b"meaning"]


def check_outcomes(folder):
    scenario = suasion.Scenario.bundled("asean")
    changes = {"parameters.displacement": 0.1}
    found = scenario.outcomes(["protection.IDN@2010", "phase=4"], set=changes, replicates=150, seed=9)
    frame = scenario.set(changes).run(150, 9).trajectories.to_polars()
    protection = frame.filter((pl.col("state") == "IDN") & (pl.col("year") == 2010))["protection"].mean()
    phase = (frame.filter(pl.col("year") == 2015)["phase"] == 4).mean()
    assert list(found) == ["protection.IDN@2010", "phase=4.mean@2015"]
    # Sums are of multiples of 2^-26 of full scale.
    assert np.allclose(list(found.values()), [protection, phase], rtol=0, atol=4 * 2**-26), found


def check_interpreter_is_free():
    counted, ended = [0], threading.Event()

    def count():
        while not ended.is_set():
            counted[0] += 1
            time.sleep(0.001)

    seen = []
    thread = threading.Thread(target=count)
    thread.start()
    before = counted[0]
    run = suasion.Scenario.bundled("asean").run(
        40_000, trajectories=False, events=False, progress=lambda *done: seen.append((*done, counted[0]))
    )
    during = counted[0] - before
    ended.set()
    thread.join()
    assert during > 20, f"another thread counted to {during} meanwhile"
    assert [total for _, total, _ in seen] == [40_000] * len(seen) and seen[-1][0] == run.replicates == 40_000
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def check_interrupt():
    for work in (f"run({LONG}, trajectories=False, events=False)", f"outcomes(['phase'], replicates={LONG})"):
        script = f"import suasion\nprint('begun', flush=True)\nsuasion.Scenario.bundled('asean').{work}"
        interrupted(script)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        check_same_numbers(folder)
        check_ways_in(folder)
        check_sentences(folder)
        check_outcomes(folder)
        check_theories(folder)
    check_no_copies()
    check_units()
    check_interpreter_is_free()
    check_interrupt()
    print("Python: the numbers, digests and sentences of the command; no copies; the interpreter is free")


main()
