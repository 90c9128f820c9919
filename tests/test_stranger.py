"""Every address, asked for by everybody: who gets what, who learns nothing, and whose writing changes nothing.

The table is the specification. A new address makes the first test fail until it stands in ``tests/doors.py`` and here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from mimin.inbox.models import Case
from mimin.inbox.register import VIEWS as PROMISES
from tests.doors import DOORS, Door, names
from tests.made import Government, every_role
from tests.scene import WORDS, Scene, client_of, rows_now, scene

pytestmark = pytest.mark.django_db

PEOPLE = (
    "koordinator",
    "admin.pupr",
    "kepala.pupr",
    "admin.marga",
    "admin.dukcapil",
    "inspektur",
    "sekda",
    "pimpinan",
    "pengamat",
    "auditor",
    "petugas.pupr",
    "ppid.pupr",
    "piket.pupr",
    "pelatih.pupr",
    "tanpa.peran",
    "",
)
"""The columns of the table; the last is nobody. The case is the PUPR's, the UPTD Bina Marga lies below the PUPR; after
the auditor stand an officer, the PPID, whoever is on duty and a trainer, all of the PUPR."""
READERS = ("pimpinan", "pengamat", "auditor", "pelatih.pupr")
STRANGERS = ("admin.marga", "admin.dukcapil", "inspektur", "tanpa.peran", "")
"""Who may not know of the case."""
CELLS = {200: ".", 302: ">", 403: "-", 404: "0", 405: "M", 422: "?", 503: "x"}
"""A page, done and sent on, refused, unknown, not that way, asked again, not ready (no worker
runs here); L is sent to sign in."""

TABLE = """
                                ko ap kp am ad in se pi pe au of pp du tr tp nobody
