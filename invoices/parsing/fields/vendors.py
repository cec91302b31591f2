"""Finds who sent the invoice: the seller's label, the mail's sender, the letterhead, the legal name, the logo."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from invoices.parsing.document.model import Document, Header, PartKind
from invoices.parsing.fields.labels import find_labels, fold, has_digit
from invoices.parsing.result import Evidence
from invoices.parsing.scan import Row, Scan, Seen, in_column
from paypulse.core.text import fold_space

# Legal forms as they close a company's name, in the countries of the languages we read.
_FORMS = (
    r"PartG mbB|PartG|GbR|eG|GmbH(?: & Co\.? KG)?|AG|KG|OHG|UG|e\.\s?K\.|e\.\s?V\.|a\.\s?G\.|SE|AB|HB|Inc\.?|LLC|L\.L\.C\.|Ltd\.?|Limited|PLC|plc|LLP|Corp\.?|Corporation|Co\.(?! [A-Z])|Company|"
    r"B\.?V\.?|N\.?V\.?|S\.?A\.?U\.?|S\.?A\.?|SAS|S\.A\.S\.|SARL|S\.?à\.?\s?r\.?l\.?|SASU|EURL|S\.?L\.?U?\.?|S\.?r\.?l\.?|SRL|SPRL|BVBA|SNC|snc|S\.n\.c\.|S\.?p\.?A\.?|Sp\. z o\.\s?o\.|sp\. j\.|"
    r"s\.\s?r\.\s?o\.|a\.\s?s\.|spol\. s r\.\s?o\.|ApS|A/S|AS|ASA|Oy|Oyj|Oü|OÜ|Lda\.?|Unipessoal|Pty\.? Ltd\.?|Pvt\.? Ltd\.?|Private Limited|"
    r"Pte\.? Ltd\.?|DAC|LTDA|K\.K\.|Α\.?Ε\.?|ΕΠΕ|Kft\.?|Zrt\.?|S\.R\.L\.|A\.Ş\.|Ltd\. Şti\.|d\.o\.o\.|EOOD|SIA|UAB|בע״מ"
)
_CAPITAL = r"(?:[^\W\d_a-zß-ÿ]|\d)"
_LEGAL = re.compile(
    rf"(?:^|(?<=[\s(:–-]))((?:^[\w&.'’+\-]+,?[ ]|{_CAPITAL}[\w&.'’+\-]*,?[ ]|(?:&|and|und|et|och|og|ja|of|de|du|des|do|da|dos|del|della|di|van|von|der|den|la|le|les|el|the|y|e|i|a|für|for)[ ]){{1,7}}?(?:{_FORMS}))(?![\w])"
)
# Names that go on after the form: Fastighets AB Granen, UAB Baltija.
_FORM_FIRST = re.compile(r"(?:[A-ZÅÄÖ][\w-]+s )?(?:AB|UAB|SIA|PT|OÜ)(?: [A-ZÅÄÖŠŽČĀĒ][\w&-]+){1,3}")
_JAPANESE = re.compile(
    r"((?:株式会社|有限会社|合同会社)[^\s　、。,0-9]{1,20}|[^\s　、。,:：0-9]{1,20}(?:株式会社|有限会社))"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4}(?:\s?[-–]\s?\d{4})?,?\s*)?(?:by\s)?([^|·•]{2,70})", re.I
)
_PAID_TO = re.compile(
    r"\b(?:payment|paid|pay|donated|donation|purchase|order|charge)\b.{0,60}?\d.{0,16}?\b(?:to|at|from)\s+(.{2,60}?)\s*(?:\(|$|\.\s|\.$| using | via | with | on )",
    re.I,
)
# Said by whoever passes the money on, so that the seller is another than the sender.
_SENT_TO = re.compile(
    r"(?i)\b(?:sent|authori[sz]ed|submitted|made) (?:a |an )?(?:payment|order)\b|\bpayment of\b|\bdonated\b"
)
_SUBJECT_TO = re.compile(r"\b(?:payment|donation)(?:\(s\))? to (.{2,60})$")
_SUBJECT_FROM = re.compile(
    r"(?i:\b(?:receipt|invoice|order|purchase|payment|kvitto|faktura|beställning|rechnung|bestellung|quittung)\b).*? (?:from|at|with|från|hos|von|bei) ([A-ZÅÄÖÜ0-9].{1,60})$"
)
# A whole address on one line, as above a letter's window or at the foot of a page.
_SENDER_LINE = re.compile(r"^(.{3,60}?)\s(?:[·•|–∙●]|-)\s")
_POSTCODE = re.compile(r"\b\d{4,5}\b|\b\d{3} \d{2}\b")
_RECEIVED_BY = re.compile(r"(?i:\b(?:payment|amount) received by )([A-Z][\w&.' ]{1,40})")
_FORM_AT_END = re.compile(rf"[\s,]+(?:{_FORMS})$")
_TOP_LEVEL = re.compile(r"(?i)\.(?:com|co\.uk|se|de|net|org|io|nl|fr|it|es|dk|no|fi|eu)$")
# The last words of those forms, to pass over the many cells that hold none.
_FORM_WORDS = frozenset(
    "gmbh mbb partg gbr eg ag kg ohg ug k. v. g. se ab hb inc inc. llc l.l.c. ltd ltd. limited plc llp corp corp. corporation co. co company bv b.v. b.v nv n.v. "
    "sa s.a. s.a sas s.a.s. sarl s.à r.l. r.l sarl. sasu eurl sl s.l. slu s.l.u. srl s.r.l. s.r.l spa s.p.a. s.p.a o.o. o. j. r.o. s.r.o. s. a.s. "
    "aps a/s as asa oy oyj oü lda lda. unipessoal k.k. α.ε. αε επε kft. kft zrt. zrt a.ş. şti. d.o.o. eood sia uab sprl bvba snc s.n.c. dac ltda ltda. s.a.u. sau בע״מ a.g. e.k. e.v.".split()
)
_THANKS = re.compile(
    r"\bth?anks?(?: you)?(?: so much)? for (?:shopping|riding|flying|choosing|using|ordering|buying|travell?ing|booking|dining|staying|being|your (?:recent )?(?:order|purchase|transaction|business|subscription|payment|donation))"
    r"(?: (?:with|from|at|on|in|to))? ([A-Z][\w&.'’+\- ]{1,40}?)(?:[.!,]|$)"
)
_SENDER_NOISE = re.compile(
    r"\b(?:no-?reply|do not reply|receipts?|billing|invoices?|support|reservations?|orders?|customer (?:service|care|support)|ride receipts?|trip receipts?|transactions?|order confirmations?|notifications?|info|team|payments?|accounts?|e-?mail|mailer|via .*|"
    r"confirmations?|kundservice|kundtjänst|kundenservice|rechnung(?:en)?|faktura|facturation|facturas?|bookings?|help ?desk|service client|automatic|auto-confirm|noreply|store|shipping|updates?|news(?:letter)?)\b(?!\.\w)",
    re.I,
)
_FREEMAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com mac.com aol.com gmx.de gmx.net web.de proton.me protonmail.com telia.com example.com".split()
)
# Its first letter stands apart, so that all other places of a text are passed over at once.
_DOMAIN = re.compile(r"[hHwW@](?:(?<=@)|(?<=[hH])(?i:ttps?://)|(?<=[wW])(?i:ww\.))((?:[\w-]+\.)+(?i:[a-z]{2,10}))\b")
_LOGO = re.compile(r"\b(?:logo(?:type)?|company|brand|image|icon|home|header|banner)\b", re.I)
_NO_NAME = re.compile(
    r"\b\d{1,2}:\d\d\b|https?:|www\.|@|^\W*$|\d{5,}|(?<!\d)(?!(?<=\s)1[89]\d\d(?!\d))\d{4}(?!\d)|^\d+(?:[\s,.]|$)|^(?:page|seite|sida|side)\b|[{}<>=]|\bhttp|^(?:click|view|download|unsubscribe|your|our|my|inh(?:aber(?:in)?)?\b|prop(?:rietor|\.)|owner|titolare|eigenaar|din|ditt|dina|ihre?|deine?|votre|vos|uw|tu|tus|su|sus|il tuo|la tua|twoje|vaše)\b",
    re.I,
)
# Words of forms and pages that are never a company, and words that end a heading and no name.
_FURNITURE = frozenset(
    "email e-mail name thanks thank you menu help contact hello original copy kopia kopie duplicate phone".split()
) | {"thank you", "view online", "view in browser"}
_HEADING = re.compile(
    r"(?i)\b(?:details?|mode|method|offer|summary|overview|information|address|page|contact|total|number|date|fees|charges|statement|agreement)$"
)
_CARE_OF = re.compile(r"(?i)c/o\b")  # whose office it is, not whose bill
_PARTIES = frozenset("seller merchant vendor buyer customer".split())
_STATED = frozenset(
    (
        "sender",
        "sender_domain",
        "seller_label",
        "paid_to",
        "title_paid_to",
        "title_from",
        "copyright",
        "legal_name",
        "sender_line",
    )
)
_EDGE = " \t,;:：|·•*–—-()[]\"'„“”"


@dataclass(frozen=True, slots=True)
class VendorCandidate:
    """A name with its score and why."""

    value: str
    score: float
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Vote:
    name: str
    score: float
    reason: str
    evidence: Evidence | None


def vendor_candidates(document: Document, scans: Iterable[Scan]) -> tuple[VendorCandidate, ...]:
    """The names that may be the seller's, best first; names found in several ways gather their votes."""
    scans = tuple(scans)
    votes = [*_from_header(document.header)]
    mailed = bool(document.header and document.header.sender_address)
    for place, scan in enumerate(scans):
        votes.extend(
            _weighed(vote, place=place, mailed=mailed and scan.part.kind is not PartKind.PDF)
            for vote in _from_scan(scan)
        )
    votes.extend(_from_domains(document, scans))
    buyers = {_key(name) for scan in scans for name in _buyer_names(scan)}
    domains = _domains(document, scans)
    named = (vote for vote in votes if _is_name(vote.name, stated=vote.reason in _STATED))
    return _tally(named, domains, buyers)


