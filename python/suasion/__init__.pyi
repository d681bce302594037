"""Norm internalization by states, simulated."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from ._theory import Theory as Theory
from typing import Any, Literal, SupportsIndex, TypeAlias, final

import pandas
import polars
import pyarrow

__all__ = [
    "Audit",
    "Calibration",
    "Comparison",
    "Explanation",
    "History",
    "Power",
    "Run",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SuasionError",
    "Sweep",
    "Table",
    "Theory",
    "Validation",
    "Weighing",
    "__version__",
    "audit",
]

__version__: str

# What `progress` may be: a function of what is done and in all, or False for silence; None for a bar of tqdm.
_Progress: TypeAlias = Callable[[int, int], object] | Literal[False] | None
_Outcomes: TypeAlias = str | Iterable[str] | None
_Axes: TypeAlias = str | Iterable[str] | dict[str, Any] | None
_Counterfactuals: TypeAlias = str | Iterable[str] | dict[str, Any]
# What `given` may be: True or "record" conditions on the record first; a History, or the folder of one; None or False for free runs.
_Given: TypeAlias = History | str | PathLike[str] | bool | None

# What `posterior` may be: a Calibration, a posterior.csv of `suasion calibrate`, or "bundled".
_Posterior: TypeAlias = Calibration | str | PathLike[str] | None
# What priors may be: texts, or a dict from paths to texts, to ranges (low, high), or to None for the usual range.
_Priors: TypeAlias = str | Iterable[str] | Mapping[str, str | tuple[float, float] | None] | None
_HoldOut: TypeAlias = str | int | list[str | int] | tuple[str | int, ...] | None

class ScenarioError(ValueError):
    """What was asked for is wrong: where, what was found, what was expected, a hint."""

class SuasionError(RuntimeError):
    """A run could not be done."""

@final
class Table:
    """A table of results, for anything that reads Arrow. Each field's metadata has its unit and meaning."""

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
    @property
    def units(self) -> dict[str, str]:
        """Unit of each column by name; `-` where there is none."""
    def to_arrow(self) -> pyarrow.Table:
        """The table as a `pyarrow.Table`, without a copy."""
    def to_polars(self) -> polars.DataFrame:
        """The table as a `polars.DataFrame`. Numbers are not copied."""
    def to_pandas(self) -> pandas.DataFrame:
        """The table as a `pandas.DataFrame` of Arrow columns, text as categories. Needs pyarrow."""
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __len__(self) -> int: ...

@final
class Run:
    """What a run gave: tables, and the digest of its numbers."""

    @property
    def trajectories(self) -> Table | None:
        """One row per replicate, state and year (values at its end; the year before the first is the start)."""
    @property
    def events(self) -> Table | None:
        """One row per adoption, change of phase or change of tier, dated in decimal years."""
    @property
    def ledger(self) -> Table | None:
        """One row per replicate, state and year: what moved motivation (0-1), by term."""
    @property
    def summary(self) -> Table:
        """One row per state, year and variable, and for codes and flags per value: means, spreads, quantiles."""
    @property
    def digest(self) -> str:
        """Digest of the numbers: 32 hexadecimal digits, those of `suasion run`."""
    @property
    def replicates(self) -> int:
        """Replicates simulated."""
    @property
    def seed(self) -> int:
        """Seed of all draws."""
    @property
    def scenario(self) -> str:
        """Name of the scenario."""

@final
class Comparison:
    """What a comparison gave: tables of paired differences, and of shares of mechanisms."""

    @property
    def differences(self) -> Table:
        """One row per counterfactual, state, year and outcome: both means, the paired difference and its interval.

        Outcomes are variables, what is reached (`reached_law`), years until then (`years_to_law`), and those asked for.
        """
    @property
    def differences_free(self) -> Table | None:
        """The same in free runs, where the comparison is in a history; None where it is not."""
    @property
    def why(self) -> dict[str, str]:
        """By counterfactual, which state's difference in the history is farthest from that in free runs, and which grades go with it.

        Empty where the comparison is not in a history.
        """
    @property
    def shares(self) -> dict[str, Table]:
        """By counterfactual, one row per outcome and mechanism: its Shapley share; empty where nothing was decomposed."""
    @property
    def effects(self) -> dict[str, Table]:
        """By counterfactual, one row per outcome: `direct`, `spillover`, `total`; empty where effects were not taken apart."""
    @property
    def crowding(self) -> Table | None:
        """One row per counterfactual and outcome asked for: the difference in the history without any crowding (`null`), over draws of a `prior` and a `posterior`, and at the `defaults`; none where not asked for."""
    @property
    def crowding_draws(self) -> Table | None:
        """The same by draw, with its effect, log-likelihood and weight; none where not asked for."""
    @property
    def counterfactuals(self) -> list[str]:
        """Names of the counterfactuals, in the order asked."""
    @property
    def unpaired(self) -> dict[str, tuple[list[str], list[str]]]:
        """By counterfactual, names of outcomes and states that the baseline alone has, and of those that it alone has."""
    @property
    def digests(self) -> dict[str, str]:
        """Digest of each arm's trajectories; `baseline` is the scenario's."""
    @property
    def replicates(self) -> int:
        """Replicates of each arm."""
    @property
    def level(self) -> float:
        """Level of the intervals."""

