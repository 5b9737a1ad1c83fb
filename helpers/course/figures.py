"""One look for every figure: seaborn, colours that colour-blind readers can tell apart, labels at the lines."""

import html
from collections.abc import Mapping, Sequence
from io import BytesIO
from textwrap import wrap

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from IPython import get_ipython
from IPython.display import HTML, Image, display
from matplotlib.axes import Axes

__all__ = ["COLOURS", "label_lines", "new_axes", "plot_curves", "plot_intervals", "plot_tornado", "show_figure"]

_COLOURBLIND = sns.color_palette("colorblind").as_hex()

# Who made the data decides the colour, in every lesson.
COLOURS = {
    "human": _COLOURBLIND[0],  # blue
    "machine": _COLOURBLIND[1],  # orange
    "machine labels": _COLOURBLIND[4],  # purple
    "both": _COLOURBLIND[2],  # green
    "baseline": _COLOURBLIND[7],  # grey
}

# So that lines differ by more than their colour.
_MARKERS = "os^DvPX"
_TICKS = [base * 10**power for power in range(7) for base in (1, 2, 3, 5)]


def new_axes(title: str, *, width: float = 7.5, height: float = 4.2) -> Axes:
    """Empty axes in the kit's style, with the message of the figure as its title.

    Parameters
    ----------
    title : str
        The one sentence that the figure says.
    width, height : float, inches

    Returns
    -------
    Axes
        Draw on it with seaborn (`ax=ax`), label the lines, and hand it to `show_figure`.

    Examples
    --------
    >>> ax = new_axes("More labels, better answers")
    >>> ax.figure.get_suptitle()
    'More labels, better answers'
    >>> plt.close(ax.figure)
    """
    sns.set_theme(style="whitegrid", rc={"axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False})
    _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    ax.figure.suptitle("\n".join(wrap(title, int(8 * width))), x=0.01, ha="left", weight="bold")
    return ax


def label_lines(ax: Axes, labels: dict[str, str], *, left: tuple[str, ...] = (), gap: float = 0.06) -> None:
    """Write names at the right ends of lines, in place of a legend.

    Parameters
    ----------
    ax : Axes with one line for each label, drawn in this order
    labels : mapping from the text to write to its colour
    left : tuple of str
        Texts to write to the left of the end, where another line goes on to the right.
    gap : float, share of the axis height
        Labels that would stand closer are moved apart.

    Raises
    ------
    ValueError
        When there are fewer lines than labels.

    Examples
    --------
    >>> ax = new_axes("Two lines")
    >>> sns.lineplot(x=[1, 2], y=[1, 2], ax=ax).set_xlabel("rows")
    Text(0.5, 0, 'rows')
    >>> label_lines(ax, {"people": COLOURS["human"]})
    >>> ax.texts[0].get_text()
    'people'
    >>> plt.close(ax.figure)
    """
    lines = ax.get_lines()
    if len(lines) < len(labels):
        raise ValueError(f"labels must be at most one a line; got {len(labels)} for {len(lines)} lines.")
    to_share = ax.transData + ax.transAxes.inverted()
    ends = [to_share.transform((line.get_xdata()[-1], line.get_ydata()[-1])) for line in lines[: len(labels)]]
    previous = -1.0
    for (x, y), (text, colour) in sorted(zip(ends, labels.items(), strict=True), key=lambda pair: pair[0][1]):
        # darker than the line, so that the letters stand out from white
        style = {
            "va": "center",
            "color": sns.set_hls_values(colour, l=0.35),
            "weight": "bold",
            "transform": ax.transAxes,
        }
        if text in left:
            ax.text(x - 0.02, y + gap / 2, text, ha="right", **style)
        else:
            previous = max(y, previous + gap)
            ax.text(x + 0.015, previous, text, **style)


def plot_curves(ax: Axes, curves: Mapping[str, pd.Series], colours: Sequence[str], left: tuple[str, ...] = ()) -> None:
    """Draw learning curves over a log scale, each with its own marker and its name at its end.

    Parameters
    ----------
    ax : Axes
    curves : mapping from name to Series
        The index is the number of rows, the values are scores, such as `result.mean()` of `run_trials`.
    colours : sequence of str, one a curve
    left : tuple of str
        As in `label_lines`.

    Raises
    ------
    ValueError
        When the numbers of curves and colours differ, or there are more than 7 curves.

    Examples
    --------
    >>> ax = new_axes("More labels, better answers")
    >>> plot_curves(ax, {"people": pd.Series({30: 0.53, 4000: 0.78})}, [COLOURS["human"]])
    >>> ax.get_xscale(), ax.texts[0].get_text()
    ('log', 'people')
    >>> plt.close(ax.figure)
    """
    if len(colours) != len(curves) or len(curves) > len(_MARKERS):
        raise ValueError(f"colours must be one a curve, at most {len(_MARKERS)}; got {len(colours)} for {len(curves)}.")
    for (name, curve), colour, marker in zip(curves.items(), colours, _MARKERS, strict=False):
        sns.lineplot(curve.rename(name), marker=marker, markersize=8, color=colour, ax=ax)
    sizes = [size for curve in curves.values() for size in curve.index]
    ticks = [tick for tick in _TICKS if min(sizes) <= tick <= max(sizes)]
    ax.set(xscale="log", xlim=(min(sizes) * 0.85, max(sizes) * 1.15))
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    label_lines(ax, dict(zip(curves, colours, strict=True)), left=left)


def plot_intervals(ax: Axes, table: pd.DataFrame, colours: Sequence[str]) -> None:
    """Draw one point with its interval for each row of a table, from the top down.

    Parameters
    ----------
    ax : Axes
    table : DataFrame, index the names of the rows
        The first column is the point, the columns `low` and `high` are the interval.
    colours : sequence of str, one a row

    Raises
    ------
    ValueError
        When the numbers of rows and colours differ.

    Examples
    --------
    >>> ax = new_axes("One wins")
    >>> table = pd.DataFrame({"rate": [0.4, 0.9], "low": [0.3, 0.5], "high": [0.6, 1.2]}, index=["write", "label"])
    >>> plot_intervals(ax, table, [COLOURS["machine"], COLOURS["machine labels"]])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['write', 'label']
    >>> plt.close(ax.figure)
    """
    if len(colours) != len(table):
        raise ValueError(f"colours must be one a row; got {len(colours)} for {len(table)} rows.")
    ax.hlines(range(len(table)), table["low"], table["high"], colors=colours, linewidth=3)
    sns.scatterplot(x=table.iloc[:, 0].to_numpy(), y=range(len(table)), c=colours, s=90, zorder=3, ax=ax)
    ax.set_yticks(range(len(table)), table.index)
    ax.set(ylim=(len(table) - 0.5, -0.5), ylabel="")


def plot_tornado(ax: Axes, table: pd.DataFrame) -> None:
    """Draw what a result does when one input moves from its low to its high end, the widest bar on top.

    Parameters
    ----------
    ax : Axes
    table : DataFrame, index the names of the inputs
        The columns `at_low`, `likely`, `at_high`, and `decides`: whether the bar is to stand out.

    Examples
    --------
    >>> ax = new_axes("One input decides")
    >>> rows = {"price": [-5.0, 1.0, 9.0, True], "share": [2.0, 1.0, 0.5, False]}
    >>> plot_tornado(ax, pd.DataFrame(rows, index=["at_low", "likely", "at_high", "decides"]).T)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['price', 'share']
    >>> plt.close(ax.figure)
    """
    values = table[["likely", "at_low", "at_high"]].astype(float)
    bars = pd.DataFrame({"likely": values["likely"], "low": values.min(axis=1), "high": values.max(axis=1)})
    order = (bars["low"] - bars["high"]).argsort(kind="stable")
    colours = [COLOURS["human" if decides else "baseline"] for decides in table["decides"].iloc[order]]
    plot_intervals(ax, bars.iloc[order], colours)
    ax.axvline(0, color="black", linestyle="--")
    ax.xaxis.set_major_formatter("{x:,.0f}")


def show_figure(ax: Axes, alt: str) -> None:
    """Show a figure with its description for readers who do not see it.

    Parameters
    ----------
    ax : Axes
    alt : str
        What the figure shows, in a sentence or two: the axes, the lines and what they do. Stored as the alternative
        text of the picture, and shown below it in a fold, because JupyterLab reads no alternative text out.

    Raises
    ------
    ValueError
        When `alt` is shorter than 40 characters: that is a title, not a description.

    Examples
    --------
    >>> show_figure(new_axes("Empty"), "nothing")
    Traceback (most recent call last):
    ValueError: alt must describe the figure in a sentence, 40 characters or more; got 'nothing'.
    """
    if len(alt) < 40:
        plt.close(ax.figure)
        raise ValueError(f"alt must describe the figure in a sentence, 40 characters or more; got {alt!r}.")
    picture = BytesIO()
    # White also in the dark theme: labels and lines are drawn for it.
    ax.figure.savefig(picture, format="png", dpi=110, facecolor="white")
    plt.close(ax.figure)
    if get_ipython() is None:
        print(alt)
        return
    display(Image(picture.getvalue(), format="png", alt=alt))
    display(HTML(f"<details><summary>This figure in words</summary><p>{html.escape(alt)}</p></details>"))