def _weighed(vote: _Vote, *, place: int, mailed: bool) -> _Vote:
    """The vote, worth less in a later part, and as a mail's first lines where the sender is known."""
    less = 0.3 * place + (1.2 if mailed and vote.reason == "letterhead" else 0.0)
    return _Vote(vote.name, vote.score - less, vote.reason, vote.evidence)


def _tally(votes: Iterable[_Vote], domains: frozenset[str], buyers: set[str]) -> tuple[VendorCandidate, ...]:
    groups: dict[str, list[_Vote]] = defaultdict(list)
    for vote in votes:
        groups[_key(vote.name)].append(vote)
    return tuple(
        sorted(
            (_candidate(key, group, domains, buyers) for key, group in groups.items() if key),
            key=lambda each: -each.score,
        )
    )


def _candidate(key: str, group: list[_Vote], domains: frozenset[str], buyers: set[str]) -> VendorCandidate:
    best = max(group, key=lambda vote: vote.score)
    kinds = {vote.reason for vote in group}
    score = best.score + 0.7 * min(len(kinds) - 1, 3)
    reasons = [*sorted(kinds)]
    if "logo" in kinds and len(kinds) > 1:
        score += 0.8
    boxes = {vote.evidence.box for vote in group if vote.evidence and vote.evidence.box}
    if {"letterhead", "legal_name"} <= kinds and len(boxes) > 1:
        score += 0.8  # at the top of a sheet and, as a company, in another place: who writes says so twice
    if any(_fits_domain(key, domain) for domain in domains):
        score, reasons = score + 1.2, [*reasons, "fits_domain"]
    if key in buyers and "sender" not in kinds:
        score, reasons = score - 4.0, [*reasons, "is_buyer"]
    return VendorCandidate(best.name, round(score, 2), tuple(reasons), _places(group))


