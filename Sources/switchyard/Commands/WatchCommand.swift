import ArgumentParser
import Contract
import Gateway
import Glibc
import Wire

/// `switchyard watch RUN_ID`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Shows a run's events as they happen, over every break of the connection.")

  @OptionGroup var client: ClientOptions

  @Option(help: "The number of the last event that you have; from the beginning when absent.")
  var from: String?

  @Flag(help: "One JSON object a line.")
  var json = false

  @Argument(help: "The run.")
  var run: String

  /// How often a server that is not there is tried again before the command gives up.
  private static let attemptsMax = 30

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      var reader = EventReader(cursor: from, isJSON: json || !Terminal.isOutput)
      var attempts = 0
      while attempts < Self.attemptsMax {
        let seen = reader.count
        do throws(StartFailure) {
          // A server that was started again may have another port.
          if try watch(try client.target(), &reader) { return }
        } catch {
          // Where nothing was ever heard there is nothing to go on with.
          guard error.kind == .unavailable, reader.hasBegun else { throw error }
          if attempts == 0 { FileText.complain("switchyard: \(error); trying again") }
        }
        attempts = reader.count > seen ? 1 : attempts + 1
        do throws(CancellationError) {
          try await SystemPausing().pause(for: .seconds(1))
        } catch {
          return
        }
      }
      throw StartFailure(.unavailable, "the server did not come back")
    }
  }

  /// Watches over one connection; true when the run has ended.
  private func watch(
    _ target: ClientOptions.Target, _ reader: inout EventReader
  ) throws(StartFailure) -> Bool {
    let connection = try client.connect(target)
    var fields = client.fields(.get, "/api/runs/\(MethodCall.escaped(run))/stream", target)
    fields.append(name: "accept", value: "application/cbor-seq")
    if let cursor = reader.cursor { fields.append(name: "last-event-id", text: cursor) }
    var status = 0
    var refusal: [UInt8] = []
    var events = reader
    let outcome = ClientOptions.connecting { () throws(ClientFailure) in
      try connection.request(
        fields, body: [], head: { status = $0.status ?? 0 },
        chunk: { bytes in
          if status == 200 { return events.take(bytes) }
          refusal += bytes
          return true
        })
    }
    // What was shown was shown, however the connection ended.
    reader = events
    reader.reconnect()
    _ = try outcome.get()
    if status == 204 { return true }
    guard status == 200 else {
      // 429 and 503 pass: a server that drains or is busy is asked again for the rest.
      let isPassing = reader.hasBegun && [429, 503].contains(status)
      let kind: StartFailure.Kind = isPassing ? .unavailable : .refused
      throw StartFailure(kind, "\(status) \(Self.words(refusal))")
    }
    return reader.hasEnded
  }
}

extension WatchCommand {
  /// What a refusal says; its body is CBOR, as that is what was asked for.
  private static func words(_ body: [UInt8]) -> String {
    do throws(DecodeError) {
      return Refusal(try WireValue(cbor: body))?.text ?? ""
    } catch {
      return ""
    }
  }
}

/// Reads a stream of events and shows them.
struct EventReader {
  private(set) var cursor: String?
  private(set) var hasEnded = false
  private(set) var count = 0
  /// Whether any stream has greeted.
  private(set) var hasBegun = false
  private let isJSON: Bool
  private let style = TextStyle(hasColours: Terminal.hasColours)
  /// Whether the words of a model were the last that was shown: they end no line.
  private var isInLine = false
  private var sequence = CBORSequence()

  init(cursor: String?, isJSON: Bool) {
    self.cursor = cursor
    self.isJSON = isJSON
  }

  /// Takes bytes as they come; false when they are no events.
  mutating func take(_ bytes: [UInt8]) -> Bool {
    sequence.append(bytes)
    do throws(DecodeError) {
      while let item = try sequence.next() { show(item) }
      return true
    } catch {
      return false
    }
  }

  /// Forgets a part of an event that a broken connection left.
  mutating func reconnect() {
    sequence = CBORSequence()
  }

  private mutating func show(_ item: WireValue) {
    hasBegun = true
    guard case .text(let id)? = item["id"], let event = item["data"],
      case .text(let type)? = event["type"]
    else { return }
    cursor = id
    count += 1
    hasEnded = ["run.completed", "run.failed", "run.cancelled"].contains(type)
    if isJSON { return FileText.print(String(decoding: event.json(), as: UTF8.self)) }
    if type == "llm.token", case .text(let token)? = event["payload"]?["token"] {
      isInLine = true
      let shown = TextWidth.visible(token, keepingLines: true)
      return FileText.write(Array(shown.utf8), to: FileText.output)
    }
    if isInLine { FileText.print("") }
    isInLine = false
    let payload = event["payload"].map { String(decoding: $0.json(), as: UTF8.self) } ?? ""
    FileText.print(
      "\(style.dim(id.padded(to: 6)))\(style.bold(type.padded(to: 16))) "
        + TextWidth.visible(payload, keepingLines: false))
  }
}