@final
class Explanation:
    """What an explanation gave: the ledger as tables, and sentences."""

    @property
    def means(self) -> Table:
        """One row per state, year and outcome: motivation, what each term moved, tiers and adoptions as shares, and those asked for."""
    @property
    def totals(self) -> Table:
        """One row per state and term: what it moved over the run (0-1), and the year in which it moved most."""
    @property
    def events(self) -> Table:
        """One row per dated change of the scenario."""
    @property
    def differences(self) -> Table | None:
        """The same beside a counterfactual, as paired differences."""
    @property
    def sentences(self) -> dict[str, str]:
        """By state, what `suasion explain` says."""
    @property
    def digest(self) -> str:
        """Digest of the trajectories."""
    @property
    def replicates(self) -> int:
        """Replicates of each arm."""
    @property
    def level(self) -> float:
        """Level of the intervals."""

@final
class History:
    """What the states must have been like, and the luck that they must have had, given the record: what `given` takes."""

    @property
    def belief(self) -> Table:
        """One row per state, year and variable: mean and quantiles given the record, and in free runs."""
    @property
    def likelihood(self) -> Table:
        """One row per state and year on record: how probable its entry was given the years before, and which grade was expected."""
    @property
    def lineage(self) -> Table:
        """One row per replicate and state: whose draws the state uses, for what is drawn once and in each year."""
    @property
    def surprises(self) -> Table:
        """One row per state and year with an entry on record, the least probable first: what was seen and what was expected."""
    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the record under the scenario."""
    @property
    def error(self) -> float:
        """Its standard error, of the simulation."""
    @property
    def of_readings(self) -> float:
        """The part of the log-likelihood that is of what was seen beside grades and adoptions, given these; 0 where nothing was."""
    @property
    def first_pass(self) -> float:
        """Log-likelihood of the first pass, in which states heard others of other runs."""
    @property
    def benchmark(self) -> dict[str, float]:
        """Log-likelihoods of grades and adoptions by a chain that knows frequencies alone: `in_sample`, and `sequential`, learning as it goes."""
    @property
    def acceptance(self) -> list[float]:
        """By sweep, share of the lines tried that were kept when the states of a replicate were made to fit each other."""
    @property
    def fresh(self) -> float | None:
        """Share of the fresh numbers tried that were kept, of states of whose lines too few particles were left; None where none were tried."""
    @property
    def until(self) -> int:
        """Last year on record."""
    @property
    def particles(self) -> int:
        """Particles of each state."""
    @property
    def replicates(self) -> int:
        """Replicates that can be run in it."""
    @property
    def digest(self) -> str:
        """Digest of the runs in the history, that of `suasion condition`."""
    @property
    def scenario(self) -> str:
        """Name of the scenario."""

@final
class Audit:
    """What an audit found of each claim."""

    @property
    def claims(self) -> Table:
        """One row per claim: what is claimed, what came out, how often it is true and of the wrong sign over prior and posterior, the verdict."""
    @property
    def trials(self) -> Table:
        """One row per claim and setting (defaults, null, other steps, other seeds), free and in the history."""
    @property
    def draws(self) -> Table | None:
        """One row per claim and draw of the prior and of the posterior; None where nothing was drawn."""
    @property
    def expected_false(self) -> dict[str, float]:
        """Expected number of false claims, over the `prior` and over the `posterior`, where there are such."""
    @property
    def unmet(self) -> list[str]:
        """Sentences on the claims whose verdict is not the one that the file expects, or with which no claim may be made."""
    @property
    def blake3(self) -> str:
        """BLAKE3 hash of the file of claims."""
    @property
    def written(self) -> str:
        """Day on which the file says that it was written."""
    @property
    def digest(self) -> str:
        """Digest of the scenario's free runs, that of `suasion audit`."""
    @property
    def scenario(self) -> str:
        """Name of the scenario."""

