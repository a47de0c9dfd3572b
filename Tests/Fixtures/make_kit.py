#!/usr/bin/env python3
"""Makes Tests/Fixtures/kit: a tiny random Qwen3-Omni checkpoint, media, and what transformers makes of them.

    python3 -m venv /tmp/kit && /tmp/kit/bin/pip install -r Tests/Fixtures/requirements.txt
    /tmp/kit/bin/python Tests/Fixtures/make_kit.py make  Tests/Fixtures/kit
    /tmp/kit/bin/python Tests/Fixtures/make_kit.py check Tests/Fixtures/kit    # are the goldens still what they say?

Needs ffmpeg. Weights are bf16, arithmetic is float32 with eager attention, decoding is greedy. Dimensions are odd on
purpose (hidden 40, heads of 11, 12 and 24, 6 experts of 36), so that code which only works for the published sizes
fails here. README.md beside this file says what every golden is.
"""
import argparse
import json
import platform
from pathlib import Path

import numpy as np
import PIL
import tokenizers
import torch
import torchvision
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import Qwen3OmniMoeForConditionalGeneration, Qwen3OmniMoeProcessor

from kit_media import ffmpeg, make_media, read_wav
from kit_model import make_model, write_json

SEED = 75
NEW_TOKENS = 12
# Every n-th row or column is kept of what would make the kit large; the tensor's name says so.
STRIDES = {"pixel_values": ("rows", 7), "pixel_values_videos": ("rows", 31), "input_features": ("cols", 13)}


def text(value):
    return {"type": "text", "text": value}


IMAGE, AUDIO, VIDEO = ({"type": kind, kind: "x"} for kind in ("image", "audio", "video"))
SMALL_FRAMES = {"size": {"shortest_edge": 4096, "longest_edge": 786432}}


def user(*parts):
    return [{"role": "user", "content": list(parts)}]


# name: (conversation, files, videos_kwargs, audio in video)
CASES = {
    "text": (user(text("Hello, who are you? 你好 — cafe\u0301 №7 🎞️")), [], None, False),
    "text_system_multi": ([
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "1+1=?"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": "And 12 x 345?\n\n  Explain briefly."},
    ], [], None, False),
    "image1": (user(IMAGE, text("Describe the image.")), ["image_a.png"], None, False),
    "image2": (user(text("Compare "), IMAGE, text(" and "), IMAGE, text(" please.")),
               ["image_a.png", "image_b.jpg"], None, False),
    "image_tall": (user(IMAGE, text("?")), ["image_c.png"], None, False),
    "image_small": (user(IMAGE, text("!")), ["image_d.png"], None, False),
    "audio3": (user(AUDIO, text("Transcribe.")), ["audio_3s.wav"], None, False),
    "audio2": (user(AUDIO, text(" then "), AUDIO, text(" which one is longer?")),
               ["audio_1s.wav", "audio_3s.wav"], None, False),
    "audio1": (user(AUDIO, text("Transcribe.")), ["audio_1s.wav"], None, False),
    "audio9": (user(AUDIO, text("Summarise the audio.")), ["audio_9s.wav"], None, False),
    "video": (user(VIDEO, text("What happens in the video?")), ["video_12f.mp4"], {"fps": 2.0, **SMALL_FRAMES}, False),
    "video_nofps": (user(VIDEO, text("What happens?")), ["video_12f.mp4"], SMALL_FRAMES, False),
    "video_audio": (user(VIDEO, text("Describe picture and sound.")), ["video_av.mp4", "video_av_track.wav"],
                    {"fps": 3.0, **SMALL_FRAMES}, True),
    "mixed": ([{"role": "system", "content": "You are a helpful assistant."}] + user(
        text("Look: "), IMAGE, text(" listen: "), AUDIO, text(" then answer in one word.")),
        ["image_b.jpg", "audio_3s.wav"], None, False),
    "mixed_all": (user(AUDIO, IMAGE, VIDEO, text("Relate all three.")),
                  ["image_c.png", "audio_1s.wav", "video_12f.mp4"], {"fps": 2.0, **SMALL_FRAMES}, False),
}


