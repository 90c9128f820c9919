"""What a person can do on a case's page: one line a verb, with its right, its form and the action behind it.

``offered`` says which of them a person may do now; ``check`` refuses what the case no longer allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mimin.inbox import (
    actions,
    answering,
    approving,
    asking,
    closing,
    correcting,
    holding,
    many,
    merging,
    pausing,
    promising,
)
from mimin.inbox.act_forms import (
    AnswerForm,
    InvolveForm,
    KeepForm,
    MergeCaseForm,
    NoteForm,
    NothingForm,
    ReasonForm,
    ReferForm,
    ReopenForm,
    ReplyForm,
    RevealForm,
    SendBackForm,
    SplitCaseForm,
    TransferForm,
)
from mimin.inbox.ask_forms import (
    AgainForm,
    ApprovalForm,
    AskForm,
    AskIdForm,
    HoldForm,
    OfCase,
    PartDoneForm,
    StatementIdForm,
)
from mimin.inbox.ask_letter import letter
from mimin.inbox.asking import Asked
from mimin.inbox.correct_forms import CorrectForm
from mimin.inbox.models import Ask, Case, Message, Reply, Statement
from mimin.inbox.photos import kept
from mimin.inbox.settle_forms import (
    CloseForm,
    FieldCheckForm,
    FinishForm,
    PauseForm,
    PromiseForm,
    PutOffForm,
    WhyForm,
    proof_of,
)
from mimin.inbox.states import ANSWERING, CASE, REPLY, SPEAKING
from mimin.people.actions import actor
from mimin.people.models import Person
from mimin.people.rules import Secrecy

ANSWERED = {
    "draft": _("The draft is kept. It has not been sent."),
    "submitted": _("The answer waits for approval. It leaves when somebody else has approved it."),
    "leaving": _("The answer is on its way."),
    "sent": _("The answer stands on the channel."),
}
"""state of the answer -> what is now true."""


Perform = Callable[[Case, dict[str, Any], Person, datetime], Any]


@dataclass(frozen=True)
class Act:
    """One thing to do: its words, the right it needs, the flow's verbs it may move by (none: in any state), its form,
    the action behind it, and what is true once it is done."""

    label: Any
    right: str
    moves: tuple[str, ...]
    form: type[forms.Form]
    perform: Perform
    done: Any
    shown: Callable[[HttpRequest, Any], dict[str, Any]] | None = None
    """What its page shows once it is done; without it the case is shown again."""
    fits: Callable[[Case], bool] = lambda case: True
    """Whether it is offered for a case at all, beside state and right."""
    goes_on: Callable[[Case, Any], int] = lambda case, made: case.pk
    """The case whose page comes next."""

    def asks(self, case: Case, *given: Any, **options: Any) -> forms.Form:
        """The form, with the choices that this case allows."""
        form = self.form(*given, **options)
        if isinstance(form, OfCase):
            form.of(case)
        return form


def _ask(case: Case, data: dict[str, Any]) -> Ask:
    return Ask.objects.select_related("case", "unit").get(case=case, pk=data["ask"])


def _link(request: HttpRequest, made: Asked) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("asked", args=[made.token]))
    return {"letter": letter(made.ask, address)}


def _by_link(case: Case) -> bool:
    return case.secrecy < Secrecy.SECRET and case.state not in CASE.final


def _something_to_say(case: Case) -> bool:
    """Whether an answer is asked for: of what is closed, only where one was begun, such as why it is closed; of what
    was erased, only where its citizen wrote since."""
    if case.erased_at and (case.heard_at is None or case.heard_at <= case.erased_at):
        return False
    closed = case.state in CASE.moves["explain"].sources
    return not closed or case.replies.filter(state__in=(REPLY.initial, "submitted")).exists()


def _message(case: Case, data: dict[str, Any]) -> Message:
    return Message.objects.get(case=case, pk=data["message"])


def _reply(case: Case, data: dict[str, Any]) -> Reply:
    return Reply.objects.select_related("case", "message", "delivery", "unit").get(
        case=case, pk=data["reply"]
    )


def _answer(case: Case, data: dict[str, Any], by: Person, at: datetime) -> Reply:
    """Keep the draft first, so that a refusal to send loses no word of it."""
    reply = answering.draft(
        case=case, message=_message(case, data), text=data["text"], kind=data["kind"], also=data["also"],
        by=by, at=at,
    )  # fmt: skip
    return reply if data["do"] == "draft" else answering.submit(reply=reply, by=by, at=at)


def _refer(case: Case, data: dict[str, Any], by: Person, at: datetime) -> Case:
    return actions.refer(case=case, **data, by=by, at=at)


def _finish(case: Case, data: dict[str, Any], by: Person, at: datetime) -> Case:
    """Check first, then keep the photos: a file is not rolled back."""
    files, told = proof_of(case, data)
    closing.check_proof(data["text"], photos=len(files) + len(told), url=data["url"])
    photos = [kept(one.read(), at) for one in files] + [one.capture for one in told]
    return closing.finish(case=case, text=data["text"], photos=photos, url=data["url"], by=by, at=at)


ACTS: dict[str, Act] = {
    "transfer": Act(
        _("Pass on"), "case.transfer", ("route",), TransferForm,
        lambda c, d, by, at: actions.transfer(case=c, to=d["to"], reason=d["reason"], by=by, at=at),
        _("The case is with its new unit."),
    ),
    "hand_back": Act(
        _("Hand back"), "case.transfer", ("return",), ReasonForm,
        lambda c, d, by, at: actions.hand_back(case=c, reason=d["reason"], by=by, at=at),
        _("The case went back, with your reason."),
    ),
    "refer": Act(
        _("Not our authority"), "case.transfer", ("refer",), ReferForm,
        lambda c, d, by, at: _refer(c, d, by, at),
        _("Noted whose business it is. Tell the citizen: your draft below says it already."),
    ),
    "answer": Act(
        _("Answer"), "case.answer", SPEAKING, AnswerForm, _answer, ANSWERED, fits=_something_to_say
    ),
    "submit": Act(
        _("Send the answer"), "case.answer", SPEAKING, ReplyForm,
        lambda c, d, by, at: answering.submit(reply=_reply(c, d), by=by, at=at),
        ANSWERED, fits=_something_to_say,
    ),
    "approve": Act(
        _("Approve and send"), "case.approve", SPEAKING, ReplyForm,
        lambda c, d, by, at: answering.approve(reply=_reply(c, d), by=by, at=at),
        _("Approved. The answer is on its way."), fits=_something_to_say,
    ),
    "send_back": Act(
        _("Return to the author"), "case.approve", (), SendBackForm,
        lambda c, d, by, at: answering.send_back(reply=_reply(c, d), why=d["why"], by=by, at=at),
        _("The answer went back to its author."),
    ),
    "withdraw": Act(
        _("Take back"), "case.answer", (), ReplyForm,
        lambda c, d, by, at: answering.withdraw(reply=_reply(c, d), by=by, at=at),
        _("The answer was taken back. It does not leave."),
    ),
    "close": Act(
        _("Close the case"), "case.close", ("close",), CloseForm,
        lambda c, d, by, at: closing.close(case=c, **d, by=by, at=at),
        _("The case is closed."),
    ),
    "promise": Act(
        _("Promise a day"), "case.answer", ("schedule",), PromiseForm,
        lambda c, d, by, at: promising.promise(case=c, **d, by=by, at=at),
        _("The promise stands on the register. Tell the citizen: your draft below says it already."),
        fits=lambda c: not promising.promised(c),
    ),
    "put_off": Act(
        _("Put the promise off"), "case.answer", ("schedule",), PutOffForm,
        lambda c, d, by, at: promising.put_off(case=c, **d, by=by, at=at),
        _("The new day is promised. Tell the citizen: your draft below says it already."),
        fits=promising.promised,
    ),
    "drop": Act(
        _("Take the promise back"), "case.answer", ("drop",), WhyForm,
        lambda c, d, by, at: promising.drop(case=c, why=d["why"], by=by, at=at),
        _("The promise is taken back, and the citizen waits for an answer. Your draft below says why."),
        fits=promising.promised,
    ),
    "finish": Act(
        _("It is done"), "case.answer", ("finish",), FinishForm, _finish,
        _("Done, with proof. Tell the citizen: your draft below says it already."),
    ),
    "pause": Act(
        _("Stop the clock"), "case.close", (), PauseForm,
        lambda c, d, by, at: pausing.pause(case=c, **d, by=by, at=at),
        _("The clock of settling stands still. That of an answer to the citizen runs on."),
        fits=pausing.clock_runs,
    ),
    "resume": Act(
        _("Let the clock run"), "case.close", (), NothingForm,
        lambda c, d, by, at: pausing.resume(case=c, by=by, at=at),
        _("The clock runs again; what was left when it stopped runs from now."),
        fits=pausing.clock_stands,
    ),
    "field_check": Act(
        _("A look in the field"), "case.close", (), FieldCheckForm,
        lambda c, d, by, at: pausing.look_in_field(case=c, needed=d["needed"], by=by, at=at),
        _("Until when it is to be settled was counted anew."),
        fits=lambda c: c.settled_at is None and c.settle_by is not None,
    ),
    "dismiss": Act(
        _("Nothing to do"), "case.close", ("dismiss",), ReasonForm,
        lambda c, d, by, at: actions.dismiss(case=c, reason=d["reason"], by=by, at=at),
        _("Set aside, with your reason."),
    ),
    "reopen": Act(
        _("Reopen"), "case.close", ("reopen",), ReopenForm,
        lambda c, d, by, at: actions.reopen(case=c, reason=d["reason"], by=by, at=at),
        _("The case is open again; its clock began anew."),
    ),
    "merge": Act(
        _("Merge"), "case.transfer", ("merge",), MergeCaseForm,
        lambda c, d, by, at: merging.merge(case=c, into=merging.named(by, d["into"]), by=by, at=at),
        _("Merged. The case below is answered for both, each citizen in their own thread."),
        fits=lambda c: c.secrecy < Secrecy.SECRET,
        goes_on=lambda c, made: made.main_id,
    ),
    "split": Act(
        _("Split off"), "case.transfer", ("split",), SplitCaseForm,
        lambda c, d, by, at: merging.split(case=c, reason=d["reason"], by=by, at=at),
        _("The case stands by itself again, with its own promised time."),
    ),
    "keep": Act(
        _("Change who may read it"), "case.secrecy", (), KeepForm,
        lambda c, d, by, at: actions.keep(
            case=c, secrecy=Secrecy(d["secrecy"]), concerns=d["concerns"], reason=d["reason"], by=by, at=at
        ),
        _("Who may read this case has changed."),
    ),
    "involve": Act(
        _("Involve a unit"), "case.transfer", (), InvolveForm,
        lambda c, d, by, at: actions.involve(case=c, **d, by=by, at=at),
        _("The unit takes part now."),
    ),
    "note": Act(
        _("Add note"), "case.note", (), NoteForm,
        lambda c, d, by, at: actions.note(case=c, text=d["text"], key=d["key"], by=by, at=at),
        _("The note is kept. No citizen sees it."),
    ),
    "reveal": Act(
        _("Show what is masked"), "case.reveal", (), RevealForm,
        lambda c, d, by, at: actions.reveal(message=_message(c, d), why=d["why"], by=by, at=at),
        "", lambda request, text: {"revealed": text},
    ),
    "hold": Act(
        _("Give it to somebody"), "case.hold", (), HoldForm,
        lambda c, d, by, at: holding.hold(case=c, holder=d["holder"], by=by, at=at),
        _("Who holds the case is noted."),
    ),
    "correct": Act(
        _("Correct what was understood"), "case.correct", (), CorrectForm,
        lambda c, d, by, at: correcting.correct(case=c, **d, by=by, at=at),
        _("Corrected. Mimin learns from it."),
    ),
    "part_done": Act(
        _("Our part is done"), "case.note", (), PartDoneForm,
        lambda c, d, by, at: holding.finish_part(case=c, unit=d["unit"], text=d["text"], by=by, at=at),
        _("The responsible unit sees that the part is done."),
    ),
    "ask": Act(
        _("Ask the one who knows"), "case.ask", (), AskForm,
        lambda c, d, by, at: asking.ask(case=c, **d, by=by, at=at),
        _("The link is ready. Send the message now."), _link, _by_link,
    ),
    "ask_again": Act(
        _("Make a new link"), "case.ask", (), AgainForm,
        lambda c, d, by, at: asking.ask_again(row=_ask(c, d), hours=d["hours"], by=by, at=at),
        _("The link is ready. Send the message now."), _link, _by_link,
    ),
    "ask_withdraw": Act(
        _("Withdraw the link"), "case.ask", (), AskIdForm,
        lambda c, d, by, at: asking.withdraw(row=_ask(c, d), by=actor(by), at=at),
        _("The link opens no more."),
    ),
    "ask_approval": Act(
        _("Ask for approval by a link"), "case.ask", ANSWERING, ApprovalForm,
        lambda c, d, by, at: approving.ask_approval(
            reply=_reply(c, d), person=d["person"], hours=d["hours"], key=d["key"], by=by, at=at
        ),
        _("The link is ready. Send the message now."), _link, _by_link,
    ),
    "use_statement": Act(
        _("Make it a draft answer"), "case.answer", ANSWERING, StatementIdForm,
        lambda c, d, by, at: asking.as_draft(
            statement=Statement.objects.get(ask__case=c, pk=d["statement"]), by=by, at=at
        ),
        _("It stands in your draft below. Check it before you send it."),
    ),
}  # fmt: skip
"""Name in the address -> act."""

MANY: dict[str, Act] = {
    "answer_many": Act(_("Answer them"), "case.answer", ANSWERING, many.AnswerManyForm, many.answer, ""),
    "hold_many": Act(
        _("Send an interim answer"), "case.answer", ANSWERING, NothingForm, many.hold, "", fits=many.may_hold
    ),
    **{name: ACTS[name] for name in ("transfer", "merge", "close", "dismiss")},
}
"""What is done to several cases that were chosen in the list, each by itself."""
