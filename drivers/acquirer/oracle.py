#!/usr/bin/env python3
"""Our ISO 8583 codec beside pyiso8583, both ways.

Our request frames are decoded by pyiso8583 and encoded again; answers of random contents are encoded by pyiso8583, decoded and
encoded again by us. Every frame must come back byte for byte. Where pyiso8583 is not installed this says so and ends with 0.
"""

import random
import string
import subprocess
import sys
from pathlib import Path

try:
    import iso8583
except ImportError:
    print("oracle: pyiso8583 is not installed (pip install pyiso8583); the codec was NOT compared")
    sys.exit(0)


def bcd(most, length_bytes=0):
    """Packed digits; the length counts digits, odd counts are filled on the right."""
    return {
        "data_enc": "b", "len_enc": "bcd", "len_type": length_bytes, "max_len": most,
        "len_count": "nibbles", "right_pad": "0", "desc": "",
    }


def text(most, length_bytes=0):
    return {"data_enc": "ascii", "len_enc": "bcd", "len_type": length_bytes, "max_len": most, "desc": ""}


def raw(most, length_bytes=0):
    return {"data_enc": "b", "len_enc": "bcd", "len_type": length_bytes, "max_len": most, "desc": ""}


def spec(settlement):
    fields = {
        "h": raw(11), "t": bcd(4), "p": raw(8),
        "3": bcd(6), "4": bcd(12), "11": bcd(6), "12": bcd(6), "13": bcd(4), "15": bcd(4), "22": bcd(3), "25": bcd(2),
        "32": bcd(11, 1), "37": text(12), "38": text(6), "39": text(2), "41": text(8), "42": text(15), "44": text(25, 1),
        "48": bcd(512, 2) if settlement else raw(512, 2),
        "49": text(3), "53": bcd(16), "54": text(20, 2), "60": bcd(17, 2), "61": bcd(29, 2), "62": raw(512, 2),
        "63": text(163, 2), "64": raw(8),
    }
    return fields


def digits(count):
    return "".join(random.choice(string.digits) for _ in range(count))


def letters(count):
    return "".join(random.choice(string.ascii_letters + string.digits + " ") for _ in range(count))


def hexes(count):
    return "".join(random.choice("0123456789ABCDEF") for _ in range(count * 2))


def framed(message):
    return len(message).to_bytes(2, "big") + message


def answer():
    """A frame of random fields and contents, made by pyiso8583."""
    mti = random.choice(["0810", "0830", "0510", "0330", "0210"])
    layout = spec(mti[1] in "358")
    fields = {"h": "6000000003603100311000", "t": mti}
    for number, form in layout.items():
        if not number.isdigit() or random.random() < 0.4:
            continue
        most = form["max_len"]
        count = most if form["len_type"] == 0 else random.randint(1, most)
        if form.get("len_count") == "nibbles":
            fields[number] = digits(count)
        elif form["data_enc"] == "b":
            fields[number] = hexes(count)
        else:
            fields[number] = letters(count)
    bytes_, _ = iso8583.encode(fields, layout)
    return framed(bytes(bytes_))


def main():
    random.seed(8583)
    answers = [answer() for _ in range(500)]
    root = Path(__file__).resolve().parent
    ours = subprocess.run(
        ["cargo", "run", "-q", "-p", "counterfoil-acquirer", "--example", "frames"],
        input="".join(frame.hex() + "\n" for frame in answers), text=True, capture_output=True, check=True, cwd=root,
    ).stdout
    requests, _, echoed = ours.partition("\n\n")
    bad = 0
    requests = requests.split("\n")
    for line in requests:
        frame = bytes.fromhex(line)
        mti = frame[13:15].hex()
        layout = spec(mti[1] in "358")
        try:
            fields, _ = iso8583.decode(frame[2:], layout)
            again, _ = iso8583.encode(fields, layout)
        except (iso8583.DecodeError, iso8583.EncodeError) as error:
            print(f"oracle: our {mti}: {error}")
            bad += 1
            continue
        if framed(bytes(again)) != frame:
            print(f"oracle: our {mti} came back different")
            bad += 1
    lines = echoed.split("\n")[: len(answers)]
    for frame, line in zip(answers, lines, strict=True):
        if line != frame.hex().upper():
            print(f"oracle: {frame.hex().upper()} came back as {line}")
            bad += 1
    print(f"oracle: pyiso8583 {iso8583.__version__ if hasattr(iso8583, '__version__') else ''}: "
          f"{len(requests)} requests and {len(answers)} answers compared, {bad} differ")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
