"""The kit's media: small pictures, sounds and films, and the exact pixels that the goldens are made from."""
import subprocess
import wave

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

RATE = 16000

def picture(height, width, random, blobs=5, time=0.0):
    """Soft gradients, hard-edged discs and a little noise, [height, width, 3] uint8."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    frame = np.stack([120 + 90 * np.sin(x / 23 + c) * np.cos(y / (17 + 5 * c)) for c in range(3)], axis=-1)
    for _ in range(blobs):
        cx, cy, radius = random.uniform(0, width), random.uniform(0, height), random.uniform(4, height / 4)
        colour, vx, vy = random.uniform(0, 255, 3), *random.uniform(-6, 6, 2)
        frame[(x - cx - vx * time) ** 2 + (y - cy - vy * time) ** 2 < radius**2] = colour
    return np.clip(frame + random.normal(0, 3, frame.shape), 0, 255).astype(np.uint8)


def sound(samples, random):
    """A voice-like hum with a moving pitch, pauses and noise, int16."""
    t = np.arange(samples) / RATE
    pitch = 2 * np.pi * np.cumsum(130 + 40 * np.sin(2 * np.pi * 0.7 * t)) / RATE
    voice = sum(np.sin(k * pitch) / k * (1 + np.sin(2 * np.pi * (0.3 + 0.2 * k) * t)) for k in range(1, 25))
    voice *= np.clip(np.sin(2 * np.pi * 1.3 * t) + 0.4, 0, 1)
    return (6000 * voice / np.abs(voice).max() + random.normal(0, 120, samples)).astype(np.int16)


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())


def read_wav(path):
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768


def ffmpeg(*arguments, data=None):
    command = ["ffmpeg", "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def write_video(path, frames, rate, sound_path=None):
    height, width = frames.shape[1:3]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", rate, "-i", "-"]
    track = ["-i", sound_path, "-c:a", "aac", "-b:a", "32k"] if sound_path else []
    exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-threads", "1"]
    ffmpeg(*raw, *track, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "30", *exact, path, data=frames.tobytes())


def read_video(path, height, width):
    return np.frombuffer(ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"), np.uint8).reshape(
        -1, height, width, 3)


def make_media(directory):
    directory.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    # Over max_pixels; a width of 2.5 blocks, which rounds to the even side, in 4:2:0; narrow; under min_pixels.
    Image.fromarray(picture(131, 173, random)).save(directory / "image_a.png")
    Image.fromarray(picture(113, 80, random)).save(directory / "image_b.jpg", quality=88, subsampling="4:2:0")
    Image.fromarray(picture(190, 40, random)).save(directory / "image_c.png")
    Image.fromarray(picture(21, 43, random)).save(directory / "image_d.png")
    images = {p.name: np.array(Image.open(p).convert("RGB")) for p in sorted(directory.glob("image_*"))}
    save_file({name: torch.from_numpy(x.copy()) for name, x in images.items()},
              directory / "decoded_images.safetensors")

    # 1.07 s: one short chunk; 2.73 s: two chunks and a rest; 9.37 s: more than the 8 s window; none a whole frame.
    write_wav(directory / "audio_1s.wav", sound(17170, random))
    write_wav(directory / "audio_3s.wav", sound(43691, random))
    write_wav(directory / "audio_9s.wav", sound(149997, random))

    height, width = 58, 90
    moving = np.stack([picture(height, width, np.random.default_rng(2), time=t) for t in range(12)])
    write_video(directory / "video_12f.mp4", moving, 2)
    # Nine frames at 3 a second: the last is repeated to fill its pair, and the time steps are no whole positions.
    write_wav(directory / "track.wav", sound(3 * RATE, random))
    write_video(directory / "video_av.mp4", moving[::-1][:9], 3, directory / "track.wav")
    (directory / "track.wav").unlink()
    ffmpeg("-i", directory / "video_av.mp4", "-ar", RATE, "-ac", "1", "-c:a", "pcm_s16le", "-fflags", "+bitexact",
           directory / "video_av_track.wav")
    videos = {p.name: read_video(p, height, width) for p in sorted(directory.glob("*.mp4"))}
    save_file({name: torch.from_numpy(x.copy()) for name, x in videos.items()},
              directory / "decoded_video_frames.safetensors")
