import Archive
import ArgumentParser
import Engine
import Logging
import Manifest
import Pipeline
import SystemPackage

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a job: everything in its manifest that is not done yet.",
        discussion: """
            Interrupt it whenever you like (Ctrl-C, kill, a power cut): what is done is kept, and the same command goes \
            on where it stopped.
            """)

    @Argument(help: ArgumentHelp("The job's manifest, YAML or JSON.", valueName: "job"))
    var job: String

    @Option(help: ArgumentHelp("The database, in place of the manifest's.", valueName: "file"))
    var database: String?

    @Option(help: ArgumentHelp("The model's directory, in place of the manifest's.", valueName: "dir"))
    var model: String?

    @Option(help: ArgumentHelp("Units that the engine works on side by side.", valueName: "n"))
    var batchSize = 4

    @Option(help: "How progress is shown on standard error; auto: a bar on a terminal, else plain lines.")
    var progress = ProgressStyle.auto

    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...256).contains(batchSize) else {
            throw ValidationError("--batch-size is \(batchSize); it must be from 1 to 256.")
        }
    }

    func run() throws {
        try reportingErrors {
            BrokenPipe.isIgnored()
            let logger = global.makeLogger()
            let stop = StopSignal()
            let style = progress
            let handler = TerminationHandler(stop) {
                guard style.isForPeople else { return }
                Terminal.printError("\nStopping. What is done is kept; once more stops at once.")
            }
            defer { withExtendedLifetime(handler) {} }

            var plan = try Job.read(FilePath(job))
            if let database { plan.database = absolutePath(FilePath(database)) }
            guard let directory = model.map({ absolutePath(FilePath($0)) }) ?? plan.model else {
                throw InputError(
                    description: "\(job) names no model. Add 'model: DIR' to it, or give --model DIR.")
            }
            let loaded = try modelOptions.load(directory)
            if style.isForPeople {
                Terminal.printError(
                    "Nightreel \(nightreelVersion) · model: \(loaded.summary) · engine: \(loaded.engineSummary)")
            }
            let summary = try execute(plan, model: loaded, logger: logger, stop: stop)
            if style.isForPeople {
                for line in summary.resultLines() { Terminal.printOutput(line) }
                for line in summary.nextLines { Terminal.printError(line) }
            }
            if summary.interrupted { throw ExitStatus.stoppedEarly }
            if summary.counts.failed > 0 { throw ExitStatus.someFailed }
        }
    }
}

extension RunCommand {
    private func execute(
        _ job: Job, model: OmniModel, logger: Logger, stop: StopSignal
    ) throws -> RunSummary {
        let archive = try Archive(job.database, create: true)
        let record = RunRecord(
            manifest: self.job, model: model.summary, modelFingerprint: model.fingerprint,
            precision: model.precision.rawValue, engine: model.engineSummary, version: nightreelVersion,
            threads: model.threads, batchSize: batchSize)
        let run = JobRun(
            job: job, archive: archive, record: record,
            engine: ModelEngine(model: model, batchSize: batchSize, stop: stop),
            settings: FeatureSettings(model.preprocessor), stop: stop, logger: logger)
        do {
            let base = absolutePath(job.manifest).removingLastComponent().string
            return try run.execute(reporter: progress.reporter(base: base))
        } catch let error as ArchiveError {
            guard case .inUse = error else { throw error }
            throw InputError(description: "\(error) Nothing was run.", status: ExitStatus.stoppedEarly)
        }
    }
}

extension ProgressStyle: ExpressibleByArgument {
    /// Whether somebody reads it, rather than a program or nobody.
    fileprivate var isForPeople: Bool {
        switch self {
        case .auto, .bar, .plain: true
        case .json, .none: false
        }
    }
}
