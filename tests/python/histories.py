"""Holds runs in a history from Python against the command: the same tables, digests and sentences; a history is taken by its scenario alone.

Usage: histories.py PATH/TO/suasion. The package is the one installed beside this Python.
"""

import csv
import json
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import suasion
from support import command, interrupted, refused, same_sentence

ERROR = suasion.ScenarioError
FEW = ["--replicates", 24, "--seed", 7]
PARTICLES = 400


def done(*arguments):
    result = command(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def digest(folder):
    return json.loads((folder / "manifest.json").read_text())["digest"]


def same_table(table, file):
    """Every number of a table is that of the file: exactly in Parquet, as written in CSV."""
    ours = table.to_arrow()
    if file.suffix == ".parquet":
        theirs = pq.read_table(file)
        assert ours.column_names == theirs.column_names and ours.to_pylist() == theirs.to_pylist(), file
        return
    with file.open() as lines:
        theirs = list(csv.reader(lines))
    assert ours.column_names == theirs[0] and len(ours) == len(theirs) - 1 > 0, file
    for column, name in enumerate(theirs[0]):
        for value, line in zip(ours[name].to_pylist(), theirs[1:]):
            if value is None or value != value:
                # What is not known has no text.
                same = line[column] == ""
            else:
                same = float(line[column]) == value if isinstance(value, float) else line[column] == str(value)
            assert same, (file, name, value, line)


def check_condition(folder, asean):
    kept = folder / "history"
    asked = [*FEW, "--particles", PARTICLES]
    told = json.loads(done("condition", "asean", *asked, "--json", "--out", kept))
    for threads in (1, 2):
        history = asean.condition(particles=PARTICLES, replicates=24, seed=7, threads=threads)
        assert history.digest == digest(kept)
    for name in ("belief.csv", "likelihood.csv", "lineage.parquet"):
        same_table(getattr(history, name.split(".")[0]), kept / name)
    for name in ("log_likelihood", "error", "first_pass", "benchmark", "acceptance"):
        assert getattr(history, name) == told[name], name
    # The record of this scenario has grades and adoptions alone.
    assert history.of_readings == 0 and told["of_readings"] is None
    assert (history.until, history.particles, history.replicates, history.scenario) == (2015, PARTICLES, 24, "asean")
    assert repr(history) == f"<suasion.History of asean to 2015: 24 replicates of {PARTICLES} particles>"
    # The command prints the least probable entries; here are all.
    surprises = history.surprises.to_arrow().to_pylist()
    values = [surprise["log_likelihood"] for surprise in surprises]
    assert values == sorted(values) and len(history.surprises.to_pandas()) == len(values) > 100
    printed = done("condition", "asean", *asked, "--out", folder / "printed")
    for surprise in surprises[:8]:
        assert surprise["on_record"] in printed and surprise["expected"] in printed, surprise
    # Rows may be fewer, and the record shorter.
    short = asean.condition(until=2008, particles=PARTICLES, replicates=9, seed=7)
    assert (short.until, short.replicates, len(short.lineage)) == (2008, 9, 90)
    assert [name for name in short.lineage.columns if name.startswith("draws_2")][-1] == "draws_2008"
    return kept, history


def check_run(folder, asean, kept, history):
    out = folder / "run"
    done("run", "asean", *FEW, "--given", kept, "--quiet", "--out", out)
    record = f"record:particles={PARTICLES}"
    ways = [history, kept, str(kept), record, f"record:until=2015,particles={PARTICLES},rows=24"]
    for given in ways:
        run = asean.run(24, seed=7, given=given)
        assert run.digest == digest(out) == history.digest, given
        same_table(run.trajectories, out / "trajectories.parquet")
    assert asean.run(24, seed=7, given=False).digest == asean.run(24, seed=7).digest != digest(out)
    done("run", "asean", *FEW, "--given", record, "--counterfactual", "no-tvpa", "--quiet", "--out", folder / "other")
    other = asean.counterfactual("no-tvpa")
    assert [other.run(24, 7, given=given).digest for given in (history, kept, record)] == [digest(folder / "other")] * 3
    # Fewer replicates are the first rows, and what is on record holds in each.
    few = asean.run(10, seed=7, given=history)
    assert few.trajectories.to_arrow().equals(run.trajectories.to_arrow().slice(0, len(few.trajectories)))
    # Singapore is not in the report of 2003, and is graded there as a model would.
    frame = run.trajectories.to_pandas()
    given = frame[(frame["state"] != "SGP") | (frame["year"] != 2003)]
    assert given.groupby(["state", "year"], observed=True)["tier_tvpa"].nunique().max() == 1
    # As many particles as usual, of a short record.
    done("run", "asean", "--replicates", 6, "--given", "record:until=2003", "--quiet", "--out", folder / "usual")
    assert asean.run(6, given="record:until=2003").digest == digest(folder / "usual")
    assert asean.run(4, given=True).digest == asean.run(4, given="record").digest


def check_compare(folder, asean, kept, history):
    out = folder / "compare"
    names = ["no-tvpa", "left-alone"]
    done("compare", "asean", *names, *FEW, "--given", kept, "--quiet", "--format", "parquet", "--out", out)
    printed = done("compare", "asean", *names, *FEW, "--given", kept, "--out", folder / "printed-compare", "--wide")
    for given in (history, kept, f"record:particles={PARTICLES}"):
        found = asean.compare(names, replicates=24, seed=7, given=given)
        same_table(found.differences, out / "differences.parquet")
        same_table(found.differences_free, out / "differences-free.parquet")
        arms = pq.read_table(out / "arms.parquet").to_pylist()
        assert found.digests == {arm["arm"]: arm["digest"] for arm in arms}
        assert list(found.why) == sorted(names)
        for name, sentence in found.why.items():
            assert sentence.startswith(f"{name}: ") and sentence in printed, sentence
    free = asean.compare(names, replicates=24, seed=7)
    assert (free.differences_free, free.why) == (None, {})
    assert free.differences.to_arrow().equals(found.differences_free.to_arrow())
    split = ["--outcome", "motivation.MYS", "--decompose=overjustification,reputation", "--format", "parquet"]
    done("compare", "asean", "no-tvpa", *FEW, "--given", kept, "--quiet", *split, "--out", folder / "split")
    asked = {"outcomes": ["motivation.MYS"], "decompose": ["overjustification", "reputation"]}
    shares = asean.compare("no-tvpa", replicates=24, seed=7, given=history, **asked).shares["no-tvpa"]
    same_table(shares, folder / "split" / "shares-no-tvpa.parquet")
    assert "free_share" in shares.columns
    for luck in ("fresh", "both"):
        out = folder / luck
        done("compare", "asean", "no-tvpa", *FEW, "--given", kept, "--luck", luck, "--quiet", "--format", "parquet", "--out", out)
        found = asean.compare("no-tvpa", replicates=24, seed=7, given=history, luck=luck)
        same_table(found.differences, out / "differences.parquet")
        assert ("fresh_difference" in found.differences.columns) == (luck == "both")
    apart = ["--effects", "--outcome", "motivation.MYS", "--format", "parquet", "--out", folder / "apart"]
    done("compare", "asean", "no-tvpa", *FEW, "--given", kept, "--quiet", *apart)
    found = asean.compare("no-tvpa", replicates=24, seed=7, given=history, outcomes=["motivation.MYS"], effects=True)
    same_table(found.effects["no-tvpa"], folder / "apart" / "effects-no-tvpa.parquet")
    beside = ["--crowding=2", "--outcome", "motivation.MYS", "--format", "parquet", "--out", folder / "crowding"]
    done("compare", "asean", "no-tvpa", *FEW, "--given", kept, "--quiet", *beside)
    found = asean.compare("no-tvpa", replicates=24, seed=7, given=history, outcomes=["motivation.MYS"], crowding=2)
    same_table(found.crowding, folder / "crowding" / "crowding.parquet")
    same_table(found.crowding_draws, folder / "crowding" / "crowding-draws.parquet")
    assert found.crowding.to_arrow().to_pylist()[0]["says"] in ("assumed", "informed", "unmoved")
    assert asean.compare("no-tvpa", replicates=24, seed=7, given=history).crowding is None
    refused(ERROR, lambda: asean.compare("no-tvpa", crowding=2), "crowding: expected with `given`")
    refused(ERROR, lambda: asean.compare("no-tvpa", luck="fresh"), "luck: expected with `given`")
    refused(ERROR, lambda: asean.compare("no-tvpa", given=history, replicates=24, seed=7, luck="free"), "luck: found `free`", "kept, fresh or both")


def check_explain(folder, asean, kept, history):
    out = folder / "explain"
    done("explain", "asean", "--against", "no-tvpa", *FEW, "--given", kept, "--quiet", "--format", "parquet", "--out", out)
    for given in (history, kept):
        told = asean.explain("no-tvpa", replicates=24, seed=7, given=given)
        assert told.digest == digest(out) == history.digest
        same_table(told.means, out / "explanation.parquet")
        for name in ("totals", "events", "differences"):
            same_table(getattr(told, name), out / f"{name}.parquet")


def check_sweep(folder, asean, kept, history):
    axes = {"regime.tvpa.severity": [0, 1.9], "regime.tvpa.waiver": [0.5, 0.69]}
    asked = [*FEW, "--axis", "regime.tvpa.severity=0,1.9", "--axis", "regime.tvpa.waiver=0.5,0.69", "--outcome", "motivation", "--quiet"]
    done("sweep", "asean", *asked, "--given", kept, "--out", folder / "swept")
    for given in (history, kept, f"record:particles={PARTICLES}"):
        swept = asean.sweep(axes, outcomes="motivation", replicates=24, seed=7, given=given)
        assert swept.digest == digest(folder / "swept")
        same_table(swept.outcomes, folder / "swept" / "outcomes.parquet")
    assert asean.sweep(axes, outcomes="motivation", replicates=24, seed=7, given=False).digest != swept.digest
    ranges = {"regime.tvpa.severity": (0, 3), "regime.tvpa.waiver": (0, 1)}
    found = asean.sensitivity(axes=ranges, samples=4, replicates=24, seed=7, given=history, outcomes="motivation")
    assert len(found.indices) == 6
    refused(ERROR, lambda: asean.sweep({"parameters.drift": [0, 0.1]}, replicates=24, seed=7, given=history), "given: the axis parameters.drift changes no institution")
    refused(ERROR, lambda: asean.sweep(axes, replicates=25, seed=7, given=history), "replicates=24 takes those")
    refused(ERROR, lambda: asean.sweep(axes, replicates=24, seed=7, given=history, independent=True), "given with independent")
    refused(ERROR, lambda: asean.sweep(axes, replicates=24, seed=8, given=history), "given: its seed")


def check_sentences(folder, asean, kept, history):
    never = ["--out", folder / "never"]
    again = "condition the scenario again"

    def run(given, of=asean, **others):
        return lambda: of.run(**{"replicates": 24, "seed": 7, **others}, given=given)

    refused(ERROR, run(history, seed=8), "given: its seed is 7, and the scenario's is 8", again)
    refused(ERROR, run(history, replicates=25), "the history has 24 rows, and 25 replicates are asked for; replicates=24 takes those")
    refused(ERROR, run(history, suasion.Scenario.bundled("teaching/spiral")), "given: it is a history of asean, and not of teaching/spiral")
    drifting = asean.set("parameters.drift", 0.2)
    refused(ERROR, run(history, drifting), "given: it is a history of another scenario than asean")
    # What the command refuses of a folder, in its words.
    same_sentence(ERROR, run(kept, drifting), "run", "asean", *FEW, "--given", kept, "--set", "parameters.drift=0.2", *never)
    same_sentence(ERROR, run(kept, seed=8), "run", "asean", "--replicates", 24, "--seed", 8, "--given", kept, *never)
    refused(ERROR, run(kept, replicates=25), "the history has 24 rows, and 25 replicates are asked for; replicates=24 takes those")
    same_sentence(ERROR, run("record:until=1990"), "run", "asean", *FEW, "--given", "record:until=1990", *never)
    same_sentence(ERROR, run("record:particles=9"), "run", "asean", *FEW, "--given", "record:particles=9", *never)
    spiral = suasion.Scenario.bundled("teaching/spiral")
    same_sentence(ERROR, lambda: spiral.condition(), "condition", "teaching/spiral", *never)
    same_sentence(ERROR, lambda: asean.condition(until=1990), "condition", "asean", "--until", 1990, *never)
    refused(ERROR, run(history, asean.set("observed.adoptions.law.IDN", 2008)), "given: the record of the scenario has changed since", again)
    plain = folder / "plain"
    done("run", "asean", "--replicates", 2, "--quiet", "--out", plain)
    refused(ERROR, run(plain), str(plain), "keeps no history")
    refused(ERROR, run(folder / "nowhere"), "there is no folder", "; given takes a folder")
    refused(ERROR, run("recrod"), "there is no folder recrod", "; given takes a folder")
    refused(ERROR, run("record:till=2008"), "given: found `till=2008`, expected until=YEAR")
    refused(ERROR, run(3), "given: found a value of type int, expected True", "History")
    refused(ERROR, lambda: asean.condition(until="late"), "until", "late")
    refused(ERROR, lambda: asean.condition(particles=0), "particles", "0")
    refused(ERROR, lambda: asean.condition(particles=10), "10 particles", "from 50")
    refused(ERROR, lambda: asean.condition(particles=60, replicates=61), "61 replicates need as many particles")
    refused(ERROR, lambda: asean.condition(replicates=0), "runs.replicates", "0")
    refused(ERROR, lambda: asean.explain(observed=True, given=history, replicates=24, seed=7), "observed", "given or observed")
    # Another scenario has no luck in common with the history.
    other = {"other": spiral}
    refused(ERROR, lambda: asean.compare(other, given=history, replicates=24, seed=7),
            "counterfactual `other`")
    refused(ERROR, lambda: asean.explain(other, given=history, replicates=24, seed=7),
            "counterfactual `other`")
    assert not (folder / "never").exists()


def check_audit(folder):
    claims = folder / "claims.toml"
    head = 'scenario = "asean"\nwritten = 2026-11-29\n'
    one = '[[claim]]\nid = "{}"\nsentence = "S"\nwhere = "README.md"\noutcome = "motivation"\ncounterfactual = "no-tvpa"\nsign = "{}"\n'
    claims.write_text(head + one.format("higher", "+") + one.format("lower", "-"))
    out = folder / "audit"
    asked = [*FEW, "--particles", PARTICLES, "--draws", 3, "--posterior", "bundled"]
    told = json.loads(done("audit", claims, *asked, "--json", "--out", out))
    found = suasion.audit(claims, replicates=24, seed=7, particles=PARTICLES, draws=3, posterior="bundled")
    for name, file in {"claims": "audit.csv", "trials": "trials.csv", "draws": "draws.csv"}.items():
        same_table(getattr(found, name), out / file)
    assert (found.digest, found.blake3, found.written) == (digest(out), told["file"]["blake3"], "2026-11-29")
    assert (found.expected_false, found.unmet) == (told["expected_false"], told["unmet"])
    assert repr(found) == "<suasion.Audit of 2 claims about asean, written 2026-11-29>"
    without = suasion.audit(str(claims), replicates=8, draws=0, particles=PARTICLES)
    assert (without.draws, without.expected_false) == (None, {})
    claims.write_text(head + one.format("higher", "up"))
    never = ["--out", folder / "never"]
    same_sentence(ERROR, lambda: suasion.audit(claims), "audit", claims, *never)
    same_sentence(ERROR, lambda: suasion.audit(folder / "nowhere.toml"), "audit", folder / "nowhere.toml", *never)


def check_progress(asean, history):
    few = {"replicates": 24, "seed": 7}
    record = {"given": f"record:particles={PARTICLES}", **few}
    work = {
        PARTICLES: lambda heard: asean.condition(particles=PARTICLES, **few, progress=heard),
        PARTICLES + 24: lambda heard: asean.run(**record, progress=heard),
        PARTICLES + 96: lambda heard: asean.compare("no-tvpa", **record, progress=heard),
        PARTICLES + 48: lambda heard: asean.explain("no-tvpa", **record, progress=heard),
        24: lambda heard: asean.run(**few, given=history, progress=heard),
    }
    for total, call in work.items():
        heard = []
        call(lambda *done: heard.append(done))
        assert heard and heard[-1] == (total, total), (total, heard)
        assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    for call in ("condition(particles=400_000)", "run(given='record:particles=400000')"):
        interrupted(f"import suasion\nprint('begun', flush=True)\nsuasion.Scenario.bundled('asean').{call}")


def main():
    asean = suasion.Scenario.bundled("asean")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        kept, history = check_condition(folder, asean)
        check_run(folder, asean, kept, history)
        check_compare(folder, asean, kept, history)
        check_explain(folder, asean, kept, history)
        check_sweep(folder, asean, kept, history)
        check_sentences(folder, asean, kept, history)
        check_audit(folder)
    check_progress(asean, history)
    print("Python: histories, and what is run in them, are the command's")


main()
