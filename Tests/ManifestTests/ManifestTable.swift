@testable import Manifest

/// Manifests with their verdicts, for the parser and the schema. One line each, in YAML's flow form.
enum ManifestTable {
    static let good: [String] =
        [
            "{inputs: [media], tasks: [caption]}",
            "{inputs: [media], tasks: [caption, transcribe, describe_audio]}",
            "{name: nightly, model: m, database: d.sqlite, inputs: [a], tasks: [caption], limits: {}, sampling: {}}",
            "{name: '1.0', inputs: ['12'], tasks: [caption]}",
            "{inputs: [a.mp4, '*.jpg', 'b/**/*.png'], tasks: [caption]}",
        ]
        + [
            "path: a", "path: a, recursive: false", "path: 'a[1].jpg'", "glob: '*.jpg'", "list: a.txt",
            "list: a.csv, path_column: file, id_column: key", "list: a.JSONL, path_column: file",
            "list: a.ndjson, id_column: key", "list: a.txt, format: csv, path_column: file",
            "list: a.csv, format: lines", "list: a, format: jsonl, id_column: key",
        ].map { "{inputs: [{\($0)}], tasks: [caption]}" }
        + [
            "task: caption", "task: caption, name: a.b-c_9", "task: caption, prompt: 'What? {{}}'",
            "task: caption, system: Be brief.", "task: caption, media: [video]", "task: caption, media: [video, image]",
            "task: transcribe", "task: transcribe, language: German", "task: transcribe, media: [audio]",
            "task: transcribe, prompt: Write it down.", "task: describe_audio", "task: describe_audio, prompt: ''",
            "task: describe_audio, media: [video]", "task: describe_audio, media: [audio, video]",
            "task: ask, prompt: Who?", "task: ask, prompt: Who?, media: [audio, image, video]",
            "task: ask, prompt: Who?, media: [image], limits: {max_pixels: 5000, max_new_tokens: 9}",
            "task: ask, prompt: Who?, media: [audio], limits: {segment_seconds: 9}",
            "task: caption, media: [video], limits: {max_frames: 8, max_frame_pixels: 5000, segment_seconds: 9}",
            "task: transcribe, limits: {segment_seconds: 9, max_new_tokens: 9}",
        ].map(task)
        + LimitKey.allCases.flatMap { key in key.range.inside.map { limits("\(key.rawValue): \($0)") } }
        + SamplingKey.allCases.flatMap { key in
            key.range.inside.map {
                sampling(key == .temperature ? "temperature: \($0)" : "preset: creative, \(key.rawValue): \($0)")
            }
        }
        + [
            "preset: factual", "preset: conversational", "preset: creative, temperature: 0", "temperature: 0",
            "temperature: 0.5, top_k: 5, top_p: 0.5, repetition_penalty: 1.1, seed: 42", "repetition_penalty: 1.1",
            "preset: factual, temperature: 0.1, seed: 1", "preset: conversational, seed: 1",
        ].map(sampling)
        + ["factual", "conversational", "creative"].map { "{inputs: [a], tasks: [caption], sampling: \($0)}" }
        + ["max_frames: 64.0", "max_frames: 1e2", "frames_per_second: 1e-1", "max_new_tokens: +5"].map(limits)

