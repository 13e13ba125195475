/// One parameter of a path or a query, already percent-decoded.
package struct Parameter: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Reads parameters as if they were one map: a repeated name is an array, a value is text that is
/// read as what the field asks for; commas mean nothing.
package struct ParameterSource: Source {
  private let groups: [Group]
  private var group = -1
  private var element = 0
  private var state = State.start
  private var budget: ReadBudget

  private struct Group {
    let name: String
    let first: String
    /// The values that came under the same name later.
    var others: [String] = []
  }

  private enum State {
    case start
    case map
    case array
  }

  /// A map of the parameters; those that share a name are one array, in their order.
  package init(_ parameters: [Parameter], limits: DecodeLimits = .standard) {
    var groups: [Group] = []
    groups.reserveCapacity(parameters.count)
    // Callers bound how many there are, and most requests have one or two.
    for parameter in parameters {
      if let place = groups.firstIndex(where: { $0.name == parameter.name }) {
        groups[place].others.append(parameter.value)
      } else {
        groups.append(Group(name: parameter.name, first: parameter.value))
      }
    }
    self.groups = groups
    budget = ReadBudget(limits)
  }

  package var offset: Int? { nil }
  package var keyOffset: Int? { nil }

  package mutating func null() throws(DecodeError) -> Bool { false }

  package mutating func bool() throws(DecodeError) -> Bool {
    switch try text() {
    case "true": return true
    case "false": return false
    default: throw ParameterSource.mismatch(Expected.boolean)
    }
  }

  package mutating func integer() throws(DecodeError) -> Int64 {
    try number("an integer") { source throws(DecodeError) in try source.integer() }
  }

  package mutating func unsigned() throws(DecodeError) -> UInt64 {
    try number("an integer") { source throws(DecodeError) in try source.unsigned() }
  }

  package mutating func double() throws(DecodeError) -> Double {
    try number("a number") { source throws(DecodeError) in try source.double() }
  }

  package mutating func text() throws(DecodeError) -> String {
    switch state {
    case .start: throw ParameterSource.mismatch("parameters")
    case .map:
      guard groups[group].others.isEmpty else {
        throw DecodeError(.duplicateKey, at: nil, "this parameter is given twice")
      }
      return groups[group].first
    case .array:
      return element == 0 ? groups[group].first : groups[group].others[element - 1]
    }
  }

  package mutating func choice(_ table: FieldTable) throws(DecodeError) -> Int {
    guard let index = table.index(of: try text(), next: 0) else { throw table.notAChoice(at: nil) }
    return index
  }

  package mutating func timestamp() throws(DecodeError) -> Timestamp {
    guard let time = Timestamp(checking: try text()) else {
      throw Timestamp.refusal(at: nil)
    }
    return time
  }

  package mutating func bytes() throws(DecodeError) -> [UInt8] {
    guard let bytes = Base64URL.bytes([UInt8](try text().utf8)) else {
      throw DecodeError(.badBytes, at: nil, "not base64url without padding")
    }
    return bytes
  }

  package mutating func open() throws(DecodeError) -> WireValue { .text(try text()) }

  package mutating func beginMap() throws(DecodeError) {
    guard case .start = state else { throw ParameterSource.mismatch(Expected.map) }
    state = .map
  }

  package mutating func nextField(_ table: FieldTable, next: Int) throws(DecodeError) -> Int? {
    guard let name = try nextKey() else { return nil }
    guard let index = table.index(of: name, next: next) else {
      throw DecodeError(.unknownField, at: nil, "no such field").within(key: name)
    }
    return index
  }

  package mutating func nextKey() throws(DecodeError) -> String? {
    group += 1
    guard group < groups.count else { return nil }
    try budget.spend(at: group)
    return groups[group].name
  }

  package mutating func beginArray() throws(DecodeError) {
    guard case .map = state else { throw ParameterSource.mismatch(Expected.array) }
    state = .array
    element = -1
  }

  package mutating func nextElement() throws(DecodeError) -> Bool {
    element += 1
    guard element <= groups[group].others.count else {
      state = .map
      return false
    }
    try budget.spend(at: element)
    return true
  }

  /// Reads the text as JSON would: one grammar of numbers for bodies and parameters.
  private mutating func number<Number>(
    _ expected: StaticString, _ read: (inout JSONSource) throws(DecodeError) -> Number
  ) throws(DecodeError) -> Number {
    let digits = [UInt8](try text().utf8)
    guard let first = digits.first, let last = digits.last, first > 0x20, last > 0x20 else {
      throw ParameterSource.mismatch(expected)
    }
    do throws(DecodeError) {
      var source = JSONSource(digits)
      let value = try read(&source)
      try source.finish()
      return value
    } catch {
      guard error.kind == .outOfRange else { throw ParameterSource.mismatch(expected) }
      throw DecodeError(.outOfRange, at: nil, error.message)
    }
  }

  private static func mismatch(_ expected: StaticString) -> DecodeError {
    DecodeError(.wrongType, at: nil, "expected \(expected)")
  }
}
