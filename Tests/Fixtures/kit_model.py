"""The kit's checkpoint: a small vocabulary, odd dimensions, random weights, in the published on-disk layout."""
import json

import tokenizers
import torch
from transformers import Qwen3OmniMoeConfig, Qwen3OmniMoeForConditionalGeneration

# Not in the published order and not at the published ids.
SPECIAL = """<|audio_pad|> <|im_end|> <|vision_pad|> <|video_pad|> <|endoftext|> <|audio_start|> <tts_pad> <|im_start|>
<|vision_end|> <tts_text_bos> <|image_pad|> <|audio_end|> <tts_text_eod> <|vision_start|>""".split()
TEXT_TOKENS = 601
VOCABULARY = 637  # rows of the embedding: more than there are tokens, as in the published model
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CORPUS = """user
assistant
system
You are a helpful assistant. Describe the image. Transcribe the English audio into text. What happens in the video?
Describe picture and sound. Relate all three. Compare the first and the second, then answer in one word, please.
The archivist opens a box of reels, threads the projector and watches the night pass over the harbour; the mayor opens
a bridge, the crowd cheers, the band plays on. A reporter reads the news from the studio: rain in the north, sunshine
along the coast, wind over the hills tomorrow. Cameras record, tapes are copied, frames are counted and captions are
written under every picture. Which of these is longer? The interview was recorded on a quiet morning near the station,
and the sound of the train can be heard behind the speaker. Nothing is lost: what was decoded is kept, what was skipped
is said, and the time of each scene is taken from the container. Another evening, another reel: children run through
the garden, a dog follows them, somebody laughs. The engineer repaired the old transmitter, started the machine again
and listened. There were twenty, thirty, forty people in the theatre; the concert had already started. Over the river
the lights of the factory were reflected in the water, large and small, red and green, yellow and blue.
"""


def make_tokenizer(directory):
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE())
    bpe.normalizer = tokenizers.normalizers.NFC()
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Split(tokenizers.Regex(SPLIT), "isolated"),
        tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=TEXT_TOKENS, initial_alphabet=alphabet, show_progress=False)
    bpe.train_from_iterator([CORPUS] + ["user\n", "assistant\n", "system\n"] * 9, trainer)
    assert bpe.get_vocab_size() == TEXT_TOKENS, bpe.get_vocab_size()
    bpe.model.save(str(directory))

    ids = {name: TEXT_TOKENS + i for i, name in enumerate(SPECIAL)}
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
    names = {
        "image_token": "<|image_pad|>", "audio_token": "<|audio_pad|>", "video_token": "<|video_pad|>",
        "vision_bos_token": "<|vision_start|>", "vision_eos_token": "<|vision_end|>",
        "audio_bos_token": "<|audio_start|>", "audio_eos_token": "<|audio_end|>",
    }
    write_json(directory / "tokenizer_config.json", {
        "add_bos_token": False, "add_prefix_space": False,
        "added_tokens_decoder": {str(i): {"content": name, **flags} for name, i in ids.items()},
        "additional_special_tokens": SPECIAL, **names, "extra_special_tokens": names,
        "bos_token": None, "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "errors": "replace",
        "model_max_length": 131072, "pad_token": "<|endoftext|>", "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer", "unk_token": None,
    })
    return ids | {word: bpe.token_to_id(word) for word in ("user", "assistant", "system")}


