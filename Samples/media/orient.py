#!/usr/bin/env python3
"""Puts an EXIF orientation (1 to 8) into a JPEG: orient.py FILE ORIENTATION. EXIF 2.3, section 4.6.4."""
import struct
import sys

path, orientation = sys.argv[1], int(sys.argv[2])
with open(path, "rb") as file:
    jpeg = file.read()
entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
tiff = b"MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">H", 1) + entry + struct.pack(">I", 0)
exif = b"Exif\0\0" + tiff
with open(path, "wb") as file:
    file.write(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:])
