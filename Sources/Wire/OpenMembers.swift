/// The members of an open map while it is read, each key once.
///
/// A few keys are compared one by one; many go to a set, whose hashes are seeded for each process,
/// so that nobody can choose keys that collide.
struct OpenMembers {
  private(set) var all: [WireMember] = []
  private var keys: Set<WireValue> = []

  /// The number of keys up to which comparing is cheaper than hashing.
  private static let linearMax = 12

  /// Whether `key` has not been seen.
  mutating func isNew(_ key: WireValue) -> Bool {
    guard all.count >= OpenMembers.linearMax else { return !all.contains { $0.key == key } }
    if keys.isEmpty { keys = Set(all.lazy.map(\.key)) }
    return keys.insert(key).inserted
  }

  mutating func append(_ key: WireValue, _ value: WireValue) {
    all.append(WireMember(key, value))
  }
}