def _places(group: Sequence[_Vote]) -> tuple[Evidence, ...]:
    """Two places of the name, those that can be shown on the page first."""
    found = [vote.evidence for vote in group if vote.evidence]
    return tuple(sorted(found, key=lambda each: each.box is None and each.path is None)[:2])


def _fits_domain(key: str, domain: str) -> bool:
    return len(key) >= 3 and (domain.startswith(key) or (len(domain) >= 4 and key.startswith(domain)))


def _key(name: str) -> str:
    """The name without its legal form, case and punctuation, so that "Acme, Inc." and "ACME" are one."""
    bare = _TOP_LEVEL.sub("", _FORM_AT_END.sub("", name.strip(_EDGE)))
    return re.sub(r"[^\w]+", "", fold(bare))


def _is_name(name: str, *, stated: bool = False) -> bool:
    """Whether a text can be a company's name; one that is `stated` as such may consist of words that are labels too."""
    if not 2 <= len(name) <= 70:
        return False
    letters = sum(map(str.isalpha, name))
    if letters < 2 or letters < 0.5 * len(name.replace(" ", "")) or _NO_NAME.search(name):
        return False
    if _FORM_AT_END.fullmatch(f" {name}") or _is_sentence(name):
        return False
    if not _PARTIES.isdisjoint(fold(name).split()):
        return False
    if stated:
        return True
    labels = find_labels(name)
    covered = sum(label.end - label.start for label in labels)
    return covered < 0.75 * len(name) and len(name.split()) <= 9


