#!/usr/bin/env python3
"""Bytes of one receipt: ours, receiptline's (npm: receiptio) and python-escpos' (PyPI: python-escpos), for the same text.

    bytes.py DIR [NAME]     DIR as for oracle.py; NAME of a slip, default generic-80.card.offline_sale.customer.zh

Counted without and with the QR code, because receiptline draws it as dots. Ours has no tags in it: the session adds 11
bytes to each segment. Says so where a tool is absent. Exit 1 if ours is the largest."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def parts(text):
    """The slip's lines as (kind, left, right)."""
    for line in text.splitlines():
        qr = re.search(r"\[QR:\s*(.*?)\]", line)
        pair = re.match(r"^(\S.*?) {2,}(\S.*)$", line)
        if qr:
            yield "qr", qr.group(1), ""
        elif line and not line.strip("-"):
            yield "rule", "", ""
        elif pair:
            yield "pair", pair.group(1), pair.group(2)
        elif line.startswith(" "):
            yield "centre", line.strip(), ""
        else:
            yield "left", line, ""


def receiptline(lines, columns):
    tool = shutil.which("receiptio")
    if not tool:
        return None
    def escaped(text):
        return re.sub(r'([\\|{}~_"`^-])', r"\\\1", text)
    out = ["{width:*}"]
    for kind, left, right in lines:
        out.append({"qr": "{code:%s;option:qrcode,6,M}" % left, "rule": "---", "pair": f"{escaped(left)} | {escaped(right)}",
                    "centre": escaped(left), "left": f"{escaped(left)} |"}[kind])
    with tempfile.TemporaryDirectory() as place:
        source, target = pathlib.Path(place) / "slip.receipt", pathlib.Path(place) / "slip.prn"
        source.write_text("\n".join(out) + "\n=\n", "utf-8")
        command = [tool, source, "-p", "generic", "-l", "zh-hans", "-c", str(columns), "-o", target]
        subprocess.run(command, check=True, capture_output=True)
        return len(target.read_bytes())


def python_escpos(lines, columns):
    try:
        from escpos.printer import Dummy
    except ImportError:
        return None
    def width(text):
        return sum(2 if ord(char) > 0x7F else 1 for char in text)
    printer = Dummy(profile="default")
    printer.hw("INIT")
    align = "left"
    for kind, left, right in lines:
        wanted = "center" if kind in ("centre", "qr") else "left"
        if wanted != align:
            printer.set(align=wanted)
            align = wanted
        if kind == "qr":
            printer.qr(left, size=6, native=True)
        elif kind == "rule":
            printer.text("-" * columns + "\n")
        elif kind == "pair":
            printer.text(left + " " * max(1, columns - width(left) - width(right)) + right + "\n")
        else:
            printer.text(left + "\n")
    printer.cut(mode="PART")
    return len(printer.output)


def ours(data, with_qr):
    if with_qr:
        return len(data)
    # GS ( k: the commands of the symbol
    rest, at = len(data), 0
    while (at := data.find(b"\x1d(k", at)) >= 0:
        length = 5 + (data[at + 3] | data[at + 4] << 8)
        rest, at = rest - length, at + length
    return rest


def main():
    folder = pathlib.Path(sys.argv[1])
    name = sys.argv[2] if len(sys.argv) > 2 else "generic-80.card.offline_sale.customer.zh"
    row = next(line.split("\t") for line in (folder / "slips.tsv").read_text("utf-8").splitlines() if line.startswith(name + "\t"))
    columns = int(row[3])
    data = (folder / f"{name}.bin").read_bytes()
    lines = list(parts((folder / f"{name}.txt").read_text("utf-8")))
    worst = False
    for with_qr, title in [(False, "without the QR code"), (True, "with it")]:
        some = [line for line in lines if with_qr or line[0] != "qr"]
        mine = ours(data, with_qr)
        print(f"{name}, {title}: ours {mine}")
        for other, count in [("receiptline", receiptline(some, columns)), ("python-escpos", python_escpos(some, columns))]:
            if count is None:
                print(f"  {other} is not installed: not compared")
            else:
                print(f"  {other} {count}: ours is {mine / count:.2f} of it")
                worst |= mine > count
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main())
