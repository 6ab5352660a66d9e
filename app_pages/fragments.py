"""Pieces of HTML for ``st.html``. Every text goes through :func:`escape`: data is never markup."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from app_pages.words import Language
from gis.core.text import text

VERDICT_HUES = {
    "met": "#2E7D4F",
    "partly met": "#B9770E",
    "not met": "#B23A3A",
    "not decidable": "#7A7F87",
}
PEOPLE_IN_WAN = 10_000
WHOLE_WAN_FROM = 1_000
ROOM_BESIDE_THRESHOLD = 1.6


def shape(verdict: str, *, size: int = 16) -> str:
    """Return the sign of a verdict; each has a shape of its own in the style sheet."""
    kind = verdict.replace(" ", "-")
    return f'<i class="sign {kind}" style="width:{size}px;height:{size}px"></i>'


def verdict_text(verdict: str, language: Language) -> str:
    """Return the word of a verdict."""
    return text(f"verdict.{verdict}", language=language)


def verdict_word(verdict: str, language: Language) -> str:
    """Return the word of a verdict in its colour."""
    word = escape(verdict_text(verdict, language))
    return f'<b class="word" style="color:{VERDICT_HUES[verdict]}">{word}</b>'


def people(count: float, language: Language) -> str:
    """Write a number of people: 万人 with one decimal up to a thousand, millions in English."""
    if language == "en":
        return f"{count / 1_000_000:.2f} million"
    wan = count / PEOPLE_IN_WAN
    return f"{wan:,.0f} 万人" if wan >= WHOLE_WAN_FROM else f"{wan:.1f} 万人"


def bullet(
    value: float | None,
    threshold: float | None,
    verdict: str,
    *,
    label: str,
    full: float | None = None,
) -> str:
    """Return a thin bar of the value with a tick at the threshold.

    Parameters
    ----------
    value, threshold
        Where the bar ends and where the tick stands.
    verdict
        Gives the colour.
    label
        The same in words, for those who hear the page.
    full
        Value at the right end, such as 1 for shares; by default somewhat beyond the threshold.

    """
    if value is None or not threshold:
        return '<div class="bullet none"></div>'
    scale = full or threshold * ROOM_BESIDE_THRESHOLD
    length = min(100.0, 100 * value / scale)
    tick = 100 * threshold / scale
    hue = VERDICT_HUES[verdict]
    return (
        f'<div class="bullet" role="img" aria-label="{escape(label)}">'
        f'<i style="width:{length:.1f}%;background:{hue}"></i>'
        f'<u style="left:{tick:.1f}%"></u></div>'
    )


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Iterable[int] = ()
) -> str:
    """Return a table of cells that are already HTML."""
    right = set(numeric)

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=num' if column in right else ''}>{cell}</{tag}>"
            for column, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', header)}</tr></thead><tbody>{body}</tbody></table>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms and plain texts."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in pairs)
    return f"<dl>{rows}</dl>"


def bullets(texts: Iterable[str]) -> str:
    """Return a list of plain texts."""
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in texts) + "</ul>"


def quoted(words: str) -> str:
    """Return words of a document in quotation marks, their own ones turned into inner ones."""
    return f"“{escape(words.replace('“', '‘').replace('”', '’'))}”"


def named(record: Mapping[str, Any], field: str, language: Language) -> str:
    """Return the name of a field in the language, escaped, or the other one where it is empty."""
    wanted, other = record.get(f"{field}_{language}"), record.get(f"{field}_zh")
    return escape(str(wanted or other or ""))