    static let bad: [String] =
        [
            "{}", "[]", "caption", "{inputs: [a]}", "{tasks: [caption]}", "{inputs: [], tasks: [caption]}",
            "{inputs: [a], tasks: []}", "{inputs: a, tasks: [caption]}", "{inputs: [a], tasks: caption}",
            "{inputs: {path: a}, tasks: [caption]}", "{inputs: [a], tasks: {task: caption}}",
            "{inputs: , tasks: [caption]}",
            "{inputs: [a], tasks: [caption], colour: red}", "{inputs: [a], tasks: [caption], Name: x}",
            "{inputs: [a], tasks: [caption], limits: 3}", "{inputs: [a], tasks: [caption], limits: }",
            "{inputs: [a], tasks: [caption], sampling: 3}", "{inputs: [a], tasks: [caption], sampling: warm}",
            "{inputs: [a], tasks: [caption], sampling: [factual]}",
        ]
        + ["name", "model", "database"].flatMap { key in
            ["''", "' '", "3", "1.0", "true", "", "~", "[a]", "{a: b}", "\"a\\0b\""].map {
                "{inputs: [a], tasks: [caption], \(key): \($0)}"
            }
        }
        + ["''", "' '", "3", "true", "~", "[a]", "\"a\\0b\""].map { "{inputs: [\($0)], tasks: [caption]}" }
        + [
            "", "recursive: true", "path: 3", "path: ''", "path: a, glob: b", "path: a, list: b",
            "path: a, recursive: 'true'",
            "path: a, recursive: 1", "path: a, recursive: yes", "glob: a, recursive: true", "glob: ''", "list: 3",
            "list: a.csv, recursive: true", "list: a.csv, format: tsv", "list: a.csv, format: 1",
            "list: a.csv, path_column: ''", "list: a.csv, path_column: 1", "list: a.csv, id_column: ''",
            "list: a.csv, id_column: [a]", "list: a.txt, path_column: p", "list: a.txt, id_column: p",
            "list: a.csv, format: lines, path_column: p", "path: a, format: csv", "glob: a, id_column: p", "file: a",
        ].map { "{inputs: [{\($0)}], tasks: [caption]}" }
        + ["transcirbe", "ask", "Caption", "3", "~", "[caption]", "true", "''"].map { "{inputs: [a], tasks: [\($0)]}" }
        + [
            "", "prompt: x", "task: transcirbe", "task: 3", "task: [caption]", "caption: {}",
            "task: ask", "task: ask, prompt: ''", "task: ask, prompt: ' '", "task: ask, prompt: 3",
            "task: caption, prompt: ''", "task: caption, prompt: [x]", "task: caption, promt: x",
            "task: transcribe, prompt: ''", "task: describe_audio, prompt: ' '",
            "task: caption, name: ''", "task: caption, name: 'a b'", "task: caption, name: -a",
            "task: caption, name: 7",
            "task: caption, name: a/b", "task: caption, name: ä",
            "task: caption, name: \(String(repeating: "a", count: 65))",
            "task: caption, system: ''", "task: caption, system: 1",
            "task: caption, media: []", "task: caption, media: video", "task: caption, media: [audio]",
            "task: caption, media: [vidoe]", "task: caption, media: [video, video]", "task: caption, media: [1]",
            "task: transcribe, media: [image]", "task: describe_audio, media: [image]",
            "task: ask, prompt: x, media: [text]",
            "task: caption, language: German", "task: ask, prompt: x, language: German",
            "task: describe_audio, language: German", "task: transcribe, language: de",
            "task: transcribe, language: ''",
            "task: transcribe, language: 3", "task: transcribe, language: '{x}'",
            "task: transcribe, language: [German]",
            "task: transcribe, language: German, prompt: x", "task: caption, limits: []",
            "task: caption, sampling: hot",
        ].map(task)
        + ["frames_per_second: 1", "max_frames: 8", "max_frame_pixels: 5000"].flatMap {
            [
                "task: caption, media: [image], limits: {\($0)}",
                "task: ask, prompt: x, media: [audio, image], limits: {\($0)}",
                "task: transcribe, limits: {\($0)}", "task: describe_audio, media: [video], limits: {\($0)}",
            ].map(task)
        }
        + [
            "task: caption, media: [video], limits: {max_pixels: 5000}",
            "task: ask, prompt: x, media: [audio, video], limits: {max_pixels: 5000}",
            "task: transcribe, limits: {max_pixels: 5000}",
            "task: caption, media: [image], limits: {segment_seconds: 9}",
        ].map(task)
        + LimitKey.allCases.flatMap { key in
            (key.range.outside + notNumbers).map { limits("\(key.rawValue): \($0)") }
        }
        + SamplingKey.allCases.flatMap { key in
            (key.range.outside + notNumbers).map {
                sampling(key == .temperature ? "temperature: \($0)" : "preset: creative, \(key.rawValue): \($0)")
            }
        }
        + ["frame_rate: 2", "max_tokens: 3", "Max_frames: 8"].map(limits)
        + [
            "preset: warm", "preset: 1", "topk: 3", "seed: 1", "top_k: 5", "top_p: 0.5", "temperature: 0, seed: 1",
            "preset: factual, top_k: 5", "preset: creative, temperature: 0, top_p: 0.5",
            "preset: creative, temperature: 0.0, seed: 1",
        ].map(sampling)

    static let badForTheParserOnly: [String] =
        [
            "{inputs: [a], tasks: [caption, caption]}",
            "{inputs: [a], tasks: [caption, {task: ask, prompt: x, name: caption}]}",
            "{inputs: [a], tasks: [transcribe], limits: {max_frames: 8}}",
            "{inputs: [a], tasks: [{task: caption, media: [image]}], limits: {segment_seconds: 9}}",
            "{inputs: [a], tasks: [{task: caption, media: [video]}, transcribe], limits: {max_pixels: 5000}}",
            "{name: yes, inputs: [a], tasks: [caption]}", "{name: off, inputs: [a], tasks: [caption]}",
            "{name: 0x1F, inputs: [a], tasks: [caption]}", "{name: 007, inputs: [a], tasks: [caption]}",
            "{name: !include x, inputs: [a], tasks: [caption]}",
        ]
        + ["'{'", "'}'", "'a {b'", "'{}'", "'{\"a\": 1}'", "'{title}'", "'{{title}'"].map {
            task("task: caption, prompt: \($0)")
        }

    private static let notNumbers = ["'5'", "fast", "true", "~", "", "[5]", "{a: 5}", "5 s", "5,5", "yes", "1_0"]

    private static func task(_ task: String) -> String { "{inputs: [a], tasks: [{\(task)}]}" }
    private static func limits(_ limits: String) -> String { "{inputs: [a], tasks: [caption], limits: {\(limits)}}" }
    private static func sampling(_ values: String) -> String {
        "{inputs: [a], tasks: [caption], sampling: {\(values)}}"
    }
}

extension NumberRange {
    private var step: Double { grain == .any ? 0.001 : grain == .whole ? 1 : 2 }

    /// The outermost values that are allowed, and one between.
    fileprivate var inside: [String] {
        [excludesLower ? lower + step : lower, lower + 2 * step, upper].map(\.plain)
    }

    /// The innermost values that are not, and what is far off.
    fileprivate var outside: [String] {
        let fractions = grain == .any ? [] : [(lower + 2 * step + 0.5).plain]
        let odd = grain == .even ? [(lower + 1).plain] : []
        return [excludesLower ? lower : lower - step, upper + step, -1e9, 1e300].map(\.plain) + fractions + odd
    }
}
