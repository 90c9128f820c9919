"""HTML to text and text to HTML, by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.platforms.html import plain_text, simple_html

#: html -> what a person reads
READ = [
    ("", ""),
    ("Kapan blanko KTP ada?", "Kapan blanko KTP ada?"),
    ("<p>Kapan blanko ada?<br />\nSaya &amp; keluarga</p>\n<p>Salam</p>\n",
     "Kapan blanko ada?\nSaya & keluarga\n\nSalam"),
    ("Baris satu\nBaris dua\n\nParagraf", "Baris satu\nBaris dua\n\nParagraf"),
    ("Baris satu\r\nBaris dua\rBaris tiga", "Baris satu\nBaris dua\nBaris tiga"),
    ("Jalan  rusak\t parah&nbsp;sekali", "Jalan rusak parah sekali"),
    ("Syarat:<ul>\n<li>KTP</li>\n<li>KK</li>\n</ul>Terima kasih", "Syarat:\n\n- KTP\n- KK\n\nTerima kasih"),
    ('<a href="https://slot.example">klik</a> ya', "klik (https://slot.example) ya"),
    ('<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
    ("<a>tanpa alamat</a>", "tanpa alamat"),
    ('Foto: <img src="x.jpg" alt="jalan berlubang">', "Foto: jalan berlubang"),
    ("<script>alert(1)</script>Halo<style>p{}</style>", "Halo"),
    ("<SCRIPT src=x>alert(1)</SCRIPT>Halo", "Halo"),
    ("<script>tolong jalan kami", "tolong jalan kami"),
    ("Halo<!-- rahasia --> semua", "Halo semua"),
    ("Halo <!-- tidak ditutup", "Halo <!-- tidak ditutup"),
    ("Harga < 5.000 dan > 3.000 <3", "Harga < 5.000 dan > 3.000 <3"),
    ("a <b tidak ditutup", "a <b tidak ditutup"),
    ("&lt;b&gt;bukan tag&lt;/b&gt;", "<b>bukan tag</b>"),
    ("<![CDATA[x]]> <?php echo 1; ?>", ""),
    ("Tolong\x00\x07 segera", "Tolong segera"),
    ("😀 👍🏽 مرحبا", "😀 👍🏽 مرحبا"),
    ("İstanbul <SCRIPT>x</SCRIPT>", "İstanbul x"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text"), READ)
def test_html_is_read_as_a_person_reads_it(html: str, text: str) -> None:
    assert plain_text(html) == text


#: what an editor wrote -> what is published
WRITTEN = [
    ("", ""),
    ("Halo warga", "<p>Halo warga</p>"),
    ("Baris satu\nBaris dua\n\n\nParagraf", "<p>Baris satu<br>Baris dua</p>\n<p>Paragraf</p>"),
    ("Biaya < 5.000 & gratis", "<p>Biaya &lt; 5.000 &amp; gratis</p>"),
    ("<p>Halo <strong>warga</strong></p>", "<p>Halo <strong>warga</strong></p>"),
    ('<p class="x" onclick="y()">Halo</p>', "<p>Halo</p>"),
    ("<p>Halo</p><script>alert(1)</script>", "<p>Halo</p>"),
    ('<p><img src=x onerror="y()" alt="foto">Halo</p>', "<p>fotoHalo</p>"),
    ("<div><p>Halo</p></div><iframe src=x></iframe>", "<p>Halo</p>"),
    ('<a href="https://a.example/?b=1&c=2">x</a>', '<a href="https://a.example/?b=1&amp;c=2">x</a>'),
    ('<a href="javascript:y()">x</a>', '<a href="#">x</a>'),
    ('<a href=" JaVaScRiPt:y()">x</a>', '<a href="#">x</a>'),
    ('<a href="data:text/html,x">x</a>', '<a href="#">x</a>'),
    ('<a href="//[">x</a>', '<a href="#">x</a>'),
    ("<a>x</a>", '<a href="#">x</a>'),
    ("satu<br/>dua</br>", "satu<br>dua"),
    ("<p>a &lt;script&gt; b</p>", "<p>a &lt;script&gt; b</p>"),
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
]


@pytest.mark.parametrize(("written", "published"), WRITTEN)
def test_what_is_written_is_published_safely(written: str, published: str) -> None:
    assert simple_html(written) == published


RUBBISH = """< > <p> </p> <script> </script> <!-- --> <![ <a·href='javascript:x'> </a> & &lt; &#0; \0 \n · a <? <b·x=
" 😀 <li İ </ <style""".replace("\n", " ").split()
pieces = st.sampled_from([piece.replace("·", " ") for piece in [*RUBBISH, "\n", "\0"]])


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
def test_reading_never_fails_and_leaves_no_loose_space(text: str) -> None:
    read = plain_text(text)
    assert read == read.strip()
    assert "\n\n\n" not in read


@given(st.lists(pieces).map("".join))
def test_nothing_published_can_run(text: str) -> None:
    published = simple_html(text).lower()
    tags = [part.split(">")[0] for part in published.split("<")[1:]]
    plain = {"p", "b", "a", "li", "br"}
    assert [tag for tag in tags if tag.strip("/") not in plain and not tag.startswith('a href="#"')] == []


words = st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(words, min_size=1))
def test_plain_text_survives_being_published(lines: list[str]) -> None:
    text = "\n".join(line.replace("<", "‹") for line in lines)
    assert plain_text(simple_html(text)) == text


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "</", "<a href=x>", "<![", "&", "<script>", "'<a x=\"", "<li>"]
)
def test_the_longest_comment_of_any_rubbish_is_read(piece: str) -> None:
    assert len(plain_text(piece * (65_525 // len(piece)))) <= 65_525
