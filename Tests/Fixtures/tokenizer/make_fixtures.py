"""Makes the tokenizer fixtures: a small Qwen2-style model directory, vectors, and rendered Jinja templates.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.21.4 jinja2==3.1.6 && venv/bin/python make_fixtures.py

What is expected comes from Hugging Face's tokenizers, put together as its Qwen2 tokenizer is, and from jinja2, set up
as transformers does for chat templates.
"""

import json
import random
from pathlib import Path

import jinja2
import tokenizers
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

assert tokenizers.__version__ == "0.21.4" and jinja2.__version__ == "3.1.6"

HERE = Path(__file__).parent
MODEL = HERE / "model"
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)

CORPUS = """
The mayor opens the bridge at ten o'clock. It's raining; they're late, we've seen it, I'm sure he'll come, she'd rather
not, and the archive doesn't forget. Describe the image. Transcribe the English audio into text. What happened in the
audio? The quick brown fox jumps over the lazy dog, and the film's sound starts after the picture.
    def main(argument):\n        return argument + 1\n\n
Die Brücke wird heute eröffnet; die Straße ist gesperrt. Où est le café? El niño pequeño está aquí.
请将这段中文语音转换为纯文本。请描述这张图片。图片中的文字。 映画の音を書き起こしてください。 한국어 문장입니다.
Откройте мост сегодня. الجسر مفتوح اليوم. 😀😃👩‍👩‍👧 1234567890 3.14
"""

FLAGS = {"lstrip": False, "rstrip": False, "single_word": False, "normalized": False}
ADDED = [
    ("<|endoftext|>", {**FLAGS, "special": True}),
    ("<|im_start|>", {**FLAGS, "special": True}),
    ("<|im_end|>", {**FLAGS, "special": True}),
    ("<|audio_pad|>", {**FLAGS, "special": True}),
    ("<|audio_pad|>|", {**FLAGS, "special": True}),
    ("<think>", {**FLAGS, "special": False}),
    ("</think>", {**FLAGS, "special": False}),
    ("<|wide|>", {**FLAGS, "lstrip": True, "rstrip": True, "special": True}),
    ("<\u00e9>", {**FLAGS, "normalized": True, "special": False}),
]


def qwen2(model):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def make_model():
    tokenizer = qwen2(models.BPE())
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=600, min_frequency=1, show_progress=False, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(CORPUS.splitlines(keepends=True) * 2, trainer)
    MODEL.mkdir(exist_ok=True)
    tokenizer.model.save(str(MODEL))
    base = tokenizer.get_vocab_size()
    config = {
        "added_tokens_decoder": {
            str(base + i): {"content": content, **flags} for i, (content, flags) in enumerate(ADDED)
        },
        "tokenizer_class": "Qwen2Tokenizer",
    }
    write(MODEL / "tokenizer_config.json", config)
    tokenizer = qwen2(models.BPE.from_file(str(MODEL / "vocab.json"), str(MODEL / "merges.txt")))
    for content, flags in ADDED:
        tokenizer.add_tokens([AddedToken(content, **flags)])
    return tokenizer


TEXTS = [
    "", " ", "  ", "a", "The mayor opens the bridge", "the the the",
    # contractions
    "It's they're we've I'm he'll she'd don't", "IT'S THEY'RE WE'VE I'M HE'LL SHE'D DON'T",
    "it'\u017f it'\u017feen x'S'T'Re'vE", "'s 't '", "rock 'n' roll's'", "'\u2019s it\u2019s", "'l 'r 'v 'lx", "''s '''ll",
    # numbers
    "1234567890", "3.14 1,000 \u00bd \u2167 \u0663\u0664 \u4e94", "a1b22", " 1 22",
    # scripts
    "请将这段中文语音转换为纯文本。", "映画の音を書き起こしてください。", "한국어 문장입니다.", "الجسر مفتوح", "Откройте мост",
    "हिन्दी में पाठ", "ภาษาไทย",
    # emoji
    "😀😃", "👩\u200d👩\u200d👧\u200d👦 family", "❤\ufe0f 1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "👍🏽", "🇨🇳🇺🇸",
    # NFC
    "cafe\u0301", "e\u0301 vs \u00e9", "\u1100\u1161\u11a8", "q\u0307\u0323", "A\u030a \u212b \u2126", "\u0344", "\u0958",
    "\u0f7c\u0f73", "\u0f40\u0f7e\u0f81\u0f39\u0f75",
    "\u0301a", "a\u0301\u0301", "'e\u0301", "\ufb01", "\U0001d15e",
    # white space
    "trailing   ", "   leading", "a  b   c", "a\t\tb", "a\n\nb", "a\r\nb\r\n", "a\r\n\r\n  b", " \r\n x", "\r\r\n\n\r",
    "x \n y", "x\n ", "  \n\n  z", "a\u00a0b", "a\u3000\u3000b", "\u2028a\u2029", "\x85\x0b\x0c", "\x1c a", "!\n\n!", "!?\r\n\r\nx",
    " !a", "  !", "\t!", "\ta", "\u200ba",
    # code and signs
    "def main(argument):\n        return argument + 1\n", "a_b __init__ -x --flag", "C:\\Windows", "=== ... !!!",
    "\x00\x01\x7f", "\ufffd\U0010ffff", "a" * 70, "ab" * 40,
    # added tokens
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", "a<|im_end|>b", " <|im_end|> ", "<|im_end", "<|IM_END|>",
    "<|im_end|><|im_end|>", "<|audio_pad|>|", "<|audio_pad|>||", "<|audio_pad|>e\u0301<|audio_pad|>\u0301",
    "a  <|wide|>\n b", "  <|wide|>  <|wide|>  ", "<think>\n\n</think>\n\n", "<\u00e9> <e\u0301>", "<|im_start|\u0301>",
]