def _is_sentence(name: str) -> bool:
    """Whether most words begin small, as in a phrase and not in a name."""
    if fold(name) in _FURNITURE or _HEADING.search(name):
        return True
    words = [word for word in name.split() if word[0].isalpha()]
    small = [word for word in words if word.islower() and len(word) > 1]
    begins_small = len(words) > 1 and words[0].islower()
    mostly = len(small) > 0.5 * len(words) or (begins_small and len(small) >= 0.5 * len(words))
    return len(words) >= 2 and mostly and not any("." in word for word in words)


def _from_header(header: Header | None) -> Iterator[_Vote]:
    if header is None:
        return
    domain = (header.sender_address or "").rpartition("@")[2]
    name = fold_space(_SENDER_NOISE.sub(" ", header.sender_name or "")).strip(_EDGE) or (header.sender_name or "")
    free = domain in _FREEMAIL
    if len(name) >= 2 and "@" not in name:
        yield _Vote(name, 1.5 if free else 5.6, "sender", Evidence(f"{header.sender_name}"[:200]))
    told = _SUBJECT_TO.search(header.subject or "")
    if told:
        yield _Vote(told[1].strip(_EDGE), 6.6, "title_paid_to", Evidence((header.subject or "")[:200]))
    named = _SUBJECT_FROM.search(header.subject or "")
    if named:
        yield _Vote(named[1].strip(_EDGE), 3.4, "title_from", Evidence((header.subject or "")[:200]))
    if domain and not free:
        yield _Vote(_registered(domain), 2.4, "sender_domain", Evidence(domain))


def _registered(domain: str) -> str:
    """The name a domain was registered under, as a person would write it: shop.acme.co.uk gives Acme."""
    labels = domain.lower().split(".")
    short = len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "ac")
    return labels[-3 if short else -2].capitalize() if len(labels) > 1 else domain


def _domains(document: Document, scans: Iterable[Scan]) -> frozenset[str]:
    found = [(document.header.sender_address or "").rpartition("@")[2]] if document.header else []
    for scan in scans:
        found.extend(match[1].lower() for match in _DOMAIN.finditer(scan.text[:60_000]))
    return frozenset(fold(_registered(domain)) for domain in found if domain and domain not in _FREEMAIL)


def _from_domains(document: Document, scans: Iterable[Scan]) -> Iterator[_Vote]:
    """The domains written in the text: the last resort, where a name stands only in a picture."""
    if document.header and document.header.sender_address:
        return
    for match in (match for scan in scans for match in _DOMAIN.finditer(scan.text[:60_000])):
        if match[1].lower() not in _FREEMAIL:
            yield _Vote(_registered(match[1]), 1.7, "written_domain", Evidence(match[0]))


