import Accounts
import ArgumentParser
import Contract
import Identity
import Store
import Wire

/// `switchyard user …`.
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "Makes, shows and shuts out users, beside a running server or without.",
    subcommands: [Add.self, List.self, Disable.self, Enable.self, Reset.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a user who may sign in; the password is the first line of the input.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Option(help: "What people call the user by.") var username: String
    @Option(help: "What the user is on the whole platform: platform_admin.") var role: String?
    @Flag(help: "One JSON object.") var json = false
    @Argument(help: "The user's address of e-mail.") var email: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let address = try UserCommand.address(email)
        guard let name = Username(checking: username) else {
          throw StartFailure(.usage, "--username: 3 to 30 letters, digits and underscores")
        }
        let platformRole = role.flatMap(PlatformRole.init(rawValue:))
        guard role == nil || platformRole != nil else {
          throw StartFailure(.usage, "--role: platform_admin")
        }
        let newcomer = Newcomer(
          username: name, email: address, passwordHash: try await UserCommand.passwordHash(),
          role: platformRole)
        let now = SystemWallClock().now
        let id = try await UserCommand.change(in: data) {
          (users, transaction) throws(UserRefusal) in
          try users.add(newcomer, at: now, in: transaction)
        }
        guard json else { return FileText.print("added \(id)") }
        Report(json: true).show([
          "id": .text(id), "username": .text(name.text), "email": .text(address.text),
        ])
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the users, oldest first, at most \(UserAdministration.listMax).")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(help: "One JSON object a line, on a terminal as well.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let users = try await TokenCommand.read(in: data) {
          (reader) throws(StoreError) in
          try UserAdministration.list(in: reader)
        }
        Report(json: json).show(all: users.map { WireValue(encoding: UserReport($0)) })
      }
    }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a user in no more and ends their sessions; servers know within a second.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Argument(help: "The user's address of e-mail.") var email: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        try await UserCommand.change(email, in: data, "disabled") {
          (users, address, now, transaction) throws(UserRefusal) in
          try users.disable(address, at: now, in: transaction)
        }
      }
    }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a user in again who was disabled.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Argument(help: "The user's address of e-mail.") var email: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        try await UserCommand.change(email, in: data, "enabled") {
          (users, address, now, transaction) throws(UserRefusal) in
          try users.enable(address, at: now, in: transaction)
        }
      }
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a user the password in the first line of the input; ends their sessions.")

    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Argument(help: "The user's address of e-mail.") var email: String

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        _ = try UserCommand.address(email)
        let passwordHash = try await UserCommand.passwordHash()
        try await UserCommand.change(email, in: data, "reset") {
          (users, address, now, transaction) throws(UserRefusal) in
          try users.reset(address, to: passwordHash, at: now, in: transaction)
        }
      }
    }
  }

  /// The address that a text is.
  static func address(_ text: String) throws(StartFailure) -> EmailAddress {
    guard let address = EmailAddress(checking: text) else {
      throw StartFailure(.usage, "this is no address of e-mail")
    }
    return address
  }

  /// What is kept of the password in the first line of standard input, which is nowhere else: an
  /// argument would be in the list of processes.
  private static func passwordHash() async throws(StartFailure) -> String {
    let line = try Terminal.withoutEcho { () throws(StartFailure) in try FileText.readLine() }
    guard let text = String(validating: line, as: UTF8.self), Password(checking: text) != nil else {
      throw StartFailure(.refused, "a password has at least 6 characters and at most 128 bytes")
    }
    let hasher = try Server.opening { () throws(StoreError) in
      try PasswordHasher(threads: 1, waitingMax: 1)
    }
    do throws(Fault) {
      return try await hasher.hash(text)
    } catch {
      throw StartFailure(.system, error.message)
    }
  }

  /// Changes the user of an address, and says that it was done.
  private static func change(
    _ email: String, in data: String, _ done: String,
    _ step:
      @escaping @Sendable (UserAdministration, EmailAddress, Timestamp, borrowing Transaction)
      throws(UserRefusal) -> Void
  ) async throws(StartFailure) {
    let (address, now) = (try address(email), SystemWallClock().now)
    try await change(in: data) { (users, transaction) throws(UserRefusal) in
      try step(users, address, now, transaction)
    }
    FileText.print("\(done) \(address.text)")
  }

  /// Changes the users of a data folder.
  private static func change<T: Sendable>(
    in data: String,
    _ step:
      @escaping @Sendable (UserAdministration, borrowing Transaction) throws(UserRefusal) -> T
  ) async throws(StartFailure) -> T {
    let users = UserAdministration(identifiers: SystemIdentifiers(wallClock: SystemWallClock()))
    let database = try TokenCommand.database(in: data)
    defer { database.close() }
    do throws(UserRefusal) {
      return try await database.write { (transaction) throws(UserRefusal) in
        try step(users, transaction)
      }
    } catch {
      if case .store = error { throw StartFailure(.folder, "\(error)") }
      throw StartFailure(.refused, "\(error)")
    }
  }
}

/// A user, without what they sign in by.
struct UserReport: Coded {
  let id: String
  let username: String
  let email: String
  let state: String
  let roles: [String]
  let createdAt: Timestamp
  let lastSignInAt: Timestamp?

  init(_ user: UserSummary) {
    id = user.id
    username = user.username
    email = user.email
    state = user.state
    roles = user.roles
    createdAt = user.createdAt
    lastSignInAt = user.lastSignInAt
  }
}
