/// Where the first field of each name stands in a section, by a hash of the name.
///
/// A place that nobody has taken says that no such name is there, which is the usual answer; a
/// place that several fields share says that the section must be walked.
struct FieldIndex: Sendable {
  /// What is known of the fields whose names have one hash.
  enum Finding {
    /// There is none.
    case none
    /// There is one, which begins there.
    case one(Int)
    /// There are several, or where they begin is not known.
    case several
  }

  private static let places = 32
  /// The starts of fields plus one; zero where there is none.
  private var starts = InlineArray<32, UInt16>(repeating: 0)
  /// The places that several fields share, a bit for each.
  private var shared: UInt32 = 0

  /// The place of a name: its length and three of its bytes, weighed so that none of the names that
  /// are asked for has the place of another that clients often send.
  @inline(__always)
  static func place(_ name: Span<UInt8>) -> Int {
    let count = name.count
    guard count > 0 else { return 0 }
    // SAFETY: all three stand below the count.
    let (first, middle, last) = unsafe (
      name[unchecked: 0], name[unchecked: count &>> 1], name[unchecked: count &- 1]
    )
    let hash = Int(first) &* 23 &+ Int(middle) &+ Int(last) &* 13 &+ count &* 5
    return hash & (places - 1)
  }

  /// Notes a field that begins at `start`.
  @inline(__always)
  mutating func note(_ place: Int, at start: Int) {
    if starts[place] == 0, start < Int(UInt16.max) {
      starts[place] = UInt16(truncatingIfNeeded: start &+ 1)
    } else {
      shared |= 1 << UInt32(truncatingIfNeeded: place)
    }
  }

  /// What is known of the fields with names of this place.
  @inline(__always)
  func find(_ place: Int) -> Finding {
    if shared & 1 << UInt32(truncatingIfNeeded: place) != 0 { return .several }
    let start = starts[place]
    return start == 0 ? .none : .one(Int(start) &- 1)
  }
}
