"""Draws the charts of docs/performance.md: two bars for each function, as multiples of the baseline, and a line for each operation."""

import math

ROW, BAR, LEFT, WIDTH, TOP = 44, 14, 110, 720, 44
BARS = (("init_cpu", "CPU until ready", "#1f6f8b"), ("answer_wall", "time until answered", "#e08e45"))


def svg(functions: dict) -> str:
    """The chart of what `measure` measured."""
    base = functions["hello"]
    ratios = {name: [one[bar] / base[bar] for bar, _, _ in BARS] for name, one in functions.items()}
    scale = (WIDTH - LEFT - 60) / max(max(both) for both in ratios.values())
    height = TOP + ROW * len(ratios) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13" role="img">',
        "<title>Cold starts as multiples of a hello-world function</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for place, (_, label, color) in enumerate(BARS):
        at = LEFT + 190 * place
        lines.append(f'<rect x="{at}" y="14" width="12" height="12" fill="{color}"/><text x="{at + 18}" y="25">{label}</text>')
    for row, (name, both) in enumerate(ratios.items()):
        top = TOP + ROW * row
        lines.append(f'<text x="{LEFT - 8}" y="{top + 19}" text-anchor="end">{name}</text>')
        for place, (ratio, (_, _, color)) in enumerate(zip(both, BARS, strict=True)):
            y, width = top + place * (BAR + 2), ratio * scale
            lines.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{color}"/>')
            lines.append(f'<text x="{LEFT + width + 5:.1f}" y="{y + 11}" font-size="11">{ratio:.2f}</text>')
    one = LEFT + scale
    lines.append(f'<line x1="{one:.1f}" y1="{TOP - 6}" x2="{one:.1f}" y2="{height - 8}" stroke="#555" stroke-dasharray="3 3"/>')
    return "\n".join([*lines, "</svg>", ""])


LINES = ("#1f6f8b", "#e08e45", "#5b8c3e", "#8e5ea2", "#b23a48")
PLOT_HEIGHT, PLOT_RIGHT, PLOT_TOP = 240, 560, 24


def growth(measured: dict) -> str:
    """Millions of instructions over the number of rows, which is logarithmic."""
    found = {name: [(one["rows"], one["instructions"] / 1e6) for one in sizes if "instructions" in one] for name, sizes in measured.items()}
    points = [point for line in found.values() for point in line]
    if not points:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
    least, most = (math.log10(pick(rows for rows, _ in points)) for pick in (min, max))
    highest = max(count for _, count in points)

    def at(rows: float, count: float) -> tuple[float, float]:
        x = LEFT + (PLOT_RIGHT - LEFT) * (math.log10(rows) - least) / ((most - least) or 1)
        return x, PLOT_TOP + PLOT_HEIGHT * (1 - count / highest)

    bottom = PLOT_TOP + PLOT_HEIGHT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 40}" font-family="sans-serif" font-size="12" role="img">',
        "<title>Millions of instructions of an operation over the number of rows</title>",
        f'<rect width="{WIDTH}" height="{bottom + 40}" fill="#fff"/>',
        f'<path d="M{LEFT} {PLOT_TOP}V{bottom}H{PLOT_RIGHT}" fill="none" stroke="#555"/>',
        f'<text x="{LEFT - 8}" y="{PLOT_TOP + 4}" text-anchor="end">{highest:.1f} million</text>',
        f'<text x="{LEFT - 8}" y="{bottom}" text-anchor="end">0</text>',
    ]
    for rows in sorted({rows for rows, _ in points}):
        lines.append(f'<text x="{at(rows, 0)[0]:.1f}" y="{bottom + 18}" text-anchor="middle">{rows:,} rows</text>')
    # Labels that would cover one another make room.
    below = math.inf
    for (name, line), color in sorted(zip(found.items(), LINES, strict=False), key=lambda one: one[0][1][-1][1]):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in line))
        below = min(at(*line[-1])[1] + 4, below - 15)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        lines.append(f'<text x="{PLOT_RIGHT + 8}" y="{below:.1f}" fill="{color}">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])
