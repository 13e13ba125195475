package import Store
package import Wire

/// What a reader of a stream wants to see.
package struct EventFilter: Hashable, Sendable {
  /// Patterns that one request may give.
  package static let patternsMax = 8

  /// `GLOB` patterns, any of which lets an event through; empty for all.
  let patterns: [String]
  /// A type that is left out although nothing else is; nil for none.
  let excluded: String?

  /// A filter for `types`, which are event types or, with a trailing `.*`, families of them.
  ///
  /// There is none when one of them is neither, or when there are too many.
  package init?(types: [String], excluding excluded: String? = nil) {
    guard types.count <= Self.patternsMax else { return nil }
    guard types.allSatisfy(Self.isPattern) else { return nil }
    patterns = types
    self.excluded = excluded
  }

  private static func isPattern(_ type: String) -> Bool {
    let stem = type.hasSuffix(".*") ? type.dropLast(2) : type[...]
    guard !stem.isEmpty, stem.utf8.count <= 64 else { return false }
    // No wildcard of GLOB is among these characters: a family's own asterisk is the only one.
    return stem.utf8.allSatisfy { byte in
      switch byte {
      case 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "_"): true
      default: false
      }
    }
  }

  /// A text that is equal exactly for equal filters.
  package var canonicalText: String {
    "\(excluded ?? "")|\(patterns.sorted().joined(separator: ","))"
  }

  /// Whether events of this type get through.
  func admits(_ type: String) -> Bool {
    type != excluded
      && (patterns.isEmpty
        || patterns.contains { pattern in
          pattern.hasSuffix("*") ? type.hasPrefix(pattern.dropLast()) : type == pattern
        })
  }

  /// Eight patterns and the exclusion, as numbered parameters want them.
  fileprivate func values(_ first: SQLValue...) -> [SQLValue] {
    var values = first
    values.append(excluded.map { .text($0) } ?? .text(""))
    values.append(.integer(patterns.isEmpty ? 1 : 0))
    for index in 0..<Self.patternsMax {
      values.append(index < patterns.count ? .text(patterns[index]) : .null)
    }
    return values
  }
}

/// One event as readers of a stream get it.
package struct StreamItem: Record, Sendable {
  package let sequence: Int64
  package let event: StoredJSON

  init(sequence: Int64, event: StoredJSON) {
    self.sequence = sequence
    self.event = event
  }

  package init(row: borrowing Row) throws(StoreError) {
    sequence = try row.integer(0)
    let bytes = try row.textBytes(1)
    do throws(DecodeError) {
      event = try StoredJSON(checking: bytes)
    } catch {
      throw .unreadable(column: 1, expected: .text)
    }
  }
}

extension EventLog {
  /// The number of the stream's last event, 0 when it has none.
  package static func head(
    of stream: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Int64 {
    try reader.first(
      Int64.self, "SELECT head FROM event_streams WHERE stream = ?1", .text(stream)) ?? 0
  }

  /// The events after `position` that pass the filter, oldest first, at most `limit`.
  package static func items(
    of stream: String, after position: Int64, limit: Int, bytesMax: Int = .max,
    filter: EventFilter, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [StreamItem] {
    var room = bytesMax
    return try reader.prefix(
      StreamItem.self,
      """
      SELECT stream_seq, payload FROM event_log
      WHERE stream_id = (SELECT id FROM event_streams WHERE stream = ?1) AND stream_seq > ?2
        AND type <> ?4
        AND (?5 = 1 OR type GLOB ?6 OR type GLOB ?7 OR type GLOB ?8 OR type GLOB ?9
          OR type GLOB ?10 OR type GLOB ?11 OR type GLOB ?12 OR type GLOB ?13)
      ORDER BY stream_seq LIMIT ?3
      """,
      values: filter.values(.text(stream), .integer(position), .integer(Int64(limit)))
    ) { item in
      room -= item.event.bytes.count
      return room <= 0
    }
  }

  /// How many events of the stream pass the filter.
  package static func count(
    of stream: String, filter: EventFilter, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Int64 {
    let counts = try reader.all(
      Int64.self,
      """
      SELECT count(*) FROM event_log
      WHERE stream_id = (SELECT id FROM event_streams WHERE stream = ?1) AND type <> ?2
        AND (?3 = 1 OR type GLOB ?4 OR type GLOB ?5 OR type GLOB ?6 OR type GLOB ?7
          OR type GLOB ?8 OR type GLOB ?9 OR type GLOB ?10 OR type GLOB ?11)
      """, values: filter.values(.text(stream)))
    return counts.first ?? 0
  }
}