GET  home                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  search                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  settings                   .  -  -  -  -  .  .  -  -  .  -  -  -  -  -  L
GET  work                       .  -  -  -  -  -  -  -  -  .  -  -  -  -  -  L
GET  evidence                   .  -  -  -  -  .  .  -  -  .  -  -  -  -  -  L
GET  evidence_erase             .  -  -  -  -  -  .  -  -  -  -  -  -  -  -  L
GET  manifest                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  sw                         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  offline                    .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  health                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  report                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  track                      .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  track_add                  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
GET  track_conclude             M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
GET  track_leave                M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
GET  report_at                  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  portal_language            >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  >
GET  ready                      x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x
GET  colour                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
GET  look                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  me                         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  inbox                      .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  inbox_filter               .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  outbox                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  channels                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  policy                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  -  L
GET  units                      .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  people                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  inbox_bulk                 >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  L
GET  promises                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  record                     .  .  .  .  .  .  .  -  -  -  -  .  .  -  -  L
GET  share                      >  >  >  >  >  >  >  -  -  -  -  >  >  -  -  L
GET  record_tray                0  .  0  0  0  0  0  -  -  -  -  0  0  -  -  L
GET  recorded                   0  .  0  0  0  0  0  0  0  0  0  0  0  0  0  L
GET  attachment                 .  .  .  0  0  0  .  0  0  0  .  .  .  0  0  L
GET  case                       .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  case_here                  .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  disposition                .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  statement_photo            .  .  .  0  0  0  .  0  0  0  .  .  .  0  0  L
GET  proof_photo                .  .  .  0  0  0  .  0  0  0  .  .  .  0  0  L
GET  saved_replies              .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  saved_add                  .  .  .  .  .  -  -  -  -  -  -  -  -  -  -  L
GET  saved_change               .  .  .  -  0  0  -  -  -  -  -  -  -  -  0  L
GET  saved_remove               M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  case_saved                 .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  asked                      0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
GET  case_interim               M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  alarm_take                 M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  duty                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  duty_plan                  .  .  .  .  .  -  -  -  -  -  -  -  -  -  -  L
GET  duty_hand                  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  duty_take                  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  notices                    .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  notice                     >  0  0  0  0  0  0  0  0  0  0  0  0  0  0  L
GET  case_act/transfer          .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/hand_back         .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/refer             .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/answer            .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/submit            .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/approve           .  -  .  0  0  0  .  -  -  -  -  -  -  -  0  L
GET  case_act/send_back         .  -  .  0  0  0  .  -  -  -  -  -  -  -  0  L
GET  case_act/withdraw          .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/close             .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/promise           .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/put_off           .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/drop              .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/finish            .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/pause             .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/resume            .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/field_check       .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/dismiss           .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/reopen            .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/merge             .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/split             .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/keep              .  -  .  0  0  0  .  -  -  -  -  .  -  -  0  L
GET  case_act/involve           .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/note              .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/hold              .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/correct           .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/part_done         .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/ask               .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/ask_again         .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/ask_withdraw      .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/ask_approval      .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_act/use_statement     .  .  .  0  0  0  .  -  -  -  .  .  .  -  0  L
GET  case_act/reveal            .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
GET  case_lapor                 .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  cases_export               .  .  .  .  .  .  .  -  -  -  -  .  .  -  -  L
GET  imports                    .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  import                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  import_progress            .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  import_faults              M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  import_act/check           M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  import_act/run             M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  import_act/change          M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  import_act/cancel          M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  delivery                   .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  delivery_photo             0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  L
GET  delivery_act/retry         M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  delivery_act/release       M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  delivery_act/cancel        M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  prove                      >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
GET  channel                    .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  channel_add                .  .  .  .  .  -  -  -  -  -  -  -  -  -  -  L
GET  channel_connect            .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  address_rules              .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  address_rule               .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  address_rule_forget        M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  assignment_end             M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  channel_act/listen         .  .  .  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/mode           .  .  .  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/assign         .  .  .  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/correct        .  .  .  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/move           .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/disconnect     .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/retire         .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  channel_act/revive         .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  policy_edit/case.approval  .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  policy_unset               M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  holidays                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
GET  holiday_forget             M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  unit                       .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  poster                     .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
GET  unit_act/add               .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  unit_act/rename            .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  unit_act/move              .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  unit_act/merge             .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  unit_act/split             .  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
GET  person_add                 .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  person                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  invitations                .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  invite                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
GET  invitation_withdraw        M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  join                       0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
GET  choose_password            0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
GET  person_act/password        M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  person_act/second_step     M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  person_act/lost_phone      M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  person_act/suspend         M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  person_act/restore         M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  role_give                  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
GET  role_end                   M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
POST home                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST search                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST settings                   .  -  -  -  -  .  .  -  -  .  -  -  -  -  -  L
POST work                       .  -  -  -  -  -  -  -  -  .  -  -  -  -  -  L
POST evidence                   .  -  -  -  -  .  .  -  -  .  -  -  -  -  -  L
POST evidence_erase             >  -  -  -  -  -  >  -  -  -  -  -  -  -  -  L
POST manifest                   M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST sw                         M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST offline                    M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST health                     M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST report                     ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?
POST track                      ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?
POST track_add                  >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  >
POST track_conclude             >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  >
POST track_leave                >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  >
POST report_at                  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?  ?
POST portal_language            M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST ready                      M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST colour                     M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST look                       >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  L
POST me                         >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  L
POST inbox                      .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST inbox_filter               .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST outbox                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST channels                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST policy                     .  .  .  .  .  .  .  .  .  .  .  .  .  .  -  L
POST units                      .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST people                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST inbox_bulk                 >  >  >  >  >  >  >  ?  ?  ?  ?  >  >  ?  >  L
POST promises                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST record                     >  >  >  ?  ?  ?  >  -  -  -  -  >  >  -  -  L
POST share                      >  >  >  >  >  >  >  -  -  -  -  >  >  -  -  L
POST record_tray                0  >  0  0  0  0  0  -  -  -  -  0  0  -  -  L
POST recorded                   0  .  0  0  0  0  0  0  0  0  0  0  0  0  0  L
POST attachment                 .  .  .  0  0  0  .  0  0  0  .  .  .  0  0  L
POST case                       .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
POST case_here                  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
POST disposition                .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
POST statement_photo            .  .  .  0  0  0  .  0  0  0  .  .  .  0  0  L
POST proof_photo                .  .  .  0  0  0  .  0  0  0  .  .  .  0  0  L
POST saved_replies              .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST saved_add                  >  >  >  ?  ?  -  -  -  -  -  -  -  -  -  -  L
POST saved_change               >  >  >  -  0  0  -  -  -  -  -  -  -  -  0  L
POST saved_remove               >  >  >  -  0  0  -  -  -  -  -  -  -  -  0  L
POST case_saved                 >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST asked                      0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
POST case_interim               >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST alarm_take                 >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST duty                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  L
POST duty_plan                  >  >  >  >  >  -  -  -  -  -  -  -  -  -  -  L
POST duty_hand                  >  -  >  -  0  0  -  -  -  -  -  -  -  -  0  L
POST duty_take                  -  >  -  -  0  0  -  -  -  -  -  -  -  -  0  L
POST notices                    >  >  >  >  >  >  >  >  >  >  >  >  >  >  >  L
POST notice                     M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  L
POST case_act/transfer          >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/hand_back         >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/refer             >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/answer            >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/submit            >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/approve           >  -  ?  0  0  0  >  -  -  -  -  -  -  -  0  L
POST case_act/send_back         >  -  >  0  0  0  >  -  -  -  -  -  -  -  0  L
POST case_act/withdraw          >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/close             >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/promise           >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/put_off           ?  ?  ?  0  0  0  ?  -  -  -  ?  ?  ?  -  0  L
POST case_act/drop              ?  ?  ?  0  0  0  ?  -  -  -  ?  ?  ?  -  0  L
POST case_act/finish            >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/pause             ?  ?  ?  0  0  0  ?  -  -  -  -  ?  ?  -  0  L
POST case_act/resume            >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/field_check       >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/dismiss           >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/reopen            >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/merge             ?  ?  ?  0  0  0  ?  -  -  -  -  ?  ?  -  0  L
POST case_act/split             >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/keep              >  -  >  0  0  0  >  -  -  -  -  >  -  -  0  L
POST case_act/involve           >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/note              >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/hold              >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/correct           >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/part_done         ?  ?  ?  0  0  0  ?  -  -  -  ?  ?  ?  -  0  L
POST case_act/ask               .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
POST case_act/ask_again         .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
POST case_act/ask_withdraw      >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST case_act/ask_approval      .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
POST case_act/use_statement     >  >  >  0  0  0  >  -  -  -  >  >  >  -  0  L
POST case_act/reveal            .  .  .  0  0  0  .  -  -  -  -  .  .  -  0  L
POST case_lapor                 >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST cases_export               .  .  .  ?  ?  ?  .  -  -  -  -  .  .  -  -  L
POST imports                    >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import_progress            .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import_faults              .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import_act/check           >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import_act/run             >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import_act/change          >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST import_act/cancel          >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST delivery                   .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
POST delivery_photo             0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  L
POST delivery_act/retry         >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST delivery_act/release       >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST delivery_act/cancel        >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST prove                      >  >  >  0  0  0  >  -  -  -  -  >  >  -  0  L
POST channel                    .  .  .  0  0  0  .  .  .  .  .  .  .  .  0  L
POST channel_add                >  >  >  ?  ?  -  -  -  -  -  -  -  -  -  -  L
POST channel_connect            ?  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST address_rules              >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST address_rule               >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST address_rule_forget        >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST assignment_end             >  >  >  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/listen         ?  ?  ?  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/mode           >  >  >  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/assign         >  >  >  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/correct        >  >  >  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/move           >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/disconnect     >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/retire         >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST channel_act/revive         >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST policy_edit/case.approval  >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST policy_unset               >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST holidays                   >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST holiday_forget             >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST unit                       >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST poster                     M  M  M  M  M  M  M  M  M  M  M  M  M  M  M  M
POST unit_act/add               >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST unit_act/rename            >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST unit_act/move              >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST unit_act/merge             >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST unit_act/split             >  -  -  0  0  0  -  -  -  -  -  -  -  -  0  L
POST person_add                 .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST person                     >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST invitations                .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST invite                     .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST invitation_withdraw        >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST join                       0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
POST choose_password            0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
POST person_act/password        .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST person_act/second_step     >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST person_act/lost_phone      .  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST person_act/suspend         >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST person_act/restore         >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST role_give                  >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
POST role_end                   >  -  -  -  -  -  -  -  -  -  -  -  -  -  -  L
"""


def table() -> dict[tuple[str, str, str], str]:
    """(method, key of the door, person) -> cell."""
    found = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, key, *cells = line.split()
        found |= {(method, key, person): cell for person, cell in zip(PEOPLE, cells, strict=True)}
    return found


def cell_of(answer: HttpResponse) -> str:
    """What an answer is in the table; the bare number where it must never be."""
    if answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login")):
        return "L"
    return CELLS.get(answer.status_code, str(answer.status_code))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Fifteen hundred refusals need no traceback each."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def here(government: Government) -> Scene:
    return scene(every_role(government))


def ask(here: Scene, client: Any, door: Door) -> tuple[HttpResponse, bool]:
    """Send the form once, and undo what it did. Returns the answer, and whether a row of Mimin's tables changed."""
    with transaction.atomic():
        Case.objects.filter(pk=here.case.pk).update(state=door.state)
        before = rows_now()
        answer = client.post(door.url(here), door.data(here))
        changed = rows_now() != before
        transaction.set_rollback(True)
    return answer, changed