def audit(
    path: str | PathLike[str],
    *,
    scenario: str | None = None,
    posterior: str | PathLike[str] | None = None,
    prior: str | Iterable[str] | None = None,
    draws: SupportsIndex | None = None,
    given_draws: SupportsIndex | None = None,
    replicates: SupportsIndex | None = None,
    particles: SupportsIndex | None = None,
    seed: SupportsIndex | None = None,
    threads: SupportsIndex | None = None,
    progress: _Progress = None,
) -> Audit:
    """Holds the claims of a file against the scenario that it names, as `suasion audit` does.

    `scenario` and `posterior` take the place of those that the file names; `draws` (200) are of the prior and of the posterior, 0 of neither, and
    `given_draws` of them are conditioned on the record.
    """

@final
class Weighing:
    """How well each of some theories predicts the record, and whether that tells them apart."""

    @property
    def theories(self) -> Table:
        """One row per theory: log-likelihoods, difference from the first with its error, stacking weight, whether they are told apart."""
    @property
    def by_state(self) -> Table:
        """One row per theory and state."""
    @property
    def entries(self) -> Table:
        """One row per theory, state and year on record."""
    @property
    def fitted(self) -> Table | None:
        """One row per theory and parameter that was fitted in it; None without a refit."""
    @property
    def marginal(self) -> Table | None:
        """One row per theory and width of the priors (half, as given, twice): marginal likelihoods; None unless asked for."""
    @property
    def kind(self) -> str:
        """`weighing` with a refit, else `sensitivity`, which weighs nothing."""
    @property
    def since(self) -> int:
        """First year that is held out."""
    @property
    def until(self) -> int:
        """Last year whose record counts."""
    @property
    def mixed(self) -> float:
        """Log score of the theories mixed by their stacking weights."""
    @property
    def benchmark(self) -> dict[str, float]:
        """Log-likelihoods of grades and adoptions by a chain that knows frequencies alone: `in_sample`, `sequential`, `sequential_later`."""
    @property
    def clusters(self) -> str:
        """What differences are taken as independent over."""

@final
class Power:
    """How often verdicts on simulated histories are right, wrong, or that nothing is decided, by what is observed of them."""

    @property
    def chances(self) -> Table:
        """One row per theory simulated, way of observing, number of states and last year: shares of verdicts with intervals over histories."""
    @property
    def theories(self) -> list[str]:
        """Names of the theories: the scenario, its rival, and the third that is not offered."""
    @property
    def fitted(self) -> list[list[str]] | None:
        """Paths that are fitted in the scenario and in its rival; None without a refit."""
    @property
    def since(self) -> int | None:
        """First year that is held out; None without a refit."""
    @property
    def speech_sd(self) -> float:
        """Standard deviation of the error of an index of speech of the reliability that was asked for."""
    @property
    def refused(self) -> int:
        """Draws of the priors that make no valid scenario, and were left out."""
    @property
    def failed(self) -> int:
        """Histories whose record no particle could show under one of the theories: they count as undecided."""

@final
class Validation:
    """What came of holding a scenario against its record."""

    @property
    def patterns(self) -> Table:
        """One row per statistic: target, tolerance, what is simulated, and whether its pattern is met."""
    @property
    def skill(self) -> Table:
        """One row per part of the record, what is forecast, and reference: scores, and skill with its interval."""
    @property
    def calibration(self) -> Table:
        """One row per bin of probability: what was forecast, and how often it came true, with its number of cases."""
    @property
    def adoptions(self) -> Table | None:
        """One row per state and instrument: the date on record, and quantiles of the year of adoption."""
    @property
    def tiers(self) -> Table | None:
        """One row per state, regime and year: the tier on record, the most frequent one, and shares."""
    @property
    def episodes(self) -> Table | None:
        """One row per episode, state and outcome that a counterfactual is set beside."""
    @property
    def scores(self) -> Table | None:
        """One row per score of forecasts from the history, and of references; None without `given`."""
    @property
    def forecasts(self) -> Table | None:
        """One row per forecast from the history, and from references; None without `given`."""
    @property
    def met(self) -> int:
        """Patterns that are met."""
    @property
    def of(self) -> int:
        """Patterns."""
    @property
    def origin(self) -> int | None:
        """Last year that forecasts from the history know; None without `given`."""
    @property
    def scenario(self) -> str:
        """Name of the scenario."""

