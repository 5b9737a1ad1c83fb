"""Small line drawings for panels, as SVG: drawn in a millisecond, in the colours of JupyterLab's theme.

Figures for reading are made with helpers.course.figures; these here follow a slider while it moves.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Axis", "Line", "Spot", "drawing_html"]

WIDTH, HEIGHT = 600, 300
LEFT, RIGHT, TOP, BOTTOM = 74, 124, 16, 46  # margins for the numbers, the names at the lines' ends, and the labels
APART = 15  # names of lines stand at least so far apart


@dataclass(frozen=True)
class Axis:
    """What an axis says, where it begins and ends, and its marks: pairs of a place and its text."""

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    @classmethod
    def from_zero(cls, label: str, high: float) -> "Axis":
        """An axis from 0 to a little above `high`, with marks at round numbers.

        Parameters
        ----------
        label : str
        high : float, above 0

        Examples
        --------
        >>> [text for _, text in Axis.from_zero("cost", 9_900).ticks]
        ['0', '2,500', '5,000', '7,500', '10,000']
        """
        power = 10.0 ** np.floor(np.log10(high / 4))
        step = power * next(base for base in (1, 2, 2.5, 5, 10) if base * power >= high / 4.2)
        ticks = [(step * number, f"{step * number:,.10g}") for number in range(int(1.08 * high / step) + 1)]
        return cls(label, 0, 1.08 * high, ticks)


@dataclass(frozen=True)
class Line:
    """A line through points, with its name, if any, at its right end."""

    x: Sequence[float]
    y: Sequence[float]
    colour: str
    width: float = 2
    dashed: bool = False
    opacity: float = 1
    name: str = ""


@dataclass(frozen=True)
class Spot:
    """A point with its name above or below: round, with the name above, or else a triangle, with the name below."""

    x: float
    y: float
    colour: str
    name: str
    is_round: bool = True


def drawing_html(title: str, lines: Sequence[Line], x: Axis, y: Axis, spots: Sequence[Spot] = ()) -> str:
    """Draw lines and points.

    Parameters
    ----------
    title : str
        What the drawing says, for those who do not see it.
    lines : sequence of Line
    x, y : Axis
    spots : sequence of Spot

    Returns
    -------
    str
        An `svg` element; all texts in it are escaped.

    Examples
    --------
    >>> axis = Axis.from_zero("rows", 10)
    >>> drawing_html("Up & up", [Line([0, 10], [0, 10], "#0173b2", name="a < b")], axis, axis).count("a &lt; b")
    1
    """
    shapes = [_grid(x, y), *(_path(line, x, y) for line in lines), *_names(lines, y), *(_spot(s, x, y) for s in spots)]
    return (
        f'<svg class="kit-drawing" role="img" aria-label="{html.escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'style="width: 100%; max-width: 46em; display: block" font-size="13" fill="currentColor">'
        f"{''.join(shapes)}</svg>"
    )


def _across(value, axis: Axis):
    return LEFT + (np.asarray(value, dtype=float) - axis.low) / (axis.high - axis.low) * (WIDTH - LEFT - RIGHT)


def _down(value, axis: Axis):
    share = (np.asarray(value, dtype=float) - axis.low) / (axis.high - axis.low)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _text(across: float, down: float, text: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}"{more}>{html.escape(text)}</text>'


def _grid(x: Axis, y: Axis) -> str:
    """Faint lines at the marks, the marks' texts, and the labels of the axes."""
    left, right, bottom = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM
    faint = 'stroke="currentColor" stroke-opacity="0.2"'
    parts = []
    for value, text in y.ticks:
        at = _down(value, y)
        parts += [f'<line x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}" {faint}/>']
        parts += [_text(left - 6, at + 4, text, "end")]
    for value, text in x.ticks:
        at = _across(value, x)
        parts += [f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{bottom}" {faint}/>']
        parts += [_text(at, bottom + 17, text)]
    middle = (TOP + bottom) / 2
    parts += [_text((left + right) / 2, HEIGHT - 8, x.label)]
    parts += [_text(14, middle, y.label, more=f' transform="rotate(-90 14 {middle:.1f})"')]
    return "".join(parts)


def _path(line: Line, x: Axis, y: Axis) -> str:
    across, down = _across(line.x, x), np.clip(_down(line.y, y), TOP - 4, HEIGHT)
    points = " ".join(f"{a:.1f},{d:.1f}" for a, d in zip(across, down, strict=True))
    dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
    return (
        f'<polyline points="{points}" fill="none" stroke="{html.escape(line.colour)}" stroke-width="{line.width:g}" '
        f'stroke-opacity="{line.opacity:g}" stroke-linejoin="round"{dashes}/>'
    )


def _names(lines: Sequence[Line], y: Axis) -> list[str]:
    """The names at the right ends, moved apart where they would touch."""
    named = sorted((float(_down(line.y[-1], y)), line.name) for line in lines if line.name)
    places, previous = [], float(TOP)
    for down, name in named:
        previous = max(down, previous + (APART if places else 0))
        places.append((previous, name))
    return [_text(WIDTH - RIGHT + 6, down + 4, name, "start") for down, name in places]


def _spot(spot: Spot, x: Axis, y: Axis) -> str:
    across, down = float(_across(spot.x, x)), float(_down(spot.y, y))
    style = f'fill="{html.escape(spot.colour)}" stroke="currentColor"'
    if spot.is_round:
        shape, name_at = f'<circle cx="{across:.1f}" cy="{down:.1f}" r="6" {style}/>', down - 11
    else:
        corners = f"{across:.1f},{down - 7:.1f} {across - 7:.1f},{down + 6:.1f} {across + 7:.1f},{down + 6:.1f}"
        shape, name_at = f'<polygon points="{corners}" {style}/>', down + 21
    return shape + _text(across, name_at, spot.name, more=' font-weight="bold"')
