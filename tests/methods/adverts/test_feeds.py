"""Adverts are found in feeds and pages, and nothing hidden in them is followed."""

from datetime import date

import pytest

from kamkor.methods.adverts.feeds import NoFeed, html, rss

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
