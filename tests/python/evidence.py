"""Holds weighing, validation and calibration from Python against the command: the same tables, digests and sentences.

Usage: evidence.py PATH/TO/suasion. The package is the one installed beside this Python.
"""

import csv
import json
import tempfile
from pathlib import Path

import suasion
from support import command, interrupted, refused, same_sentence

ERROR = suasion.ScenarioError
NEVER = "never"


def done(*arguments):
    result = command(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def rows(file):
    with file.open() as lines:
        return list(csv.reader(lines))


def same_table(table, file):
    """Every number of a table is that of the CSV file, and every column."""
    ours, theirs = table.to_arrow(), rows(file)
    assert ours.column_names == theirs[0] and len(ours) == len(theirs) - 1 > 0, file
    for column, name in enumerate(theirs[0]):
        for value, line in zip(ours[name].to_pylist(), theirs[1:]):
            same = float(line[column]) == value if isinstance(value, float) else line[column] == str(value)
            assert same, (file, name, value, line)


def same_value(ours, theirs):
    return theirs is None and ours is None or abs(ours - theirs) < 1e-12


def check_weigh(folder, asean):
    out, deaf = folder / "weighed", "deaf: parameters.pressure_rate=0.0"
    done("weigh", "asean", deaf, "--until", 2005, "--particles", 200, "--seed", 7, "--quiet", "--out", out)
    for given in (deaf, [deaf], {"deaf": {"parameters.pressure_rate": 0.0}}):
        weighed = asean.weigh(given, until=2005, particles=200, seed=7)
        for name in ("theories", "by_state", "entries"):
            same_table(getattr(weighed, name), out / f"{name.replace('_', '-')}.csv")
    told = json.loads((out / "result.json").read_text())
    assert (weighed.kind, weighed.since, weighed.until) == (told["kind"], told["from"], told["until"])
    assert (weighed.mixed, weighed.benchmark, weighed.clusters, weighed.fitted) == (told["mixed"], told["benchmark"], told["clusters"], None)
    assert repr(weighed) == "<suasion.Weighing (sensitivity) of baseline, deaf, null>"
    refit = folder / "refitted"
    how = ["--prior", "parameters.pressure_rate=uniform(0.2, 3)", "--evaluations", 12, "--fit-particles", 60, "--marginal=6"]
    done("weigh", "asean", "--refit", "--from", 2004, "--until", 2005, "--particles", 100, "--seed", 7, *how, "--quiet", "--out", refit)
    priors = {"parameters.pressure_rate": (0.2, 3)}
    few = {"since": 2004, "until": 2005, "particles": 100, "seed": 7, "evaluations": 12, "fit_particles": 60}
    weighed = asean.weigh(refit=True, priors=priors, marginal=6, **few)
    assert weighed.kind == "weighing" and weighed.since == 2004
    same_table(weighed.theories, refit / "theories.csv")
    same_table(weighed.fitted, refit / "fitted.csv")
    same_table(weighed.marginal, refit / "marginal.csv")


def check_power(folder, asean):
    out, how = folder / "power", ["--histories", 2, "--particles", 60, "--until", "2005,2006", "--seed", 7]
    done("power", "asean", *how, "--quiet", "--out", out)
    few = {"histories": 2, "particles": 60, "until": [2005, 2006], "seed": 7}
    found = asean.power(**few)
    same_table(found.chances, out / "power.csv")
    assert (found.theories, found.fitted, found.since) == (["baseline", "null"], None, None)
    assert repr(found) == "<suasion.Power of baseline against null>"
    refit = folder / "power-refit"
    prior = "parameters.self_determination=uniform(0, 1)"
    done("power", "asean", *how, "--refit", "--from", 2004, "--evaluations", 8, "--prior", prior, "--quiet", "--out", refit)
    found = asean.power(**few, refit=True, since=2004, evaluations=8, priors={"parameters.self_determination": (0, 1)})
    same_table(found.chances, refit / "power.csv")
    assert (found.fitted, found.since) == ([["parameters.self_determination"], []], 2004)


def check_validate(folder, asean):
    out, given = folder / "validated", "record:until=2010,particles=300,rows=40"
    told = json.loads(done("validate", "asean", "--replicates", 24, "--seed", 7, "--given", given, "--json", "--out", out))
    for threads in (1, 2):
        found = asean.validate(replicates=24, seed=7, given=given, threads=threads)
        same_table(found.scores, out / "scores.csv")
        same_table(found.forecasts, out / "forecasts.csv")
    assert (found.met, found.of, found.origin) == (told["met"], told["of"], 2010)
    patterns = found.patterns.to_arrow().to_pylist()
    theirs = [(p, s) for p in told["patterns"] for s in p["statistics"] or [None]]
    assert len(patterns) == len(theirs) > 20
    for ours, (pattern, statistic) in zip(patterns, theirs):
        assert (ours["pattern"], ours["verdict"]) == (pattern["pattern"], pattern["verdict"])
        if statistic is None:
            assert ours["statistic"] is None and ours["mean"] is None
            continue
        assert ours["statistic"] == statistic["name"] and same_value(ours["observed"], statistic["observed"])
        mean = statistic["simulated"]["mean"] if statistic["simulated"] else None
        assert same_value(ours["mean"], mean) and ours["met"] == {True: "yes", False: "no", None: None}[statistic["met"]]
    skill = found.skill.to_arrow().to_pylist()
    first = told["skill"][0]
    assert (skill[0]["part"], skill[0]["source"], skill[0]["score"]) == (first["part"], "forecast", first["rps_tiers"]["forecast"])
    bins = [bin for part in told["skill"] for what in ("worse_grades", "law") for bin in part[f"calibration_{what}"]]
    bins += [bin for of in told["forecasts"]["calibration"] for bin in of["calibration"]]
    ours = found.calibration.to_arrow().to_pylist()
    assert [(b["forecast"], b["observed"], b["cases"]) for b in ours] == [(b["forecast"], b["observed"], b["cases"]) for b in bins]
    states = told["hindcast"]["states"]
    adoptions = found.adoptions.to_arrow().to_pylist()
    record = [a["record"] for state in states for a in state["adoptions"]]
    assert [a["record"] for a in adoptions] == record and None in record
    tiers = found.tiers.to_arrow().to_pylist()
    assert [t["record"] for t in tiers] == [r for state in states for of in state["tiers"] for r in of["record"]]
    beside = [b["difference"] for e in told["hindcast"]["episodes"] for s in e["states"] for b in s["beside"]]
    assert [e["difference"] for e in found.episodes.to_arrow().to_pylist()] == beside
    # A history that is there, and a folder, are forecast from as they are.
    history = asean.condition(until=2010, particles=300, replicates=40, seed=7)
    again = asean.validate(replicates=24, seed=7, given=history)
    assert again.scores.to_arrow().equals(found.scores.to_arrow()) and again.forecasts.to_arrow().equals(found.forecasts.to_arrow())
    plain = asean.validate(replicates=24, seed=7, hold_out=["states", 2010], given=False)
    assert (plain.scores, plain.forecasts, plain.origin) == (None, None, None)
    assert {row["sample"] for row in plain.skill.to_arrow().to_pylist()} == {"in", "out"}
    assert plain.patterns.to_arrow().equals(found.patterns.to_arrow())
    drawn = asean.validate(replicates=24, seed=7, posterior="bundled")
    theirs = json.loads(done("validate", "asean", "--replicates", 24, "--seed", 7, "--posterior", "bundled", "--json", "--out", folder / "drawn"))
    assert drawn.met == theirs["met"] and not drawn.patterns.to_arrow().equals(plain.patterns.to_arrow())


def check_calibrate(folder):
    short = suasion.Scenario.bundled("asean")
    shortened = ["asean", "--seed", 7]
    priors = {"parameters.pressure_rate": (0.2, 3.0), "parameters.signalling": None}
    asked = ["--prior", "parameters.pressure_rate=uniform(0.2, 3.0)", "--prior", "parameters.signalling"]
    out = folder / "likely"
    few = ["--particles", 24, "--filter-particles", 60, "--passes", 1, "--hold-out", 2003]
    told = json.loads(done("calibrate", *shortened, "--likelihood", *asked, *few, "--json", "--out", out))
    blocks = folder / "kept-blocks"
    same = {"particles": 24, "filter_particles": 60, "passes": 1, "hold_out": 2003, "seed": 7}
    for where in (None, blocks, blocks):
        fit = short.calibrate(priors, likelihood=True, blocks=where, **same)
        assert fit.digest == json.loads((out / "manifest.json").read_text())["digest"]
    same_table(fit.parameters, out / "parameters.csv")
    same_table(fit.generations, out / "generations.csv")
    draws = fit.draws.to_arrow().to_pylist()
    theirs = rows(out / "posterior.csv")
    paths = theirs[0][4:]
    assert fit.draws.columns == ["draw", "weight", "minus_log_likelihood", *paths]
    for ours, line in zip(draws, theirs[1:], strict=True):
        assert [ours["weight"], ours["minus_log_likelihood"], *(ours[path] for path in paths)] == [float(x) for x in line[2:]]
    assert (fit.effective, fit.log_evidence, fit.fitted) == (told["effective"], told["log_evidence"], told["fitted"])
    assert fit.finished and fit.log_likelihood == told["noise"] and fit.warning == told["warning"] and fit.predictive is None
    saved = folder / "saved.csv"
    fit.save(saved)
    assert saved.read_bytes() == (out / "posterior.csv").read_bytes()
    # Runs, comparisons and explanations draw from it, as the command does from its file.
    few = ["--replicates", 24, "--seed", 7]
    done("run", "asean", *few, "--posterior", saved, "--quiet", "--out", folder / "drawn-run")
    digest = json.loads((folder / "drawn-run" / "manifest.json").read_text())["digest"]
    for posterior in (fit, saved, str(saved)):
        assert short.run(24, seed=7, posterior=posterior).digest == digest != short.run(24, seed=7).digest
    done("compare", "asean", "no-tvpa", "--against", "x: parameters.drift=0.1", *few, "--posterior", saved, "--quiet", "--out", folder / "drawn-compare", "--format", "csv")
    found = short.compare(["no-tvpa", "x: parameters.drift=0.1"], replicates=24, seed=7, posterior=fit)
    same_table(found.differences, folder / "drawn-compare" / "differences.csv")
    ways = {"a": {"parameters.drift": 0.1}, "b": short.set("parameters.drift", 0.1)}
    both = {name: short.compare({name: way}, replicates=24, seed=7, posterior=fit) for name, way in ways.items()}
    means = {name: found.differences.to_arrow()["difference"].to_pylist() for name, found in both.items()}
    assert means["a"] == means["b"]
    done("explain", "asean", "--against", "no-tvpa", *few, "--posterior", saved, "--quiet", "--format", "csv", "--out", folder / "drawn-explain")
    told = short.explain("no-tvpa", replicates=24, seed=7, posterior=fit)
    assert told.digest == json.loads((folder / "drawn-explain" / "manifest.json").read_text())["digest"]
    # What was set after reading stands against the draw.
    pinned = short.set("parameters.pressure_rate", 0.3)
    done("run", "asean", "--set", "parameters.pressure_rate=0.3", *few, "--posterior", saved, "--quiet", "--out", folder / "pinned")
    assert pinned.run(24, seed=7, posterior=fit).digest == json.loads((folder / "pinned" / "manifest.json").read_text())["digest"]
    # By distances, and to points.
    out = folder / "by-distance"
    few = ["--particles", 24, "--generations", 2, "--hold-out", 2003]
    done("calibrate", *shortened, *asked, *few, "--quiet", "--out", out)
    fit = short.calibrate(priors, particles=24, generations=2, hold_out=2003, seed=7)
    assert fit.digest == json.loads((out / "manifest.json").read_text())["digest"]
    for name in ("parameters", "generations", "predictive"):
        same_table(getattr(fit, name), out / f"{name}.csv")
    assert fit.draws.columns[2] == "distance" and fit.log_evidence is None and fit.log_likelihood == {}
    point = short.calibrate(priors, likelihood=True, point=True, most=12, **same)
    assert point.draws is None and set(point.log_likelihood) == {"found", "start"} and point.parameters.columns == ["parameter", "prior", "start", "value"]
    assert repr(point) == "<suasion.Calibration of asean: a point>"
    refused(ERROR, lambda: short.run(4, posterior=point), "posterior", "point=False")
    refused(ERROR, lambda: point.save(folder / NEVER), "point=False")
    assert not (folder / NEVER).exists()


def check_sentences(folder, asean):
    spiral = suasion.Scenario.bundled("teaching/spiral")
    never = ["--out", folder / NEVER]
    same_sentence(ERROR, lambda: spiral.validate(), "validate", "teaching/spiral", *never)
    same_sentence(ERROR, lambda: spiral.weigh(), "weigh", "teaching/spiral", *never)
    same_sentence(ERROR, lambda: asean.weigh("no-tvpa"), "weigh", "asean", "no-tvpa", *never)
    refused(ERROR, lambda: asean.power(since=2005), "since", "refit=True")
    refused(ERROR, lambda: asean.power(refit=True, since=2001), "since=2001", "expected a year from 2002 to 2015")
    refused(ERROR, lambda: asean.power(states=7), "7 states", "multiple")
    refused(ERROR, lambda: asean.power(until="soon"), "until", "soon")
    refused(ERROR, lambda: asean.power(histories=1), "1 histories")
    refused(ERROR, lambda: asean.power("no-tvpa"), "no-tvpa")
    refused(ERROR, lambda: asean.weigh(since=1990), "since=1990", "expected a year from 2002 to 2015")
    refused(ERROR, lambda: asean.weigh(since="soon"), "since", "soon")
    refused(ERROR, lambda: asean.weigh(evaluations=9), "evaluations", "refit=True")
    refused(ERROR, lambda: asean.weigh(marginal=True), "marginal", "refit=True")
    refused(ERROR, lambda: asean.weigh(marginal=1, refit=True), "1 draws")
    refused(ERROR, lambda: asean.weigh(particles=9), "9 particles")
    refused(ERROR, lambda: asean.weigh({"x": asean}), "theory `x`", "Scenario", "dict")
    refused(ERROR, lambda: asean.weigh(refit=True, priors={"parameters.drift": 3}), "priors", "parameters.drift", "(low, high)")
    refused(ERROR, lambda: asean.validate(hold_out="some"), "hold_out some", "expected states")
    refused(ERROR, lambda: asean.validate(given="record:until=2015"), "given", "2015")
    refused(ERROR, lambda: asean.validate(given=True, hold_out="none"), "hold_out YEAR")
    refused(ERROR, lambda: asean.validate(given=asean.condition(particles=60, replicates=8)), "given", "knows the record until 2015")
    refused(ERROR, lambda: asean.validate(posterior=3), "posterior", "int", "Calibration")
    refused(ERROR, lambda: asean.run(4, posterior=folder / "none.csv"), "none.csv cannot be read", "posterior takes")
    refused(ERROR, lambda: asean.run(4, posterior="bundled", given=True), "posterior", "given")
    refused(ERROR, lambda: asean.compare("no-tvpa", posterior="bundled", effects=True), "effects", "posterior")
    refused(ERROR, lambda: asean.calibrate("parameters.none"), "priors", "parameters.none")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", particles=1), "particles=1", "fewer than")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", filter_particles=60), "filter_particles", "likelihood=True")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", likelihood=True, tolerance=0.1), "tolerance", "likelihood=False")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", likelihood=True, kernel="component"), "likelihood with kernel")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", likelihood=True, replicates=4), "replicates", "filter_particles")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", kernel="none"), "kernel", "moves")
    refused(ERROR, lambda: asean.calibrate("parameters.drift", quantile=2), "quantile", "2")
    refused(ERROR, lambda: asean.calibrate("link.aversion"), "link.aversion", "panel")
    assert not (folder / NEVER).exists()


