import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.vault import crypto

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
PAIR = crypto.pair_of(KEY)
CHEAP = crypto.Cost(64, 1, 1)
texts = st.binary(max_size=300)


@given(texts, texts)
def test_what_is_sealed_opens_again(text: bytes, bound: bytes) -> None:
    assert crypto.decrypt(KEY, crypto.encrypt(KEY, text, bound=bound), bound=bound) == text
    assert crypto.open_sealed(KEY, crypto.seal_to(PAIR.public, text, bound=bound), bound=bound) == text


@given(texts, texts, texts)
def test_another_place_does_not_open(text: bytes, bound: bytes, other: bytes) -> None:
    if bound == other:
        return
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(KEY, crypto.encrypt(KEY, text, bound=bound), bound=other)
    with pytest.raises(crypto.Unreadable):
        crypto.open_sealed(KEY, crypto.seal_to(PAIR.public, text, bound=bound), bound=other)


@pytest.mark.asvs("11.3.3")
@given(texts, st.data())
def test_any_changed_byte_shows(text: bytes, data: st.DataObject) -> None:
    for sealed, opens in (
        (crypto.encrypt(KEY, text, bound=b"here"), crypto.decrypt),
        (crypto.seal_to(PAIR.public, text, bound=b"here"), crypto.open_sealed),
    ):
        at = data.draw(st.integers(0, len(sealed) - 1))
        changed = bytearray(sealed)
        changed[at] ^= data.draw(st.integers(1, 255))
        with pytest.raises(crypto.Unreadable):
            opens(KEY, bytes(changed), bound=b"here")


@pytest.mark.asvs("11.2.2")
@pytest.mark.parametrize("at", [0, 1, 12, 13, 20, 33, -17, -16, -1])
def test_version_nonce_body_and_tag_are_all_held(at: int) -> None:
    sealed = bytearray(crypto.encrypt(KEY, b"a text that is longer than the rest", bound=b"here"))
    sealed[at] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(KEY, bytes(sealed), bound=b"here")


@given(texts)
def test_rubbish_is_unreadable_and_nothing_else(rubbish: bytes) -> None:
    for opens in (crypto.decrypt, crypto.open_sealed):
        with pytest.raises(crypto.Unreadable):
            opens(KEY, rubbish, bound=b"")
        with pytest.raises(crypto.Unreadable):
            opens(KEY, b"\x01" + rubbish, bound=b"")


def test_a_cut_text_does_not_open() -> None:
    sealed = crypto.seal_to(PAIR.public, b"text", bound=b"here")
    for length in range(len(sealed)):
        with pytest.raises(crypto.Unreadable):
            crypto.open_sealed(KEY, sealed[:length], bound=b"here")


def test_another_key_does_not_open() -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(OTHER_KEY, crypto.encrypt(KEY, b"text", bound=b"here"), bound=b"here")
    with pytest.raises(crypto.Unreadable):
        crypto.open_sealed(OTHER_KEY, crypto.seal_to(PAIR.public, b"text", bound=b"here"), bound=b"here")


@pytest.mark.asvs("11.5.1")
def test_the_same_text_is_never_sealed_the_same() -> None:
    assert crypto.encrypt(KEY, b"text", bound=b"") != crypto.encrypt(KEY, b"text", bound=b"")
    assert crypto.seal_to(PAIR.public, b"text", bound=b"") != crypto.seal_to(PAIR.public, b"text", bound=b"")


def test_each_purpose_has_its_key() -> None:
    assert crypto.derive(KEY, "one") == crypto.derive(KEY, "one")
    assert len({crypto.derive(KEY, "one"), crypto.derive(KEY, "two"), crypto.derive(OTHER_KEY, "one")}) == 3


def test_a_pass_phrase_typed_on_another_keyboard_is_the_same() -> None:
    composed, taken_apart = "йод и ёлка", "\u0438\u0306од и \u0435\u0308лка"
    assert crypto.stretch(composed, KEY, CHEAP) == crypto.stretch(taken_apart, KEY, CHEAP)
    assert crypto.stretch(composed, KEY, CHEAP) != crypto.stretch(composed, OTHER_KEY, CHEAP)


@pytest.mark.asvs("11.6.1")
def test_signatures() -> None:
    private = crypto.new_signing_key()
    public = crypto.signing_public(private)
    signature = crypto.sign(private, b"text")
    assert crypto.verify(public, signature, b"text")
    assert not crypto.verify(public, signature, b"texts")
    assert not crypto.verify(public, signature[:-1], b"text")
    assert not crypto.verify(crypto.signing_public(crypto.new_signing_key()), signature, b"text")


def test_a_private_key_is_not_printed() -> None:
    pair = crypto.new_pair()
    assert repr(pair.private)[2:10] not in repr(pair)
    assert "private" not in repr(pair)
