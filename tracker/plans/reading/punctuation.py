"""Signs on the page: a same-length shadow for matching, stray spaces, numerals, the marks of a plan's parts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SHADOW = str.maketrans(
    '０１２３４５６７８９％，：；．（）()[]【】〔〕［］〈〉,:;　\u00a0“”"„‟',
    "0123456789%，：；.（）（）（）（）（）（）（），：；  “”“““",
)
_FOREIGN_FORMS = re.compile(
    "[\u2e80-\u2fdf\u3220-\u3229\uf900-\ufb06\ufe10-\ufe19\ufe30-\ufe6b\uff05\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff65]"
)
_HALF_QUOTED = re.compile('“([^“”"]{1,20})"')
# The point of a decimal set apart (达到14. 5), after a word that takes a number: behind others it may belong to a heading's number.
_DECIMAL = re.compile(r"(?<=[达到至为约近率过于升降资量值积])(\d+)(?: \. ?|\. )(?=\d)")
_STRAY = re.compile(r"(?<=[^\x00-\x7f])[ \t\u3000\u00a0]+|[ \t\u3000\u00a0]+(?=[^\x00-\x7f])")
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\ufeff\u2060\x00\u00ad\ufe0e\ufe0f\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
)
# Radicals that Unicode gives no letter for; a page that a browser printed has them for the letters (⻓ for 长).
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
# Gazettes are set with fonts whose signs lie in places that Unicode gives to others or to nobody: their GBK number, or one of plane 16.
_GAZETTE_SIGNS = str.maketrans("∶ꎬꎮꎻꎺꎨꎩꎡꎿ«»／\U001001b0\U001001ba", "：，。；：（）！？《》/.…")
_PUT_RIGHT = {**_INVISIBLE, **_RADICALS, **_GAZETTE_SIGNS}
_NAMELESS = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")


def shadow(text: str) -> str:
    """Return a text of the same length in which half- and full-width signs look alike.

    Rules match on the shadow and cut from the text, so that what is shown stays as printed.
    """
    return text.translate(_SHADOW)


def plain(text: str) -> str:
    """Return the text without invisible letters, and with look-alikes (radicals, full-width digits, half of a quotation) put right."""
    text = text.translate(_PUT_RIGHT)
    text = _FOREIGN_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return _HALF_QUOTED.sub(r"“\1”", text) if '"' in text else text


def is_legible(text: str) -> bool:
    """Tell a text whose letters all have a meaning that is agreed upon (a private one is known to its own font only)."""
    return not _NAMELESS.search(plain(text))


def tidy(text: str) -> str:
    """Return the text without stray spaces: none beside Chinese letters or signs or within a decimal, one between Latin words."""
    text = _STRAY.sub("", " ".join(text.split()))
    return re.sub(r"(?<=\d) (?=[%‰])", "", _DECIMAL.sub(r"\1.", text)).strip()


def width(text: str) -> float:
    """Return how wide a line is, in Chinese letters (a Latin letter or a digit is half as wide)."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)


@lru_cache(maxsize=4096)
def chinese_number(text: str) -> int | None:
    """Return the whole value of a Chinese numeral (十二 → 12, 二〇二四 → 2024), or None."""
    import cn2an

    try:
        value = cn2an.cn2an(text, "normal")
    except ValueError:
        return None
    return int(value) if value == int(value) else None


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that opens a part of a plan: its rank (smaller is higher), its value, its printed form."""

    rank: int
    value: int
    printed: str


BULLETS = "—–·•*●◆■▲★○◇□▪►※➢#>\\ue000-\\uf8ff-"
"""Signs that open an item of a list, for a class of letters; those of a private font among them."""
_HAN = "[一二三四五六七八九十百〇零]{1,5}"
_MARKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"第 ?({_HAN}|\d{{1,3}}) ?[章编篇部](?:分)?[ 、]*")),
    (2, re.compile(rf"第 ?({_HAN}|\d{{1,3}}) ?节[ 、]*")),
    (4, re.compile(rf"第 ?({_HAN}|\d{{1,3}}) ?条[ 、]*")),
    (3, re.compile(rf"({_HAN}) ?[、.](?![二三四五六七八九十]{{1,2}}(?:星|级|类|等|、|产业|期|季度))")),
    (5, re.compile(rf"（ ?({_HAN}) ?）[、.]?")),
    (6, re.compile(r"(\d{1,3}) ?[、.](?:(?!\d)|(?=\d{1,2} ?月|20\d\d ?年))")),
    (7, re.compile(r"（ ?(\d{1,3}) ?）[、.]?")),
    (7, re.compile(r"(\d{1,3}) ?）(?!、)")),
    (8, re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳])")),
)
CHAPTER_RANKS = frozenset({1, 3})
SECTION_RANK = 5


def mark_at(text: str, begin: int = 0) -> Mark | None:
    """Return the mark that stands at `begin` of a shadow, or None."""
    for rank, pattern in _MARKS:
        found = pattern.match(text, begin)
        if found:
            value = _value(found.group(1))
            if value:
                return Mark(rank, value, found.group())
    return None


def _value(numeral: str) -> int | None:
    if numeral.isdecimal():
        return int(numeral)
    if len(numeral) == 1 and "①" <= numeral <= "⑳":
        return ord(numeral) - ord("①") + 1
    return chinese_number(numeral)


def brackets(text: str, limit: int = 2000) -> list[tuple[int, int]]:
    """Return (begin, end) of every outermost bracket of a shadow; one left open ends at the text's end (end = -1).

    Kinds and widths may be mixed. A bracket longer than `limit` is taken for a lost sign and dropped.
    """
    found: list[tuple[int, int]] = []
    depth, begin = 0, 0
    for index, letter in enumerate(text):
        if depth and index - begin > limit:
            depth = 0
        if letter == "（":
            if not depth:
                begin = index
            depth += 1
        elif letter == "）" and depth:
            depth -= 1
            if not depth:
                found.append((begin, index + 1))
    if depth:
        found.append((begin, -1))
    return found


def split_top(text: str, separators: str) -> list[tuple[int, int]]:
    """Return the (begin, end) of the pieces of a shadow between separators outside brackets and book marks."""
    pieces: list[tuple[int, int]] = []
    depth, begin = 0, 0
    for index, letter in enumerate(text):
        if letter in "（《":
            depth += 1
        elif letter in "）》":
            depth = max(depth - 1, 0)
        elif letter in separators and not depth:
            pieces.append((begin, index))
            begin = index + 1
    pieces.append((begin, len(text)))
    return pieces


def masked(text: str) -> str:
    """Return a shadow in which titles in 《》 and short quotations are blotted out, letter for letter.

    What only names a thing (《…2021—2025年》, “333”行动) is then neither number nor date; 十四五 in quotes stays.
    """
    text = re.sub(r"《[^《》]{0,80}》", lambda found: "〇" * len(found.group()), text)
    return re.sub(
        r"“[^“”]{1,20}”",
        lambda found: found.group() if re.search("十.五", found.group()) else "〇" * len(found.group()),
        text,
    )