def check_page(folder, asean):
    """What the page of the package shows of evidence runs as it stands."""
    page = (Path(__file__).resolve().parents[2] / "python" / "README.md").read_text()
    block = page.split("## Evidence")[1].split("```python\n")[1].split("```")[0]
    assert "calibrate(" in block and "weigh(" in block and "validate(" in block
    names = {"asean": asean, "suasion": suasion}
    exec(block.replace('"posterior.csv"', repr(str(folder / "posterior.csv"))), names)
    assert names["fit"].finished and (folder / "posterior.csv").exists()


def check_progress(asean):
    work = [
        lambda heard: asean.weigh(until=2003, particles=60, progress=heard),
        lambda heard: asean.validate(replicates=8, given="record:until=2010,particles=60,rows=8", progress=heard),
        lambda heard: asean.calibrate("parameters.drift", likelihood=True, particles=16, filter_particles=50, passes=1, generations=1, progress=heard),
    ]
    for call in work:
        heard = []
        call(lambda *done: heard.append(done))
        assert heard and heard[-1][0] == heard[-1][1] > 0, heard
    calls = ("weigh(particles=400_000)", "validate(given='record:particles=400000,until=2010')",
             "calibrate('parameters.drift', likelihood=True, filter_particles=20_000)", "calibrate('parameters.drift', generations=100, acceptance=0)")
    for call in calls:
        interrupted(f"import suasion\nprint('begun', flush=True)\nsuasion.Scenario.bundled('asean').{call}")


def main():
    asean = suasion.Scenario.bundled("asean")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        check_weigh(folder, asean)
        check_power(folder, asean)
        check_validate(folder, asean)
        check_calibrate(folder)
        check_sentences(folder, asean)
        check_page(folder, asean)
    check_progress(asean)
    print("Python: weighings, validations and calibrations are the command's")


main()
