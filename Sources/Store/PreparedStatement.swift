/// A compiled statement in its connection's cache.
///
/// A class, because the cache and the loop over its rows both hold it.
final class PreparedStatement {
  var statement: SQLiteStatement
  /// Whether a loop over its rows is under way; a second loop needs its own statement.
  var isBusy = false
  fileprivate var lastUse: UInt64 = 0

  init(_ statement: consuming SQLiteStatement) { self.statement = statement }
}

/// The compiled statements of one connection, by the address of their static text; when it is full
/// the one unused for longest goes.
struct StatementCache {
  fileprivate struct Key: Hashable {
    let address: UInt
    /// The linker may let one text end inside another, never start at the same byte and differ.
    let count: Int

    init(_ sql: StaticString) {
      // SAFETY: the address is a number here; nothing is read through it.
      address = unsafe UInt(bitPattern: sql.utf8Start)
      count = sql.utf8CodeUnitCount
    }
  }

  private var statements: [Key: PreparedStatement] = [:]
  /// The statements used last, by their address: writes of one batch are often alike.
  private var recent: [(key: Key, statement: PreparedStatement)?] = Array(
    repeating: nil, count: recentCount)
  private static let recentCount = 16
  private var uses: UInt64 = 0
  private let limit: Int

  /// A cache of at most `limit` statements.
  init(limit: Int) { self.limit = limit }

  /// The statements it holds.
  var count: Int { statements.count }

  /// The statement for `sql` that no loop is using, compiled when there is none.
  mutating func statement(
    for sql: StaticString,
    on connection: borrowing SQLiteConnection,
  ) throws(StoreError) -> PreparedStatement {
    let key = Key(sql)
    uses += 1
    let place = Int(truncatingIfNeeded: key.address >> 4) & (Self.recentCount - 1)
    let isRecent = recent[place]?.key == key
    if let cached = isRecent ? recent[place]?.statement : statements[key] {
      cached.lastUse = uses
      if cached.isBusy { return PreparedStatement(try connection.prepare(sql.description)) }
      if !isRecent { recent[place] = (key, cached) }
      return cached
    }
    let made = PreparedStatement(try connection.prepare(sql.description))
    made.lastUse = uses
    if statements.count >= limit, let oldest = statements.min(by: Self.isOlder) {
      statements[oldest.key] = nil
      recent = Array(repeating: nil, count: Self.recentCount)
    }
    statements[key] = made
    recent[place] = (key, made)
    return made
  }

  private static func isOlder(
    _ one: Dictionary<Key, PreparedStatement>.Element,
    _ other: Dictionary<Key, PreparedStatement>.Element,
  ) -> Bool {
    one.value.lastUse < other.value.lastUse
  }
}
