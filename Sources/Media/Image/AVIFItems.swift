/// The items of an AVIF file: where the coded picture and its alpha plane lie and how the picture is turned.
/// ISO/IEC 14496-12 8.11 (meta box) and ISO/IEC 23008-12 (item properties). Grids of tiles are not supported.
struct AVIFItems {
    struct Item: Equatable {
        var type = ""
        var extents: [Range<Int>] = []
        /// Extents count from the "idat" box instead of the file's beginning.
        var isInItemData = false
        /// av1C: the sequence header, if it is not in the picture itself.
        var configuration: [UInt8] = []
    }

    private(set) var width = 0
    private(set) var height = 0
    private(set) var primary = Item()
    private(set) var alpha: Item?
    private(set) var orientation: Orientation = .upright
    /// nclx colour: matrix coefficients and full range, which overrule what the coded picture says.
    private(set) var colour: (matrix: Int, isFullRange: Bool)?

    private var items: [Int: Item] = [:]
    private var properties: [Box] = []
    private var associations: [Int: [Int]] = [:]
    private var references: [(type: String, from: Int, to: [Int])] = []
    private var primaryID: Int?
    private var itemData = 0..<0
    private let bytes: [UInt8]

    /// Whether the beginning of the file announces a still picture; image sequences without one are videos.
    static func hasPrimaryItem(_ session: Session) throws(MediaError) -> Bool {
        let head = try session.bytes(at: 0, count: 64 * 1024)
        return Box.all(in: head, 0..<head.count).contains { $0.type == "meta" }
    }

    init(_ bytes: [UInt8]) throws(MediaError) {
        self.bytes = bytes
        guard let meta = Box.all(in: bytes, 0..<bytes.count).first(where: { $0.type == "meta" }) else {
            throw .undecodable(reason: "the AVIF file has no item list")
        }
        for box in Box.all(in: bytes, meta.fullBody) { read(box) }
        guard let primaryID, let item = items[primaryID] else {
            throw .undecodable(reason: "the AVIF file names no primary picture")
        }
        guard item.type == "av01" else { throw .unsupportedCodec(name: "avif item '\(item.type)'", stream: 0) }
        primary = item
        apply(primaryID)
        let auxiliary = references.first { reference in
            reference.type == "auxl" && reference.to.contains(primaryID)
                && propertyBoxes(reference.from).contains { isAlpha($0) }
        }
        if let auxiliary, var item = items[auxiliary.from], item.type == "av01" {
            item.configuration = configuration(auxiliary.from)
            alpha = item
        }
        if !propertyBoxes(primaryID).contains(where: { $0.type == "irot" || $0.type == "imir" }) {
            orientation = exifOrientation(of: primaryID) ?? .upright
        }
    }

    /// The bytes of an item, and whether the file holds all of them.
    func data(_ item: Item) -> (bytes: [UInt8], isComplete: Bool) {
        let base = item.isInItemData ? itemData.lowerBound : 0
        var data: [UInt8] = []
        var isComplete = true
        for extent in item.extents {
            let begin = min(base + extent.lowerBound, bytes.count)
            // Length 0 means the rest of the file.
            let end = extent.isEmpty ? bytes.count : min(base + extent.upperBound, bytes.count)
            isComplete = isComplete && (extent.isEmpty || base + extent.upperBound <= bytes.count)
            // Extents that overlap could otherwise ask for any amount of memory.
            guard data.count + end - begin <= bytes.count else { return (data, false) }
            data += bytes[begin..<max(begin, end)]
        }
        return (data, isComplete)
    }

    private mutating func read(_ box: Box) {
        switch box.type {
        case "pitm":
            var fields = Fields(bytes, box.fullBody, wideIDs: box.version > 0)
            primaryID = fields.id()
        case "iinf": readItemInfos(box)
        case "iloc": readLocations(box)
        case "idat": itemData = box.body
        case "iref": readReferences(box)
        case "iprp":
            for inner in Box.all(in: bytes, box.body) {
                if inner.type == "ipco" { properties = Box.all(in: bytes, inner.body) }
                if inner.type == "ipma" { readAssociations(inner) }
            }
        default: break
        }
    }

    private mutating func readItemInfos(_ box: Box) {
        let count = box.version == 0 ? 2 : 4
        let entries = box.fullBody.lowerBound + count..<max(box.fullBody.lowerBound + count, box.body.upperBound)
        for entry in Box.all(in: bytes, entries) where entry.type == "infe" && entry.version >= 2 {
            var fields = Fields(bytes, entry.fullBody, wideIDs: entry.version > 2)
            guard let id = fields.id(), fields.integer(2) != nil, let type = fields.text(4) else { continue }
            items[id, default: Item()].type = type
        }
    }

