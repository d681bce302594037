"""Norm internalization by states, simulated.

A scenario is read, changed and run; results are Arrow tables that Polars, pandas and PyArrow take without copies::

    import suasion
    scenario = suasion.Scenario.bundled("asean").set("parameters.displacement", 0.2)
    run = scenario.run(replicates=1000)
    run.summary.to_polars()
"""

from ._suasion import Run, Scenario, ScenarioError, SuasionError, Table, __version__

__all__ = ["Run", "Scenario", "ScenarioError", "SuasionError", "Table", "__version__"]
