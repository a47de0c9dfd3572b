/// Which failed units a later run tries again.
public enum RetryPolicy {
    public static let maximumAttempts = 3

    /// Failures that may end differently next time although content, recipe and model are the same.
    public static let transientClasses: Set<String> = [
        "unreadable", "timed_out", "engine_out_of_memory", "interrupted",
    ]

    /// Whether a unit that failed this way waits again when it is planned next.
    public static func allowsRetry(errorClass: String, attempts: Int) -> Bool {
        attempts < maximumAttempts && transientClasses.contains(errorClass)
    }
}
