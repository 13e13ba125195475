import Contract
import Cryptography
import Events
import Mail
import Store
import Wire

@testable import Accounts
@testable import Identity

/// A domain of accounts over a database of its own, in time that tests move.
final class TestRegistrar: Sendable {
  let time = TestTime()
  let post = Post()
  let database: Database
  let registrar: Registrar
  let postman: Postman

  init(_ limits: AccountLimits = AccountLimits()) throws {
    database = try Database(
      at: .ephemeral(in: "/tmp"),
      migrations: EventMigrations.all + TokenMigrations.all + IdentityMigrations.all
        + AccountMigrations.all + EventMigrations.later,
      configuration: .standard, monotonic: { 0 }, observe: { _ in })
    guard let master = MasterKey(text: String(repeating: "5a", count: 32)),
      let scrypt = Scrypt(logCost: 2, blockSize: 1, parallel: 1)
    else { preconditionFailure("numbers that are allowed") }
    registrar = Registrar(
      RegistrarSetup(
        database: database, log: EventLog(doorbell: Doorbell(), observe: nil), wallClock: time,
        clock: time, pausing: time, identifiers: CountingIdentifiers(),
        hasher: try PasswordHasher(threads: 1, waitingMax: 8, scrypt: scrypt), master: master,
        accessTokens: AccessTokens(
          issuer: "tests", lifetimeSeconds: 3600, keys: SigningKeys(master: master)),
        limits: limits, redirectOrigins: ["https://app.example"]))
    postman = registrar.postman(
      try MailRoute(sender: "server@localhost", transport: post), observe: { _ in })
  }

  /// Makes the first signing key.
  func establish() async throws {
    let (keys, now) = (SigningKeys(master: registrar.setup.master), time.now)
    try await database.write { (transaction) throws(StoreError) in
      try keys.establish(now: now, in: transaction)
    }
  }

  static let context = CallContext(
    head: CallHead(principal: .anonymous, scope: nil), correlationID: .given("c1"), claim: nil)

  func register(_ name: String, password: String = "a good one") async throws(Fault) {
    _ = try await registrar.register(
      try Self.read(
        [
          "username": .text(name), "email": .text("\(name)@mail.example"),
          "password": .text(password),
        ]),
      Self.context)
  }

  func verify(_ name: String, _ code: String) async throws(Fault) -> SessionBody {
    try await registrar.verify(
      try Self.read(["email": .text("\(name)@mail.example"), "token": .text(code)]), Self.context
    ).value
  }

  func signIn(_ name: String, _ password: String = "a good one") async throws(Fault) -> SessionBody
  {
    try await registrar.signIn(
      try Self.read(["email": .text("\(name)@mail.example"), "password": .text(password)]),
      Self.context
    ).value
  }

  /// Delivers until nothing is due; a failed mail's pauses pass meanwhile.
  func deliver(tries: Int) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [postman] in await postman.work() }
      while post.tries < tries {
        let seen = post.tried.rings
        if post.tries < tries { await post.tried.wait(past: seen) }
      }
      group.cancelAll()
    }
  }

  /// The code of the newest mail.
  var code: String? {
    let lines = (post.messages.last?.text ?? "").split { $0.isNewline }
    return lines.first { $0.count == 6 && $0.allSatisfy(\.isNumber) }.map(String.init)
  }

  /// The value that JSON of these members reads as.
  private static func read<Value: Coded>(_ members: WireValue) throws(Fault) -> Value {
    do throws(DecodeError) {
      return try Value(json: members.json())
    } catch {
      throw Fault(error)
    }
  }

  /// The number of rows that a statement counts.
  func count(_ statement: StaticString) async throws -> Int64 {
    try await database.read { (reader) throws(StoreError) in
      try reader.first(Int64.self, statement) ?? 0
    }
  }
}