def asked(here: Scene, person: str) -> Iterator[tuple[str, Door, HttpResponse, bool]]:
    """Everything that one person can ask for."""
    client = client_of(here.government, person)
    for door in DOORS:
        yield "GET", door, client.get(door.url(here)), False
        yield "POST", door, *ask(here, client, door)


def read(answer: HttpResponse, marks: tuple[str, ...]) -> list[str]:
    """The marks that can be read in an answer, body and headers."""
    text = answer.content.decode() + str(dict(answer.headers))
    return [mark for mark in marks if mark in text]


def test_every_address_stands_in_the_table() -> None:
    doors = {door.key for door in DOORS}
    listed = {key for _method, key, _person in table()}
    assert (names(), listed) == (doors, doors)


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_what_the_table_says_and_no_refusal_changes_a_row(here: Scene, person: str) -> None:
    expected = {(m, key): cell for (m, key, who), cell in table().items() if who == person}
    found, leaks, changed = {}, [], []
    for method, door, answer, wrote in asked(here, person):
        cell = found[method, door.key] = cell_of(answer)
        if person in STRANGERS:
            leaks += [(method, door.key, mark) for mark in read(answer, here.marks)]
        if wrote and (cell in "-0LM?" or (person in READERS and door.key != "me")):
            changed.append(door.key)
    assert found == expected
    assert leaks == []
    assert changed == []


