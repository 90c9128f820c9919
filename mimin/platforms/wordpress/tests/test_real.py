"""The connector against a real WordPress on loopback, straight and through a line that is cut."""

from __future__ import annotations

import pytest

from mimin.lib.http import guarded_client
from mimin.platforms import connector
from mimin.platforms.base import Access, Health, PlatformError, Post, Receipt
from mimin.platforms.wordpress.connector import NO_MODERATION, WordPress
from tests.servers.cutting_proxy import CuttingProxy
from tests.servers.wordpress import WordPress as Site

pytestmark = pytest.mark.wordpress

KEY = "4f1c2d3e5a6b47c8"
OTHER_KEY = "00112233445566778899"
QUESTION = "Kapan blanko KTP ada lagi di kecamatan?"
ANSWER = "Blanko sudah ada.\n\nSilakan datang Senin–Jumat & bawa KK < asli > 😀"


def connected(site: Site, url: str = "", *, timeout: float = 20.0) -> WordPress:
    """The connector as the registry would build it, at the site's own address or at a proxy's."""
    address = url or site.url
    http = guarded_client(allow=(address.removeprefix("http://"),), timeout=timeout)
    secrets = {"username": site.username, "application_password": site.application_password}
    built = connector("wordpress", Access(address, secrets), http)
    assert isinstance(built, WordPress)
    return built


def texts_under(site: Site, comment: int) -> list[str]:
    return [row["content"]["rendered"] for row in site.comments() if row["parent"] == comment]


def code_of(failure: pytest.ExceptionInfo[PlatformError]) -> tuple[str, bool, bool]:
    return failure.value.code, failure.value.permanent, failure.value.unknown


# Hearing


def test_an_editor_may_listen_answer_publish_and_update(wordpress: Site) -> None:
    everything = frozenset({"listen", "answer", "publish", "update"})
    assert connected(wordpress).health() == Health("Admin Diskominfo", everything, "")


def test_an_author_is_told_that_hearing_needs_another_role(wordpress: Site) -> None:
    wordpress.console("set_role", role="author")
    health = connected(wordpress).health()
    assert (health.may, health.note) == (frozenset({"publish"}), NO_MODERATION)
    with pytest.raises(PlatformError) as failure:
        connected(wordpress).fetch("")
    assert code_of(failure) == ("not_allowed", True, False)


def test_approved_and_held_comments_are_heard_with_their_thread(wordpress: Site) -> None:
    post = wordpress.new_post("Jadwal & Syarat KTP")
    first = wordpress.comment(post, QUESTION, "Warga Sukamaju")
    second = wordpress.comment(
        post, "Lampu jalan <b>mati</b> & gelap\nsudah seminggu", "Warga", approved=False
    )
    third = wordpress.comment(post, "Sama, saya juga", "Ibu Rumah Tangga", parent=first)
    batch = connected(wordpress).fetch("")
    assert [(h.remote_id, h.text, h.author, h.held, h.parent_id) for h in batch.heard] == [
        (str(first), QUESTION, "Warga Sukamaju", False, ""),
        (str(second), "Lampu jalan mati & gelap\nsudah seminggu", "Warga", True, ""),
        (str(third), "Sama, saya juga", "Ibu Rumah Tangga", False, str(first)),
    ]
    assert {h.subject for h in batch.heard} == {"Jadwal & Syarat KTP"}
    assert [h.ours for h in batch.heard] == [False, False, False]
    assert batch.more is False


def test_the_citizens_mail_and_network_address_are_not_asked_for(wordpress: Site) -> None:
    wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    (heard,) = connected(wordpress).fetch("").heard
    assert sorted(heard.raw) == [
        "author", "author_name", "content", "date_gmt", "id", "link", "parent", "post", "status", "type",
    ]  # fmt: skip