class Reference:
    """The reference implementation over one kit directory."""

    def __init__(self, kit):
        self.media = kit / "media"
        self.processor = Qwen3OmniMoeProcessor.from_pretrained(kit / "model")
        self.thinker = Qwen3OmniMoeForConditionalGeneration.from_pretrained(
            kit / "model", dtype=torch.float32, attn_implementation="eager", experts_implementation="eager",
        ).eval().thinker
        self.images = load_file(self.media / "decoded_images.safetensors")
        self.frames = load_file(self.media / "decoded_video_frames.safetensors")

    def image(self, name):
        if name in self.images:
            return self.images[name]
        return torch.from_numpy(np.array(Image.open(self.media / name).convert("RGB")))

    def inputs(self, prompt, files, videos_kwargs, audio_in_video):
        pictures = [f for f in files if Path(f).suffix in (".png", ".jpg", ".jpeg")]
        images = [self.image(f).permute(2, 0, 1) for f in pictures]
        videos = [self.frames[f].permute(0, 3, 1, 2) for f in files if f in self.frames]
        audio = [read_wav(self.media / f) for f in files if f.endswith(".wav")]
        options = {"videos_kwargs": dict(videos_kwargs)} if videos_kwargs else {}
        if audio_in_video:
            options |= {"load_audio_from_video": True, "audio_from_video_indices": [0]}
        return self.processor(
            text=[prompt], images=images or None, videos=videos or None, audio=audio or None, return_tensors="pt",
            **options)

    @torch.no_grad()
    def goldens(self, prompt, files, videos_kwargs, audio_in_video, new_tokens):
        batch = self.inputs(prompt, files, videos_kwargs, audio_in_video)
        out = dict(batch)
        model = self.thinker.model
        if "input_features" in batch:
            out["audio_embeds"] = model.get_audio_features(
                batch["input_features"], batch["feature_attention_mask"]).last_hidden_state
        for kind, pixels, encode in (("image", "pixel_values", model.get_image_features),
                                     ("video", "pixel_values_videos", model.get_video_features)):
            if pixels in batch:
                features = encode(batch[pixels], batch[f"{kind}_grid_thw"])
                out[f"{kind}_embeds"] = torch.cat(features.pooler_output)
                for level, rows in enumerate(features.deepstack_features):
                    out[f"{kind}_deepstack_{level}"] = torch.cat(rows)
        mask = batch.get("feature_attention_mask")
        positions, delta = self.thinker.get_rope_index(
            batch["input_ids"], batch.get("image_grid_thw"), batch.get("video_grid_thw"), batch["attention_mask"],
            audio_in_video, None if mask is None else mask.sum(-1), batch.get("video_second_per_grid"))
        out["position_ids"], out["rope_delta"] = positions[:, 0], delta

        forward = self.thinker(**batch, use_audio_in_video=audio_in_video, output_router_logits=True)
        logits = forward.logits[0]
        best = logits.topk(2, dim=-1).values
        out |= {"logits_last": logits[-1], "argmax_all": logits.argmax(-1), "margin_all": best[:, 0] - best[:, 1]}
        k = self.thinker.config.text_config.num_experts_per_tok
        ranked = [r.softmax(-1).sort(-1, descending=True).values for r in forward.router_logits]
        out["router_gap"] = torch.stack([p[:, k - 1] - p[:, k] for p in ranked])

        generated = self.thinker.generate(
            **batch, use_audio_in_video=audio_in_video, do_sample=False, max_new_tokens=new_tokens, eos_token_id=None,
            return_dict_in_generate=True, output_logits=True)
        steps = torch.cat(generated.logits).topk(2, dim=-1).values
        out["greedy_tokens"] = generated.sequences[0, batch["input_ids"].shape[1]:]
        out |= {"greedy_logit_top1": steps[:, 0], "greedy_margin": steps[:, 0] - steps[:, 1]}
        out["video_second_per_grid"] = torch.as_tensor(out.get("video_second_per_grid", []), dtype=torch.float32)
        # The types that the kit's format fixes.
        floats = {n: t.float() if t.is_floating_point() else t for n, t in out.items() if t.numel()}
        for name in ("position_ids", "rope_delta"):
            floats[name] = floats[name].float()
        if mask is not None:
            floats["feature_attention_mask"] = mask.to(torch.int32)
        return {name: tensor.contiguous() for name, tensor in floats.items()}


