"""Makes the pictures beside it that ffmpeg cannot write: python3 make.py (needs Pillow with AVIF, 11.3 or later).

Every "turned" picture is stored on its side (EXIF orientation 6) and stands upright with a red edge on top, a blue
block at the lower left and green elsewhere.
"""
from pathlib import Path

from PIL import Image

here = Path(__file__).parent


def upright(mode="RGB"):
    image = Image.new("RGB", (64, 48), (0, 160, 0))
    image.paste((220, 0, 0), (0, 0, 64, 16))
    image.paste((0, 0, 220), (0, 32, 16, 48))
    return image.convert(mode)


stored = upright().transpose(Image.Transpose.ROTATE_90)
exif = Image.Exif()
exif[0x0112] = 6
stored.save(here / "turned.avif", exif=exif, quality=95, subsampling="4:4:4")
stored.save(here / "turned.tif", tiffinfo={0x0112: 6}, compression="raw")

# The lower half is transparent.
glass = upright("RGBA")
glass.paste((0, 0, 220, 0), (0, 24, 64, 48))
glass.save(here / "glass.avif", quality=95, subsampling="4:4:4")

# The first picture of the animation covers a part of the canvas only.
frames = [upright("RGBA"), upright("RGBA").transpose(Image.Transpose.ROTATE_180)]
frames[0].save(here / "animated.webp", save_all=True, append_images=frames[1:], duration=500, lossless=True)

ink = Image.new("CMYK", (32, 32))
ink.putdata([(x * 8, y * 8, (x + y) * 4, (x * y) // 8) for y in range(32) for x in range(32)])
ink.save(here / "cmyk.jpg", quality=95)
Image.open(here / "cmyk.jpg").convert("RGB").save(here / "cmyk.png")
