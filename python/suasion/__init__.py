"""Norm internalization by states, simulated.

A scenario is read, changed and run; results are Arrow tables that Polars, pandas and PyArrow take without copies::

    import suasion
    scenario = suasion.Scenario.bundled("asean").set("parameters.displacement", 0.2)
    scenario.run(replicates=1000).summary.to_polars()
    scenario.compare("no-tvpa").differences.to_pandas()
"""

from ._suasion import (
    Audit,
    Calibration,
    Comparison,
    Explanation,
    History,
    Power,
    Run,
    Scenario,
    ScenarioError,
    Sensitivity,
    SuasionError,
    Sweep,
    Table,
    Validation,
    Weighing,
    __version__,
    audit,
)
from ._theory import Theory

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
