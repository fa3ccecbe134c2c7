#!/usr/bin/env python3
"""A reader of printer bytes that is not ours, in nothing but Python's standard library: the text decoders are Python's,
the command grammar is written from the makers' public command lists. It shares no line and no table with the encoder.

    oracle.py DIR       reads DIR/slips.tsv, written by `cargo run -p counterfoil-paper --example slips -- DIR`

Each NAME.bin is cut into commands and text runs; the text that a printer would show must be the text of NAME.txt.
Characters that the printer's encoding lacks are sent as dots: such a picture stands for any characters. Exit 1 if a
slip differs or holds a byte that is no command and no text."""
import collections
import pathlib
import re
import sys

CODECS = {"Gb2312": "gb2312", "Gbk": "gbk", "Gb18030": "gb18030", "Big5": "big5"}
# ESC t: numbers that all makers share
PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
# prefix -> number of parameter bytes
FIXED = {
    b"\x1b@": 0, b"\x1b2": 0, b"\x1b3": 1, b"\x1bE": 1, b"\x1ba": 1, b"\x1bR": 1, b"\x1bt": 1, b"\x1bJ": 1, b"\x1bd": 1,
    b"\x1b$": 2, b"\x1b!": 1, b"\x1b-": 1, b"\x1bM": 1, b"\x1bi": 0, b"\x1bm": 0, b"\x1bp": 3, b"\x1b ": 1, b"\x1bG": 1,
    b"\x1bB": 2, b"\x1b{": 1, b"\x1c&": 0, b"\x1c.": 0, b"\x1c!": 1, b"\x1c-": 1, b"\x1cS": 2, b"\x1cC": 1, b"\x1cW": 1,
    b"\x1d!": 1, b"\x1da": 1, b"\x1dP": 2, b"\x1dL": 2, b"\x1dW": 2, b"\x1dB": 1, b"\x1dh": 1, b"\x1dw": 1, b"\x1dH": 1,
    b"\x1df": 1, b"\x1dr": 1, b"\x12#": 1,
}


class Wrong(Exception):
    """The bytes are not what a printer understands."""


class Printer:
    """Walks the bytes of one slip and keeps what would stand on paper."""

    def __init__(self, codec):
        self.codec = codec
        self.page = None
        self.chinese = False
        self.out = []
        self.cuts = 0
        self.stored = ""

    def picture(self):
        self.out.append("\ufffc")

    def text(self, run):
        if self.chinese or not self.page:
            self.out.append(run.decode(self.codec or "ascii"))
        else:
            self.out.append(run.decode(self.page))

    def walk(self, data):
        at, run = 0, bytearray()
        while at < len(data):
            byte = data[at]
            if byte >= 0x20 and byte != 0x7F:
                # a two-byte code's second byte may look like anything from 40 on, a four-byte code's like a digit
                length = 1
                if self.codec and self.chinese and byte > 0x80:
                    length = 4 if self.codec == "gb18030" and data[at + 1: at + 2].isdigit() else 2
                run += data[at:at + length]
                at += length
                continue
            if run:
                self.text(bytes(run))
                run.clear()
            at += self.command(data[at:], at)
        if run:
            self.text(bytes(run))

    def command(self, rest, at):
        two = bytes(rest[:2])
        if rest[0] in (0x0A, 0x0D, 0x00):
            self.out.append("\n")
            return 1
        if two == b"\x1b*":
            count = rest[3] | rest[4] << 8
            self.picture()
            return 5 + count * (3 if rest[2] in (32, 33) else 1)
        if two == b"\x1dv":
            self.picture()
            return 8 + (rest[4] | rest[5] << 8) * (rest[6] | rest[7] << 8)
        if two == b"\x1dV":
            self.cuts += 1
            return 4 if rest[2] in (0x41, 0x42) else 3
        if two == b"\x1dk":
            if rest[2] < 65:
                raise Wrong(f"GS k of form A at {at}")
            self.out.append("[barcode]")
            return 4 + rest[3]
        if two == b"\x1d(":
            length = rest[3] | rest[4] << 8
            body = bytes(rest[5:5 + length])
            if len(body) != length:
                raise Wrong(f"GS ( at {at} runs past the end")
            if rest[2:3] == b"k" and body[:2] == b"1P":
                self.stored = body[3:].decode("ascii")
            elif rest[2:3] == b"k" and body[:2] == b"1Q":
                self.out.append(f"[QR: {self.stored}]")
            elif rest[2:3] not in (b"k", b"K", b"H", b"A"):
                raise Wrong(f"GS ( {rest[2]:02X} at {at}")
            return 5 + length
        if two not in FIXED:
            raise Wrong(f"{two.hex(' ')} at {at} is no command")
        if two == b"\x1b@":
            self.page = None
        elif two == b"\x1bt":
            self.page = PAGES.get(rest[2])
            if self.page is None:
                raise Wrong(f"ESC t {rest[2]} at {at}: a code page whose number differs from maker to maker")
        elif two == b"\x1c&":
            self.chinese = True
        elif two == b"\x1c.":
            self.chinese = False
        if two in (b"\x1bJ", b"\x1bd"):
            self.out.append("\n")
        return 2 + FIXED[two]


def squeezed(text):
    return "".join(text.split())


def matches(shown, wanted):
    """Pictures stand for any characters; the yuan sign has two forms, and some dashes print as others."""
    pattern = "".join(".*?" if part == "\ufffc" else re.escape(part) for part in re.findall("\ufffc+|.", shown))
    pattern = pattern.replace("\ufffc", "")
    return re.fullmatch(pattern, wanted, re.S) is not None


def check(folder, row):
    data = (folder / f"{row['name']}.bin").read_bytes()
    wanted = squeezed((folder / f"{row['name']}.txt").read_text("utf-8").replace("¥", "￥"))
    codec = next((python for name, python in CODECS.items() if name in row["encoding"]), None)
    printer = Printer(codec)
    printer.walk(data)
    if printer.cuts > 1:
        raise Wrong(f"{printer.cuts} cuts")
    shown = squeezed("".join(printer.out).replace("¥", "￥"))
    shown = re.sub("\ufffc+", "\ufffc", shown)
    if not matches(shown, wanted):
        raise Wrong(f"\n  on paper: {shown}\n  wanted:   {wanted}")


def main():
    folder = pathlib.Path(sys.argv[1])
    lines = (folder / "slips.tsv").read_text("utf-8").splitlines()
    head = lines[0].split("\t")
    seen, wrong = collections.Counter(), 0
    for line in lines[1:]:
        row = dict(zip(head, line.split("\t")))
        try:
            check(folder, row)
        except (Wrong, UnicodeDecodeError, IndexError) as error:
            wrong += 1
            if wrong <= 5:
                print(f"{row['name']}: {error}")
        seen[row["profile"]] += 1
    for profile, count in seen.items():
        print(f"{profile}: {count} slips read")
    print(f"{wrong} of {sum(seen.values())} differ")
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
