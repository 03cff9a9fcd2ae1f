"""Adverts are found in feeds, pages and files of people, and nothing hidden in them is followed."""

import json
from datetime import date

import pytest

from kamkor.methods.adverts.exports import adverts_of
from kamkor.methods.adverts.feeds import NoFeed, html, rss
from kamkor.methods.adverts.lines import BadLine
from kamkor.methods.sheets.problems import Limits

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:c="urn:x"><channel><title>Мисал</title>
<item><title>Жумуш</title><description><![CDATA[<p>Корея, <b>ферма</b></p><p>3500 $</p>]]></description>
<pubDate>Mon, 02 Mar 2026 10:00:00 +0600</pubDate><c:encoded>x</c:encoded></item>
<item><title>  </title></item></channel></rss>"""
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Work</title><updated>2026-03-03T1:00Z</updated></entry></feed>'
PAGE = """<html><head><title>no</title><script>var s = "hidden words, long enough to be an advert";</script>
</head><body><nav>Home, about us, contacts and other links of the page</nav><ul><li>Требуются рабочие на
стройку,&nbsp;оплата 900&nbsp;$<br>тел. 0555 010 203</li><li>short</li></ul>
<p>Требуются рабочие на стройку, оплата 900 $<br>тел. 0555 010 203</p></body></html>"""


def test_entries_of_a_feed_with_their_days() -> None:
    (item,) = rss(FEED.encode())
    assert (item.text, item.day) == ("Жумуш\nКорея, ферма\n3500 $\nx", date(2026, 3, 2))
    (entry,) = rss(ATOM.encode())
    assert (entry.text, entry.day) == ("Work", date(2026, 3, 3))


@pytest.mark.parametrize(
    "content",
    [b"", b"<rss>", b"no xml", b'<!DOCTYPE r [<!ENTITY a "b">]><rss><item><title>&a;</title></item></rss>'],
)
def test_what_is_no_feed_or_hides_something_is_refused(content: bytes) -> None:
    with pytest.raises(NoFeed):
        rss(content)


def test_blocks_of_a_page_once_each_without_what_is_not_seen() -> None:
    (found,) = html(PAGE.encode())
    assert found.text == "Требуются рабочие на стройку, оплата 900 $\nтел. 0555 010 203"
    assert html(b"<p>" + b"x" * 100 + b"</p>", "no-such-charset")[0].text == "x" * 100


def test_a_real_export_of_telegram_with_pieces_links_and_entities() -> None:
    link = {"type": "text_link", "text": "тут", "href": "https://t.me/boss_kg"}
    messages = [
        {"type": "service", "action": "pin_message", "text": ""},
        {
            "type": "message",
            "date": "2026-01-02T10:00:00",
            "text": ["Корея, ", {"type": "bold", "text": "пиши"}, " ", link],
        },
        {"type": "message", "text": [], "text_entities": [{"type": "plain", "text": "Польша\0"}]},
    ]
    export = json.dumps({"name": "A", "messages": messages}, ensure_ascii=False)
    for content in (export.encode(), export.encode("utf-8-sig"), export.encode("utf-16")):
        first, second = adverts_of("result.json", content, limits=Limits())
        assert (first.line, first.text) == (2, "Корея, пиши тут (https://t.me/boss_kg)")
        assert (second.line, second.text) == (3, "Польша")
    cut = json.dumps({"messages": messages}, indent=1)[:-40].encode()
    with pytest.raises(BadLine, match=r"line \d+: not JSON\. Mend: export"):
        adverts_of("result.json", cut, limits=Limits())


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
def test_a_table_as_offices_save_it(encoding: str) -> None:
    table = 'Дата публикации;Текст объявления\r\n05.01.2026;"Корея; виза\r\nсразу"\r\n\r\n6.1.2026;Повар\r\n'
    found = adverts_of("газета.csv", table.encode(encoding), limits=Limits())
    assert [(one.line, one.day) for one in found] == [(2, date(2026, 1, 5)), (4, date(2026, 1, 6))]
    assert found[0].text.replace("\r", "") == "Корея; виза\nсразу"
    with pytest.raises(BadLine, match=r"row 2, date: not a date\. Mend: write 2026-01-31"):
        adverts_of("x.csv", "текст;дата\nа;32.13.2026\n".encode(encoding), limits=Limits())
