import Contract
import Synchronization
import Wire

@testable import Routing

/// The domain of the sample rows: it counts what it is asked.
final class Clerk: Sendable {
  private let calls = Mutex<[String]>([])

  /// The names of the rows that ran, oldest first.
  var ran: [String] { calls.withLock { $0 } }

  func note(_ name: String) { calls.withLock { $0.append(name) } }
}

/// Knows a few callers by memory and one by the store.
struct SampleAuthenticator: Authenticator {
  var withoutCredential: Principal?

  static let known: [String: Principal] = [
    "all": Principal(kind: .token, id: "all", permissions: [.read, .write, .admin]),
    "reader": Principal(kind: .token, id: "reader", permissions: [.read]),
    "bound": Principal(
      kind: .token, id: "bound", permissions: [.read, .write], organisation: "o1", user: "u1",
      project: "p1"),
  ]

  func recognise(bearer: [UInt8]) -> Recognition {
    Self.known[String(decoding: bearer, as: UTF8.self)].map(Recognition.known) ?? .unknown
  }

  func find(bearer: [UInt8]) async throws(Fault) -> Principal? {
    switch String(decoding: bearer, as: UTF8.self) {
    case "stored": Principal(kind: .token, id: "stored", permissions: [.read, .write])
    case "broken": throw Fault(.unavailable, "the store is away", retryAfterSeconds: 3)
    default: nil
    }
  }
}

/// Counts, so that tests know every identifier.
final class CountingIdentifiers: IdentifierSource {
  private let count = Atomic<Int>(0)

  func next(_ prefix: StaticString) -> String { "\(prefix)\(advance())" }
  func uuid() -> String { "uuid-\(advance())" }

  private func advance() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// A clock that a test moves.
final class HandClock: MonotonicClock {
  private let time = Atomic<Int64>(1)

  var nanoseconds: Int64 { time.load(ordering: .relaxed) }

  func advance(milliseconds: Int64) { time.add(milliseconds * 1_000_000, ordering: .relaxed) }
}

/// A feed without events.
struct SilentSource: FeedSource {
  func page(after position: Int64, limit: Int) async throws(Fault) -> FeedPage {
    FeedPage(items: [], position: position, isLast: false)
  }
}

/// An input of every kind that parameters and bodies can carry, all optional but `name` where it is asked for.
struct Order: CodedRecord {
  let id: String?
  let name: String?
  let count: Int64
  let tags: [String]

  static let fields = FieldTable([
    FieldName("id", json: "\"id\":", cbor: "\u{62}id"),
    FieldName("name", json: "\"name\":", cbor: "\u{64}name"),
    FieldName("count", json: "\"count\":", cbor: "\u{65}count"),
    FieldName("tags", json: "\"tags\":", cbor: "\u{64}tags"),
  ])

  static let schema: Schema = .record(
    RecordSchema(
      name: "Order", documentation: "An order.",
      fields: [
        FieldSchema(name: "id", documentation: "Its id.", schema: String.schema, isRequired: false),
        FieldSchema(
          name: "name", documentation: "A name.", schema: .nullable(String.schema),
          isRequired: false),
        FieldSchema(
          name: "count", documentation: "How many.", schema: .integer(minimum: 1, maximum: nil),
          isRequired: false, standard: 1),
        FieldSchema(
          name: "tags", documentation: "Words.",
          schema: .array(of: String.schema, minimum: nil, maximum: nil), isRequired: false),
      ]))

  func encode<S: Sink>(into sink: inout S) {
    sink.open([
      "id": id.map(WireValue.text) ?? nil, "name": name.map(WireValue.text) ?? nil,
      "count": .integer(count), "tags": .array(tags.map(WireValue.text)),
    ])
  }

  struct Draft: RecordDraft {
    private var seen: UInt64 = 0
    private var id: String?
    private var name: String?
    private var count: Int64 = 1
    private var tags: [String] = []

    mutating func merge<S: Source>(from source: inout S) throws(DecodeError) {
      try source.beginMap()
      while let index = try source.nextField(Order.fields, seen: &seen) {
        do throws(DecodeError) {
          switch index {
          case 0: id = try String(from: &source)
          case 1: name = try String?(from: &source)
          case 2: count = try Int64(from: &source)
          default: tags = try [String](from: &source)
          }
        } catch {
          throw error.within(field: Order.fields.names[index])
        }
      }
    }

    consuming func finish(at offset: Int?) throws(DecodeError) -> Order {
      guard name != "missing" else {
        throw DecodeError(.missingField, at: offset, "this field is missing")
          .within(field: Order.fields.names[0])
      }
      return Order(id: id, name: name, count: count, tags: tags)
    }
  }
}
