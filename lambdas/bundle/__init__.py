"""Packs the functions: a repeatable ZIP each, holding our own code and what it imports, made for the machine that runs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lambdas.bundle import archive, bytecode, sbom
from lambdas.bundle.imports import ROOT, Reach, distributions_of, reach
from lambdas.bundle.wheels import Architecture, Wheel, closure, fetched, needed
from lambdas.catalogue import Function, functions

__all__ = ["Architecture", "Built", "build", "build_local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """One ZIP: where it is, its size in bytes packed and unpacked, and what went in."""

    name: str
    path: Path
    size: int
    unpacked: int
    files: int
    wheels: tuple[Wheel, ...]
    bytecode: bool


def build_local(out: Path, *, only: Iterable[Function] | None = None) -> tuple[Built, ...]:
    """ZIPs of our own code alone as `out`/{name}.zip, for the emulator, which finds the rest by PYTHONPATH.

    Raises ImportTraceError.
    """
    return tuple(_pack(function.name, out, _own(reach(function.module)), wheels=()) for function in only or functions())


def build(
    out: Path, architecture: Architecture, *, wheelhouse: Path, only: Iterable[Function] | None = None
) -> tuple[Built, ...]:
    """Complete ZIPs as `out`/{architecture}/{name}.zip, each with its bill of materials beside it ({name}.cdx.json).

    Wheels are kept in `wheelhouse` and fetched only when they are not there yet. Raises ImportTraceError, WheelError.
    """
    plans = [_Plan.of(function, architecture) for function in only or functions()]
    wheels = fetched({pin for plan in plans for pin in plan.pins}, wheelhouse / architecture, architecture)
    shelf = _Shelf.of(plans, wheels)
    return tuple(_complete(plan, out / architecture, wheels, shelf) for plan in plans)


@dataclass(frozen=True, slots=True)
class _Plan:
    name: str
    reach: Reach
    pins: tuple[str, ...]

    @classmethod
    def of(cls, function: Function, architecture: Architecture) -> _Plan:
        found = reach(function.module)
        return cls(function.name, found, closure(distributions_of(found.outside), architecture.machine))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """All that any package needs, compiled once: {file: content} of our own, and of each wheel."""

    own: Mapping[str, bytes]
    wheels: Mapping[str, Mapping[str, bytes]]

    @classmethod
    def of(cls, plans: Iterable[_Plan], wheels: Iterable[Wheel]) -> _Shelf:
        python = bytecode.interpreter()
        own = {name: content for plan in plans for name, content in _own(plan.reach).items()}
        services = frozenset(service for plan in plans for service in plan.reach.clients)
        return cls(
            _with_bytecode(own, python),
            {wheel.pin: _with_bytecode(dict(wheel.files(services)), python) for wheel in wheels},
        )


def _complete(plan: _Plan, out: Path, wheels: Iterable[Wheel], shelf: _Shelf) -> Built:
    chosen = tuple(wheel for wheel in wheels if wheel.pin in plan.pins)
    ours = {each.as_posix() for each in plan.reach.files}
    compiled = {bytecode.cached(each) for each in ours}
    files = {name: content for name, content in shelf.own.items() if name in ours | compiled}
    for wheel in chosen:
        files |= {
            name: content for name, content in shelf.wheels[wheel.pin].items() if needed(name, plan.reach.clients)
        }
    built = _pack(plan.name, out, files, wheels=chosen)
    (out / f"{plan.name}.cdx.json").write_text(sbom.bill(plan.name, chosen), encoding="utf-8")
    return built


def _pack(name: str, out: Path, files: Mapping[str, bytes], *, wheels: tuple[Wheel, ...]) -> Built:
    path = out / f"{name}.zip"
    return Built(
        name=name,
        path=path,
        size=archive.write(path, files),
        unpacked=sum(map(len, files.values())),
        files=len(files),
        wheels=wheels,
        bytecode=any(each.endswith(".pyc") for each in files),
    )


def _own(found: Reach) -> dict[str, bytes]:
    return {path.as_posix(): (ROOT / path).read_bytes() for path in found.files}


def _with_bytecode(files: Mapping[str, bytes], python: Path | None) -> dict[str, bytes]:
    return {**files, **(bytecode.compiled(files, python) if python else {})}
