"""What a module reaches: our own files, and the installed distributions its imports lead to, found by reading the code, not by running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

from paypulse.core.errors import PayPulseError

ROOT: Final = Path(__file__).parents[2]
OWN: Final = frozenset({"accounts", "invoices", "lambdas", "paypulse", "vendors"})
# What functions must never carry: the web framework is the site's alone.
_FORBIDDEN: Final = frozenset({"django"})
# Data that lies beside a module and is read by it.
_DATA: Final = frozenset({".json", ".css", ".yaml", ".toml", ".txt", ".csv"})


class ImportTraceError(PayPulseError):
    """A module cannot be packed: it is missing, reaches Django, or imports what is not installed. The message says the way."""


@dataclass(frozen=True, slots=True)
class Reach:
    """All that one module needs: our own files (paths below the root) and outside packages ("google.auth", "boto3", ...)."""

    files: tuple[Path, ...]
    outside: frozenset[str]
    clients: frozenset[str]


def reach(module: str) -> Reach:
    """Everything `module` imports, however indirectly, inside functions too. Raises ImportTraceError, for Django too."""
    if not _source(module):
        raise ImportTraceError(f"{module} has no file")
    return _traced([module], _FORBIDDEN)


def reach_all(modules: Iterable[str]) -> Reach:
    """Everything that `modules` import; Django is allowed. For the site, whose parts settings name and nobody imports."""
    return _traced(modules, frozenset())


def _traced(modules: Iterable[str], forbidden: frozenset[str]) -> Reach:
    seen = {name: name for module in modules for name in _with_parents(module)}
    waiting, outside, clients = list(seen), set[str](), set[str]()
    while waiting:
        name = waiting.pop()
        found = _read(name)
        clients |= found.clients
        for imported in found.imports:
            if imported.split(".")[0] in forbidden:
                raise ImportTraceError(f"{seen[name]} imports {imported}")
            if imported.split(".")[0] not in OWN:
                outside.add(imported)
            for own in _own_modules(imported):
                if own not in seen:
                    seen[own] = f"{seen[name]} > {own}"
                    waiting.append(own)
    return Reach(_files(seen), frozenset(filter(_is_installed, outside)), frozenset(clients))


def distributions_of(outside: frozenset[str]) -> dict[str, Distribution]:
    """{normalised name: distribution} that own the outside packages. Raises ImportTraceError for one not installed."""
    owners = _owners()
    found = {}
    for name in sorted(outside):
        owner = next((owners[part] for part in reversed(_with_parents(name)) if part in owners), None)
        if owner is None:
            raise ImportTraceError(f"{name} is imported but not installed")
        found[normal(owner.name)] = owner
    return found


def normal(name: str) -> str:
    """A distribution's name as registries compare it (PEP 503)."""
    return name.lower().replace("_", "-").replace(".", "-")


@dataclass(frozen=True, slots=True)
class _Found:
    imports: frozenset[str]
    clients: frozenset[str]


@cache
def _read(module: str) -> _Found:
    source = _source(module)
    assert source is not None
    tree = ast.parse(source.read_bytes(), filename=str(source.relative_to(ROOT)))
    package = module if source.name == "__init__.py" else module.rpartition(".")[0]
    nodes = list(_running(tree))
    return _Found(
        frozenset(name for node in nodes for name in _imported(node, package)),
        frozenset(service for node in nodes for service in _client(node)),
    )


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that can run: all but the bodies of `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _running(node)


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        origin = _absolute(node, package)
        yield origin
        yield from (f"{origin}.{alias.name}" for alias in node.names)
    elif _calls(node, "import_module") and (name := _first_text(node)):
        yield name


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parents, *filter(None, [node.module])])


def _client(node: ast.AST) -> Iterator[str]:
    if _calls(node, "client") and (service := _first_text(node)):
        yield service


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) == name


def _first_text(node: ast.AST) -> str | None:
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _own_modules(imported: str) -> Iterator[str]:
    if imported.split(".")[0] in OWN:
        yield from (name for name in _with_parents(imported) if _source(name))


def _is_installed(name: str) -> bool:
    return name.split(".")[0] not in sys.stdlib_module_names


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


@cache
def _source(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((each for each in candidates if each.is_file()), None)


def _files(modules: Iterable[str]) -> tuple[Path, ...]:
    sources = {source for name in modules if (source := _source(name))}
    data = {each for source in sources for each in _data_beside(source)}
    return tuple(sorted(path.relative_to(ROOT) for path in sources | data))


def _data_beside(source: Path) -> Iterator[Path]:
    """The data files near a module that its code names, by their own name or by their folder's."""
    code = source.read_text(encoding="utf-8")
    for each in sorted(source.parent.glob("*")):
        if each.suffix in _DATA and f'"{each.name}"' in code:
            yield each
        elif each.is_dir() and f'"{each.name}"' in code:
            yield from (file for file in sorted(each.rglob("*")) if file.suffix in _DATA)


@cache
def _owners() -> dict[str, Distribution]:
    """{dotted package or module: the distribution that brings it}, of all that is installed."""
    owners: dict[str, Distribution] = {}
    for distribution in distributions():
        for file in distribution.files or ():
            if file.suffix in (".py", ".so", ".pyd") and ".." not in file.parts:
                owners.setdefault(_dotted(file.parts), distribution)
    return owners


def _dotted(parts: tuple[str, ...]) -> str:
    stem = parts[-1].split(".")[0]
    return ".".join(parts[:-1] if stem == "__init__" else (*parts[:-1], stem))
