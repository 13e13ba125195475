/// Reads CBOR (RFC 8949) strictly, part by part.
///
/// All of the format is read: indefinite lengths, every float width, bignums, tags. Kind and offset
/// of a refusal are those of the offending byte; nothing is allocated from an announced length.
package struct CBORSource: Source {
  let input: [UInt8]
  var position = 0
  package private(set) var keyOffset: Int? = nil
  var budget: ReadBudget
  /// What is left of the innermost open container: items, or map keys.
  private var rest = Rest.none
  private var outer: [Rest] = []

  /// How a container that is being read goes on.
  private enum Rest {
    case none
    case definite(UInt64)
    case indefinite
  }

  /// A source at the beginning of `input`; within `limits` nothing costs more than its length.
  package init(_ input: [UInt8], limits: DecodeLimits = .standard) {
    self.input = input
    budget = ReadBudget(limits)
  }

  package var offset: Int? { position }

  /// Refuses whatever follows the item.
  package func finish() throws(DecodeError) {
    guard position == input.count else {
      throw DecodeError(.trailingBytes, at: position, "there is more after the item")
    }
  }

  /// Takes the tag that only says that this is CBOR (RFC 8949 §3.4.6).
  package mutating func skipSelfDescription() throws(DecodeError) {
    if input.starts(with: [0xd9, 0xd9, 0xf7]) { position += 3 }
  }

  package mutating func null() throws(DecodeError) -> Bool {
    // RFC 8949 §6.1: an undefined is a null to those who do not tell them apart.
    guard position < input.count, input[position] == 0xf6 || input[position] == 0xf7 else {
      return false
    }
    position += 1
    return true
  }

  package mutating func bool() throws(DecodeError) -> Bool {
    let head = try head()
    guard head.major == .simple, head.additional == 20 || head.additional == 21 else {
      throw mismatch(head, Expected.boolean)
    }
    return head.additional == 21
  }

  package mutating func beginMap() throws(DecodeError) {
    try begin(.map, Expected.map)
  }

  package mutating func beginArray() throws(DecodeError) {
    try begin(.array, Expected.array)
  }

  package mutating func nextElement() throws(DecodeError) -> Bool {
    guard try follows() else { return false }
    try budget.spend(at: position)
    return true
  }

  package mutating func nextField(_ table: FieldTable, next: Int) throws(DecodeError) -> Int? {
    guard try nextElement() else { return nil }
    keyOffset = position
    if let (index, count) = table.cborField(next, in: input, at: position) {
      position += count
      return index
    }
    return try anyField(table, next: next)
  }

  /// The field whose key is at the position, however it is encoded.
  private mutating func anyField(_ table: FieldTable, next: Int) throws(DecodeError) -> Int {
    let start = position
    let head = try head()
    guard head.major == .text else { throw mismatch(head, "a string as key") }
    let found: Int?
    if head.isIndefinite {
      found = table.index(of: try text(head), next: next)
    } else {
      let range = try stringRange(head)
      position = range.upperBound
      found = table.index(of: input, range, next: next)
    }
    guard let found else {
      position = start
      throw DecodeError(.unknownField, at: start, "no such field").within(key: try text())
    }
    return found
  }

  package mutating func nextKey() throws(DecodeError) -> String? {
    guard try nextElement() else { return nil }
    keyOffset = position
    return try text()
  }
}

extension CBORSource {
  private mutating func begin(_ major: MajorType, _ name: StaticString) throws(DecodeError) {
    let head = try head()
    guard head.major == major else { throw mismatch(head, name) }
    try budget.descend(at: head.offset)
    outer.append(rest)
    rest = head.isIndefinite ? .indefinite : .definite(head.argument)
  }

  /// Whether another element or key follows in the innermost container; takes the break.
  @inline(__always)
  private mutating func follows() throws(DecodeError) -> Bool {
    switch rest {
    case .none: preconditionFailure("no container is open")
    case .definite(let count) where count > 0:
      rest = .definite(count - 1)
      return true
    case .indefinite:
      guard position < input.count else {
        throw DecodeError(.endInItems, at: position, "the body ends inside a container")
      }
      guard input[position] == 0xff else { return true }
      position += 1
    case .definite: break
    }
    budget.ascend()
    rest = outer.popLast() ?? .none
    return false
  }

  private var isInside: Bool {
    if case .none = rest { false } else { true }
  }

  /// Takes the next head, whatever it is, unless no item can have it.
  @inline(__always)
  mutating func head() throws(DecodeError) -> CBORHead {
    guard position < input.count else { throw endOfInput() }
    let initial = input[position]
    let additional = initial & 31
    guard additional < 24, let major = MajorType(rawValue: initial >> 5) else {
      return try longHead(initial)
    }
    position += 1
    return CBORHead(
      major: major, argument: UInt64(additional), additional: additional, offset: position - 1)
  }

  private func endOfInput() -> DecodeError {
    DecodeError(isInside ? .endInItems : .endInHead, at: position, "the body ends too early")
  }

  /// Takes a head whose argument is behind the initial byte, or that has none.
  private mutating func longHead(_ initial: UInt8) throws(DecodeError) -> CBORHead {
    let start = position
    let additional = initial & 31
    guard let major = MajorType(rawValue: initial >> 5) else {
      preconditionFailure("three bits are always a major type")
    }
    guard additional != 31 else {
      switch major {
      case .simple: throw DecodeError(.strayBreak, at: start, "a break without a beginning")
      case .unsigned, .negative, .tag:
        throw DecodeError(.indefiniteIntegerOrTag, at: start, "this type has no indefinite form")
      case .bytes, .text, .array, .map:
        position += 1
        return CBORHead(major: major, argument: 0, additional: 31, offset: start)
      }
    }
    guard additional < 28 else {
      throw DecodeError(
        .reservedAdditional, at: start, "additional information 28 to 30 is reserved")
    }
    let width = 1 << Int(additional - 24)
    guard input.count - position > width else {
      throw DecodeError(.endInHead, at: input.count, "the body ends inside a head")
    }
    var argument: UInt64 = 0
    for index in position + 1...position + width { argument = argument << 8 | UInt64(input[index]) }
    guard major != .simple || width > 1 || argument >= 32 else {
      throw DecodeError(.badSimple, at: start + 1, "simple values below 32 take one byte")
    }
    position += 1 + width
    return CBORHead(major: major, argument: argument, additional: additional, offset: start)
  }

  /// What is wrong when an item is not what was asked for.
  func mismatch(_ head: CBORHead, _ expected: StaticString) -> DecodeError {
    DecodeError(.wrongType, at: head.offset, "expected \(expected)")
  }
}
