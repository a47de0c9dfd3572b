import GRDB

public enum UnitStatus: String, Sendable, CaseIterable { case waiting, done, failed, skipped }

extension UnitStatus: DatabaseValueConvertible {}
