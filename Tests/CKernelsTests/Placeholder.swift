import Testing

@Suite struct CKernelsPlaceholder {}