def random_text(random_source):
    pieces = [
        "'", "s", "'ll", "'RE", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "e", "\u0301", "\u0323", "the", "Bridge", "7", "\u0664",
        ".", "!?", "-", "\u4e2d", "\ud55c", "\u1100", "\u1161", "\U0001f469", "\u200d", "<|im_end|>", "<|wide|>", "<think>", "<",
        "\u017f", "\u00df", "\x00",
    ]
    return "".join(random_source.choice(pieces) for _ in range(random_source.randint(1, 24)))


def make_vectors(tokenizer):
    source = random.Random(7)
    texts = TEXTS + [random_text(source) for _ in range(200)]
    vectors = []
    for text in texts:
        ids = tokenizer.encode(text).ids
        vector = {"text": text, "ids": ids}
        # Its decoder takes the scalars of a non-ASCII added token for bytes; ours gives the content.
        if tokenizer.token_to_id("<\u00e9>") not in ids:
            vector["decoded"] = tokenizer.decode(ids, skip_special_tokens=False)
        vectors.append(vector)
    write_lines(HERE / "encode.json", vectors)

    single_bytes = [tokenizer.token_to_id(c) for c in sorted(pre_tokenizers.ByteLevel.alphabet())]
    base = tokenizer.token_to_id("<|endoftext|>")
    decodes = []
    for _ in range(200):
        ids = []
        for _ in range(source.randint(1, 12)):
            kind = source.random()
            if kind < 0.7:
                ids.append(source.choice(single_bytes))
            elif kind < 0.9:
                ids.append(source.randrange(base))
            else:
                ids.append(base + source.randrange(len(ADDED) - 1))
        decodes.append({
            "ids": ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=False),
            "without_special": tokenizer.decode(ids, skip_special_tokens=True),
        })
    write_lines(HERE / "decode.json", decodes)


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    result = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    result.filters["tojson"] = tojson
    result.globals["raise_exception"] = raise_exception
    return result


def make_templates():
    cases = []
    constructs = (HERE / "constructs.jinja.txt").read_text()
    for block in constructs.split("\n######## ")[1:]:
        name, template = block.split("\n", 1)
        try:
            cases.append({"name": name, "template": template, "expected": environment().from_string(template).render()})
        except Exception as error:
            assert name.startswith("error:"), (name, error)
            cases.append({"name": name, "template": template})
        else:
            assert not name.startswith("error:"), name
    write_lines(HERE / "constructs.json", cases)

    template = (HERE / "qwen3_style.jinja").read_text()
    conversations = (HERE / "conversations.jinja.txt").read_text()
    cases = []
    for block in conversations.split("\n######## ")[1:]:
        name, variables = block.split("\n", 1)
        whole = variables.rstrip("\n") + template
        cases.append({"name": name, "variables": variables.rstrip("\n"), "expected": environment().from_string(whole).render()})
    write_lines(HERE / "conversations.json", cases)


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, indent=1) + "\n")


def write_lines(path, values):
    path.write_text("[\n" + ",\n".join(json.dumps(value, ensure_ascii=True) for value in values) + "\n]\n")


if __name__ == "__main__":
    make_vectors(make_model())
    make_templates()