# A reconstruction of the published template's behaviour, without its tools block.
CHAT_TEMPLATE = """{%- macro render(content) -%}
{%- if content is string -%}{{- content -}}
{%- else -%}
{%- for part in content -%}
{%- if part.type == 'image' or 'image' in part or 'image_url' in part -%}<|vision_start|><|image_pad|><|vision_end|>
{%- elif part.type == 'audio' or 'audio' in part or 'audio_url' in part -%}<|audio_start|><|audio_pad|><|audio_end|>
{%- elif part.type == 'video' or 'video' in part -%}<|vision_start|><|video_pad|><|vision_end|>
{%- elif 'text' in part -%}{{- part.text -}}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\n' + render(message.content) + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""

def configuration(ids):
    """config.json in the spelling of transformers 4.57, which the published checkpoint has."""
    text = {
        "model_type": "qwen3_omni_moe_text", "vocab_size": VOCABULARY, "hidden_size": 40, "intermediate_size": 52,
        "num_hidden_layers": 4, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 12,
        "hidden_act": "silu", "max_position_embeddings": 32768, "rms_norm_eps": 1e-06, "rope_theta": 1000000,
        "rope_scaling": {"mrope_section": [3, 2, 1], "mrope_interleaved": True, "interleaved": True,
                         "rope_type": "default", "type": "default"},
        "attention_bias": False, "attention_dropout": 0.0, "decoder_sparse_step": 1, "moe_intermediate_size": 36,
        "num_experts": 6, "num_experts_per_tok": 3, "norm_topk_prob": True, "mlp_only_layers": [1],
        "shared_expert_intermediate_size": 0, "sliding_window": None, "use_qk_norm": True,
        "tie_word_embeddings": False, "use_cache": True, "use_sliding_window": False, "router_aux_loss_coef": 0.001,
        "initializer_range": 0.02,
    }
    audio = {
        "model_type": "qwen3_omni_moe_audio_encoder", "num_mel_bins": 128, "encoder_layers": 2,
        "num_hidden_layers": 2, "encoder_attention_heads": 4, "encoder_ffn_dim": 100, "d_model": 44,
        "activation_function": "gelu", "activation_dropout": 0, "attention_dropout": 0, "dropout": 0,
        "conv_chunksize": 500, "downsample_hidden_size": 6, "max_source_positions": 1500, "n_window": 50,
        "n_window_infer": 800, "output_dim": 40, "scale_embedding": False, "initializer_range": 0.02,
    }
    vision = {
        "model_type": "qwen3_omni_moe_vision_encoder", "depth": 4, "hidden_size": 48,
        "hidden_act": "gelu_pytorch_tanh", "intermediate_size": 68, "num_heads": 2, "in_channels": 3, "in_chans": 3,
        "patch_size": 16, "spatial_patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2,
        "out_hidden_size": 40, "num_position_embeddings": 49, "deepstack_visual_indexes": [0, 2, 3],
        "initializer_range": 0.02,
    }
    return {
        "architectures": ["Qwen3OmniMoeForConditionalGeneration"], "model_type": "qwen3_omni_moe",
        "dtype": "bfloat16", "enable_audio_output": False, "transformers_version": "4.57.0.dev0",
        "im_start_token_id": ids["<|im_start|>"], "im_end_token_id": ids["<|im_end|>"],
        "user_token_id": ids["user"], "assistant_token_id": ids["assistant"], "system_token_id": ids["system"],
        "tts_pad_token_id": ids["<tts_pad>"], "tts_bos_token_id": ids["<tts_text_bos>"],
        "tts_eos_token_id": ids["<tts_text_eod>"],
        "thinker_config": {
            "model_type": "qwen3_omni_moe_thinker", "dtype": "bfloat16", "initializer_range": 0.02,
            "position_id_per_seconds": 13, "seconds_per_chunk": 2, "user_token_id": ids["user"],
            "image_token_id": ids["<|image_pad|>"], "video_token_id": ids["<|video_pad|>"],
            "audio_token_id": ids["<|audio_pad|>"], "audio_start_token_id": ids["<|audio_start|>"],
            "audio_end_token_id": ids["<|audio_end|>"], "vision_start_token_id": ids["<|vision_start|>"],
            "vision_end_token_id": ids["<|vision_end|>"],
            "text_config": text, "audio_config": audio, "vision_config": vision,
        },
    }


# Standard deviation of a weight is gain / sqrt(fan in): activations stay near 1, routers and logits are decided.
GAINS = {
    "lm_head": 3.0, "mlp.gate": 2.0, "gate_proj": 1.5, "up_proj": 1.5, "gate_up_proj": 1.5, "down_proj": 0.7,
    "o_proj": 0.7, "out_proj": 0.7, "attn.proj": 0.7, "linear_fc1": 1.5, "linear_fc2": 0.7, "fc1": 1.5, "fc2": 0.7,
    "mlp.0": 1.5, "conv2d1": 1.5, "conv2d2": 1.5, "conv2d3": 1.5,
}


def randomise(model, generator):
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        module = name.removesuffix(".weight")
        if name.endswith("embed_tokens.weight"):
            value = 0.6 * noise
        elif name.endswith("pos_embed.weight"):
            value = 0.3 * noise
        elif name.endswith(".bias"):
            value = 0.1 * noise
        elif parameter.ndim == 1:
            value = 1 + 0.17 * noise
        else:
            fan_in = parameter.shape[-1] if parameter.ndim == 3 else parameter[0].numel()
            gain = next((g for suffix, g in GAINS.items() if module.endswith(suffix)), 1.0)
            value = gain * noise / fan_in**0.5
        parameter.data.copy_(value.to(parameter.dtype))


def make_model(directory, seed):
    directory.mkdir(parents=True, exist_ok=True)
    ids = make_tokenizer(directory)
    config = configuration(ids)
    model = Qwen3OmniMoeForConditionalGeneration(Qwen3OmniMoeConfig(**json.loads(json.dumps(config))))
    randomise(model, torch.Generator().manual_seed(seed))
    model.to(torch.bfloat16).save_pretrained(directory, max_shard_size="600KB")
    # save_pretrained writes the newer spelling and more files than the published checkpoint has.
    (directory / "generation_config.json").unlink(missing_ok=True)
    write_json(directory / "config.json", config)
    write_json(directory / "generation_config.json", {
        "pad_token_id": ids["<|endoftext|>"], "thinker_eos_token_id": ids["<|im_end|>"],
        "thinker_max_new_tokens": 1024, "transformers_version": "4.57.0.dev0",
    })
    write_json(directory / "chat_template.json", {"chat_template": CHAT_TEMPLATE})
    write_json(directory / "preprocessor_config.json", {
        "chunk_length": 300, "dither": 0.0, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 128,
        "hop_length": 160, "image_mean": [0.5] * 3, "image_processor_type": "Qwen2VLImageProcessor",
        "image_std": [0.5] * 3, "max_pixels": 18000, "merge_size": 2, "min_pixels": 3136, "n_fft": 400,
        "n_samples": 4800000, "nb_max_frames": 30000, "padding_side": "right", "padding_value": 0.0,
        "patch_size": 16, "processor_class": "Qwen3OmniMoeProcessor", "return_attention_mask": True,
        "sampling_rate": 16000, "temporal_patch_size": 2,
    })


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