    private mutating func readLocations(_ box: Box) {
        var fields = Fields(bytes, box.fullBody, wideIDs: box.version == 2)
        guard let sizes = fields.integer(2), let count = fields.integer(box.version == 2 ? 4 : 2) else { return }
        let (offsetSize, lengthSize, baseSize) = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15)
        let indexSize = box.version == 0 ? 0 : sizes & 15
        for _ in 0..<count {
            guard let id = fields.id() else { return }
            var method = 0
            if box.version > 0 { method = (fields.integer(2) ?? 0) & 15 }
            guard fields.integer(2) != nil, let base = fields.integer(baseSize), let extents = fields.integer(2) else {
                return
            }
            guard offsetSize + lengthSize > 0 || extents <= 1 else { return }
            items[id, default: Item()].isInItemData = method == 1
            for _ in 0..<extents {
                guard fields.integer(indexSize) != nil, let offset = fields.integer(offsetSize),
                    let length = fields.integer(lengthSize)
                else { return }
                let (begin, overflow) = base.addingReportingOverflow(offset)
                let (end, overflows) = begin.addingReportingOverflow(length)
                guard !overflow, !overflows, end <= Int.max / 2 else { return }
                items[id, default: Item()].extents.append(begin..<end)
            }
        }
    }

    private mutating func readReferences(_ box: Box) {
        for inner in Box.all(in: bytes, box.fullBody) {
            var fields = Fields(bytes, inner.body, wideIDs: box.version > 0)
            guard let from = fields.id(), fields.integer(2) != nil else { continue }
            var targets: [Int] = []
            while let id = fields.id() { targets.append(id) }
            references.append((inner.type, from, targets))
        }
    }

    private mutating func readAssociations(_ box: Box) {
        var fields = Fields(bytes, box.fullBody, wideIDs: box.version > 0)
        guard let count = fields.integer(4) else { return }
        for _ in 0..<count {
            guard let id = fields.id(), let links = fields.integer(1) else { return }
            for _ in 0..<links {
                guard let link = fields.integer(box.flags & 1 == 1 ? 2 : 1) else { return }
                associations[id, default: []].append(link & (box.flags & 1 == 1 ? 0x7FFF : 0x7F))
            }
        }
    }

    private func propertyBoxes(_ id: Int) -> [Box] {
        (associations[id] ?? []).compactMap { properties.indices.contains($0 - 1) ? properties[$0 - 1] : nil }
    }

    private func configuration(_ id: Int) -> [UInt8] {
        propertyBoxes(id).first { $0.type == "av1C" }.map { Array(bytes[$0.body]) } ?? []
    }

    private func isAlpha(_ box: Box) -> Bool {
        box.type == "auxC"
            && ["urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1"]
                .contains { bytes.hasBytes($0, at: box.fullBody.lowerBound) }
    }

    private mutating func apply(_ id: Int) {
        primary.configuration = configuration(id)
        for box in propertyBoxes(id) {
            let body = box.body.lowerBound
            switch box.type {
            case "ispe":
                width = bytes.bigEndian(at: body + 4, bytes: 4) ?? 0
                height = bytes.bigEndian(at: body + 8, bytes: 4) ?? 0
            case "irot":
                // Quarter turns counter-clockwise.
                let turns: [Orientation] = [.upright, .rotated270, .rotated180, .rotated90]
                orientation = orientation.followed(by: turns[(bytes.bigEndian(at: body, bytes: 1) ?? 0) & 3])
            case "imir":
                // Axis 0: top and bottom are exchanged; 1: left and right.
                let isSideways = (bytes.bigEndian(at: body, bytes: 1) ?? 0) & 1 == 1
                orientation = orientation.followed(by: isSideways ? .mirrored : .flipped)
            case "colr" where bytes.hasBytes("nclx", at: body):
                if let matrix = bytes.bigEndian(at: body + 8, bytes: 2),
                    let range = bytes.bigEndian(at: body + 10, bytes: 1)
                {
                    colour = (matrix, range & 0x80 != 0)
                }
            default: break
            }
        }
    }

    /// The Exif item that describes the primary picture begins with the offset of its TIFF header.
    private func exifOrientation(of id: Int) -> Orientation? {
        for reference in references where reference.type == "cdsc" && reference.to.contains(id) {
            guard let item = items[reference.from], item.type == "Exif" else { continue }
            let block = data(item).bytes
            guard let offset = block.bigEndian(at: 0, bytes: 4), offset <= block.count - 4 else { continue }
            return Orientation(exif: block[(4 + offset)...])
        }
        return nil
    }
}
