"""How fast the reader is: `python -m bench.parsing [FOLDER]`, by default on documents of our own builders.

Beside it, in the same run and on the same PDFs: invoice2data with its own templates over pdfium text (in an environment of
its own, made on the first run) and plain pdfplumber text, which gives no facts at all. A file's time is the best of three,
in processor time, so that what else the machine does counts as little as it can.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "build" / "bench-venv"
PEER = "invoice2data==1.0.1"
ROUNDS = 3

# Each runs in a fresh interpreter, so that neither imports nor memory are another's.
_IMPORT = """
import sys, time
began = time.process_time()
import invoices.parsing
print((time.process_time() - began) * 1000, "boto3" in sys.modules)
"""
_MEMORY = """
import resource, sys
from pathlib import Path
from invoices.parsing import open_document, read
content = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read(open_document(content))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(before / 1024, after / 1024)
"""
_INVOICE2DATA = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
import invoice2data.input as inputs
from invoice2data import extract_data
from invoice2data.extract.loader import read_templates
templates, times, whole = read_templates(), [], 0
for path in sys.argv[2:]:
    took = []
    for _ in range(int(sys.argv[1])):
        inputs._cached_to_text.cache_clear()
        began = time.process_time()
        try:
            found = extract_data(path, templates, inputs.pdfium)
        except Exception:
            found = {}
        took.append((time.process_time() - began) * 1000)
    times.append(min(took))
    whole += bool(found)
print(json.dumps([times, whole]))
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each document, and how many of them gave a total."""

    times: Sequence[float]
    totals: int

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[round(0.95 * (len(self.times) - 1))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.parsing", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="PDF, HTML and EML files to read")
    folder = parser.parse_args(arguments).folder
    if folder:
        return _bench(folder)
    with tempfile.TemporaryDirectory() as made:
        _make_documents(Path(made))
        return _bench(Path(made))


def _bench(folder: Path) -> int:
    files = {kind: sorted(folder.rglob(f"*.{kind}")) for kind in ("html", "pdf", "eml")}
    held = [*_own(files), _import_time(), _peak_memory(files)]
    if files["pdf"]:
        _peers(files["pdf"])
    return 0 if all(held) else 1


def _own(files: dict[str, list[Path]]) -> Iterator[bool]:
    print(f"{'reading':<24}{'files':>6}{'p50 ms':>9}{'p95 ms':>9}   bound")
    for kind, p50, p95 in (("html", 5.0, 25.0), ("pdf", 15.0, 80.0), ("eml", 0.0, 0.0)):
        if files[kind]:
            timed = _timed(files[kind], _read, per_page=kind == "pdf")
            name = "PDF, a page" if kind == "pdf" else kind.upper()
            bound = f"{p50:g} / {p95:g}" if p50 else "-"
            print(f"{name:<24}{len(files[kind]):>6}{timed.p50:>9.2f}{timed.p95:>9.2f}   {bound}")
            yield not p50 or (timed.p50 <= p50 and timed.p95 <= p95)


def _timed(paths: Sequence[Path], work: Callable[[bytes], bool], *, per_page: bool = False) -> Timed:
    """Each file's best of three, after one warm reading of the first."""
    contents = [path.read_bytes() for path in paths]
    work(contents[0])
    times, totals = [], 0
    for content in contents:
        took, found = min(_once(work, content) for _ in range(ROUNDS))
        times.append(took / (_pages(content) if per_page else 1))
        totals += found
    return Timed(times, totals)


def _once(work: Callable[[bytes], bool], content: bytes) -> tuple[float, bool]:
    began = time.process_time()
    found = work(content)
    return (time.process_time() - began) * 1000, found


def _read(content: bytes) -> bool:
    """Whether a total that is not unsure was read."""
    from invoices.parsing import open_document, read
    from invoices.parsing.result import Status
    from paypulse.core.errors import PayPulseError

    try:
        total = read(open_document(content)).total_amount
    except PayPulseError:
        return False
    return total is not None and total.status is not Status.UNSURE


def _plumbed(content: bytes) -> bool:
    from io import BytesIO

    import pdfplumber

    with pdfplumber.open(BytesIO(content)) as pdf:
        return not any(page.extract_text() is None for page in pdf.pages)


def _pages(content: bytes) -> int:
    import pypdfium2

    try:
        return max(1, len(pypdfium2.PdfDocument(content)))
    except pypdfium2.PdfiumError:
        return 1


def _import_time() -> bool:
    runs = [_fresh(_IMPORT).split() for _ in range(5)]
    best, boto = min(float(run[0]) for run in runs), runs[0][1] == "True"
    print(f"{'import of the package':<24}{'':>6}{best:>9.1f}{'':>9}   200, {'WITH' if boto else 'without'} boto3")
    return best <= 200 and not boto


def _peak_memory(files: dict[str, list[Path]]) -> bool:
    paths = [path for kind in files.values() for path in kind]
    if not paths:
        return True
    largest = max(paths, key=lambda path: path.stat().st_size)
    before, after = map(float, _fresh(_MEMORY, str(largest)).split())
    size = largest.stat().st_size / 1024
    print(
        f"peak memory on the largest file ({size:.0f} KB): {after:.0f} MB, {after - before:.0f} MB of it reading; bound 200 MB"
    )
    return after <= 200


def _fresh(code: str, *arguments: str) -> str:
    run = [sys.executable, "-c", code, *arguments]
    return subprocess.run(run, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def _peers(pdfs: Sequence[Path]) -> None:
    ours = _timed(pdfs, _read)
    rows = [("this reader", ours, "total and facts"), ("pdfplumber text", _timed(pdfs, _plumbed), "text alone")]
    other = _invoice2data(pdfs)
    if other:
        rows.append((PEER.replace("==", " "), other, "its templates"))
    print(
        f"\n{'the same ' + str(len(pdfs)) + ' PDFs':<24}{'p50 ms':>9}{'p95 ms':>9}{'p50 ratio':>11}{'read whole':>12}"
    )
    for name, timed, what in rows:
        whole = "-" if what == "text alone" else str(timed.totals)
        print(f"{name:<24}{timed.p50:>9.1f}{timed.p95:>9.1f}{timed.p50 / ours.p50:>10.1f}x{whole:>12}   {what}")


def _invoice2data(pdfs: Sequence[Path]) -> Timed | None:
    """The peer's times, or None where it cannot be installed."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        venv.create(PEERS, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER, "pypdfium2"]
    if subprocess.run(install, check=False, capture_output=True).returncode:
        print(f"\n{PEER} could not be installed; its row is left out")
        return None
    run = [str(python), "-c", _INVOICE2DATA, str(ROUNDS), *map(str, pdfs)]
    times, whole = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return Timed(times, whole)


def _make_documents(folder: Path) -> None:
    """The demo mailbox as files: each mail, and the HTML page or PDF it was made around."""
    from paypulse.sandbox.documents.inbox import demo_messages
    from paypulse.sandbox.documents.receipts import ReceiptFacts, receipt_html, receipt_pdf
    from paypulse.sandbox.documents.rent import Layout, rent_notice

    layouts = list(Layout)
    for count, message in enumerate(demo_messages(date(2026, 6, 15))):
        (folder / f"{count}.eml").write_bytes(message.raw)
        if isinstance(message.facts, ReceiptFacts):
            (folder / f"{count}.html").write_text(receipt_html(message.facts), "utf-8")
            (folder / f"{count}.pdf").write_bytes(receipt_pdf(message.facts))
        elif message.facts:
            (folder / f"{count}.pdf").write_bytes(rent_notice(message.facts, layouts[count % len(layouts)]))


if __name__ == "__main__":
    sys.exit(main())
