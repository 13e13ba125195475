/// The connections of one loop, by token.
struct ConnectionTable {
  private var slots: [(generation: UInt32, connection: Connection?)] = []
  private var free: [UInt32] = []
  private(set) var count = 0

  /// The token that the next connection will have.
  mutating func reserve() -> ConnectionToken {
    if let index = free.popLast() {
      return ConnectionToken(index: index, generation: slots[Int(index)].generation)
    }
    slots.append((0, nil))
    return ConnectionToken(index: UInt32(slots.count - 1), generation: 0)
  }

  mutating func insert(_ connection: Connection) {
    slots[Int(connection.token.index)].connection = connection
    count += 1
  }

  mutating func remove(_ token: ConnectionToken) {
    guard self[token] != nil else { return }
    slots[Int(token.index)].connection = nil
    slots[Int(token.index)].generation &+= 1
    free.append(token.index)
    count -= 1
  }

  /// The connection, unless it has ended.
  subscript(token: ConnectionToken) -> Connection? {
    guard Int(token.index) < slots.count else { return nil }
    let slot = slots[Int(token.index)]
    return slot.generation == token.generation ? slot.connection : nil
  }

  /// Every connection, in no order that means anything.
  var all: [Connection] { slots.compactMap { $0.connection } }
}
