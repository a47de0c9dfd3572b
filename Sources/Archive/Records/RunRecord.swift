/// How a run was started.
public struct RunRecord: Sendable, Equatable {
    public var manifest: String
    /// The model's name, for people.
    public var model: String
    /// Part of every unit's identity: must differ wherever results may differ (weights, precision).
    public var modelFingerprint: String
    public var precision: String
    public var engine: String
    public var version: String
    public var threads: Int
    public var batchSize: Int

    public init(
        manifest: String, model: String, modelFingerprint: String, precision: String, engine: String, version: String,
        threads: Int, batchSize: Int
    ) {
        self.manifest = manifest
        self.model = model
        self.modelFingerprint = modelFingerprint
        self.precision = precision
        self.engine = engine
        self.version = version
        self.threads = threads
        self.batchSize = batchSize
    }
}
