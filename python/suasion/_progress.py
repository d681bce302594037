"""Progress where nobody asks for another: a bar of tqdm in notebooks and terminals, silence without tqdm."""

import importlib.util
import sys
from typing import Any


class Bar:
    """A bar over what is done, drawn for work that takes longer than a second."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = _open(self._unit, total)
        if self._bar is not False:
            self._bar.total = total
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar:
            self._bar.close()


def _open(unit: str, total: int) -> Any:
    if importlib.util.find_spec("tqdm") is None:
        return False
    options: dict[str, Any] = {"total": total, "unit": f" {unit}", "unit_scale": True, "delay": 1.0, "leave": False}
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if shell and "IPKernelApp" in getattr(shell, "config", {}):
        # Widgets draw a bar in a notebook; where they are not installed, text does.
        if importlib.util.find_spec("ipywidgets") is not None:
            from tqdm.auto import tqdm
        else:
            from tqdm import tqdm
        return tqdm(**options)
    from tqdm import tqdm

    # None: on a terminal alone, so that logs stay clean.
    return tqdm(**options, disable=None)
