import Testing

@Suite struct FeaturesPlaceholder {}
