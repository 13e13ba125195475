/// Well-formedness of CBOR (RFC 8949 §3 and Appendix F), whatever the items mean.
struct CBORForm {
  private let input: ArraySlice<UInt8>
  private let depthMax: Int
  private var position: Int

  init(_ input: ArraySlice<UInt8>, _ limits: DecodeLimits) {
    self.input = input
    depthMax = limits.depth
    position = input.startIndex
  }

  /// What is wrong with the form of `bytes`, which goes before `error`, what is wrong with its
  /// shape.
  ///
  /// So a client learns of a malformed body as such, wherever the first wrong field is.
  static func fault(
    in bytes: [UInt8], _ limits: DecodeLimits, orElse error: DecodeError
  ) -> DecodeError {
    var form = CBORForm(bytes[...], limits)
    do throws(DecodeError) {
      let end = try form.item()
      guard end == bytes.count else {
        return DecodeError(.trailingBytes, at: end, "there is more after the item")
      }
      return error
    } catch let fault {
      return fault.kind == error.kind && fault.offset == error.offset ? error : fault
    }
  }

  /// The index behind the item at the position.
  mutating func item() throws(DecodeError) -> Int {
    try item(in: .body, depth: 0)
    return position
  }

  /// Where an item stands: it decides what a break or an end means there.
  private enum Place {
    case body
    case definite
    case element
    case key
    case value
  }

  /// Takes one item; false when it was the break of the container it stands in.
  @discardableResult
  private mutating func item(in place: Place, depth: Int) throws(DecodeError) -> Bool {
    guard position < input.endIndex else {
      throw fault(place == .body ? .endInHead : .endInItems, position)
    }
    let start = position
    guard input[start] != 0xff else { return try takeBreak(in: place) }
    let (major, argument) = try head()
    switch major {
    case .unsigned, .negative, .simple: break
    case .bytes, .text: try string(major, argument)
    case .array, .map, .tag:
      // RFC 8949 counts an empty container as no level of its own; limits bound what recurses.
      guard argument != 0 || major == .tag else { break }
      guard depth < depthMax else { throw fault(.tooDeep, start) }
      try contents(major, argument, depth: depth + 1)
    }
    return true
  }

  private mutating func takeBreak(in place: Place) throws(DecodeError) -> Bool {
    switch place {
    case .body: throw fault(.strayBreak, position)
    case .definite: throw fault(.breakInDefinite, position)
    case .value: throw fault(.oddMapBreak, position)
    case .element, .key:
      position += 1
      return false
    }
  }

  /// Takes what is inside of a container; `argument` is nil for an indefinite one.
  private mutating func contents(
    _ major: MajorType, _ argument: UInt64?, depth: Int
  ) throws(DecodeError) {
    guard let argument else {
      while try item(in: major == .map ? .key : .element, depth: depth) {
        if major == .map { try item(in: .value, depth: depth) }
      }
      return
    }
    // Counts down instead of up to an announced number, which may be as large as it likes.
    var rest = major == .tag ? 1 : argument
    while rest > 0 {
      try item(in: .definite, depth: depth)
      if major == .map { try item(in: .definite, depth: depth) }
      rest -= 1
    }
  }

  /// Takes a head; the argument is nil for an indefinite length.
  private mutating func head() throws(DecodeError) -> (MajorType, UInt64?) {
    let start = position
    let initial = input[start]
    guard let major = MajorType(rawValue: initial >> 5) else {
      preconditionFailure("three bits are always a major type")
    }
    switch initial & 31 {
    case let small where small < 24:
      position += 1
      return (major, UInt64(small))
    case 31:
      guard major != .unsigned, major != .negative, major != .tag else {
        throw fault(.indefiniteIntegerOrTag, start)
      }
      position += 1
      return (major, nil)
    case 28...30: throw fault(.reservedAdditional, start)
    case let width:
      let end = start + 1 + 1 << Int(width - 24)
      guard end <= input.endIndex else { throw fault(.endInHead, input.endIndex) }
      position = end
      let argument = input[start + 1..<end].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard major != .simple || width > 24 || argument >= 32 else {
        throw fault(.badSimple, start + 1)
      }
      return (major, argument)
    }
  }

  private mutating func string(_ major: MajorType, _ length: UInt64?) throws(DecodeError) {
    if let length { return try skip(length) }
    while true {
      guard position < input.endIndex else { throw fault(.endInItems, position) }
      let start = position
      let initial = input[start]
      guard initial != 0xff else {
        position += 1
        return
      }
      guard initial >> 5 == major.rawValue else { throw fault(.badChunkType, start) }
      guard let length = try head().1 else { throw fault(.nestedIndefiniteChunk, start) }
      try skip(length)
    }
  }

  private mutating func skip(_ length: UInt64) throws(DecodeError) {
    guard length <= UInt64(input.endIndex - position) else {
      throw fault(.endInString, input.endIndex)
    }
    position += Int(length)
  }

  private func fault(_ kind: DecodeError.Kind, _ offset: Int) -> DecodeError {
    DecodeError(kind, at: offset, CBORForm.sentence(kind))
  }

  private static func sentence(_ kind: DecodeError.Kind) -> String {
    switch kind {
    case .endInHead: "the body ends inside a head"
    case .endInString: "the body ends inside a string"
    case .endInItems: "the body ends inside a container"
    case .reservedAdditional: "additional information 28 to 30 is reserved"
    case .badSimple: "simple values below 32 take one byte"
    case .badChunkType: "a chunk of another type"
    case .nestedIndefiniteChunk: "a chunk has a definite length"
    case .strayBreak: "a break without a beginning"
    case .breakInDefinite: "a break inside a container of definite length"
    case .oddMapBreak: "a key without a value"
    case .indefiniteIntegerOrTag: "this type has no indefinite form"
    case .tooDeep: "too many levels inside each other"
    default: preconditionFailure("\(kind.rawValue) is not a fault of form")
    }
  }
}
