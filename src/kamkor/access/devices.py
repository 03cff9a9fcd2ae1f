"""What kind of device a browser is on, in three words: enough to know it again, too little to trace it."""

from django.utils.translation import gettext as _

# The first word that stands in what a browser says of itself decides.
KINDS = (("ipad", "tablet"), ("tablet", "tablet"), ("mobi", "phone"), ("android", "tablet"))
SYSTEMS = (
    ("android", "android"),
    ("iphone", "ios"),
    ("ipad", "ios"),
    ("windows", "windows"),
    ("cros", "chromeos"),
    ("mac os", "macos"),
    ("linux", "linux"),
)
BROWSERS = (
    ("yabrowser", "yandex"),
    ("edg", "edge"),
    ("opr/", "opera"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("chrom", "chrome"),
    ("crios", "chrome"),
    ("safari", "safari"),
)
NAMES = {
    "android": "Android",
    "ios": "iOS",
    "windows": "Windows",
    "chromeos": "ChromeOS",
    "macos": "macOS",
    "linux": "Linux",
    "yandex": "Yandex",
    "edge": "Edge",
    "opera": "Opera",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}


def kind_of(agent: str) -> str:
    """Three codes: what it is, its system, its browser; what is not known is left out."""
    said = agent.lower()
    words = [_first(KINDS, said) or "computer", _first(SYSTEMS, said), _first(BROWSERS, said)]
    return " ".join(filter(None, words)) if said else ""


def in_words(kind: str) -> str:
    """`phone android chrome` as a person says it."""
    shapes = {"phone": _("Phone"), "tablet": _("Tablet"), "computer": _("Computer")}
    words = [shapes.get(word) or NAMES.get(word, "") for word in kind.split()]
    return ", ".join(filter(None, words)) or _("Not known")


def _first(table: tuple[tuple[str, str], ...], said: str) -> str:
    return next((code for word, code in table if word in said), "")
