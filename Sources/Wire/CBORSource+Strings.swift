extension CBORSource {
  package mutating func text() throws(DecodeError) -> String {
    let head = try head()
    guard head.major == .text else { return try taggedText(head) }
    return try text(head)
  }

  package mutating func choice(_ table: FieldTable) throws(DecodeError) -> Int {
    let head = try head()
    guard head.major == .text else { throw mismatch(head, Expected.text) }
    let found: Int?
    if head.isIndefinite {
      found = table.index(of: try text(head), next: 0)
    } else {
      let range = try stringRange(head)
      position = range.upperBound
      found = table.index(of: input, range, next: 0)
    }
    guard let found else { throw table.notAChoice(at: head.offset) }
    return found
  }

  package mutating func bytes() throws(DecodeError) -> [UInt8] {
    let head = try head()
    guard head.major == .bytes else { throw mismatch(head, "a byte string") }
    return try bytes(head)
  }

  /// Text, or tag 0 for text, or tag 1 for seconds (RFC 8949 §3.4.1, §3.4.2).
  package mutating func timestamp() throws(DecodeError) -> Timestamp {
    var head = try head()
    let start = head.offset
    if head.major == .tag, head.argument == Tag.epochTime {
      return try epochTime(at: start)
    }
    if head.major == .tag, head.argument == Tag.dateTimeText { head = try self.head() }
    guard head.major == .text else { throw mismatch(head, Expected.text) }
    let time: Timestamp?
    if head.isIndefinite {
      time = Timestamp(checking: try text(head))
    } else {
      let range = try stringRange(head)
      position = range.upperBound
      time = Timestamp(checking: input.span.extracting(range))
    }
    guard let time else { throw Timestamp.refusal(at: start) }
    return time
  }

  private mutating func epochTime(at start: Int) throws(DecodeError) -> Timestamp {
    let seconds = try number()
    guard let time = Timestamp(seconds: seconds) else { throw Timestamp.refusal(at: start) }
    return time
  }

  /// A text under a tag whose content is text: a UUID as bytes, a date, or the tag of all CBOR.
  private mutating func taggedText(_ head: CBORHead) throws(DecodeError) -> String {
    guard head.major == .tag else { throw mismatch(head, Expected.text) }
    let content = try self.head()
    switch (head.argument, content.major) {
    case (Tag.uuid, .bytes):
      guard let text = UUIDText.text(try bytes(content)) else {
        throw DecodeError(.badBytes, at: content.offset, "a UUID has 16 bytes")
      }
      return text
    case (Tag.dateTimeText, .text):
      let time = try text(content)
      // RFC 8949 §3.4.1: what is tagged so is a date-time, whoever reads it.
      guard Timestamp(checking: time) != nil else { throw Timestamp.refusal(at: content.offset) }
      return time
    case (Tag.selfDescribed, .text): return try text(content)
    default: throw mismatch(head, Expected.text)
    }
  }

  /// The text whose head was taken.
  mutating func text(_ head: CBORHead) throws(DecodeError) -> String {
    guard head.isIndefinite else {
      let range = try stringRange(head)
      position = range.upperBound
      return try text(in: range)
    }
    var output = ""
    while let range = try nextChunk(.text) { output += try text(in: range) }
    return output
  }

  /// The byte string whose head was taken.
  mutating func bytes(_ head: CBORHead) throws(DecodeError) -> [UInt8] {
    guard head.isIndefinite else {
      let range = try stringRange(head)
      position = range.upperBound
      return [UInt8](input[range])
    }
    var output: [UInt8] = []
    while let range = try nextChunk(.bytes) { output += input[range] }
    return output
  }

  /// Where the string of a definite head stands; the position stays behind the head.
  @inline(__always)
  func stringRange(_ head: CBORHead) throws(DecodeError) -> Range<Int> {
    // The announced length is compared before it is used as one.
    guard head.argument <= UInt64(input.count - position) else {
      throw DecodeError(.endInString, at: input.count, "the body ends inside a string")
    }
    return position..<position + Int(head.argument)
  }

  /// The next chunk of an indefinite string, or nil once its break has been taken (RFC 8949
  /// §3.2.3).
  mutating func nextChunk(_ major: MajorType) throws(DecodeError) -> Range<Int>? {
    guard position < input.count else {
      throw DecodeError(.endInItems, at: position, "the body ends inside a string")
    }
    let initial = input[position]
    guard initial != 0xff else {
      position += 1
      return nil
    }
    guard initial >> 5 == major.rawValue else {
      throw DecodeError(.badChunkType, at: position, "a chunk of another type")
    }
    guard initial & 31 != 31 else {
      throw DecodeError(.nestedIndefiniteChunk, at: position, "a chunk has a definite length")
    }
    try budget.spend(at: position)
    let head = try head()
    let range = try stringRange(head)
    position = range.upperBound
    return range
  }

  @inline(__always)
  func text(in range: Range<Int>) throws(DecodeError) -> String {
    guard let text = String(utf8: input.span.extracting(range)) else {
      let fault = UTF8Check.firstFault(in: input[range]) ?? range.lowerBound
      throw DecodeError(.invalidUTF8, at: fault, "this is not UTF-8")
    }
    return text
  }
}