@final
class Calibration:
    """Parameters fitted to a record: what `posterior` takes."""

    @property
    def draws(self) -> Table | None:
        """One row per draw: weight, minus log-likelihood or distance, and a value of each parameter; None of a point."""
    @property
    def parameters(self) -> Table:
        """One row per parameter: prior, posterior, and whether they differ; of a point where the search began and what it found."""
    @property
    def generations(self) -> Table | None:
        """One row per generation; None of a point."""
    @property
    def predictive(self) -> Table | None:
        """One row per statistic: observed, under prior and posterior; None by likelihood, and of a point."""
    @property
    def effective(self) -> float | None:
        """Effective sample size of the draws; None of a point."""
    @property
    def log_evidence(self) -> float | None:
        """Log of the marginal likelihood; None but of a finished posterior by likelihood."""
    @property
    def finished(self) -> bool:
        """Whether it came to the posterior; by likelihood, draws that were stopped on the way are between prior and posterior."""
    @property
    def log_likelihood(self) -> dict[str, float]:
        """By likelihood: `mean` and `sd` over seeds at the scenario's own values; of a point `found` and `start`."""
    @property
    def warning(self) -> str | None:
        """What is to be known of how noisy the likelihood is; None where it is not."""
    @property
    def fitted(self) -> str:
        """What is fitted, and what is held out, in words."""
    @property
    def digest(self) -> str | None:
        """Digest of the draws, that of `suasion calibrate`; None of a point."""
    @property
    def scenario(self) -> str:
        """Name of the scenario."""
    def save(self, path: str | PathLike[str]) -> None:
        """Writes the draws as a posterior.csv, which `suasion run --posterior` takes."""

@final
class Sweep:
    """What a sweep gave: its points, and outcomes at each."""

    @property
    def design(self) -> Table:
        """One row per design point: its number, then the value that each axis sets."""
    @property
    def outcomes(self) -> Table:
        """One row per design point and outcome: mean, spread and range over replicates."""
    @property
    def trajectories(self) -> Table | None:
        """Every variable of every run; None where it was not asked for, or is in a folder."""
    @property
    def digest(self) -> str:
        """Digest of the outcomes, that of `suasion sweep`."""
    @property
    def folder(self) -> Path | None:
        """Folder of the results; None where they are in memory alone."""
    @property
    def points(self) -> int:
        """Number of design points."""
    @property
    def replicates(self) -> int:
        """Replicates of each point."""
    def sensitivity(
        self,
        method: Literal["morris", "sobol"] | None = None,
        outcomes: _Outcomes = None,
        axes: _Axes = None,
        second_order: bool = False,
        resamples: SupportsIndex | None = None,
    ) -> Sensitivity:
        """Which axes the outcomes depend on, from the points of a design for it.

        `method` is needed where the points are from elsewhere; `axes` then give the ranges by which effects are scaled.
        """

@final
class Sensitivity:
    """What an analysis gave: a table of measures with their intervals, and the points and outcomes behind it."""

    @property
    def indices(self) -> Table:
        """One row per outcome, measure and axis (and pair of axes): the estimate and its 95 % interval."""
    @property
    def design(self) -> Table:
        """One row per design point: its number, then the value that each axis sets."""
    @property
    def outcomes(self) -> Table:
        """One row per design point and outcome: mean, spread and range over replicates."""
    @property
    def method(self) -> str:
        """`morris` or `sobol`."""
    @property
    def digest(self) -> str:
        """Digest of the outcomes."""

