import Testing

@Suite struct ManifestPlaceholder {}
