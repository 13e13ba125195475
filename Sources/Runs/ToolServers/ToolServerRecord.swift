package import Identity
package import Models
package import Store
package import Wire

/// A server of tools as it lies in the store; what is secret of it is sealed.
package struct ToolServerRecord: Record, Sendable {
  /// How a server is reached.
  package enum Place: Hashable, Sendable {
    /// A program that this server starts, by its words.
    case command([String])
    /// A server that speaks HTTP.
    case url(String)
  }

  /// What skills call it.
  package let name: String
  /// The only organisation whose runs may use it; nil for all.
  package let organisation: String?
  package let place: Place
  /// The names of the variables that a program is given besides the usual ones.
  package let variables: [String]
  /// When it was added, and when it was last changed.
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
  /// How often its list of tools has changed.
  package let revision: Int64
  /// The tools that it offered last.
  package let tools: [MCPTool]
  private let sealed: [UInt8]?

  /// The most servers, words of a command, and variables of a program.
  package static let countMax = 64
  package static let wordsMax = 64
  package static let variablesMax = 32
  /// UTF-8 bytes of a command, and of a variable's value.
  package static let commandBytesMax = 8_192
  package static let valueBytesMax = 8_192

  /// A server that is told these secrets: the values of its variables, or a bearer token.
  package init(
    name: String, organisation: String?, place: Place, secrets: Secrets?,
    sealedUnder master: MasterKey, at time: Timestamp
  ) {
    self.name = name
    self.organisation = organisation
    self.place = place
    variables = secrets?.variables.map(\.name) ?? []
    createdAt = time
    updatedAt = time
    revision = 0
    tools = []
    sealed = secrets.map { master.seal($0.wireValue.json(), place: Self.seal(of: name)) }
  }

  package init(row: borrowing Row) throws(StoreError) {
    name = try row.text(0)
    organisation = try row.optionalText(1)
    let words: [String]? = try row.optionalJSON(2)
    if let words {
      place = .command(words)
    } else {
      place = .url(try row.text(3))
    }
    variables = try row.json(4)
    sealed = try row.optionalBlob(5)
    tools = [MCPTool](stored: try row.json(6))
    revision = try row.integer(7)
    createdAt = Timestamp(milliseconds: try row.integer(8))
    updatedAt = Timestamp(milliseconds: try row.integer(9))
  }

  /// Whether it is told something secret.
  package var hasSecrets: Bool { sealed != nil }

  /// What it is told; nil where that does not open under this master key.
  package func secrets(openedBy master: MasterKey) -> Secrets? {
    guard let sealed else { return Secrets(variables: [], token: nil) }
    guard let opened = master.open(sealed, place: Self.seal(of: name)) else { return nil }
    do throws(DecodeError) {
      return Secrets(try WireValue(json: opened))
    } catch {
      return nil
    }
  }

  /// Whether both are the same server, told the same.
  func isSame(as other: ToolServerRecord) -> Bool {
    name == other.name && createdAt == other.createdAt && updatedAt == other.updatedAt
  }

  private static func seal(of name: String) -> String { "tool server:\(name)" }

  /// What a server is told that nobody else may know.
  package struct Secrets: Sendable {
    /// The variables of a program.
    package let variables: [(name: String, value: String)]
    /// What stands in `authorization` behind `Bearer`.
    package let token: String?

    package init(variables: [(name: String, value: String)], token: String?) {
      self.variables = variables
      self.token = token
    }

    fileprivate init?(_ value: WireValue) {
      guard case .map(let members)? = value["variables"] else { return nil }
      variables = members.compactMap { member in
        guard case .text(let name) = member.key, case .text(let text) = member.value else {
          return nil
        }
        return (name, text)
      }
      token = if case .text(let token)? = value["token"] { token } else { nil }
    }

    fileprivate var wireValue: WireValue {
      var value: WireValue = [
        "variables": .map(variables.map { WireMember(.text($0.name), .text($0.value)) })
      ]
      value["token"] = token.map(WireValue.text)
      return value
    }
  }
}

extension ToolServerRecord {
  /// Adds the server, or puts it in the place of one of its name; what is known of its tools stays.
  ///
  /// A server that stays where it was keeps what it is told, unless it is told something new.
  package func put(in transaction: borrowing Transaction) throws(StoreError) {
    let (command, url): (SQLValue, SQLValue) =
      switch place {
      case .command(let words): (.json(words), .null)
      case .url(let url): (.null, .text(url))
      }
    try transaction.execute(
      """
      INSERT INTO tool_servers (name, org_id, command, url, variables, secrets, created_at,
        updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT (name) DO UPDATE SET org_id = excluded.org_id, command = excluded.command,
        url = excluded.url, updated_at = max(excluded.updated_at, updated_at + 1),
        variables = CASE WHEN excluded.secrets IS NULL AND excluded.command IS command
          AND excluded.url IS url THEN variables ELSE excluded.variables END,
        secrets = CASE WHEN excluded.secrets IS NULL AND excluded.command IS command
          AND excluded.url IS url THEN secrets ELSE excluded.secrets END
      """, .text(name), .optional(organisation), command, url, .json(variables),
      .optional(sealed), .integer(createdAt.milliseconds), .integer(updatedAt.milliseconds))
  }

  /// Removes a server; false where there is none of that name.
  package static func remove(
    _ name: String, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute("DELETE FROM tool_servers WHERE name = ?1", .text(name)) == 1
  }

  /// All servers, in the order in which they were added.
  package static func all(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ToolServerRecord] {
    try reader.all(
      ToolServerRecord.self,
      """
      SELECT name, org_id, command, url, variables, secrets, tools, revision, created_at,
        updated_at
      FROM tool_servers ORDER BY ordinal LIMIT ?1
      """, .integer(Int64(countMax)))
  }

  /// The servers that a skill names, without their tools.
  static func named(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ToolServerRecord] {
    try reader.all(
      ToolServerRecord.self,
      """
      SELECT name, org_id, command, url, variables, secrets, '[]', revision, created_at,
        updated_at
      FROM tool_servers WHERE EXISTS (
        SELECT 1 FROM skills WHERE provider = 'mcp' AND entry_path = tool_servers.name)
      ORDER BY ordinal LIMIT ?1
      """, .integer(Int64(countMax)))
  }

  /// The servers that skills name which an organisation sees.
  static func visible(
    to organisation: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ToolServerRecord] {
    try reader.all(
      ToolServerRecord.self,
      """
      SELECT name, org_id, command, url, variables, secrets, tools, revision, created_at,
        updated_at
      FROM tool_servers WHERE (org_id IS NULL OR org_id = ?1) AND EXISTS (
        SELECT 1 FROM skills WHERE provider = 'mcp' AND entry_path = tool_servers.name
          AND (skills.org_id IS NULL OR skills.org_id = ?1))
      ORDER BY ordinal LIMIT ?2
      """, .text(organisation), .integer(Int64(countMax)))
  }
}
