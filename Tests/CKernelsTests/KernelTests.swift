import Testing

/// The instruction set is chosen for the whole process, so the suites that choose one take turns.
@Suite("Kernels", .serialized) enum KernelTests {}