WITHOUT_EFFECT = {
    "channel_act/disconnect",
    "channel_act/revive",
    "delivery_act/release",
    "person_act/restore",
    "person_act/second_step",
    "prove",
    "import_act/change",
    "import_act/run",
    "look",
    "track_add",
    "track_conclude",
    "track_leave",
}
"""What is done already, or cannot be in this state: sent on with a word, and nothing changes."""


def test_what_is_sent_to_each_door_would_change_something_if_one_may(here: Scene) -> None:
    """Otherwise the refusals above could come from a form that nobody could have sent."""
    done = {
        door.key: wrote
        for method, door, answer, wrote in asked(here, "koordinator")
        if method == "POST" and cell_of(answer) == ">"
    }
    assert {key for key, wrote in done.items() if not wrote} == WITHOUT_EFFECT


def test_a_verb_that_does_not_exist_is_unknown(here: Scene) -> None:
    client = client_of(here.government, "koordinator")
    for name, pk in (
        ("case_act", here.case.pk),
        ("channel_act", here.channel.pk),
        ("unit_act", here.government.pupr.pk),
    ):
        assert client.get(reverse(name, args=[pk, "tidak-ada"])).status_code == 404
    for name, pk in (("delivery_act", here.delivery.pk), ("person_act", here.government.people["sekda"].pk)):
        assert client.post(reverse(name, args=[pk, "tidak-ada"])).status_code == 404
    assert client.get(reverse("policy_edit", args=[here.government.pupr.pk, "no.key"])).status_code == 404


def lists(here: Scene) -> list[tuple[str, str]]:
    """Pages that gather: every view, every filter, every way to look for the case or what hangs on it."""
    pupr, channel = here.government.pupr.pk, here.channel.pk
    views = ("mine", "held", "late", "new", "answered", "closed", "all")
    found = [("inbox", f"view={view}") for view in views]
    found += [("inbox", f"view=all&unit={pupr}"), ("inbox", f"view=all&channel={channel}")]
    found += [("outbox", f"view={view}") for view in ("stopped", "moving", "live", "cancelled")]
    found += [("search", f"q={word}") for word in (here.case.number, "jembatan", "papan-jati-keropos")]
    found += [("evidence", f"q={here.case.number}"), ("channels", "q=pupr"), ("people", "q=pupr")]
    found += [("promises", f"view={view}") for view, _label in PROMISES]
    found += [("notices", ""), ("notices", "view=unread")]
    return [*found, ("home", ""), ("work", ""), ("units", "q=pupr"), ("policy", f"unit={pupr}")]


@pytest.mark.parametrize("person", STRANGERS)
def test_a_stranger_reads_no_word_of_the_case_in_any_list(here: Scene, person: str) -> None:
    client = client_of(here.government, person)
    leaks = []
    for name, query in lists(here):
        marks = tuple(mark for mark in here.marks if mark not in query)
        leaks += [(name, query, mark) for mark in read(client.get(f"{reverse(name)}?{query}"), marks)]
    assert leaks == []


def test_who_may_see_the_case_finds_it_in_those_lists(here: Scene) -> None:
    client = client_of(here.government, "koordinator")
    found = {
        (name, query)
        for name, query in lists(here)
        if WORDS["title"] in client.get(f"{reverse(name)}?{query}").content.decode()
    }
    inbox = {("inbox", f"view={view}") for view in ("mine", "all")}
    narrowed = {("inbox", query) for name, query in lists(here) if name == "inbox" and "&" in query}
    searched = {(name, query) for name, query in lists(here) if name == "search"}
    assert found == inbox | narrowed | searched | {("home", ""), ("promises", "view=moved")}


@pytest.mark.parametrize("person", ("admin.marga", "admin.dukcapil"))
def test_a_filter_names_no_channel_and_no_unit_of_strangers(here: Scene, person: str) -> None:
    client = client_of(here.government, person)
    page = client.get(reverse("inbox"), {"unit": here.government.pupr.pk, "channel": here.channel.pk})
    assert page.context["filters"] == []
    assert here.channel.name not in page.content.decode()
