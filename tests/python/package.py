"""Holds what surrounds the Python package: type stubs against the module, examples in docstrings, and python/examples.

Usage: package.py PATH/TO/suasion. The package is the one installed beside this Python.
"""

import doctest
import inspect
import subprocess
import sys
import tempfile
from pathlib import Path

import suasion

ROOT = Path(__file__).resolve().parents[2]
# What a caller writes: each line must please the type checker, or be refused by it.
USES = """
import suasion
asean = suasion.Scenario.load("asean").set({"parameters.drift": 0.1}).counterfactual("no-tvpa")
asean.run(replicates=10, progress=lambda done, total: None).summary.to_pandas().head()
asean.compare({"mine": {"parameters.drift": 0}}, decompose=True).shares["mine"].to_polars().height
asean.explain(["no-tvpa"], observed=True).sentences["MYS"].upper()
asean.sweep({"parameters.drift": (0, 0.1)}, points=None, out="x", progress=False).sensitivity("sobol").indices.units["value"]
history = asean.condition(until=2008, particles=100)
asean.run(given=history).digest.upper() + asean.explain(given="out/history").digest + asean.compare(given=True).why["no-tvpa"]
history.surprises.to_pandas().head().size + history.until + history.benchmark["in_sample"] + history.acceptance[0]
asean.sensitivity("morris", ["parameters.drift"], samples=3).design.columns.sort()
asean.sweep({"regime.tvpa.severity": [0, 1]}, given=history).points.bit_length()
fit = asean.calibrate({"parameters.drift": (0, 0.1), "parameters.signalling": None, "parameters.persuasion": "uniform(0, 1)"}, likelihood=True, passes=1)
asean.run(posterior=fit).digest + asean.compare("no-tvpa", posterior="bundled").why["no-tvpa"] + asean.validate(posterior=fit, hold_out=["states", 2008]).scenario
asean.weigh({"mine": {"parameters.drift": 0}}, refit=True, priors="parameters.*", since=2009).benchmark["in_sample"] + fit.log_likelihood["sd"]
"""
MISUSES = ["asean.run(replicates='many')", "asean.compare(3)", "asean.sweep(design='sobl')", "asean.run().digest.mean()",
           "asean.run(given=3)", "asean.calibrate(3)", "asean.run(posterior=3)", "asean.validate(hold_out=2.5)", "asean.condition(until='late')"]


def check_stubs():
    # Classes cannot be built from Python; the stubs leave out the constructor that Python gives to each.
    with tempfile.TemporaryDirectory() as folder:
        allowed = Path(folder) / "allowed"
        allowed.write_text("suasion\\._suasion\nsuasion\\._progress\n")
        settings = Path(folder) / "mypy.ini"
        settings.write_text("[mypy]\nignore_missing_imports = True\n[mypy-tqdm.*]\nignore_missing_imports = True\n"
                            "[mypy-pandas.*]\nignore_missing_imports = True\n")
        stubtest = [sys.executable, "-m", "mypy.stubtest", "suasion", "--mypy-config-file", settings, "--allowlist", allowed,
                    "--ignore-unused-allowlist"]
        done = subprocess.run(stubtest, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        uses, misuses = Path(folder) / "uses.py", Path(folder) / "misuses.py"
        uses.write_text(USES)
        misuses.write_text(USES.splitlines()[1] + "\nasean = suasion.Scenario.bundled('asean')\n" + "\n".join(MISUSES))
        mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file", settings, "--no-error-summary"]
        right = subprocess.run([*mypy, uses], capture_output=True, text=True, cwd=folder)
        assert right.returncode == 0, right.stdout
        wrong = subprocess.run([*mypy, misuses], capture_output=True, text=True, cwd=folder).stdout
        lines = {int(line.split(":")[1]) for line in wrong.splitlines() if ": error:" in line}
        assert lines == {3 + i for i in range(len(MISUSES))}, wrong


def check_docstrings():
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    without = []
    for kind in (suasion.Scenario, suasion.Run, suasion.Comparison, suasion.Explanation, suasion.History,
                 suasion.Sweep, suasion.Sensitivity, suasion.Weighing, suasion.Power, suasion.Validation, suasion.Calibration, suasion.Table):
        assert kind.__doc__, kind
        for name, member in inspect.getmembers(kind):
            if name.startswith("_"):
                continue
            assert member.__doc__, f"{kind.__name__}.{name} says nothing"
            test = parser.get_doctest(member.__doc__, {"suasion": suasion}, f"{kind.__name__}.{name}", None, 0)
            runner.run(test)
            if kind is suasion.Scenario and callable(member) and not test.examples:
                without.append(name)
    assert runner.failures == 0 and runner.tries >= 15, runner.summarize()
    assert without == ["bundled_names"], f"methods without an example: {without}"


def check_examples():
    examples = sorted((ROOT / "python" / "examples").glob("*.py"))
    assert [example.stem for example in examples] == ["optuna_search", "pyabc_fit", "salib_sobol"]
    for example in examples:
        done = subprocess.run([sys.executable, example], capture_output=True, text=True)
        assert done.returncode == 0, f"{example.name}: {done.stderr}"
        assert done.stdout.count("\n") >= 2, done.stdout


def main():
    check_stubs()
    check_docstrings()
    check_examples()
    print("Python: stubs agree with the module, docstrings and examples run")


main()
