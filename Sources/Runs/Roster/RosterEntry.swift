internal import Contract
internal import Events
internal import Store
internal import Wire

/// What an organisation keeps in the roster, or what all share.
protocol RosterEntry: Coded, Record {
  associatedtype ID: MadeName

  /// All that differs between two kinds of entries.
  static var row: RosterRow { get }

  var id: String { get }
  /// The organisation that made it; nil for one that all share.
  var orgID: String? { get }
  var name: String { get }

  func insert(in transaction: borrowing Transaction) throws(StoreError)
}

/// A kind of entries.
struct RosterRow: Sendable {
  /// What people call one, and the field by which requests name it.
  let noun: StaticString
  let field: StaticString
  /// The most that one organisation has.
  let most: Int
  /// What happens when one is made.
  let event: RosterEventType
  /// Reads one: its id, and the organisation that looks.
  let find: StaticString
  /// Reads what an organisation sees: it, the most rows, and what else narrows the list.
  let list: StaticString
  /// Counts those of an organisation.
  let count: StaticString
}

extension RosterEntry {
  static func find(
    _ id: ID, visibleTo organisation: String?,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Self? {
    try reader.first(Self.self, row.find, .text(id.text), .optional(organisation))
  }

  static func notFound(_ id: ID) -> Fault {
    Fault(
      .notFound, "there is no \(row.noun) \(id.text)",
      details: [Fault.Detail("field", .text("\(row.field)"))])
  }

  /// What an event tells of it.
  var told: WireValue {
    var told: WireValue = ["name": .text(name)]
    told["\(Self.row.field)"] = .text(id)
    return told
  }

  /// Whom an event about it is about.
  var party: Party { Party("\(Self.row.noun)", id) }

  /// The refusal of a change of what other organisations use as well.
  static var isShared: Fault {
    Fault(
      .forbidden, "the \(row.noun) is shared by all organisations; yours may not change it")
  }
}

extension Roster {
  /// Makes an entry of the caller's organisation, or one that all share, unless `checking` refuses.
  nonisolated(nonsending) func add<Entry: RosterEntry>(
    _ context: CallContext,
    checking: @escaping @Sendable (Entry, borrowing Transaction) throws(Fault) -> Void = {
      (_, _) throws(Fault) in
    },
    _ make: @escaping @Sendable (_ id: String, RosterOccasion) -> Entry
  ) async throws(Fault) -> Answer<Entry> {
    let (roster, id) = (self, identifiers.next(Entry.ID.prefix))
    return try await change(context) { (occasion, transaction) throws(Fault) in
      let entry = make(id, occasion)
      let count = try Fault.translating { () throws(StoreError) in
        try transaction.first(Int64.self, Entry.row.count, .optional(occasion.organisation))
      }
      try Self.checkRoom(count, below: Entry.row.most, "\(Entry.row.noun)s")
      try checking(entry, transaction)
      try Fault.translating { () throws(StoreError) in
        try entry.insert(in: transaction)
        try roster.note(Entry.row.event, entry.party, occasion, entry.told, in: transaction)
      }
      return entry
    }
  }

  /// What the caller sees.
  nonisolated(nonsending) func entries<Entry: RosterEntry>(
    _ context: CallContext, _ narrowing: SQLValue...
  ) async throws(Fault) -> [Entry] {
    // Its own, and those that all share.
    let seenMax = Int64(Entry.row.most * 2)
    let values = [.optional(context.scope?.organisation), .integer(seenMax)] + narrowing
    return try await read { (reader) throws(StoreError) in
      try reader.all(Entry.self, Entry.row.list, values: values)
    }
  }

  /// One entry that the caller sees.
  nonisolated(nonsending) func entry<Entry: RosterEntry>(
    _ id: Entry.ID, _ context: CallContext
  ) async throws(Fault) -> Entry {
    let organisation = context.scope?.organisation
    let entry = try await read { (reader) throws(StoreError) in
      try Entry.find(id, visibleTo: organisation, in: reader)
    }
    guard let entry else { throw Entry.notFound(id) }
    return entry
  }
}
