"""Walks a page: which files are offered beside each of its tables and charts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["meta", "link", "input", "br", "hr", "img", "path", "line", "circle", "rect"])


@dataclass
class Block:
    """A table, a chart or a list: what it is, its line of the page, the addresses beside it."""

    kind: str
    line: int
    links: list[str] = field(default_factory=list)
    charts: int = 0

    @property
    def wanting(self):
        """Which files are not offered."""
        endings = ["csv", "json", *(["svg"] if self.charts else [])]
        return [e for e in endings if not any(link.endswith(f".{e}") for link in self.links)]


class Walk(HTMLParser):
    """Finds tables, charts in figures, and the links in the line `take` beside each.

    A list of another kind, such as that of the sources, is one more if such a line follows it.

    Exempt are:

    - drawings in cells, which are part of their table, and legends (`div.legend`, `div.read`);
    - the table that shows a chart once more (`details.alt` in a figure), and the rows of a table
      that are shown on demand (`details.alt` in `div.tab`): the files beside hold all of them;
    - lists of files and of addresses, which hold no figures (`table.files`, `#addresses`);
    - what the script fills (`#compare`): a browser sees to that.

    `alone` are lines of charts that stand in no figure.
    """

    def __init__(self, text):
        super().__init__()
        self.blocks, self.stack, self.open, self.alone = [], [], [], []
        self.feed(text)

    def inside(self, *wanted):
        return any(one in wanted for parts in self.stack for one in parts)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        kinds = [f"{tag}.{kind}" for kind in (found.get("class") or "").split()]
        if tag == "figure":
            self.open.append(Block("figure", self.getpos()[0]))
            self.blocks += [] if self.inside("#compare") else self.open[-1:]
        elif tag == "svg" and found.get("role") == "img":
            self.chart()
        elif tag == "table" and "table.files" not in kinds:
            self.table()
        elif "p.take" in kinds and not (self.open or self.waiting()):
            self.blocks.append(Block("list", self.getpos()[0]))
        elif tag == "a" and self.inside("p.take"):
            (self.open or self.blocks)[-1].links.append(found["href"])
        if tag not in VOID:
            self.stack.append([tag, *kinds, f"#{found.get('id')}"])

    def chart(self):
        if self.inside("table", "div.legend", "div.read"):
            return
        if self.open:
            self.open[-1].charts += 1
        else:
            self.alone.append(self.getpos()[0])

    def table(self):
        folded = self.inside("details.alt") and (self.open or self.inside("div.tab"))
        if not (folded or self.inside("#compare", "#addresses")):
            self.blocks.append(Block("table", self.getpos()[0]))

    def waiting(self):
        """Whether the last block has no links yet."""
        return bool(self.blocks) and not self.blocks[-1].links

    def handle_startendtag(self, tag, attrs):
        if tag not in VOID:
            self.handle_starttag(tag, attrs)
            self.stack.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.stack.pop()
            if tag == "figure":
                self.open.pop()
