internal import Wire

/// In what two values differ.
struct ValueDifference {
  /// The parts that differ, of which a part that one of them lacks is one.
  private(set) var count = 0
  /// The first of them.
  private(set) var first = FieldPath()

  init(_ left: WireValue, _ right: WireValue) {
    compare(left, right, [])
  }

  private mutating func compare(_ left: WireValue, _ right: WireValue, _ path: [FieldPath.Part]) {
    switch (left, right) {
    case (.map(let members), .map(let others)):
      for member in members {
        guard case .text(let name) = member.key else { continue }
        compare(member.value, right[name], path + [.field(name)])
      }
      for other in others {
        guard case .text(let name) = other.key, left[name] == nil else { continue }
        note(path + [.field(name)])
      }
    case (.array(let elements), .array(let others)):
      for index in 0..<max(elements.count, others.count) {
        let place = path + [.element(index)]
        guard index < elements.count else {
          note(place)
          continue
        }
        compare(elements[index], index < others.count ? others[index] : nil, place)
      }
    default:
      if left != right { note(path) }
    }
  }

  private mutating func compare(
    _ left: WireValue, _ right: WireValue?, _ path: [FieldPath.Part]
  ) {
    guard let right else { return note(path) }
    compare(left, right, path)
  }

  private mutating func note(_ path: [FieldPath.Part]) {
    if count == 0 { first = FieldPath(path) }
    count += 1
  }
}
