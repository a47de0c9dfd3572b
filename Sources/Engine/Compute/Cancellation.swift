/// Asked between the layers of long work; true: somebody wants it to end.
public typealias CancellationCheck = () -> Bool

/// Ends long work where `isCancelled` says so.
func checkCancellation(_ isCancelled: CancellationCheck) throws(CancellationError) {
    if isCancelled() { throw CancellationError() }
}
