"""A theory put together in Python: what a file for ``--theory`` says, section by section."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

# Sections in the order of a file, each with its keys in the order in which they are written.
_SECTIONS = {
    "parameter": ("id", "default", "range", "unit", "meaning", "source"),
    "trait": ("id", "default", "range", "meaning", "source"),
    "variable": ("id", "title", "meaning", "range", "start", "change", "source"),
    "shock": ("id", "title", "meaning", "hazard", "lasts", "start", "source"),
    "define": ("id", "value", "source"),
    "mechanism": ("id", "title", "description", "adds_to", "scales", "rate", "by", "on", "source"),
    "outcome": ("id", "title", "meaning", "range", "value", "source"),
}
_HEAD = ("title", "argument", "predicts", "source")


class Theory:
    """Parameters, traits, variables, shocks, mechanisms and outcomes of one's own, with the argument that they stand for.

    Each method adds an entry and gives the theory, so that calls can be chained; ``Scenario.theory`` lays it over a scenario, where it is checked::

        backlash = (
            suasion.Theory("Backlash, as we read it", "Where a state resents the sender, being shamed makes it mean the norm less.")
            .parameter("our_backlash", 0.2, range=(0, 1), unit="1/yr", meaning="motivation lost to shaming")
            .mechanism("backlash", adds_to="motivation", rate="-our_backlash * reactance * saturate(shame, 1) * motivation")
        )
        asean = suasion.Scenario.bundled("asean").theory(backlash)

    ``to_toml`` and ``save`` write what ``--theory`` reads; ``read`` takes such a file.
    """

    def __init__(self, title: str, argument: str, predicts: str = "", source: str = "") -> None:
        self._head = {"title": title, "argument": argument, "predicts": predicts, "source": source}
        self._sections: dict[str, list[dict[str, Any]]] = {section: [] for section in _SECTIONS}
        self._set: dict[str, Any] = {}

    def parameter(
        self,
        id: str,
        default: float,
        *,
        range: tuple[float, float],
        unit: str | None = None,
        meaning: str | None = None,
        source: str | None = None,
    ) -> Theory:
        """A number that is not known: set, swept and fitted at ``parameters.ID``."""
        return self._add("parameter", id=id, default=default, range=range, unit=unit, meaning=meaning, source=source)

    def trait(
        self,
        id: str,
        default: float | Mapping[str, float],
        *,
        range: tuple[float, float] | None = None,
        meaning: str | None = None,
        source: str | None = None,
    ) -> Theory:
        """A share that every state has, drawn once: a number, or a distribution as ``{"mean": 0.4, "sd": 0.1}``."""
        return self._add("trait", id=id, default=default, range=range, meaning=meaning, source=source)

    def variable(
        self,
        id: str,
        change: str,
        *,
        start: str | None = None,
        range: tuple[float, float] | None = None,
        title: str | None = None,
        meaning: str | None = None,
        source: str | None = None,
    ) -> Theory:
        """A share of each state that starts somewhere and changes, per year."""
        return self._add(
            "variable", id=id, change=change, start=start, range=range, title=title, meaning=meaning, source=source
        )

    def shock(
        self,
        id: str,
        hazard: str,
        *,
        lasts: float | None = None,
        start: str | None = None,
        title: str | None = None,
        meaning: str | None = None,
        source: str | None = None,
    ) -> Theory:
        """What strikes a state by a hazard per year: a variable that is 1 where it has struck, and of which 1/e is left after ``lasts`` years."""
        return self._add(
            "shock", id=id, hazard=hazard, lasts=lasts, start=start, title=title, meaning=meaning, source=source
        )

    def define(self, id: str, value: str, *, source: str | None = None) -> Theory:
        """A name for an expression."""
        return self._add("define", id=id, value=value, source=source)

    def mechanism(
        self,
        id: str,
        *,
        adds_to: str | None = None,
        scales: str | None = None,
        rate: str | None = None,
        by: str | None = None,
        title: str | None = None,
        description: str | None = None,
        on: bool | None = None,
        source: str | None = None,
    ) -> Theory:
        """A term (``adds_to``) or a factor (``scales``) of a side of the model's equations: ``rate`` per year, else ``by``."""
        return self._add(
            "mechanism",
            id=id,
            adds_to=adds_to,
            scales=scales,
            rate=rate,
            by=by,
            title=title,
            description=description,
            on=on,
            source=source,
        )

    def outcome(
        self,
        id: str,
        value: str,
        *,
        range: tuple[float, float] | None = None,
        title: str | None = None,
        meaning: str | None = None,
        source: str | None = None,
    ) -> Theory:
        """A number derived from others at the end of each year."""
        return self._add("outcome", id=id, value=value, range=range, title=title, meaning=meaning, source=source)

    def set(self, path: str, value: Any) -> Theory:
        """A number of the scenario that the theory sets otherwise, by path."""
        self._set[path] = value
        return self

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Theory:
        """The theory in a file. What the file says beyond the sections of a theory is told when it is laid over a scenario."""
        text = tomllib.loads(Path(fspath(path)).read_text(encoding="utf-8"))
        missing = [key for key in ("title", "argument") if key not in text]
        if missing:
            raise ValueError(f"{fspath(path)}: `{missing[0]}` is missing; a theory has a title and an argument")
        theory = cls(*(text.get(key, "").strip() for key in _HEAD))
        for section in _SECTIONS:
            theory._sections[section].extend(dict(entry) for entry in text.get(section, []))
        theory._set.update(text.get("set", {}))
        return theory

    def to_toml(self) -> str:
        """What a file says that ``--theory`` reads."""
        lines = ["version = 2"]
        lines += [f"{key} = {_toml(value)}" for key, value in self._head.items() if value]
        for section, keys in _SECTIONS.items():
            for entry in self._sections[section]:
                lines += ["", f"[[{section}]]"]
                lines += [f"{key} = {_toml(entry[key])}" for key in (*keys, *(set(entry) - set(keys))) if key in entry]
        if self._set:
            lines += ["", "[set]"]
            lines += [f"{json.dumps(path)} = {_toml(value)}" for path, value in self._set.items()]
        return "\n".join(lines) + "\n"

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the file that ``--theory`` reads."""
        Path(fspath(path)).write_text(self.to_toml(), encoding="utf-8")

    @property
    def title(self) -> str:
        """Title."""
        return self._head["title"]

    def _add(self, section: str, **given: Any) -> Theory:
        self._sections[section].append({key: value for key, value in given.items() if value is not None})
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Theory) and self.to_toml() == other.to_toml()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        counted = [f"{len(all)} {section}{'s' if len(all) > 1 else ''}" for section, all in self._sections.items() if all]
        return f"<suasion.Theory {self.title}: {', '.join(counted) or 'nothing yet'}>"


def _toml(value: Any) -> str:
    """A value as TOML writes it: of texts, JSON's way is one of TOML's."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(of)}" for key, of in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(of) for of in value) + "]"
    if isinstance(value, int):
        return str(value)
    return repr(float(value))