def test_a_second_fetch_brings_only_what_is_new(wordpress: Site) -> None:
    post = wordpress.new_post("Berita")
    wordpress.comment(post, QUESTION, "Warga")
    batch = connected(wordpress).fetch("")
    assert connected(wordpress).fetch(batch.cursor).heard == ()
    new = wordpress.comment(post, "Terima kasih", "Warga lain")
    assert [h.remote_id for h in connected(wordpress).fetch(batch.cursor).heard] == [str(new)]


def test_an_approved_comment_is_heard_again_under_the_same_number(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga", approved=False)
    batch = connected(wordpress).fetch("")
    wordpress.console("set_comment_status", comment_id=comment, status="approve")
    again = connected(wordpress).fetch(batch.cursor)
    assert [(h.remote_id, h.held) for h in again.heard] == [(str(comment), False)]


def test_spam_and_trash_are_not_heard_until_they_come_back(wordpress: Site) -> None:
    post = wordpress.new_post("Berita")
    spam, trash, kept = (wordpress.comment(post, f"Pesan ke-{n}", "Warga") for n in range(3))
    wordpress.console("set_comment_status", comment_id=spam, status="spam")
    wordpress.console("set_comment_status", comment_id=trash, status="trash")
    site = connected(wordpress)
    batch = site.fetch("")
    assert [h.remote_id for h in batch.heard] == [str(kept)]
    before = wordpress.comment(post, "Pesan sebelum", "Warga")
    after = site.fetch(batch.cursor)
    wordpress.console("set_comment_status", comment_id=before, status="spam")
    gone = site.fetch(after.cursor)
    wordpress.console("set_comment_status", comment_id=before, status="approve")
    assert [[h.remote_id for h in b.heard] for b in (after, gone, site.fetch(gone.cursor))] == [
        [str(before)], [], [],
    ]  # fmt: skip


def test_a_comment_released_from_spam_is_heard_though_later_ones_were(wordpress: Site) -> None:
    post = wordpress.new_post("Berita")
    first, caught, last = (wordpress.comment(post, f"Pesan ke-{n}", "Warga") for n in range(3))
    wordpress.console("set_comment_status", comment_id=caught, status="spam")
    batch = connected(wordpress).fetch("")
    assert [h.remote_id for h in batch.heard] == [str(first), str(last)]
    wordpress.console("set_comment_status", comment_id=caught, status="approve")
    assert [h.remote_id for h in connected(wordpress).fetch(batch.cursor).heard] == [str(caught)]


def _backlog(site: Site, count: int) -> list[str]:
    """Comments that all carry the same second, as after an import."""
    post = site.new_post("Berita lama")
    same_second = {"comment_date": "2026-01-05 15:00:00", "comment_date_gmt": "2026-01-05 08:00:00"}
    rows = [
        {"comment_post_ID": post, "comment_author": "Warga", "comment_content": f"Pesan {n}", **same_second}
        for n in range(count)
    ]
    return [str(number) for number in site.insert_comments(rows)]


def _hear_all(site: WordPress, cursor: str = "") -> tuple[list[str], str, list[int]]:
    heard: list[str] = []
    sizes: list[int] = []
    while True:
        batch = site.fetch(cursor)
        heard += [h.remote_id for h in batch.heard]
        sizes.append(len(batch.heard))
        cursor = batch.cursor
        if not batch.more:
            return heard, cursor, sizes


def test_a_deep_backlog_within_one_second_is_heard_whole_once_and_in_order(wordpress: Site) -> None:
    written = _backlog(wordpress, 257)
    heard, _, sizes = _hear_all(connected(wordpress))
    assert heard == written
    assert sizes == [100, 70, 70, 17]


def test_removed_comments_hide_no_new_one(wordpress: Site) -> None:
    written = _backlog(wordpress, 150)
    _, cursor, _ = _hear_all(connected(wordpress))
    wordpress.console("delete_comments", comment_ids=written[5:65])
    new = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    heard, _, _ = _hear_all(connected(wordpress), cursor)
    assert heard == [str(new)]


def test_a_page_full_of_the_longest_comments_does_not_deafen_us(wordpress: Site) -> None:
    post, longest = wordpress.new_post("Berita"), "Ü" * 32_000
    rows = [{"comment_post_ID": post, "comment_content": f"{longest} {n}"} for n in range(40)]
    wordpress.insert_comments(rows)
    heard = connected(wordpress).fetch("").heard
    assert [len(h.text) for h in heard] == [32_002] * 10 + [32_003] * 30


# Answering


def test_an_answer_stands_in_the_thread_as_plain_text(wordpress: Site) -> None:
    post = wordpress.new_post("Berita")
    comment = wordpress.comment(post, QUESTION, "Warga")
    receipt = connected(wordpress).reply(str(comment), ANSWER, key=KEY)
    assert (receipt.state, receipt.url) == ("live", f"{wordpress.url}/?p={post}#comment-{receipt.remote_id}")
    (public,) = [row for row in wordpress.comments() if row["id"] == int(receipt.remote_id)]
    assert (public["parent"], public["author_name"]) == (comment, "Admin Diskominfo")
    assert public["content"]["rendered"] == (
        "<p>Blanko sudah ada.</p>\n<p>Silakan datang Senin–Jumat &amp; bawa KK &lt; asli &gt; 😀</p>\n"
    )


def test_our_answer_is_heard_as_ours(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    receipt = site.reply(str(comment), ANSWER, key=KEY)
    assert [(h.remote_id, h.ours, h.text == ANSWER) for h in site.fetch("").heard] == [
        (str(comment), False, False),
        (receipt.remote_id, True, True),
    ]


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_what_the_sites_own_people_write_in_its_pages_is_no_citizens_word(wordpress: Site, role: str) -> None:
    wordpress.console("set_role", role=role)
    wordpress.new_user("warga", "subscriber")
    post, (owner, citizen) = wordpress.new_post("Berita"), (1, wordpress.new_user("pemuda", "subscriber"))
    question = wordpress.comment(post, QUESTION, "Warga")
    rows = [
        {
            "comment_post_ID": post,
            "comment_content": f"Kata {user}",
            "user_id": user,
            "comment_parent": question,
        }
        for user in (owner, citizen)
    ]
    wordpress.insert_comments(rows)
    assert [(h.text, h.ours) for h in connected(wordpress).fetch("").heard] == [
        (QUESTION, False), ("Kata 1", True), (f"Kata {citizen}", False),
    ]  # fmt: skip


def test_an_administrator_also_knows_staff_who_never_published(wordpress: Site) -> None:
    post, helper = wordpress.new_post("Berita"), wordpress.new_user("moderator", "editor")
    wordpress.insert_comments([{"comment_post_ID": post, "comment_content": "Siap", "user_id": helper}])
    known = []
    for role in ("editor", "administrator"):
        wordpress.console("set_role", role=role)
        known.append([h.ours for h in connected(wordpress).fetch("").heard])
    assert known == [[False], [True]]


def test_a_visitor_who_fakes_our_mark_is_still_heard_as_a_visitor(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    forged = {"comment_post_ID": wordpress.new_post("Lain"), "comment_parent": comment}
    forged |= {"comment_content": ANSWER, "comment_author": "Penipu", "comment_agent": f"Mimin key={KEY}"}
    wordpress.insert_comments([forged])
    site = connected(wordpress)
    assert [h.ours for h in site.fetch("").heard] == [False, False]
    assert site.settle_reply(str(comment), ANSWER, key=KEY) == Receipt("absent")


def test_the_key_travels_unseen_by_visitors(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    connected(wordpress).reply(str(comment), ANSWER, key=KEY)
    assert KEY not in str(wordpress.comments())


def test_settle_finds_our_answer_by_its_key_and_nothing_for_another(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    receipt = site.reply(str(comment), ANSWER, key=KEY)
    assert site.settle_reply(str(comment), ANSWER, key=KEY) == receipt
    assert site.settle_reply(str(comment), "Jawaban lain", key=OTHER_KEY) == Receipt("absent")


def test_a_second_answer_with_the_same_words_does_not_go_round_for_ever(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    site.reply(str(comment), ANSWER, key=KEY)
    with pytest.raises(PlatformError) as refused:
        site.reply(str(comment), ANSWER, key=OTHER_KEY)
    with pytest.raises(PlatformError) as settled:
        site.settle_reply(str(comment), ANSWER, key=OTHER_KEY)
    assert [code_of(refused), code_of(settled)] == [
        ("duplicate", False, True),
        ("said_already", True, False),
    ]


def test_settle_goes_by_the_text_where_the_site_strips_the_key(wordpress: Site) -> None:
    wordpress.switch("agent-stripped", on=True)
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    receipt = site.reply(str(comment), ANSWER, key=KEY)
    assert site.settle_reply(str(comment), ANSWER, key=KEY) == receipt
    assert site.settle_reply(str(comment), "Teks lain", key=KEY) == Receipt("absent")


def test_an_identical_answer_is_refused_as_unknown_and_settles_to_the_first(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    receipt = site.reply(str(comment), ANSWER, key=KEY)
    with pytest.raises(PlatformError) as failure:
        site.reply(str(comment), ANSWER, key=KEY)
    assert code_of(failure) == ("duplicate", False, True)
    assert site.settle_reply(str(comment), ANSWER, key=KEY) == receipt
    assert len(texts_under(wordpress, comment)) == 1


def test_an_answer_that_somebody_threw_away_is_not_taken_for_absent(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    receipt = site.reply(str(comment), ANSWER, key=KEY)
    wordpress.console("set_comment_status", comment_id=int(receipt.remote_id), status="trash")
    with pytest.raises(PlatformError) as failure:
        site.settle_reply(str(comment), ANSWER, key=KEY)
    assert code_of(failure) == ("answer_removed", True, False)


def _refusal(site: Site, comment: int | str, text: str = ANSWER) -> tuple[str, bool, bool]:
    with pytest.raises(PlatformError) as failure:
        connected(site).reply(str(comment), text, key=KEY)
    return code_of(failure)


def test_what_cannot_be_answered_says_why_and_asks_for_a_person(wordpress: Site) -> None:
    post, closed = wordpress.new_post("Berita"), wordpress.new_post("Berita yang ditutup")
    held = wordpress.comment(post, QUESTION, "Warga", approved=False)
    spam = wordpress.comment(post, "Pesan lain", "Warga")
    wordpress.console("set_comment_status", comment_id=spam, status="spam")
    late = wordpress.comment(closed, "Terlambat", "Warga")
    wordpress.close_comments(closed)
    open_one = wordpress.comment(post, "Pertanyaan baru", "Warga")
    assert _refusal(wordpress, held) == ("comment_held", True, False)
    assert _refusal(wordpress, spam) == ("comment_gone", True, False)
    assert _refusal(wordpress, late) == ("comments_closed", True, False)
    assert _refusal(wordpress, 999_999) == ("comment_gone", True, False)
    assert _refusal(wordpress, "bukan-angka") == ("comment_gone", True, False)
    assert _refusal(wordpress, open_one, "  ") == ("text_refused", True, False)
    assert _refusal(wordpress, open_one, "panjang " * 10_000) == ("text_too_long", True, False)
    assert [row["parent"] for row in wordpress.comments() if row["parent"]] == []


# A line that fails


def test_a_cut_line_leaves_one_copy_that_settle_finds(wordpress: Site, cut_line: CuttingProxy) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress, cut_line.url)
    cut_line.fail("cut_after_request", only="POST")
    with pytest.raises(PlatformError) as failure:
        site.reply(str(comment), ANSWER, key=KEY)
    assert code_of(failure) == ("no_answer", False, True)
    cut_line.fail("pass")
    settled = site.settle_reply(str(comment), ANSWER, key=KEY)
    (copy,) = [row for row in wordpress.comments() if row["parent"] == comment]
    assert (settled.state, settled.remote_id) == ("live", str(copy["id"]))


def test_a_line_cut_before_the_site_settles_to_absent(wordpress: Site, cut_line: CuttingProxy) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress, cut_line.url)
    cut_line.fail("cut_before_forward", only="POST")
    with pytest.raises(PlatformError) as failure:
        site.reply(str(comment), ANSWER, key=KEY)
    assert code_of(failure) == ("no_answer", False, True)
    cut_line.fail("pass")
    assert site.settle_reply(str(comment), ANSWER, key=KEY) == Receipt("absent")
    assert texts_under(wordpress, comment) == []


def test_a_slow_answer_is_unknown_and_settles_to_live(wordpress: Site, cut_line: CuttingProxy) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    cut_line.delay_seconds = 3.0
    cut_line.fail("slow", only="POST")
    with pytest.raises(PlatformError) as failure:
        connected(wordpress, cut_line.url, timeout=1.5).reply(str(comment), ANSWER, key=KEY)
    assert code_of(failure) == ("no_answer", False, True)
    assert connected(wordpress).settle_reply(str(comment), ANSWER, key=KEY).state == "live"


def test_a_site_that_is_gone_took_nothing(wordpress: Site, cut_line: CuttingProxy) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    cut_line.fail("refuse")
    with pytest.raises(PlatformError) as failure:
        connected(wordpress, cut_line.url).reply(str(comment), ANSWER, key=KEY)
    assert code_of(failure) == ("unreachable", False, False)


# A site that refuses


def test_a_revoked_password_asks_for_a_new_one_and_is_never_taken_for_absent(wordpress: Site) -> None:
    comment = wordpress.comment(wordpress.new_post("Berita"), QUESTION, "Warga")
    site = connected(wordpress)
    wordpress.revoke_password()
    for attempt in (
        site.health,
        lambda: site.fetch(""),
        lambda: site.reply(str(comment), ANSWER, key=KEY),
        lambda: site.settle_reply(str(comment), ANSWER, key=KEY),
        lambda: site.settle(Receipt("pending"), key=KEY),
    ):
        with pytest.raises(PlatformError) as failure:
            attempt()
        assert code_of(failure) == ("not_signed_in", True, False)


@pytest.mark.parametrize("switch", ["rest-removed", "rest-blocked"])
def test_a_closed_rest_api_is_named(wordpress: Site, switch: str) -> None:
    wordpress.disable_rest(switch)
    with pytest.raises(PlatformError) as failure:
        connected(wordpress).health()
    assert code_of(failure) == ("rest_off", True, False)


def test_switched_off_application_passwords_are_noticed(wordpress: Site) -> None:
    wordpress.switch("passwords-off", on=True)
    with pytest.raises(PlatformError) as failure:
        connected(wordpress).fetch("")
    assert code_of(failure) == ("not_signed_in", True, False)


def test_a_site_under_maintenance_is_tried_again_when_it_says(wordpress: Site) -> None:
    wordpress.maintenance(on=True)
    with pytest.raises(PlatformError) as failure:
        connected(wordpress).fetch("")
    assert (code_of(failure), failure.value.retry_after) == (("maintenance", False, False), 600.0)


def test_no_error_shows_the_password(wordpress: Site) -> None:
    wordpress.disable_rest()
    site = connected(wordpress)
    with pytest.raises(PlatformError) as failure:
        site.health()
    shown = (
        repr(failure.value) + str(failure.value) + repr(Access("x", {"s": wordpress.application_password}))
    )
    assert wordpress.application_password not in shown


# Publishing


def _public_post(site: Site, number: str) -> tuple[str, str, str]:
    (row,) = site.public("posts", include=number)
    return row["title"]["rendered"], row["content"]["rendered"], row["slug"]


def test_a_post_is_published_under_an_address_that_carries_its_key(wordpress: Site) -> None:
    post = Post("Posyandu buka Sabtu.\nBawa buku KIA.\n\nGratis & < 1 jam.", "Jadwal Posyandu & Imunisasi")
    receipt = connected(wordpress).publish(post, key=KEY)
    assert receipt.state == "live"
    assert _public_post(wordpress, receipt.remote_id) == (
        "Jadwal Posyandu &amp; Imunisasi",
        "<p>Posyandu buka Sabtu.<br />Bawa buku KIA.</p>\n"
        f"<p>Gratis &amp; &lt; 1 jam.<!-- Mimin key={KEY} --></p>\n",
        "jadwal-posyandu-imunisasi-4f1c2d3e5a6b",
    )


def test_a_publication_whose_answer_was_lost_is_found_and_not_doubled(
    wordpress: Site, cut_line: CuttingProxy
) -> None:
    site = connected(wordpress, cut_line.url)
    cut_line.fail("cut_after_request", only="POST")
    key = "a1b2c3d4e5f60718"
    with pytest.raises(PlatformError) as failure:
        site.publish(Post("Isi berita", "Berita yang jawabannya hilang"), key=key)
    assert code_of(failure) == ("no_answer", False, True)
    cut_line.fail("pass")
    settled = site.settle(Receipt("unknown"), key=key)
    assert settled.state == "live"
    assert _public_post(wordpress, settled.remote_id)[2] == "berita-yang-jawabannya-hilang-a1b2c3d4e5f6"
    assert len(wordpress.public("posts", search="jawabannya hilang")) == 1
    assert site.settle(Receipt("unknown"), key=OTHER_KEY) == Receipt("absent")


def test_an_update_changes_the_post_and_keeps_its_address(wordpress: Site) -> None:
    site = connected(wordpress)
    first = site.publish(Post("Isi lama", "Judul lama"), key="b1b2c3d4e5f60718")
    changed = Post("<p>Isi <strong>baru</strong></p>", "Judul baru", remote_id=first.remote_id)
    assert site.publish(changed, key=OTHER_KEY) == first
    assert _public_post(wordpress, first.remote_id) == (
        "Judul baru",
        f"<p>Isi <strong>baru</strong><!-- Mimin key={OTHER_KEY} --></p>\n",
        "judul-lama-b1b2c3d4e5f6",
    )


def test_settle_knows_whether_an_update_arrived(wordpress: Site, cut_line: CuttingProxy) -> None:
    site = connected(wordpress, cut_line.url)
    first = site.publish(Post("Isi lama", "Judul lama"), key="c1b2c3d4e5f60718")
    update = Post("Isi baru", "Judul baru", remote_id=first.remote_id)
    for mode, found in (("cut_before_forward", "absent"), ("cut_after_request", "live")):
        cut_line.fail(mode, only="POST")
        with pytest.raises(PlatformError):
            site.publish(update, key=OTHER_KEY)
        cut_line.fail("pass")
        assert site.settle(Receipt("unknown", first.remote_id), key=OTHER_KEY).state == found


def test_a_post_that_somebody_threw_away_is_not_taken_for_absent(wordpress: Site) -> None:
    site = connected(wordpress)
    receipt = site.publish(Post("Isi", "Dibuang"), key="d1b2c3d4e5f60718")
    wordpress.console("trash_post", post_id=int(receipt.remote_id))
    for looked in (Receipt("unknown"), receipt):
        with pytest.raises(PlatformError) as failure:
            site.settle(looked, key="d1b2c3d4e5f60718")
        assert code_of(failure) == ("post_gone", True, False)


def test_an_author_publishes_and_settles_too(wordpress: Site) -> None:
    wordpress.console("set_role", role="author")
    site = connected(wordpress)
    receipt = site.publish(Post("Isi", "Dari penulis"), key="e1b2c3d4e5f60718")
    assert site.settle(Receipt("unknown"), key="e1b2c3d4e5f60718") == receipt
    update = Post("Isi baru", "Dari penulis", remote_id=receipt.remote_id)
    site.publish(update, key=OTHER_KEY)
    assert site.settle(receipt, key=OTHER_KEY) == receipt
