"""What people see and what machines compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimin.language.clean import LONGEST, clean, cleaned
from mimin.language.words import WORD, normal

DISPLAYED = [
    ("full-width letters", "Ｊａｌａｎ ｒｕｓａｋ", "Jalan rusak"),
    ("bold mathematical letters", "𝗝𝗮𝗹𝗮𝗻 𝗿𝘂𝘀𝗮𝗸", "Jalan rusak"),
    ("script letters", "𝓙𝓪𝓵𝓪𝓷", "Jalan"),
    ("circled letters", "ⓙⓐⓛⓐⓝ", "jalan"),
    ("black squared letters", "🅹🅰🅻🅰🅽", "JALAN"),
    ("black circled letters", "🅙🅐🅛🅐🅝", "JALAN"),
    ("small capitals", "ᴊᴀʟᴀɴ", "jalan"),
    ("Cyrillic look-alikes in a Latin word", "jаlаn rusаk", "jalan rusak"),
    ("Greek look-alikes in a Latin word", "SLΟΤ GACΟR", "SLOT GACOR"),
    ("a word of look-alikes only", "ТОТО", "TOTO"),
    ("a Russian word stays", "Привет min", "Привет min"),
    ("a Greek word stays", "λόγος", "λόγος"),
    ("Arabic stays", "السلام عليكم", "السلام عليكم"),
    ("Javanese script stays", "ꦗꦮ", "ꦗꦮ"),
    ("zero-width characters", "ja\u200bl\u200can\ufeff", "jalan"),
    ("soft hyphens", "per\u00adbai\u00adkan", "perbaikan"),
    ("text turned around by an override is read as people saw it", "\u202enalaj\u202c rusak", "jalan rusak"),
    ("an override that nobody ends", "jalan \u202ekasur", "jalan rusak"),
    ("bidirectional marks", "\u202bjalan\u202c \u2067rusak\u2069", "jalan rusak"),
    ("letters in brackets", "⒥⒜⒧⒜⒩ 🄙🄐🄛🄐🄝", "jalan JALAN"),
    ("superscript and subscript letters", "ʲᵃˡᵃⁿ ᵣᵤₛₐₖ", "jalan rusak"),
    ("letters as flags", "🇷🇺🇸🇦🇰 🇸 🇱 🇴 🇹", "RUSAK S L O T"),
    ("flags stay flags", "🇮🇩🇮🇩🇮🇩 merdeka 🇵🇸", "🇮🇩🇮🇩🇮🇩 merdeka 🇵🇸"),
    ("digits in circles and on keys", "❼❼➆ ⑧⑧ 7️⃣7️⃣", "777 88 77"),
    ("letters struck through", "r̶u̶s̶a̶k̶ s̷l̷o̷t̷", "rusak slot"),
    ("rings and squares around letters", "s⃝l⃝o⃝t⃝ r҉u҉s҉a҉k҉", "slot rusak"),
    ("marks below letters", "s͎l͎o͎t͎", "slot"),
    ("letters of the Cherokee", "ᏕᏝᎧᏖ", "SLOT"),
    ("letters of the Lisu", "ꓢꓡꓳꓔ", "SLOT"),
    ("letters of the Yi", "ꌗ꒒ꂦ꓄", "slot"),
    ("signs of currencies", "₴ⱠØ₮ ₲₳₵ØⱤ", "SLOT GACOR"),
    ("strokes of Chinese", "丂ㄥㄖㄒ Ꮆ卂匚ㄖ尺", "slot Gacor"),
    ("syllables of the Cree", "ᔕᒪOT ᘜᗩᑕOᖇ", "SLOT GACOR"),
    ("hooked letters of phonetics", "ɱaҳʋɨɲ", "maxvin"),
    ("several alphabets in one word", "мαχωιη", "maxwin"),
    ("capitals that only look foreign", "GΛCӨЯ", "GACOR"),
    ("Chinese stays", "中国工人", "中国工人"),
    ("Thai stays", "สวัสดี", "สวัสดี"),
    ("a short Russian word stays", "имя мир", "имя мир"),
    ("letters with their own marks stay", "énak Müller José", "énak Müller José"),
    ("bullets stay", "●Jalan ○Got", "●Jalan ○Got"),
    ("a letter drawn out", "tolooooooooooooong!!!!!!!!!!!", "tolooong!!!"),
    ("a leader of dots", "Nama ..............", "Nama ..."),
    ("digits are never shortened", "0000000000000", "0000000000000"),
    ("control characters", "jalan\x00 rusak\x07", "jalan rusak"),
    ("lone surrogates", "jalan \ud800rusak", "jalan rusak"),
    ("private use characters", "jalan\ue000", "jalan"),
    ("stacked marks", "r\u0301\u0302\u0303\u0304usak", "ŕusak"),
    ("white space", "  jalan \t\u00a0 rusak  ", "jalan rusak"),
    ("line ends of three systems", "satu\r\ndua\rtiga", "satu\ndua\ntiga"),
    ("many empty lines", "satu\n\n\n\n\ndua", "satu\n\ndua"),
    ("spaces at line ends", "satu  \n  dua", "satu\ndua"),
    ("HTML is left for the template to escape", "<b>jalan</b> & got", "<b>jalan</b> & got"),
    ("emoji stay", "mantap 👍", "mantap 👍"),
    ("full-width digits", "０８１２", "0812"),
    ("nothing", "", ""),
    ("only invisible", "\u200b\u200b \x00", ""),
]

COMPARED = [
    ("Jln rusaaaak bgt, gk diperbaiki2!!", "jalan rusak banget tidak diperbaiki"),
    ("JALAN RUSAK", "jalan rusak"),
    ("jalannnn rusakkkk paraaah", "jalan rusak parah"),
    ("lampu yg mati blm dibenerin", "lampu yang mati belum perbaiki"),
    ("tlg dong min, got mampet", "tolong dong admin got tersumbat"),
    ("sampah numpuk krn gak diangkut", "sampah menumpuk karena tidak diangkut"),
    ("anak2 dan ibu2 takut", "anak dan ibu takut"),
    ("saat tunggu maaf", "saat tunggu maaf"),
    ("Café", "cafe"),
    ("gmn caranya kpn jadinya", "bagaimana caranya kapan jadinya"),
    ("!!! ??? 👍", ""),
    ("", ""),
]


@pytest.mark.parametrize(("what", "raw", "shown"), DISPLAYED, ids=[row[0] for row in DISPLAYED])
def test_disguises_and_rubbish_are_removed_and_meaning_stays(what, raw, shown):
    assert clean(raw) == shown


def folded(text):
    """The words of a text in their normal forms."""
    return " ".join(normal(word) for word in WORD.findall(clean(text)))


@pytest.mark.parametrize(("raw", "form"), COMPARED)
def test_texts_are_compared_in_one_plain_form(raw, form):
    assert folded(raw) == form


def test_a_text_of_the_greatest_length_is_not_cut():
    assert cleaned("ab" * (LONGEST // 2)) == ("ab" * (LONGEST // 2), False)


def test_a_longer_text_is_cut_and_says_so():
    assert cleaned("ab" * LONGEST) == ("ab" * (LONGEST // 2), True)


def test_a_text_is_not_cut_inside_a_word_so_that_no_half_number_shows():
    words = "jalan " * (LONGEST // 6) + "3201150505950001"
    shown, cut = cleaned(words)
    assert (shown.split()[-1], cut) == ("jalan", True)


def test_letters_that_unfold_into_many_stay_within_the_bound():
    shown, cut = cleaned("\ufdfa" * LONGEST)
    assert (len(shown) <= LONGEST, cut) == (True, True)


def test_a_hundred_kilobytes_of_line_ends_become_nothing():
    assert clean("\r\n" * 50_000) == ""


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text())
def test_nothing_invisible_or_too_long_is_left(text):
    shown = clean(text)
    assert (len(shown) <= LONGEST, shown == shown.strip(), "\x00" in shown, "\u200b" in shown) == (
        True,
        True,
        False,
        False,
    )


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF)))
def test_any_text_has_a_form_of_lower_case_words(text):
    assert folded(text).split() == [word for word in folded(text).split(" ") if word]


@given(st.binary(max_size=400))
def test_binary_rubbish_never_raises(data):
    assert clean(data.decode("latin-1")) == clean(clean(data.decode("latin-1")))
