"""What makes a process be ready sooner."""

from __future__ import annotations

import gc
from typing import Any, Final

_USUAL: Final = gc.get_threshold()
# More objects than all modules of any of our processes make.
_LATER: Final = 300_000


def put_off_collecting() -> None:
    """Look for rubbish only when the modules are imported, and from then on as usual.

    Importing makes many objects and leaves hardly any behind: looking for those meanwhile takes a tenth of a cold start.
    """
    gc.set_threshold(_LATER, *_USUAL[1:])
    gc.callbacks.append(_as_usual)


def _as_usual(_phase: str, _info: dict[str, Any]) -> None:
    gc.set_threshold(*_USUAL)
    gc.callbacks.remove(_as_usual)
