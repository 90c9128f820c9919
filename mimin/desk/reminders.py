"""How a notice says that a promised time is near or over: one kind for each clock and step of the ladder."""

from __future__ import annotations

from django.utils.translation import ngettext

from mimin.inbox import ladder

REMINDS = {
    ladder.ANSWER: "",
    ladder.SETTLE: "",
    ladder.VERIFY: "v_",
    ladder.KEEP: "p_",
    ladder.PART: "h_",
    ladder.LINK: "l_",
    ladder.AROUND: "r_",
}
"""What a clock counts to -> how the kinds of its notices begin; its step follows."""
ICONS = {"v_": "inbox", "p_": "calendar-days", "h_": "users", "l_": "link", "r_": "refresh-cw"}


def looks() -> dict[str, tuple[str, str]]:
    """kind -> tone, icon."""
    found: dict[str, tuple[str, str]] = {}
    for begins in REMINDS.values():
        near, over = ("clock", "clock-alert") if not begins else (ICONS[begins], ICONS[begins])
        found |= {
            f"{begins}near": ("warn", near),
            f"{begins}due": ("bad", over),
            f"{begins}late": ("bad", over),
        }
    return found


def reminder_words(kind: str, count: int) -> str:
    """What a notice of this kind says of so many cases, with a hole for their number."""
    begins, step = (kind[:2], kind[2:]) if kind[1] == "_" else ("", kind)
    tell = {"": _case, "v_": _verify, "p_": _promise, "h_": _part, "l_": _link, "r_": _around}[begins]
    return tell(step, count)


def _case(step: str, n: int) -> str:
    if step == ladder.NEAR:
        return ngettext("%(n)s case is near its deadline", "%(n)s cases are near their deadline", n)
    if step == ladder.DUE:
        return ngettext("%(n)s case has passed its deadline", "%(n)s cases have passed their deadline", n)
    return ngettext(
        "%(n)s case is late, and its head was told", "%(n)s cases are late, and their heads were told", n
    )


def _verify(step: str, n: int) -> str:
    if step == ladder.NEAR:
        return ngettext(
            "It must soon be decided whose a report is", "It must soon be decided whose %(n)s reports are", n
        )
    if step == ladder.DUE:
        return ngettext(
            "It was not decided in time whose a report is",
            "It was not decided in time whose %(n)s reports are",
            n,
        )
    return ngettext(
        "Nobody decided whose a report is, and the head was told",
        "Nobody decided whose %(n)s reports are, and the heads were told",
        n,
    )


def _promise(step: str, n: int) -> str:
    if step == ladder.NEAR:
        return ngettext("The day of a promise is near", "The day of %(n)s promises is near", n)
    if step == ladder.DUE:
        return ngettext("The day of a promise is over", "The day of %(n)s promises is over", n)
    return ngettext(
        "A promise was not kept, and its head was told",
        "%(n)s promises were not kept, and their heads were told",
        n,
    )


def _part(step: str, n: int) -> str:
    if step == ladder.NEAR:
        return ngettext(
            "Your unit's part in a case is due soon", "Your unit's parts in %(n)s cases are due soon", n
        )
    if step == ladder.DUE:
        return ngettext(
            "Your unit's part in a case is not done in time",
            "Your unit's parts in %(n)s cases are not done in time",
            n,
        )
    return ngettext(
        "A helping unit's part is late, and its head was told",
        "The parts of helping units in %(n)s cases are late, and their heads were told",
        n,
    )


def _link(step: str, n: int) -> str:
    if step == ladder.NEAR:
        return ngettext(
            "A link closes soon, and nobody has answered by it",
            "%(n)s links close soon, and nobody has answered by them",
            n,
        )
    if step == ladder.DUE:
        return ngettext(
            "A link has closed, and nobody had answered by it",
            "%(n)s links have closed, and nobody had answered by them",
            n,
        )
    return ngettext(
        "What was asked by a link is not answered, and the head was told",
        "What was asked by %(n)s links is not answered, and the heads were told",
        n,
    )


def _around(step: str, n: int) -> str:
    if step == ladder.DUE:
        return ngettext(
            "A case goes round between units, and the coordinator decides whose it is",
            "%(n)s cases go round between units, and the coordinator decides whose they are",
            n,
        )
    return ngettext(
        "A case goes round between units: decide whose it is",
        "%(n)s cases go round between units: decide whose they are",
        n,
    )
