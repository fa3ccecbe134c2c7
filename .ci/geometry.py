#!/usr/bin/env python3
"""Our slips through a renderer that is not ours: `escpost` (crates: cargo install escpost), and its picture's QR code
through zxing-cpp (PyPI: zxing-cpp pillow).

    geometry.py DIR [PROFILE …]     DIR as for oracle.py

escpost knows one-byte text only and refuses FS commands and queries, so those are taken out and each two-byte character
becomes two letters: boxes, sizes, positions, cuts and pictures stay. It is strict: any command that it does not know,
or that stands where a printer would not obey it, is an error. Exit 1 if it refuses a slip or the QR code does not say
what the slip says; 0 with a sentence where the tools are absent."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from oracle import CODECS, Printer


class Filter(Printer):
    """Copies what escpost can judge."""

    def __init__(self, codec):
        super().__init__(codec)
        self.kept = bytearray()

    def text(self, run):
        # the width on paper is the number of bytes, four-byte codes apart, which are as wide as two
        shown = run.decode(self.codec if self.chinese and self.codec else self.page or "ascii")
        for char in shown:
            wide = self.chinese and ord(char) > 0x7F
            self.kept += b"##" if wide else char.encode("ascii", "replace")

    def command(self, rest, at):
        length = super().command(rest, at)
        raw = bytes(rest[:length])
        if raw[:1] != b"\x1c" and raw[:2] not in (b"\x1da", b"\x1dr", b"\x1bR", b"\x1bt") and raw[:3] != b"\x1d(H":
            self.kept += raw
        return length


def main():
    escpost = shutil.which("escpost")
    if not escpost:
        print("escpost is not installed (cargo install escpost): geometry was not judged")
        return 0
    try:
        import zxingcpp
        from PIL import Image, ImageOps
    except ImportError:
        zxingcpp = None
        print("zxing-cpp or pillow is not installed (pip install zxing-cpp pillow): QR codes were not read")
    folder, only = pathlib.Path(sys.argv[1]), sys.argv[2:] or ["generic-80"]
    lines = (folder / "slips.tsv").read_text("utf-8").splitlines()
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"))) for line in lines[1:]]
    rows = [row for row in rows if row["profile"] in only]
    refused = unread = read = 0
    with tempfile.TemporaryDirectory() as place:
        source, picture = pathlib.Path(place) / "slip.bin", pathlib.Path(place) / "slip.png"
        for row in rows:
            walker = Filter(next((python for name, python in CODECS.items() if name in row["encoding"]), None))
            walker.walk((folder / f"{row['name']}.bin").read_bytes())
            source.write_bytes(walker.kept)
            command = [escpost, "render", source, "--profile", "REFERENCE", "--output", picture, "--non-interactive"]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                refused += 1
                if refused <= 3:
                    print(f"{row['name']}: {result.stderr.strip() or result.stdout.strip()}")
                continue
            if zxingcpp:
                wanted = re.search(r"\[QR:\s*(.*?)\]", (folder / f"{row['name']}.txt").read_text("utf-8"), re.S)
                image = ImageOps.expand(Image.open(picture).convert("L"), 40, 255)
                found = [code.text for code in zxingcpp.read_barcodes(image)]
                read += 1
                if not wanted or wanted.group(1) not in found:
                    unread += 1
                    if unread <= 3:
                        print(f"{row['name']}: the QR code says {found}")
    print(f"escpost drew {len(rows) - refused} of {len(rows)} slips; {read - unread} of {read} QR codes say the id")
    return 1 if refused or unread or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