def strided(name, tensor, axis, step):
    kept = tensor[::step] if axis == "rows" else tensor[..., ::step]
    return f"{name}_{axis}_stride{step}", kept.contiguous()


def make_goldens(kit):
    reference, summary = Reference(kit), {}
    (kit / "goldens").mkdir(exist_ok=True)
    for name, (conversation, files, videos_kwargs, audio_in_video) in CASES.items():
        prompt = reference.processor.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True)
        tensors = reference.goldens(prompt, files, videos_kwargs, audio_in_video, NEW_TOKENS)
        facts = {
            "n_tokens": tensors["input_ids"].shape[1], "greedy": tensors["greedy_tokens"].tolist(),
            "greedy_text": reference.processor.tokenizer.decode(tensors["greedy_tokens"]),
            "min_margin": tensors["greedy_margin"].min().item(), "min_router_gap": tensors["router_gap"].min().item(),
            "logits_std": tensors["logits_last"].std().item(),
        }
        kept = dict(strided(n, t, *STRIDES[n]) if n in STRIDES else (n, t) for n, t in tensors.items())
        save_file(kept, kit / "goldens" / f"{name}.safetensors")
        write_json(kit / "goldens" / f"{name}.json", {
            "prompt": prompt, "files": files, "use_audio_in_video": audio_in_video, "videos_kwargs": videos_kwargs,
            "conversation": conversation, **facts,
        })
        summary[name] = {key: facts[key] for key in ("n_tokens", "min_margin", "min_router_gap", "logits_std")}
        print(f"{name:18} {summary[name]}")
    write_json(kit / "goldens" / "summary.json", {
        "seed": SEED, "transformers": transformers.__version__, "torch": torch.__version__,
        "torchvision": torchvision.__version__, "tokenizers": tokenizers.__version__, "numpy": np.__version__,
        "pillow": PIL.__version__, "python": platform.python_version(),
        "ffmpeg": ffmpeg("-version").decode().split()[2], "cases": summary,
    })


def check(kit):
    """Computes every case of a kit again and prints the largest difference of each tensor. Any kit of this format."""
    reference, worst = Reference(kit), 0.0
    for path in sorted((kit / "goldens").glob("*.safetensors")):
        case = json.loads(path.with_suffix(".json").read_text()) if path.with_suffix(".json").exists() else {}
        if "files" not in case:
            continue
        golden = load_file(path)
        tensors = reference.goldens(case["prompt"], case["files"], case["videos_kwargs"], case["use_audio_in_video"],
                                    len(golden["greedy_tokens"]))
        rendered = reference.processor.apply_chat_template(
            case["conversation"], tokenize=False, add_generation_prompt=True)
        differences = {} if rendered == case["prompt"] else {"prompt": float("inf")}
        for name, expected in golden.items():
            base, _, step = name.partition("_stride")
            base, _, axis = base.rpartition("_") if step else (base, "", "")
            if base in tensors:
                actual = strided(base, tensors[base], axis, int(step))[1] if step else tensors[base]
                same = actual.shape == expected.shape and actual.dtype == expected.dtype
                differences[name] = (actual.double() - expected.double()).abs().max().item() if same else float("inf")
        different = {n: f"{d:.1e}" for n, d in differences.items() if d > 0}
        print(f"{path.stem:18} {len(differences)} tensors, not equal: {different or 'none'}")
        worst = max(worst, *differences.values())
    return worst < 1e-3


def main():
    parser = argparse.ArgumentParser(description="Makes or checks a golden kit.")
    parser.add_argument("action", choices=["make", "check"])
    parser.add_argument("kit", type=Path)
    parser.add_argument("--seed", type=int, default=SEED, help="of the weights")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    torch.use_deterministic_algorithms(True)
    if arguments.action == "check":
        raise SystemExit(0 if check(arguments.kit) else 1)
    make_media(arguments.kit / "media")
    make_model(arguments.kit / "model", arguments.seed)
    make_goldens(arguments.kit)


if __name__ == "__main__":
    main()
