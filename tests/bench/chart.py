"""A chart of speeds as SVG: horizontal bars, grouped by question, ours coloured and the rivals grey.

Each group has a scale of its own, from nothing to its fastest: speeds of different questions differ by a
hundred times. Text is text, no script, and the colours follow the reader's dark mode.
"""

from html import escape

WIDTH, MARGIN, NUMBERS = 1000, 16, 90  # NUMBERS: room for one behind its bar
LINE, GROUP_GAP = 20, 14
LONGEST_LABEL, LETTER = 84, 6.7

STYLE = """
  .page { fill: #ffffff }
  .title { font: 600 17px sans-serif; fill: #1b1f24 }
  .about { font: 12px sans-serif; fill: #57606a }
  .question { font: 600 13px sans-serif; fill: #1b1f24 }
  .label { font: 11px monospace; fill: #1b1f24 }
  .number { font: 11px sans-serif; fill: #1b1f24 }
  .ours { fill: #1f7a5c }
  .rival { fill: #a8b0b9 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14181d }
    .title, .question, .label, .number { fill: #e6edf3 }
    .about { fill: #9aa4af }
    .ours { fill: #3fb68b }
    .rival { fill: #5b6570 }
  }
"""


END = ' text-anchor="end"'


def text(kind, x, y, content, more=""):
    return f'<text class="{kind}" x="{x}" y="{y}"{more}>{escape(content)}</text>'


def shortened(label):
    return label if len(label) <= LONGEST_LABEL else label[:LONGEST_LABEL - 1] + "…"


def chart(title, about, groups):
    """`groups`: (question, [(label, MB/s, whether it is ours)])."""
    body, y = [text("title", MARGIN, MARGIN + 14, title)], MARGIN + 14
    for line in about:
        y += LINE
        body.append(text("about", MARGIN, y, line))
    x = MARGIN + 8 + LETTER * max(len(shortened(label)) for _, bars in groups for label, _, _ in bars)
    room = WIDTH - MARGIN - NUMBERS - x
    for question, bars in groups:
        y += LINE + GROUP_GAP
        body.append(text("question", MARGIN, y, question))
        fastest = max(speed for _, speed, _ in bars)
        for label, speed, ours in bars:
            y += LINE
            width, kind = max(1, room * speed / fastest), "ours" if ours else "rival"
            body.append(text("label", f"{x - 8:.1f}", y, shortened(label), END))
            body.append(f'<rect class="{kind}" x="{x:.1f}" y="{y - 11}" width="{width:.1f}" height="14" '
                        f'rx="2"><title>{escape(label)}</title></rect>')
            number = f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"
            body.append(text("number", f"{x + width + 6:.1f}", y, f"{number} MB/s"))
    height = y + MARGIN + 6
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}"/>', *body, "</svg>", ""])
