/// The keys of a map while it is read, to see that each comes once.
///
/// A few keys are compared one by one; many go to a set, whose hashes are seeded for each process,
/// so that nobody can choose keys that collide.
struct SeenKeys {
  private var keys: Set<WireValue> = []

  /// The number of keys up to which comparing is cheaper than hashing.
  private static let linearMax = 12

  /// Whether `key` is none of those before it, which are `earlier`; it is one of them from then on.
  mutating func insert(_ key: WireValue, after earlier: some Collection<WireValue>) -> Bool {
    guard earlier.count >= SeenKeys.linearMax else { return !earlier.contains(key) }
    if keys.isEmpty { keys = Set(earlier) }
    return keys.insert(key).inserted
  }
}
