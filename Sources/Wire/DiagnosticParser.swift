/// Reads diagnostic notation and writes the CBOR that it stands for.
struct DiagnosticParser: ~Copyable {
  /// Reads what the notation shares with JSON: strings, numbers, whitespace.
  var source: JSONSource
  var output = ByteBuffer(capacity: 256)
  private var budget: ReadBudget

  init(_ text: [UInt8], _ limits: DecodeLimits) {
    source = JSONSource(text, limits: limits)
    budget = ReadBudget(limits)
  }

  mutating func sequence() throws(DecodeError) -> [UInt8] {
    try skipBlank()
    while source.position < source.input.count {
      try item()
      try skipBlank()
      if next == UInt8(ascii: ",") { source.position += 1 }
      try skipBlank()
    }
    return output.finish()
  }

  /// The byte at the position, nil at the end.
  var next: UInt8? {
    source.position < source.input.count ? source.input[source.position] : nil
  }

  /// Takes one item with the blank in front of it.
  mutating func item() throws(DecodeError) {
    try skipBlank()
    guard let next else { throw end() }
    try budget.spend(at: source.position)
    switch next {
    case UInt8(ascii: "["): try container(.array)
    case UInt8(ascii: "{"): try container(.map)
    case UInt8(ascii: "("): try chunks()
    case UInt8(ascii: "\""): try text()
    case UInt8(ascii: "'"): try quotedBytes()
    case UInt8(ascii: "<"): try embedded()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: try word()
    }
  }

  /// Takes whitespace and comments between slashes.
  mutating func skipBlank() throws(DecodeError) {
    source.skipSpace()
    while next == UInt8(ascii: "/") {
      let rest = source.input[(source.position + 1)...]
      guard let close = rest.firstIndex(of: UInt8(ascii: "/")) else {
        source.position = source.input.count
        throw end()
      }
      source.position = close + 1
      source.skipSpace()
    }
  }

  /// Takes `text` if it comes next.
  mutating func take(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard source.input.count - source.position >= length else { return false }
    for index in 0..<length {
      // SAFETY: a static string with a pointer representation, and an index below its length.
      guard source.input[source.position + index] == (unsafe text.utf8Start[index]) else {
        return false
      }
    }
    source.position += length
    return true
  }

  mutating func expect(_ text: StaticString) throws(DecodeError) {
    guard !take(text) else { return }
    guard next != nil else { throw end() }
    throw DecodeError(.unexpectedByte, at: source.position, "expected \(text)")
  }

  /// Takes an encoding indicator, `_0` to `_3`, as the additional information it stands for.
  mutating func indicator() throws(DecodeError) -> UInt8? {
    guard take("_") else { return nil }
    guard let next, (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(next) else {
      throw DecodeError(.unexpectedByte, at: source.position, "expected 0, 1, 2 or 3")
    }
    source.position += 1
    return next - UInt8(ascii: "0") + 24
  }

  func end() -> DecodeError {
    DecodeError(.endOfInput, at: source.input.count, "the notation ends too early")
  }

  /// Writes a head, in the width asked for when there is one.
  mutating func head(
    _ major: MajorType, _ argument: UInt64, _ additional: UInt8?, at start: Int
  ) throws(DecodeError) {
    guard let additional else { return output.appendHead(major, argument) }
    let shortest = CBORHead.shortest(argument)
    guard shortest < 24 || additional >= shortest else {
      throw DecodeError(.outOfRange, at: start, "the number does not fit in the width marked")
    }
    output.append(
      major.rawValue << 5 | additional, argument, width: 1 << Int(additional - 24))
  }
}

extension DiagnosticParser {
  private mutating func container(_ major: MajorType) throws(DecodeError) {
    let close: StaticString = major == .array ? "]" : "}"
    let open = source.position
    try budget.descend(at: open)
    source.position += 1
    let isIndefinite = next == UInt8(ascii: "_") && !isIndicator(at: source.position + 1)
    if isIndefinite { source.position += 1 }
    let width = try isIndefinite ? nil : indicator()
    let start = output.count
    if isIndefinite { output.append(major.rawValue << 5 | 31) }
    var count: UInt64 = 0
    try skipBlank()
    while !take(close) {
      if count > 0 { try expect(",") }
      try item()
      if major == .map {
        try skipBlank()
        try expect(":")
        try item()
      }
      count += 1
      try skipBlank()
    }
    if isIndefinite {
      output.append(0xff)
    } else {
      let contents = output.removeAll(from: start)
      try head(major, count, width, at: open)
      output.append(contents)
    }
    budget.ascend()
  }

  private func isIndicator(at index: Int) -> Bool {
    index < source.input.count
      && (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(source.input[index])
  }

  /// Takes a string in chunks: `(_ h'01', h'02')`.
  private mutating func chunks() throws(DecodeError) {
    let open = source.position
    source.position += 1
    try expect("_")
    try skipBlank()
    let start = output.count
    output.append(0)
    var kind: UInt8?
    repeat {
      try skipBlank()
      let offset = source.position
      let chunk = output.count
      try item()
      let initial = output[chunk]
      guard initial >> 5 == MajorType.bytes.rawValue || initial >> 5 == MajorType.text.rawValue,
        kind == nil || kind == initial >> 5, initial & 31 != 31
      else { throw DecodeError(.badChunkType, at: offset, "a chunk of another type") }
      kind = initial >> 5
      try skipBlank()
    } while take(",")
    try expect(")")
    guard let kind else { throw DecodeError(.unexpectedByte, at: open, "a string without chunks") }
    let contents = output.removeAll(from: start)
    output.append(kind << 5 | 31)
    output.append([UInt8](contents.dropFirst()))
    output.append(0xff)
  }

  /// Takes a tag's content behind its number.
  mutating func tagged(_ tag: UInt64, _ width: UInt8?, at start: Int) throws(DecodeError) {
    try budget.descend(at: start)
    try head(.tag, tag, width, at: start)
    try item()
    try skipBlank()
    try expect(")")
    budget.ascend()
  }

  /// Takes `<<items>>`: a byte string that holds them as a sequence.
  private mutating func embedded() throws(DecodeError) {
    let open = source.position
    try budget.descend(at: open)
    try expect("<<")
    let start = output.count
    try skipBlank()
    var isFirst = true
    while !take(">>") {
      if !isFirst { try expect(",") }
      isFirst = false
      try item()
      try skipBlank()
    }
    let contents = output.removeAll(from: start)
    try head(.bytes, UInt64(contents.count), indicator(), at: open)
    output.append(contents)
    budget.ascend()
  }
}
