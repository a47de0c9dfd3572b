import Testing

@Suite struct TokenizerPlaceholder {}
