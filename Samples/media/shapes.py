#!/usr/bin/env python3
"""Writes a picture of one or two coloured shapes as PPM to standard output, in the world that the sample model knows.

    shapes.py WIDTH HEIGHT BACKGROUND SIZE COLOUR SHAPE [SIZE COLOUR SHAPE] [--frames N]

One shape stands in the centre, two stand left and right. With --frames the shapes move up, one PPM after another.
"""
import argparse
import sys

COLOURS = {
    "red": (220, 40, 40), "green": (40, 170, 60), "blue": (50, 80, 220), "yellow": (240, 220, 40),
    "purple": (150, 50, 180), "orange": (245, 140, 30), "black": (15, 15, 15), "white": (245, 245, 245),
}
BACKGROUNDS = {"grey": (128, 128, 128), "pink": (250, 190, 200), "brown": (120, 80, 50), "cyan": (120, 220, 230)}
RADII = {"small": 13, "large": 27}  # in a picture of 128 pixels
SHAPES = {
    "circle": lambda x, y, r: x * x + y * y < r * r,
    "square": lambda x, y, r: abs(x) < 0.9 * r and abs(y) < 0.9 * r,
    "triangle": lambda x, y, r: -r + 1.8 * abs(x) < y < 0.8 * r,
    "ring": lambda x, y, r: (0.6 * r) ** 2 < x * x + y * y < r * r,
    "cross": lambda x, y, r: (abs(x) < 0.3 * r and abs(y) < r) or (abs(y) < 0.3 * r and abs(x) < r),
}


def ppm(width, height, background, shapes, rise):
    pixels = bytearray(bytes(BACKGROUNDS[background]) * (width * height))
    places = [0.5] if len(shapes) == 1 else [0.27, 0.73]
    for place, (size, colour, shape) in zip(places, shapes):
        radius = RADII[size] * min(width, height) / 128
        inside = SHAPES[shape]
        for y in range(height):
            for x in range(width):
                if inside(x - place * width, y - height / 2 + rise, radius):
                    at = 3 * (y * width + x)
                    pixels[at : at + 3] = bytes(COLOURS[colour])
    return b"P6 %d %d 255\n" % (width, height) + pixels


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("background", choices=BACKGROUNDS)
    parser.add_argument("shapes", nargs="+", metavar="SIZE COLOUR SHAPE")
    parser.add_argument("--frames", type=int, default=1)
    arguments = parser.parse_args()
    words = arguments.shapes
    shapes = [words[i : i + 3] for i in range(0, len(words), 3)]
    for frame in range(arguments.frames):
        rise = frame - (arguments.frames - 1) / 2
        sys.stdout.buffer.write(ppm(arguments.width, arguments.height, arguments.background, shapes, rise))


main()
