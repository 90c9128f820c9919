"""A backup of yesterday is put back while its answers stand on a real WordPress: no second copy ever stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from tests.servers.installation import installation
from tests.servers.wordpress import WordPress
from tests.test_kill import House

pytestmark = [pytest.mark.wordpress, pytest.mark.xdist_group("kill")]


def step(house: House, name: str, comment: int = 0) -> None:
    """A step of tests/drivers/restored.py, to its end."""
    done = house.own.run("tests.drivers.restored", name, *([str(comment)] if comment else []))
    assert done.returncode == 0, done.stderr


def stands(house: House, comment: int) -> list[tuple[str, str, str, int]]:
    """The answers to a comment: their state, that of their delivery with its error, and how often ours was heard."""
    return house.own.sql(
        "SELECT r.state, COALESCE(d.state, ''), COALESCE(d.error_code, ''), "  # noqa: S608
        "(SELECT COUNT(*) FROM mimin_message o WHERE o.case_id = m.case_id AND o.ours) "
        "FROM mimin_reply r JOIN mimin_message m ON m.id = r.message_id "
        f"LEFT JOIN mimin_delivery d ON d.id = r.delivery_id WHERE m.remote_id = '{comment}'"
    )


def test_what_left_since_the_backup_is_heard_and_found_and_no_second_copy_stands(
    wordpress: WordPress, tmp_path: Path
) -> None:
    """One answer was on its way at the time of the backup, one was a draft; both have left since. After the restore
    Mimin hears first; then a person releases the one and hands the other in again."""
    with installation(tmp_path, connection.vendor, site=wordpress) as (own, told):
        house = House(own, wordpress, told["session"])
        begun, on_its_way = house.comment("jalan depan pasar bolong"), house.comment("lampu gang masjid mati")
        step(house, "draft", begun)
        step(house, "answer", on_its_way)
        own.mimin("backup")
        (file,) = (own.home / "backups").iterdir()

        step(house, "answer", begun)
        house.fresh_worker()
        assert (house.is_answered_once(begun), house.is_answered_once(on_its_way)) == (True, True)
        copies = house.answers(begun), house.answers(on_its_way)

        own.mimin("restore", str(file), "--replace")
        assert (stands(house, begun), stands(house, on_its_way)) == (
            [("draft", "", "", 0)],
            [("leaving", "held", "", 0)],
        )
        house.time_passes()
        own.mimin("work", "--once")  # it hears what stands there, and sends nothing
        assert (stands(house, begun), stands(house, on_its_way)) == (
            [("draft", "", "", 1)],
            [("leaving", "held", "", 1)],
        )

        step(house, "release")
        step(house, "answer", begun)
        house.fresh_worker()
        assert (house.answers(begun), house.answers(on_its_way)) == copies
        assert house.is_answered_once(on_its_way)
        assert (stands(house, begun), stands(house, on_its_way)) == (
            [("leaving", "failed", "said_already", 1)],
            [("sent", "live", "", 1)],
        )