@final
class Scenario:
    """What to run, validated. It does not change: `set` and `counterfactual` give a new one."""

    @staticmethod
    def load(path: str | PathLike[str]) -> Scenario:
        """Reads a scenario file (TOML), or a bundled scenario by name."""
    @staticmethod
    def bundled(name: str) -> Scenario:
        """A scenario that comes with the package, by name."""
    @staticmethod
    def bundled_names() -> list[str]:
        """Names of the bundled scenarios."""
    @staticmethod
    def from_dict(
        scenario: dict[str, Any], name: str = "scenario", folder: str | PathLike[str] | None = None
    ) -> Scenario:
        """A scenario from a dict of the shape of a scenario file. `folder` is where its table files are."""
    def set(self, path: str | dict[str, Any], value: Any = None) -> Scenario:
        """The scenario with a value set by path, or several: `set({path: value})`. Units are the scenario file's."""
    def counterfactual(self, name: str) -> Scenario:
        """The scenario's counterfactual of this name."""
    def theory(self, theory: str | Theory) -> Scenario:
        """The scenario with a theory laid over it: a bundled one, the path of a file that ends in `.toml` (after either `: path=value; path=value` sets
        numbers in it), or a `Theory`."""
    def add_mechanism(
        self,
        id: str,
        *,
        adds_to: str | None = None,
        scales: str | None = None,
        rate: str | None = None,
        by: str | None = None,
        title: str | None = None,
    ) -> Scenario:
        """The scenario with one more mechanism: a theory of one."""
    @property
    def counterfactuals(self) -> list[str]:
        """Names of the counterfactuals that the scenario brings along."""
    @property
    def resolved(self) -> str:
        """The whole scenario as TOML, every default written out."""
    @property
    def name(self) -> str:
        """Name: the stem of the file, or the bundled name."""
    @property
    def title(self) -> str:
        """Title."""
    @property
    def states(self) -> list[str]:
        """Ids of the states."""
    @property
    def replicates(self) -> int:
        """Replicates that a run has unless it is told otherwise."""
    @property
    def seed(self) -> int:
        """Seed that a run has unless it is told otherwise."""
    def run(
        self,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        trajectories: bool = True,
        events: bool = True,
        ledger: bool = False,
        progress: _Progress = None,
        *,
        given: _Given = None,
        posterior: _Posterior = None,
        keep: Sequence[str] | None = None,
    ) -> Run:
        """Simulates every replicate, with the interpreter released; Ctrl-C stops it.

        `threads` changes no result. `progress` is called about ten times a second with what is done and in all. `given` runs in
        the history: `True` or `"record"` conditions on the record first, a `History` or the folder of one is taken as it is.
        `posterior` draws each replicate's parameters; what `set` and `counterfactual` changed stands. `keep` names the variables that
        trajectories and summary have, where not all are wanted.
        """
    def condition(
        self,
        *,
        until: SupportsIndex | None = None,
        particles: SupportsIndex | None = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
    ) -> History:
        """Conditions the scenario on its record: what its states must have been like, and the luck that they must have had.

        `until` is the last year whose record counts, `particles` (20000, or as many as replicates) are those of each state,
        `replicates` are those that can be run in the history.
        """
    def weigh(
        self,
        theories: _Counterfactuals | None = None,
        *,
        since: SupportsIndex | None = None,
        until: SupportsIndex | None = None,
        particles: SupportsIndex | None = None,
        refit: bool = False,
        priors: _Priors = None,
        evaluations: SupportsIndex | None = None,
        fit_particles: SupportsIndex | None = None,
        marginal: SupportsIndex | bool | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
    ) -> Weighing:
        """Weighs theories by how well they predict the record: the scenario, those given, and the null, in which nothing crowds out.

        `refit` first fits each to the years before `since`, under `priors`; what counts is then the years from `since` on.
        """
    def power(
        self,
        against: str | None = None,
        *,
        third: str | None = None,
        priors: _Priors = None,
        histories: SupportsIndex | None = None,
        particles: SupportsIndex | None = None,
        states: SupportsIndex | list[int] | tuple[int, ...] | None = None,
        until: SupportsIndex | list[int] | tuple[int, ...] | None = None,
        reliability: float | None = None,
        coverage: float | None = None,
        refit: bool = False,
        since: SupportsIndex | None = None,
        evaluations: SupportsIndex | None = None,
        fit_particles: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
    ) -> Power:
        """What one would have to observe to tell the scenario from a rival (the null): verdicts on histories simulated under each, observed in several ways.

        `refit` fits each theory, in what `priors` draw, to the years before `since` of each history, and weighs it on the years from then on.
        """
    def validate(
        self,
        *,
        hold_out: _HoldOut = None,
        given: _Given = None,
        posterior: _Posterior = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
    ) -> Validation:
        """Holds the scenario against its record: patterns, forecast skill, and the hindcast of states and episodes.

        `hold_out` ("states", a year, both, or "none") is scored apart. `given` also forecasts from the history, one to five years ahead.
        """
    def calibrate(
        self,
        priors: _Priors = None,
        *,
        likelihood: bool = False,
        point: bool = False,
        statistics: str | Iterable[str] | None = None,
        hold_out: _HoldOut = None,
        particles: SupportsIndex | None = None,
        quantile: float | None = None,
        kernel: Literal["moves", "component", "multivariate"] | None = None,
        generations: SupportsIndex | None = None,
        tolerance: float | None = None,
        acceptance: float | None = None,
        most: SupportsIndex | None = None,
        filter_particles: SupportsIndex | None = None,
        passes: Literal[1, 2] | None = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        blocks: str | PathLike[str] | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
    ) -> Calibration:
        """Fits parameters to the record: by its likelihood, or by distances between statistics; a posterior, or with `point` the best point.

        Finished particles are kept in the folder `blocks`, where the same call goes on; without it they are gone when it is stopped.
        """
    def outcomes(
        self,
        outcomes: str | Iterable[str],
        set: dict[str, Any] | None = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
    ) -> dict[str, float]:
        """Means of outcomes over replicates, by label, each in the unit of its variable.

        An outcome is written as for `suasion sweep`: `protection.IDN@2010`, `phase=4`, `years_to_law`, `persuasion_total`.
        """
    def compare(
        self,
        counterfactuals: _Counterfactuals | None = None,
        *,
        outcomes: _Outcomes = None,
        decompose: bool | str | Iterable[str] | None = None,
        permutations: SupportsIndex | None = None,
        level: float | None = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
        given: _Given = None,
        luck: Literal["kept", "fresh", "both"] | None = None,
        effects: bool = False,
        posterior: _Posterior = None,
        crowding: int | None = None,
    ) -> Comparison:
        """Sets counterfactuals beside the scenario on common random numbers: replicate by replicate, the same luck.

        `counterfactuals` are names, texts `"TITLE: path=value; path=value"`, or a dict from names to dicts of values by
        path, or to scenarios; all of the scenario's where none is given. `decompose` splits the differences of `outcomes`
        among mechanisms. `given` asks it of the history, as for `run`; `luck` is that of the counterfactuals there.
        `effects` takes differences apart into direct effects and spillovers. `posterior` is given as for `run`. `crowding=40` sets beside each outcome asked for what it is in the
        history without any crowding, and over 40 draws of a prior on what crowding does.
        """
    def explain(
        self,
        against: _Counterfactuals | None = None,
        *,
        outcomes: _Outcomes = None,
        observed: bool = False,
        level: float | None = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        progress: _Progress = None,
        given: _Given = None,
        posterior: _Posterior = None,
    ) -> Explanation:
        """Accounts for motivation (0-1) by state, year and term of the ledger; with `against`, beside a counterfactual.

        `outcomes` are kept beside the account. `given` accounts for the history, and `posterior` draws parameters, as for `run`.
        """
    def sweep(
        self,
        axes: _Axes = None,
        *,
        design: Literal["grid", "latin-hypercube", "sobol", "saltelli", "morris"] | None = None,
        samples: SupportsIndex | None = None,
        levels: SupportsIndex | None = None,
        second_order: bool = False,
        points: Any = None,
        outcomes: _Outcomes = None,
        independent: bool = False,
        trajectories: bool = False,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        out: str | PathLike[str] | None = None,
        replace: bool = False,
        fresh: bool = False,
        progress: _Progress = None,
        given: _Given = None,
    ) -> Sweep:
        """Runs the scenario at many design points, in memory or into a folder.

        `axes` are texts as for `suasion sweep`, or a dict from paths to ranges `(low, high)`, lists of values, or None for
        the usual range. `points` are rows of numbers in the order of the axes, a data frame whose columns are paths, or a
        file. With `out`, a call that was stopped goes on where it was. `given` runs every point in the history; axes are then
        numbers of regimes and instruments.
        """
    def sensitivity(
        self,
        method: Literal["morris", "sobol"] = "morris",
        axes: _Axes = None,
        *,
        samples: SupportsIndex | None = None,
        levels: SupportsIndex | None = None,
        second_order: bool = False,
        outcomes: _Outcomes = None,
        resamples: SupportsIndex | None = None,
        replicates: SupportsIndex | None = None,
        seed: SupportsIndex | None = None,
        threads: SupportsIndex | None = None,
        out: str | PathLike[str] | None = None,
        replace: bool = False,
        fresh: bool = False,
        progress: _Progress = None,
        given: _Given = None,
    ) -> Sensitivity:
        """Tells which axes outcomes depend on, with 95 % intervals: by Morris screening, or by Sobol indices."""
