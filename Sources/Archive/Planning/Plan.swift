import GRDB

extension Archive {
    /// Puts the units of (media, recipe, the run's model) into the plan of `run`: new ones are inserted, known ones kept
    /// as they are, except failed ones that `RetryPolicy` allows, which wait again, and those that no run has tried yet,
    /// which follow the newer plan.
    ///
    /// Other units of the same media and task name that are not in this run's plan become superseded, whether they had
    /// another recipe, model or span; planned again they come back with what they had.
    public func plan(
        _ units: [PlannedUnit], media: Int64, recipe: RecipeRecord, run: Int64
    ) throws(ArchiveError) {
        try write { db in
            guard
                let model = try Int64.fetchOne(
                    db.cachedStatement(sql: "SELECT model_id FROM runs WHERE id = ?"), arguments: [run])
            else { throw ArchiveError.sqlite(path: path.string, reason: "there is no run \(run) to plan for") }
            let key = try UnitKey(media: media, recipe: recipeID(recipe, db), model: model, run: run)
            for unit in units { try save(unit, key, db) }
            try db.cachedStatement(sql: supersede).execute(arguments: [media, run, recipe.task])
        }
    }
}

/// What the units of one call have in common.
private struct UnitKey {
    var media: Int64
    var recipe: Int64
    var model: Int64
    var run: Int64
}

private func recipeID(_ recipe: RecipeRecord, _ db: Database) throws -> Int64 {
    let find = try db.cachedStatement(sql: "SELECT id FROM recipes WHERE hash = ?")
    if let id = try Int64.fetchOne(find, arguments: [recipe.hash]) { return id }
    try db.cachedStatement(sql: "INSERT INTO recipes (hash, task, kind, prompt, settings) VALUES (?, ?, ?, ?, ?)")
        .execute(arguments: [
            recipe.hash, storable(recipe.task), recipe.kind, storable(recipe.prompt), storable(recipe.settings),
        ])
    return db.lastInsertedRowID
}

private func save(_ unit: PlannedUnit, _ key: UnitKey, _ db: Database) throws {
    let (start, end) = (microseconds(unit.start), microseconds(unit.end))
    let known = try Row.fetchOne(
        db.cachedStatement(sql: findUnit), arguments: [key.media, key.recipe, key.model, start, end])
    guard let known else {
        let state = UnitState(planned: unit)
        try db.cachedStatement(sql: insertUnit).execute(arguments: [
            key.media, key.recipe, key.model, start, end, state.status, state.errorClass, state.error, key.run,
        ])
        return
    }
    // Two paths with one content plan the same units: once is enough.
    if known["plan_run"] as Int64 == key.run { return }
    let old = UnitState(status: known["status"], errorClass: known["error_class"], error: known["error"])
    let state = old.replanned(as: unit, attempts: known["attempts"])
    try db.cachedStatement(sql: keepUnit).execute(arguments: [
        state.status, state.errorClass, state.error, key.run, known["id"] as Int64,
    ])
}

/// A unit's status and the reason for it, which failed and skipped ones have and others have not.
struct UnitState: Equatable {
    var status: UnitStatus
    var errorClass: String?
    var error: String?
}

extension UnitState {
    init(planned unit: PlannedUnit) {
        switch unit.status {
        case .waiting, .done:
            self.init(status: .waiting)
        case .failed, .skipped:
            let errorClass = unit.errorClass ?? "unexplained"
            self.init(
                status: unit.status, errorClass: storable(errorClass), error: storable(unit.error ?? errorClass))
        }
    }

    /// The state after a later run's plan. No attempt yet: nobody but the planner has judged it, and now knows better.
    func replanned(as unit: PlannedUnit, attempts: Int) -> UnitState {
        if attempts == 0 { return UnitState(planned: unit) }
        guard status == .failed, let errorClass, unit.status == .waiting,
            RetryPolicy.allowsRetry(errorClass: errorClass, attempts: attempts)
        else { return self }
        return UnitState(status: .waiting)
    }
}

private let findUnit = """
    SELECT id, status, attempts, error_class, error, plan_run FROM units
    WHERE media_id = ? AND recipe_id = ? AND model_id = ? AND start_us = ? AND end_us = ?
    """

private let insertUnit = """
    INSERT INTO units (media_id, recipe_id, model_id, start_us, end_us, status, error_class, error, plan_run)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

private let keepUnit = """
    UPDATE units SET status = ?, error_class = ?, error = ?, plan_run = ?, superseded = 0 WHERE id = ?
    """

/// The media's units are few, and the unique index begins with it.
let supersede = """
    UPDATE units SET superseded = 1
    WHERE media_id = ? AND plan_run <> ? AND superseded = 0
        AND (SELECT task FROM recipes WHERE id = recipe_id) = ?
    """
