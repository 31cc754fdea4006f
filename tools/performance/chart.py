"""Draws docs/performance.svg: two bars for each function, as multiples of the baseline."""

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
