"""Norm internalization by states, simulated."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, final

import pandas
import polars
import pyarrow

__version__: str

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
        replicates: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        trajectories: bool = True,
        events: bool = True,
        ledger: bool = False,
        progress: Callable[[int, int], object] | None = None,
    ) -> Run:
        """Simulates every replicate, with the interpreter released; Ctrl-C stops it.

        `threads` changes no result. `progress` is called about ten times a second with the replicates done and in all.
        """
    def outcomes(
        self,
        outcomes: Sequence[str],
        set: dict[str, Any] | None = None,
        replicates: int | None = None,
        seed: int | None = None,
    ) -> dict[str, float]:
        """Means of outcomes over replicates, by label, each in the unit of its variable.

        An outcome is written as for `suasion sweep`: `protection.IDN@2010`, `phase=4`.
        """
