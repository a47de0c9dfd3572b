/// The pieces of vocab.json: which id each has and which bytes it stands for.
struct Vocabulary: Sendable {
    /// By the piece as the file spells it, in UTF-8. Bytes, not `String`: canonically equivalent spellings are
    /// different pieces, and hashing bytes is faster.
    private var ids: [ArraySlice<UInt8>: Int] = [:]
    private var contents: [Int: [UInt8]] = [:]
    /// Ids of the 256 pieces that stand for one byte each.
    let byteIDs: [Int]

    var count: Int { contents.count }
    let largestID: Int

    init(_ file: ModelFile) throws(TokenizerError) {
        var reader = try VocabularyReader(file)
        var ids: [ArraySlice<UInt8>: Int] = [:]
        var contents: [Int: [UInt8]] = [:]
        ids.reserveCapacity(1 << 18)
        contents.reserveCapacity(1 << 18)
        try reader.read { (piece, id) throws(TokenizerError) in
            guard ids.updateValue(id, forKey: piece) == nil else {
                throw file.error("the piece \(quoted(piece)) occurs twice")
            }
            guard contents.updateValue(ByteAlphabet.bytes(of: piece), forKey: id) == nil else {
                throw file.error("the id \(id) is given twice")
            }
        }
        byteIDs = try ByteAlphabet.scalars.enumerated().map { (byte, scalar) throws(TokenizerError) in
            guard let id = ids[Array(String(scalar).utf8)[...]] else {
                throw file.error("lacks the piece \"\(scalar)\" for byte \(byte); byte-level BPE needs all 256")
            }
            return id
        }
        largestID = contents.keys.max() ?? 0
        self.ids = ids
        self.contents = contents
    }

    func id(of piece: ArraySlice<UInt8>) -> Int? { ids[piece] }
    func bytes(of id: Int) -> [UInt8]? { contents[id] }
}

/// A piece for an error message: short, on one line.
func quoted(_ piece: ArraySlice<UInt8>) -> String {
    let text = String(decoding: piece.prefix(40), as: UTF8.self)
    return "\"" + text.unicodeScalars.map { $0.properties.isWhitespace ? " " : String($0) }.joined() + "\""
}
