import Contract
import Models
import Synchronization
import Wire

@testable import Runs
@testable import Store

/// A folder for recordings, which is removed with them.
final class RecordingFolder: Sendable {
  let path: String
  let time = TestTime()
  /// What the recorders of the folder complained of.
  let complaints = Mutex<[String]>([])
  private let parent: String

  init() throws {
    parent = try Files.makeFolder(in: "/tmp")
    path = "\(parent)/recordings"
  }

  deinit {
    try? vanish()
    try? Files.removeFolder(parent)
  }

  /// Names of the files of exchanges.
  var names: [String] {
    get throws { try ExchangeFile.names(in: DataFolder.open(path)) }
  }

  /// The permissions of the folder, or of what lies in it.
  func mode(of name: String = "") throws -> UInt32? { try Files.status(path + name)?.mode }

  /// Has the folder be gone.
  func vanish() throws {
    for name in try OpenFolder.open(path).names(most: 1000) { try Files.remove("\(path)/\(name)") }
    try Files.removeFolder(path)
  }

  func recorder() throws -> ExchangeRecorder {
    try ExchangeRecorder(
      into: DataFolder.lock(path, passableBy: .owner), wallClock: time, clock: time
    ) { reason in
      self.complaints.withLock { $0.append(reason) }
    }
  }

  func replay(pausing: (any Pausing)? = nil) throws -> ExchangeReplay {
    try ExchangeReplay(from: DataFolder.open(path), pausing: pausing)
  }

  func text(of name: String) throws -> String {
    let bytes = try DataFolder.open(path).read(name, bytesMax: 1 << 20) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }

  func put(_ text: String, into name: String) throws {
    try DataFolder.open(path).write(Array(text.utf8), to: name, readableBy: .owner)
  }

  /// Has a script's answers read over a recorder that then ends, a request for each.
  func record(_ answers: [ScriptedAnswer], _ requests: [ProviderRequest]) async throws {
    let recorder = try recorder()
    let transport = RecordingTransport(
      ScriptedTransport(answers, time), to: .recorded, by: recorder)
    for request in requests { _ = await ReadExchange(request, over: transport) }
    await recorder.finish()
  }
}

extension ProviderEndpoint {
  static let recordedKey = "sk/test-0123456789"

  /// The provider of the recordings.
  static var recorded: ProviderEndpoint {
    ProviderEndpoint(
      provider: "there", dialect: .openai, address: ProviderDialect.openai.standardAddress,
      key: ProviderKey(recordedKey), model: "m")
  }

  /// What asks for an answer to a text.
  func request(_ input: String) -> ProviderRequest {
    request(
      for: Conversation(
        system: nil, messages: [], input: input, exchanges: [], tools: [], toolCallsMax: 0, now: 0,
        parameters: Conversation.Parameters(temperature: 0.5, maxTokens: nil)))
  }
}

/// What came of a request, read to its end.
struct ReadExchange: Equatable {
  var status: Int?
  var retryAfter: Duration?
  var type: String?
  var pieces: [[UInt8]] = []
  var error: ModelError?

  init(
    status: Int? = nil, retryAfter: Duration? = nil, type: String? = nil,
    pieces: [[UInt8]] = [], error: ModelError? = nil
  ) {
    self.status = status
    self.retryAfter = retryAfter
    self.type = type
    self.pieces = pieces
    self.error = error
  }

  /// Asks, and reads no more than so many pieces.
  init(
    _ request: ProviderRequest, over transport: any ProviderTransport, piecesMax: Int = .max
  ) async {
    do throws(ModelError) {
      let response = try await transport.open(request)
      defer { response.close() }
      status = response.status
      retryAfter = response.retryAfter
      type = response.value(of: "Content-Type")
      while pieces.count < piecesMax, let piece = try await response.next() {
        pieces.append(piece)
      }
    } catch {
      self.error = error
    }
  }
}

/// An answer of a script, each part of which takes a second.
struct ScriptedAnswer: Sendable {
  var status: Int?
  var headers: [String: String] = [:]
  var pieces: [[UInt8]] = []
  var error: ModelError?

  static func text(_ pieces: String...) -> ScriptedAnswer {
    ScriptedAnswer(
      status: 200, headers: ["content-type": "text/event-stream", "x-request-id": "1"],
      pieces: pieces.map { Array($0.utf8) })
  }
}

/// A provider that answers by a script.
final class ScriptedTransport: ProviderTransport {
  private let answers: Mutex<ArraySlice<ScriptedAnswer>>
  private let time: TestTime

  init(_ answers: [ScriptedAnswer], _ time: TestTime) {
    self.answers = Mutex(answers[...])
    self.time = time
  }

  func open(_ request: ProviderRequest) async throws(ModelError) -> any ProviderResponse {
    time.advance(by: .seconds(1))
    guard let answer = answers.withLock({ $0.popFirst() }) else { throw .cancelled }
    guard answer.status != nil else { throw answer.error ?? .cancelled }
    return ScriptedResponse(answer, time)
  }
}

private final class ScriptedResponse: ProviderResponse {
  private let answer: Mutex<ScriptedAnswer>
  private let time: TestTime

  init(_ answer: ScriptedAnswer, _ time: TestTime) {
    self.answer = Mutex(answer)
    self.time = time
  }

  var status: Int { answer.withLock { $0.status ?? 0 } }

  var retryAfter: Duration? {
    value(of: "retry-after").flatMap { RetryAfter.delay($0, at: time.now.milliseconds) }
  }

  func value(of name: String) -> String? { answer.withLock { $0.headers[name.lowercased()] } }

  func next() async throws(ModelError) -> [UInt8]? {
    time.advance(by: .seconds(1))
    let (piece, error) = answer.withLock { answer -> ([UInt8]?, ModelError?) in
      guard answer.pieces.isEmpty else { return (answer.pieces.removeFirst(), nil) }
      return (nil, answer.error)
    }
    if let error { throw error }
    return piece
  }

  func close() {}
}