def _from_scan(scan: Scan) -> Iterator[_Vote]:
    yield from _from_title(scan)
    yield from _from_images(scan)
    for row in scan.rows:
        for seen in row.cells:
            yield from _from_cell(scan, row, seen)
    yield from _from_top(scan)


def _from_title(scan: Scan) -> Iterator[_Vote]:
    title = scan.part.title or ""
    paid = _PAID_TO.search(title) or _SUBJECT_TO.search(title)
    if paid:
        yield _Vote(paid[1].strip(_EDGE), 3.6, "title_paid_to", Evidence(title))
    if scan.part.kind is PartKind.HTML and 2 < len(title) <= 40:
        yield _Vote(title.split(" | ")[0].split(" - ")[0].strip(), 1.8, "title", Evidence(title))


def _from_images(scan: Scan) -> Iterator[_Vote]:
    for place, image in enumerate(scan.part.images[:2]):
        name = fold_space(_LOGO.sub(" ", image.text)).strip(_EDGE)
        if len(name) <= 32:
            yield _Vote(name, 2.4 - 0.5 * place + (0.6 if _LOGO.search(image.text) else 0.0), "logo", image.evidence())


def _from_cell(scan: Scan, row: Row, seen: Seen) -> Iterator[_Vote]:
    yield from _labelled(scan, row, seen)
    text = seen.cell.text
    lowered = text.lower()
    if len(text) < 260 and (seen.amounts or "received by" in lowered):
        yield from _paid_to(seen)
    line = _SENDER_LINE.match(text) if len(text) < 200 and has_digit(text) else None
    if line and len(re.findall(r"\s[·•|–∙●]\s|\s-\s", text)) >= 2 and _POSTCODE.search(text):
        yield _Vote(line[1].strip(_EDGE), 3.4, "sender_line", seen.cell.evidence())
    if "thank" in lowered and (thanks := _THANKS.search(text)):
        yield _Vote(thanks[1].strip(_EDGE), 2.6, "thanks", seen.cell.evidence())
    if ("©" in text or "(c)" in lowered or "copyright" in lowered) and (holder := _COPYRIGHT.search(text[:200])):
        name = re.split(r"(?i)[.,]?\s*all rights|\. ", holder[1])[0]
        yield _Vote(name.strip(_EDGE), 2.4, "copyright", seen.cell.evidence())
    if len(text) <= 240 and _may_be_legal(lowered):
        yield from _legal_names(scan, row, seen)


def _may_be_legal(lowered: str) -> bool:
    words = lowered.replace(",", " ").replace("(", " ").replace(")", " ").split()
    return not _FORM_WORDS.isdisjoint(words) or "会社" in lowered


def _paid_to(seen: Seen) -> Iterator[_Vote]:
    text = seen.cell.text
    paid = _PAID_TO.search(text) if seen.amounts else _RECEIVED_BY.search(text)
    if paid:
        yield _Vote(paid[1].strip(_EDGE), 7.4 if _SENT_TO.search(text) else 5.2, "paid_to", seen.cell.evidence())


def _labelled(scan: Scan, row: Row, seen: Seen) -> Iterator[_Vote]:
    for label in seen.labels:
        if "seller" not in label.roles or label.start > 2 or (len(label.phrase) < 4 and label.phrase.isascii()):
            continue
        weak = label.phrase in ("from", "von", "van", "fran", "company", "store", "shop", "till", "firma")
        rest = seen.cell.text[label.end :].strip(_EDGE)
        if rest and seen.cell.text[label.end : label.end + 2].strip().startswith((":", "：")):
            yield _Vote(_before_place(rest), 3.4 if weak else 4.8, "seller_label", seen.cell.evidence())
        elif not rest:
            yield from _beside_label(scan, row, seen, 3.2 if weak else 4.8)


def _beside_label(scan: Scan, row: Row, seen: Seen, score: float) -> Iterator[_Vote]:
    under = (in_column(below, row, seen) for below in scan.rows[row.number + 1 : row.number + 3])
    found = next((other for other in under if other and _is_name(other.cell.text.strip(_EDGE))), None)
    right = row.cells[seen.cell.column + 1] if seen.cell.column + 1 < len(row.cells) else None
    if right and not right.labels and len(row.cells) == 2:
        yield _Vote(_before_place(right.cell.text), score, "seller_label", right.cell.evidence())
    elif found:
        yield _Vote(_before_place(found.cell.text), score, "seller_label", found.cell.evidence())


