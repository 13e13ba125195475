/// The major types of RFC 8949 §3.1, as the top three bits of a head.
enum MajorType: UInt8 {
  case unsigned = 0
  case negative = 1
  case bytes = 2
  case text = 3
  case array = 4
  case map = 5
  case tag = 6
  case simple = 7
}

extension ByteBuffer {
  /// Writes a head in its shortest form.
  @inline(__always)
  mutating func appendHead(_ major: MajorType, _ argument: UInt64) {
    if argument < 24 {
      append(major.rawValue << 5 | UInt8(truncatingIfNeeded: argument))
    } else {
      appendLongHead(major, argument)
    }
  }

  private mutating func appendLongHead(_ major: MajorType, _ argument: UInt64) {
    let top = major.rawValue << 5
    switch argument {
    case ...0xff: append(top | 24, argument, width: 1)
    case ...0xffff: append(top | 25, argument, width: 2)
    case ...0xffff_ffff: append(top | 26, argument, width: 4)
    default: append(top | 27, argument, width: 8)
    }
  }

  /// Writes an initial byte and the low `width` bytes of `argument`, most significant first.
  mutating func append(_ initial: UInt8, _ argument: UInt64, width: Int) {
    append(initial)
    var shift = 8 * width
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: argument >> UInt64(shift)))
    }
  }

  mutating func appendText(_ text: String) {
    // SAFETY: the pointer is used only inside the closure.
    let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
      appendHead(.text, UInt64(bytes.count))
      unsafe append(bytes)
    }
    guard done == nil else { return }
    let copy = [UInt8](text.utf8)
    appendHead(.text, UInt64(copy.count))
    append(copy)
  }

  /// Writes the shortest float that keeps the value; NaN is always f97e00 (RFC 8949 §4.2.2).
  mutating func appendShortestFloat(_ value: Double) {
    let width = FloatWidth.shortest(value)
    append(
      MajorType.simple.rawValue << 5 | width.rawValue, width.bits(value) ?? 0, width: width.bytes)
  }

  /// Puts members that stand one behind the other in the bytewise order of their keys, with which
  /// they begin.
  mutating func sort(_ members: [Range<Int>]) {
    let isSorted = zip(members, members.dropFirst()).allSatisfy { precedes($0, $1) }
    guard let first = members.first, !isSorted else { return }
    let sorted = members.sorted { precedes($0, $1) }
    let contents = removeAll(from: first.lowerBound)
    for member in sorted {
      let start = member.lowerBound - first.lowerBound
      append(contents[start..<start + member.count])
    }
  }

  /// Whether `left` comes before `right`: two keys differ before either of them ends.
  private func precedes(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    left.lexicographicallyPrecedes(right) { self[$0] < self[$1] }
  }
}
