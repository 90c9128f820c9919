"""The form that plans a month of duty: a choice for each shift, or pasted lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mimin.inbox import duty
from mimin.inbox.models import Duty
from mimin.inbox.roster import BadLine, Shift, month_days, read_roster, shift_of
from mimin.lib import spoken
from mimin.people.models import Person, Unit
from mimin.policy.queries import calendar

LONGEST_PASTE = 10_000


class PlanForm(forms.Form):
    """One select a shift, in the order of the month; what is pasted wins over what is chosen.

    After ``is_valid`` ``wanted`` says who has each shift; None for nobody.
    """

    pasted = forms.CharField(
        label=gettext_lazy("Or paste the roster"),
        required=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "16 koordinator.malam"}),
        help_text=gettext_lazy(
            "One shift a line: day, hours where they differ, user name or name. Such as “16 koordinator.malam” or "
            "“16/3/2026 16.00-07.30 Petugas piket”."
        ),
    )

    def __init__(self, unit: Unit, month: date, now: datetime, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.unit, self.month, self.calendar = unit, month, calendar(unit)
        self.people = duty.candidates(unit)
        self.kept = _of_month(unit, month)
        self.wanted: dict[Shift, Person | None] = {}
        self._shifts: dict[str, Shift] = {}
        choices = [("", "–"), *((str(person.pk), person.label) for person in self.people)]
        for shift in self._open(now):
            name = f"shift{int(shift.starts_at.timestamp())}"
            self._shifts[name] = shift
            chosen = next(
                (row.person for row in self.kept if Shift(row.starts_at, row.ends_at) == shift), None
            )
            own = [] if chosen is None or chosen in self.people else [(str(chosen.pk), chosen.label)]
            self.fields[name] = forms.ChoiceField(
                label=self._label(shift),
                required=False,
                choices=[*choices, *own],
                initial=chosen and chosen.pk,
            )
        self.order_fields([*self._shifts, "pasted"])

    def _open(self, now: datetime) -> list[Shift]:
        """The shifts of the month that have not ended: those planned, and the usual one of every other day."""
        planned = [Shift(row.starts_at, row.ends_at) for row in self.kept]
        days = {self.calendar.local_day(shift.starts_at) for shift in planned}
        usual = [shift_of(day, self.calendar) for day in month_days(self.month.year, self.month.month)]
        free = [s for s in usual if s and self.calendar.local_day(s.starts_at) not in days]
        return sorted(shift for shift in [*planned, *free] if shift.ends_at > now)

    def _label(self, shift: Shift) -> str:
        first, last = (at.astimezone(self.calendar.zone) for at in (shift.starts_at, shift.ends_at))
        hours = f"{first:%H.%M}–{last:%H.%M}"
        return f"{spoken.weekday_date(first.date())}, {hours}"

    def clean(self) -> dict[str, Any]:
        """Bring what was chosen and what was pasted together, into ``wanted``."""
        data = super().clean() or {}
        by_id = {str(person.pk): person for person in [*self.people, *(row.person for row in self.kept)]}
        self.wanted = {shift: by_id.get(data.get(name) or "") for name, shift in self._shifts.items()}
        try:
            lines = read_roster(data.get("pasted", ""), month=self.month, calendar=self.calendar)
        except BadLine as bad:
            words = _(
                "Line %(n)s cannot be read: “%(text)s”. Write the day, hours where they differ, and who."
            )
            self.add_error("pasted", words % {"n": bad.number, "text": bad.text[:80]})
            return data
        pasted: dict[Shift, Person | None] = {}
        for line in lines:
            if person := self._named(line.who):
                pasted[line.shift] = person
            else:
                words = _(
                    "Line %(n)s: nobody here is called “%(who)s”. Use a user name from the lists above."
                )
                self.add_error("pasted", words % {"n": line.number, "who": line.who[:80]})
        days = {self.calendar.local_day(shift.starts_at) for shift in pasted}
        for shift in self.wanted:
            if self.calendar.local_day(shift.starts_at) in days:
                self.wanted[shift] = None
        self.wanted |= pasted
        return data

    def _named(self, who: str) -> Person | None:
        found = [p for p in self.people if who.casefold() in (p.username.casefold(), p.label.casefold())]
        return found[0] if len(found) == 1 else None


def _of_month(unit: Unit, month: date) -> list[Duty]:
    """The shifts that begin in a month, where the unit is."""
    zone = calendar(unit).zone
    first = datetime(month.year, month.month, 1, tzinfo=zone)
    after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=zone)
    return list(unit.duties.filter(starts_at__gte=first, starts_at__lt=after).select_related("person"))
