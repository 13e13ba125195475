extension CBORSource {
  package mutating func open() throws(DecodeError) -> WireValue {
    let head = try head()
    switch head.major {
    case .unsigned: return WireValue(head.argument)
    case .negative:
      if let value = Int64(exactly: head.argument) { return .integer(~value) }
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: head.argument >> UInt64(56 - 8 * $0)) }
      return .bigInteger(negative: true, magnitude: Decimal.incremented(bytes))
    case .bytes: return .bytes(try bytes(head))
    case .text: return .text(try text(head))
    case .array: return try openArray(head)
    case .map: return try openMap(head)
    case .tag: return try openTag(head)
    case .simple: return try simple(head)
    }
  }

  private func simple(_ head: CBORHead) throws(DecodeError) -> WireValue {
    switch head.additional {
    case 20: .bool(false)
    case 21: .bool(true)
    case 22: .null
    case 23: .undefined
    case 25, 26, 27: .double(try float(head))
    default: .simple(UInt8(truncatingIfNeeded: head.argument))
    }
  }

  private mutating func openArray(_ head: CBORHead) throws(DecodeError) -> WireValue {
    position = head.offset
    try beginArray()
    var elements: [WireValue] = []
    while try nextElement() {
      do throws(DecodeError) {
        elements.append(try open())
      } catch {
        throw error.within(element: elements.count)
      }
    }
    return .array(elements)
  }

  private mutating func openMap(_ head: CBORHead) throws(DecodeError) -> WireValue {
    position = head.offset
    try beginMap()
    var members: [WireMember] = []
    var seen = SeenKeys()
    while try nextElement() {
      let start = position
      // A key and its place among the others cost what another item costs.
      try budget.spend(at: start)
      let key = try open()
      guard seen.insert(key, after: members.lazy.map(\.key)) else {
        throw DecodeError(.duplicateKey, at: start, "this key is given twice")
          .within(key: CBORDiagnostic.keyName(key))
      }
      do throws(DecodeError) {
        members.append(WireMember(key, try open()))
      } catch {
        throw error.within(key: CBORDiagnostic.keyName(key))
      }
    }
    return .map(members)
  }

  private mutating func openTag(_ head: CBORHead) throws(DecodeError) -> WireValue {
    try budget.descend(at: head.offset)
    try budget.spend(at: head.offset)
    let start = position
    let content = try open()
    budget.ascend()
    if let fault = Tag.fault(head.argument, content, at: start) { throw fault }
    // RFC 8949 §3.4.6: the content means the same with and without it.
    guard head.argument != Tag.selfDescribed else { return content }
    guard case .bytes(let bytes) = content, bytes.count <= Decimal.bytesMax,
      head.argument == Tag.unsignedBignum || head.argument == Tag.negativeBignum
    else { return .tagged(head.argument, content) }
    let isNegative = head.argument == Tag.negativeBignum
    let magnitude = isNegative ? Decimal.incremented(bytes) : bytes
    guard magnitude.count <= Decimal.bytesMax else { return .tagged(head.argument, content) }
    return WireValue(negative: isNegative, magnitude: magnitude)
  }
}
