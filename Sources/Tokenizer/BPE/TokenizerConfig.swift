/// What is read of tokenizer_config.json.
struct TokenizerConfig: Decodable {
    struct AddedToken: Decodable {
        var content: String
        var lstrip: Bool?
        var rstrip: Bool?
        var normalized: Bool?
        var singleWord: Bool?
        var special: Bool?

        enum CodingKeys: String, CodingKey {
            case content, lstrip, rstrip, normalized, special
            case singleWord = "single_word"
        }
    }

    var addedTokens: [String: AddedToken]?

    enum CodingKeys: String, CodingKey {
        case addedTokens = "added_tokens_decoder"
    }
}
