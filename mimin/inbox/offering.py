"""Which acts are open to a person in a case now, and what is said where one is not."""

from __future__ import annotations

from django.utils.translation import gettext

from mimin.evidence.queries import trail
from mimin.inbox import actions, queries
from mimin.inbox.act_forms import ReplyForm
from mimin.inbox.acts import ACTS, Act
from mimin.inbox.models import Case
from mimin.inbox.rules import Standing
from mimin.inbox.states import CASE
from mimin.lib import spoken
from mimin.lib.moving import Refused
from mimin.people.models import Person


def offered(case: Case, standing: Standing) -> tuple[str, ...]:
    """The acts that the flow table and the person's rights both allow."""
    return tuple(name for name in ACTS if open_to(ACTS[name], case, standing))


def open_to(act: Act, case: Case, standing: Standing) -> bool:
    """Whether one act is among them."""
    if act.right not in standing.rights or not act.fits(case):
        return False
    return not act.moves or bool(set(act.moves) & set(queries.verbs(case.state, standing)))


def check(act: Act, case: Case, *, as_of: str, by: Person) -> None:
    """Raise Refused where the state of the case does not allow the act, and where somebody else has moved the case.

    ``as_of`` is the version of the case that the person saw when the form was opened; "" where that is not known.
    """
    if not act.fits(case) or (act.moves and not set(act.moves) & set(CASE.verbs_from(case.state))):
        raise Refused(f"{_not_now(act)} {_stands(case)} {_instead(case, by)}")
    if as_of and (news := _news(case, as_of, by)):
        told = gettext("The case has moved since you opened this form.")
        kept = gettext("What you entered is kept: send it again if it still holds.")
        raise Refused(" ".join((told, *news, kept)))


def _news(case: Case, as_of: str, by: Person) -> list[str]:
    """What others have changed since the person saw the case: where it stands, and who may read it."""
    (where, _dash, secrecy), (now, _dash, kept) = as_of.rpartition("-"), case.version.rpartition("-")
    news = [] if where == now or _own_move(case, by) else [_stands(case)]
    last = trail("case", case.pk).filter(kind="case.kept").first() if secrecy != kept else None
    return [*news, actions.kept_words(case)] if last and last.actor_id != by.pk else news


def _not_now(act: Act) -> str:
    return gettext("“%(act)s” is not possible now.") % {"act": act.label}


def _stands(case: Case) -> str:
    return gettext("It has been “%(state)s” at %(unit)s since %(when)s, by %(who)s.") % {
        "state": gettext(CASE.states[case.state]),
        "unit": case.lead.name,
        "when": spoken.moment(case.state_since, case.zone),
        "who": case.state_by or gettext("The system"),
    }


def _instead(case: Case, by: Person) -> str:
    found = [ACTS[name] for name in offered(case, queries.standing(by, case))]
    moves = [f"“{act.label}”" for act in found if act.moves and not issubclass(act.form, ReplyForm)]
    if not moves:
        return gettext("Ask the coordinator.")
    return gettext("Possible now: %(acts)s.") % {"acts": ", ".join(moves)}


def _own_move(case: Case, by: Person) -> bool:
    """Whether the person made the last move themselves, in another window or by a second click."""
    return trail("case", case.pk).filter(at=case.state_since, actor_id=by.pk).exists()
