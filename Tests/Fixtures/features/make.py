#!/usr/bin/env python3
"""Writes the goldens in this directory: what transformers and torchvision make of synthetic sound and pictures.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 torch==2.15.0 torchvision==0.29.2 transformers==5.23.0
    venv/bin/python make.py

The inputs are not stored: Tests/FeaturesTests/Synthetic.swift makes the same from the same integer formulas.
goldens.json holds the tables and names the raw little-endian arrays beside it (.f32, .u8).
"""

import json
from pathlib import Path

import numpy as np
import torch
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as tvF
from transformers import WhisperFeatureExtractor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor, smart_resize
from transformers.models.qwen2_vl.video_processing_qwen2_vl import Qwen2VLVideoProcessor
from transformers.models.qwen3_omni_moe.processing_qwen3_omni_moe import _get_feat_extract_output_lengths
from transformers.video_utils import VideoMetadata

HERE = Path(__file__).parent
BUDGET = {"shortest_edge": 3136, "longest_edge": 12845056}


def noise(count, seed):
    """The upper 16 bits of a 32-bit linear congruential generator."""
    values = np.empty(count, np.int64)
    state = seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = state >> 16
    return values


def sound(count, seed):
    """Noise at falling loudness with a square wave in it, then silence; again every 4000 samples."""
    index = np.arange(count)
    loudness = np.array([128, 16, 1, 0])[index // 1000 % 4]
    square = np.where(index // 20 % 2 == 0, 8000, -8000) * (loudness != 0)
    return ((((noise(count, seed) - 32768) * loudness >> 8) + square) / 32768).astype(np.float32)


def picture(width, height, seed):
    """A chequerboard of noise and gradients in fields of 8 x 8 pixels."""
    y, x, channel = np.mgrid[0:height, 0:width, 0:3]
    grain = noise(width * height * 3, seed).reshape(height, width, 3) >> 8
    gradient = (5 * x + 3 * y + 40 * channel) & 255
    return np.where((x // 8 + y // 8) % 2 == 0, grain, gradient).astype(np.uint8)


def save(name, array):
    array = np.ascontiguousarray(array)
    (HERE / name).write_bytes(array.tobytes())
    return name


def log_mel():
    extractor = WhisperFeatureExtractor(feature_size=128)
    shortest = 201
    cases = []
    for lengths in ([1], [200], [201], [400], [16007], [51200], [3301, 8070], [7990, 8000]):
        clips = [sound(n, seed=n) for n in lengths]
        # The reference cannot reflect a clip this short; we pad it with zeros first.
        padded = [np.pad(c, (0, max(shortest - len(c), 0))) for c in clips]
        made = extractor(
            padded, sampling_rate=16000, padding=True, truncation=False, return_attention_mask=True,
            return_tensors="np")
        frames = made["attention_mask"].sum(axis=1)
        mels = [mel[:, :n].ravel() for mel, n in zip(made["input_features"], frames)]
        name = "mel-" + "-".join(map(str, lengths)) + ".f32"
        cases.append({
            "lengths": lengths, "frames": frames.tolist(),
            "file": save(name, np.concatenate(mels).astype("<f4"))})
    return cases


def resizes():
    cases = []
    for width, height, to_width, to_height in (
        (33, 47, 64, 96), (97, 61, 32, 32), (50, 31, 50, 64), (31, 50, 64, 50), (9, 120, 32, 64), (120, 5, 17, 90),
        (1, 1, 32, 32), (75, 75, 74, 76), (64, 64, 1, 1),
    ):
        image = torch.from_numpy(picture(width, height, seed=width)).permute(2, 0, 1)[None]
        made = tvF.resize(image, [to_height, to_width], interpolation=InterpolationMode.BICUBIC, antialias=True)
        name = f"resize-{width}x{height}-{to_width}x{to_height}.u8"
        cases.append({
            "from": [width, height], "to": [to_width, to_height],
            "file": save(name, made[0].permute(1, 2, 0).numpy())})
    return cases


def patches():
    half = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    clip = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
    cases = []
    for name, sizes, budget, normalisation in (
        ("image", [(90, 61)], BUDGET, half),
        ("image-clip", [(50, 20)], {"shortest_edge": 1024, "longest_edge": 2048}, clip),
        ("video", [(70, 40)] * 3, {"shortest_edge": 1024, "longest_edge": 2048}, half),
    ):
        pictures = [picture(w, h, seed=i + 1) for i, (w, h) in enumerate(sizes)]
        options = {"patch_size": 16, "temporal_patch_size": 2, "merge_size": 2, "size": budget, **normalisation}
        if len(pictures) == 1:
            made = Qwen2VLImageProcessor(**options)(images=pictures, return_tensors="np")
            grid, values = made["image_grid_thw"], made["pixel_values"]
        else:
            frames = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
            made = Qwen2VLVideoProcessor(**options)(videos=[frames], return_tensors="np")
            grid, values = made["video_grid_thw"], made["pixel_values_videos"]
        cases.append({
            "size": list(sizes[0]), "frames": len(sizes),
            "budget": [budget["shortest_edge"], budget["longest_edge"]],
            "mean": normalisation["image_mean"], "standardDeviation": normalisation["image_std"],
            "grid": grid[0].tolist(), "file": save(f"patches-{name}.f32", values.astype("<f4"))})
    return cases


def sizes():
    video = (131072, 786432)
    cases = []
    for width, height, (least, most) in (
        # Halves round to even: 1.5 -> 2, 2.5 -> 2, 3.5 -> 4, 4.5 -> 4.
        (48, 80, (1024, 786432)), (112, 144, (1024, 786432)), (49, 79, (1024, 786432)), (81, 47, (1024, 786432)),
        (1920, 1080, (3136, 12845056)), (8000, 6000, (3136, 12845056)), (1, 1, (3136, 12845056)),
        (16, 16, (3136, 12845056)), (15, 300, (3136, 12845056)), (3000, 15, (3136, 12845056)),
        (40, 150, (3136, 12845056)), (10, 2000, (3136, 12845056)), (20000, 100, (3136, 12845056)),
        (1920, 1080, video), (128, 96, video), (3840, 2160, video), (360, 640, video), (1024, 768, video),
        (64, 4096, (3136, 65536)), (5000, 26, (3136, 32768)),
        # More than 200 to 1.
        (2010, 10, (3136, 12845056)), (1, 201, (3136, 12845056)),
    ):
        try:
            made = smart_resize(height, width, factor=32, min_pixels=least, max_pixels=most)[::-1]
        except ValueError:
            made = None
        cases.append({"from": [width, height], "budget": [least, most], "to": made})
    return cases


def frame_indices():
    processor = Qwen2VLVideoProcessor()
    cases = []
    for numerator, denominator, total, rate in (
        (30, 1, 300, 2), (30000, 1001, 300, 2), (24000, 1001, 1441, 2), (25, 1, 101, 2), (25, 1, 9, 2),
        (60000, 1001, 777, 0.5), (12, 1, 7, 2), (10, 1, 5000, 2), (24, 1, 2400, 30),
    ):
        metadata = VideoMetadata(total_num_frames=total, fps=numerator / denominator)
        indices = processor.sample_frames(metadata, fps=rate).tolist()
        cases.append({"frameRate": [numerator, denominator], "total": total, "rate": rate, "indices": indices})
    return cases


def audio_tokens():
    frames = torch.tensor([*range(0, 330), 999, 1000, 1001, 3000, 4700, 240000])
    counts = _get_feat_extract_output_lengths(frames)
    return [list(pair) for pair in zip(frames.tolist(), counts.tolist())]


goldens = {
    "logMel": log_mel(), "resizes": resizes(), "patches": patches(), "sizes": sizes(),
    "frameIndices": frame_indices(), "audioTokens": audio_tokens(),
}
(HERE / "goldens.json").write_text(
    "{\n" + ",\n".join(
        f'"{key}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]" for key, cases in goldens.items()
    ) + "\n}\n")