def _before_place(text: str) -> str:
    """A company's name without what follows its legal form after a comma ("Acorn Ltd, Leeds")."""
    match = _LEGAL.match(text.strip(_EDGE))
    rest = text.strip(_EDGE)[match.end() :] if match else ""
    return match[0].strip(_EDGE) if match and rest.startswith(",") else text.strip(_EDGE)


def _legal_names(scan: Scan, row: Row, seen: Seen) -> Iterator[_Vote]:
    text = seen.cell.text
    top, bottom = row.number < 8, row.number > len(scan.rows) - 12
    base = (3.6 if top else 3.0 if bottom else 1.6) - (0.6 if scan.part.kind is not PartKind.PDF else 0.0)
    if _FORM_FIRST.fullmatch(text.strip()):
        yield _Vote(text.strip(), base + 0.7, "legal_name", seen.cell.evidence())
        return
    for match in (*_LEGAL.finditer(text), *_JAPANESE.finditer(text)):
        if _CARE_OF.match(text):
            return
        alone = match.start() <= 2
        name = _without_party(match[1].strip(_EDGE.replace(")", "")))
        yield _Vote(name, base + (0.5 if alone else -0.4), "legal_name", seen.cell.evidence())


def _without_party(name: str) -> str:
    """The name without a word before it that says whose it is ("To Acorn Ltd")."""
    first = next(iter(find_labels(name)), None)
    said = first is not None and first.start == 0 and first.roles & {"buyer", "seller"}
    return name[first.end :].strip(_EDGE) if first and said else name


def _from_top(scan: Scan) -> Iterator[_Vote]:
    """Short lines at the top of the page that say nothing else: the letterhead, larger ones before smaller."""
    left = 4
    for row in (row for row in scan.rows[:9] if len(row.cells) <= (2 if row.number else 3) and not _has_sums(row)):
        for seen in row.cells:
            titled = _SUBJECT_FROM.search(seen.cell.text)  # "Invoice from Acme"
            name = (titled[1] if titled else re.split(r"\s[-–•·|]\s|,\s", seen.cell.text)[0]).strip(_EDGE)
            if left and _is_name(name) and not _is_spoken(seen) and not row.header and len(name) <= 45:
                lift = 0.8 * min(max(seen.cell.emphasis - 1.0, 0.0), 1.5)
                yield _Vote(name, 2.2 + 0.2 * left - 0.1 * row.number + lift, "letterhead", seen.cell.evidence())
                left -= 1


def _has_sums(row: Row) -> bool:
    """Whether amounts stand in a row; in the first one, a number beside a title ("Invoice 2026") is none."""
    return any(amount.is_money or row.number for seen in row.cells for amount in seen.amounts)


def _is_spoken(seen: Seen) -> bool:
    """Whether a line talks to the reader or states a fact, so that it is no letterhead."""
    if any(label.roles & {"kind_receipt", "kind_invoice", "kind_credit"} for label in seen.labels):
        return True
    if seen.amounts or seen.dates or seen.cell.text.rstrip().endswith((",", "!", "?", ":")):
        return True
    return any(
        label.start == 0 and label.roles & {"buyer", "kind_receipt", "kind_invoice", "kind_booking"}
        for label in seen.labels
    )


def _buyer_names(scan: Scan) -> Iterator[str]:
    for row in scan.rows:
        for seen in row.cells:
            label = seen.labels[0] if seen.labels else None
            if label and "buyer" in label.roles and label.start <= 1 and "@" not in seen.cell.text:
                rest = seen.cell.text[label.end :].strip(_EDGE)
                below = scan.rows[row.number + 1] if row.number + 1 < len(scan.rows) else None
                found = in_column(below, row, seen) if below and not rest else None
                yield rest or (found.cell.text if found else "")
