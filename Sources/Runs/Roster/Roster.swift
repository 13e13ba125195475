package import Contract
package import Events
package import Store
internal import Wire

/// The limits of what organisations keep in the roster, besides the number of entries of a kind.
enum RosterLimits {
  /// Members of one group.
  static let membersMax = 32
  /// Entries of a role's list of tools, tools of a skill, and things that a skill needs.
  static let entriesMax = 200
  /// JSON bytes of a map that a caller may fill freely, and of the schema of a tool.
  static let notesBytesMax = 4096
  static let schemaBytesMax = 16 << 10
}

/// Who there is: roles, groups and their members, skills, and what stands on blackboards.
///
/// It holds nothing in memory: the truth is in the store.
package struct Roster: Sendable {
  let database: Database
  let log: EventLog
  let wallClock: any WallClock
  let identifiers: any IdentifierSource

  package init(
    database: Database, log: EventLog, wallClock: any WallClock,
    identifiers: any IdentifierSource
  ) {
    self.database = database
    self.log = log
    self.wallClock = wallClock
    self.identifiers = identifiers
  }

  /// Changes the store once for the request's key.
  nonisolated(nonsending) func change<Output: Coded>(
    _ context: CallContext,
    _ work:
      @escaping @Sendable (RosterOccasion, borrowing Transaction) throws(Fault) -> Output
  ) async throws(Fault) -> Answer<Output> {
    let occasion = RosterOccasion(
      organisation: context.scope?.organisation, project: context.scope?.project,
      caller: context.principal.id, now: wallClock.now, correlationID: context.correlationID.text)
    return try await OnceOnly.run(context.claim, on: database, now: occasion.now) {
      (transaction) throws(Fault) in
      .success(try work(occasion, transaction))
    }
  }

  /// Reads from the store.
  nonisolated(nonsending) func read<Output: Sendable>(
    _ work: @escaping @Sendable (borrowing Reader) throws(StoreError) -> Output
  ) async throws(Fault) -> Output {
    try await database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in try work(reader) }
    }
  }

  /// Writes that something happened to a part of the roster.
  func note(
    _ type: RosterEventType, _ subject: Party, _ occasion: RosterOccasion,
    _ payload: WireValue, stream: String? = nil, in transaction: borrowing Transaction
  ) throws(StoreError) {
    let draft = EventDraft(
      stream: stream ?? Self.stream(of: occasion.organisation),
      tenant: occasion.organisation ?? "", project: occasion.project, type: type.rawValue,
      time: occasion.now, actor: Party("user", occasion.caller), subject: subject,
      correlationID: occasion.correlationID, event: { _, _ in payload })
    try log.append([draft], in: transaction)
  }

  /// The stream of what happens to an organisation's part of the roster, or to what all share.
  static func stream(of organisation: String?) -> String {
    organisation.map { "org:\($0)" } ?? "shared"
  }

  /// Refuses one more of what there are `count` of already.
  static func checkRoom(_ count: Int64?, below most: Int, _ things: String) throws(Fault) {
    guard count ?? 0 < most else {
      throw Fault(
        .conflict, "there are \(most) \(things) already", name: "TOO_MANY",
        details: [Fault.Detail("limit", .integer(Int64(most)))])
    }
  }

  /// A map that a caller may fill freely; an empty one where there is none.
  static func notes(_ value: WireValue?, of field: String) throws(Fault) -> WireValue {
    guard let value, value != .null else { return [:] }
    guard case .map = value, value.isJSON else {
      throw Fault(
        DecodeError(.wrongType, at: nil, "expected a map, with texts for keys").within(key: field))
    }
    guard value.json().count <= RosterLimits.notesBytesMax else {
      throw .field(field, "longer than \(RosterLimits.notesBytesMax) bytes as JSON")
    }
    return value
  }

  /// The texts of a list that is not too long.
  static func texts<let low: Int, let high: Int>(
    _ texts: [Text<low, high>], of field: String
  ) throws(Fault) -> [String] {
    try checkLength(texts.count, of: field)
    return texts.map(\.text)
  }

  static func checkLength(_ count: Int, of field: String) throws(Fault) {
    guard count <= RosterLimits.entriesMax else {
      throw .field(field, "more than \(RosterLimits.entriesMax) entries")
    }
  }
}

/// Whose request changes the roster, and when.
struct RosterOccasion: Sendable {
  /// Nil where the request names none: it acts for all.
  let organisation: String?
  let project: String?
  let caller: String
  let now: Timestamp
  let correlationID: String
}

/// What happens to the roster.
enum RosterEventType: String, CaseIterable, Sendable {
  case roleCreated = "role.created"
  case groupCreated = "group.created"
  case memberAdded = "group.member_added"
  case skillRegistered = "skill.registered"
  case skillRemoved = "skill.removed"
  case skillHealthChanged = "skill.health_changed"
  case blackboardWritten = "blackboard.written"
}
