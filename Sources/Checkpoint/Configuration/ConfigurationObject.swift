import SystemPackage

/// One object of a configuration file, read field by field. Every mistake names the file, the whole field name, what
/// it is and what it must be.
struct ConfigurationObject {
    let file: String
    /// The way to this object, as in `thinker_config.text_config`; empty for the whole file.
    let name: String
    private let value: JSONValue

    init(file path: FilePath) throws(CheckpointError) {
        let text = try MappedFile.contents(of: path, limit: 64 << 20)
        do throws(JSONError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw .invalidFile(path: path.string, reason: "is no JSON: byte \(error.offset): \(error.reason)")
        }
        guard case .object = value else { throw .invalidFile(path: path.string, reason: "is no JSON object") }
        file = path.string
        name = ""
    }

    private init(file: String, name: String, value: JSONValue) {
        self.file = file
        self.name = name
        self.value = value
    }

    func invalid(_ field: String, _ reason: String) -> CheckpointError {
        .invalidConfiguration(file: file, field: name.isEmpty ? field : "\(name).\(field)", reason: reason)
    }

    /// The field's value; a null counts as absent.
    private func member(_ field: String) -> JSONValue? {
        value[field].flatMap { $0 == .null ? nil : $0 }
    }

    func has(_ field: String) -> Bool { member(field) != nil }

    /// The first of several spellings that the file uses, else the first.
    func spelling(_ fields: String...) -> String { fields.first(where: has) ?? fields[0] }

    func object(_ field: String) throws(CheckpointError) -> ConfigurationObject? {
        guard let member = member(field) else { return nil }
        guard case .object = member else { throw invalid(field, "must be an object") }
        return ConfigurationObject(file: file, name: name.isEmpty ? field : "\(name).\(field)", value: member)
    }

    func required(_ field: String) throws(CheckpointError) -> ConfigurationObject {
        guard let object = try object(field) else { throw invalid(field, "is missing") }
        return object
    }

    /// The members that are objects, in the file's order.
    func objects() throws(CheckpointError) -> [ConfigurationObject] {
        guard case .object(let members) = value else { return [] }
        var objects: [ConfigurationObject] = []
        for member in members {
            if let object = try object(member.key) { objects.append(object) }
        }
        return objects
    }

    func integer(
        _ field: String, in range: ClosedRange<Int>, default fallback: Int? = nil
    ) throws(CheckpointError) -> Int {
        guard let member = member(field) else {
            guard let fallback else { throw invalid(field, "is missing") }
            return fallback
        }
        return try integer(member, field: field, in: range)
    }

    func integers(
        _ field: String, in range: ClosedRange<Int>, atMost limit: Int, default fallback: [Int]? = nil
    ) throws(CheckpointError) -> [Int] {
        try list(field, atMost: limit, default: fallback) { (member) throws(CheckpointError) in
            try integer(member, field: field, in: range)
        }
    }

    /// A number, or a list of numbers.
    func integerOrIntegers(_ field: String, in range: ClosedRange<Int>) throws(CheckpointError) -> [Int]? {
        switch member(field) {
        case nil: nil
        case .array: try integers(field, in: range, atMost: 64)
        case .some(let single): [try integer(single, field: field, in: range)]
        }
    }

    func number(
        _ field: String, in range: ClosedRange<Double>, default fallback: Double? = nil
    ) throws(CheckpointError) -> Double {
        guard let member = member(field) else {
            guard let fallback else { throw invalid(field, "is missing") }
            return fallback
        }
        return try number(member, field: field, in: range)
    }

    func numbers(
        _ field: String, in range: ClosedRange<Double>, atMost limit: Int
    ) throws(CheckpointError) -> [Double] {
        try list(field, atMost: limit, default: nil) { (member) throws(CheckpointError) in
            try number(member, field: field, in: range)
        }
    }

    func boolean(_ field: String, default fallback: Bool) throws(CheckpointError) -> Bool {
        switch member(field) {
        case nil: return fallback
        case .bool(let value): return value
        case .some(let other): throw invalid(field, "is \(shown(other)); it must be true or false")
        }
    }

    func string(_ field: String) throws(CheckpointError) -> String? {
        switch member(field) {
        case nil: return nil
        case .string(let value): return value
        case .some(let other): throw invalid(field, "is \(shown(other)); it must be a text")
        }
    }

    /// Refuses a field that is there with a value this program has no code for.
    func expect(_ field: String, _ supported: String...) throws(CheckpointError) {
        guard let found = try string(field), !supported.contains(found) else { return }
        let choice = supported.map { "\"\($0)\"" }.joined(separator: " or ")
        throw invalid(field, "is \"\(printable(found))\"; only \(choice) is supported")
    }

    func expect(_ field: String, _ supported: Bool) throws(CheckpointError) {
        if try boolean(field, default: supported) != supported {
            throw invalid(field, "is \(!supported); only \(supported) is supported")
        }
    }

    private func integer(
        _ member: JSONValue, field: String, in range: ClosedRange<Int>
    ) throws(CheckpointError) -> Int {
        guard case .number(let spelling) = member,
            let value = Int(spelling) ?? Double(spelling).flatMap(Int.init(exactly:)),
            range.contains(value)
        else {
            throw invalid(
                field,
                "is \(shown(member)); it must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func number(
        _ member: JSONValue, field: String, in range: ClosedRange<Double>
    ) throws(CheckpointError) -> Double {
        guard case .number(let spelling) = member, let value = Double(spelling), range.contains(value) else {
            throw invalid(
                field, "is \(shown(member)); it must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func list<Element>(
        _ field: String, atMost limit: Int, default fallback: [Element]?,
        _ read: (JSONValue) throws(CheckpointError) -> Element
    ) throws(CheckpointError) -> [Element] {
        guard let member = member(field) else {
            guard let fallback else { throw invalid(field, "is missing") }
            return fallback
        }
        guard case .array(let members) = member, members.count <= limit else {
            throw invalid(field, "is \(shown(member)); it must be a list of at most \(limit) numbers")
        }
        var elements: [Element] = []
        for member in members { elements.append(try read(member)) }
        return elements
    }

    private func shown(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "a list of \(elements.count)"
        case .object: "an object"
        case .number(let spelling): printable(spelling)
        case .null, .bool, .string: printable(value.text())
        }
    }
}
