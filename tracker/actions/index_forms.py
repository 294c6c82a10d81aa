"""Forms for the data of the synergy index: which sources are asked."""

from collections.abc import Sequence

from tracker.actions.export_version import Request, request_text, stamp_of
from tracker.actions.listing import Filter
from tracker.actions.synergy_index import annex2
from tracker.errors import Refused
from tracker.ledger.values import shorten
from tracker.sheets.index_form import questions, write_form
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.index_values import load_values
from tracker.store.ledger_labels import is_demo


def sources_named(names: Sequence[str] | None) -> list[str]:
    """Return the data sources a person means, all of annex 2's for None; raises Refused for an unknown or ambiguous one."""
    known = list(questions(annex2()))
    if names is None:
        return known
    found: list[str] = []
    for name in names:
        matches = [source for source in known if name == source] or [source for source in known if name in source]
        if len(matches) != 1:
            problem = f"不止一个：{'、'.join(matches)}" if matches else f"没有；现有：{'、'.join(known)}"
            raise Refused(f"数据来源单位“{shorten(name)}”{problem}")
        found += [source for source in matches if source not in found]
    return found


def form_of(connection: Connection, sources: Sequence[str], years: Sequence[int], when: PointInTime) -> bytes:
    """Make one workbook with the sheets of some sources, the figures in the ledger pre-filled."""
    request = request_text(Filter(), sources=list(sources), years=list(years))
    held = load_values(connection, when.known_at)
    return write_form(annex2(), sources, years, held, stamp_of(connection, when), request, demo=is_demo(connection))


def index_form_again(connection: Connection, asked: Request, later: PointInTime, _: object = None) -> bytes:
    """Return the form that was asked for once, with the figures that the ledger had then."""
    return form_of(connection, asked.told["sources"], asked.told["years"], later)
