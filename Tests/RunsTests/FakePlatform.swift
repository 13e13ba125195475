import Contract
import Models
import Synchronization
import Wire

@testable import Runs

/// Feishu's platform, as far as one document of each token needs it.
final class FakePlatform: ProviderTransport {
  private struct State {
    var asked: [String] = []
    var answers: [String: WireValue] = [:]
    var isSilent = false
    var isEndless = false
  }

  private let state = Mutex(State())
  private let time: TestTime

  init(_ time: TestTime) { self.time = time }

  /// How often a path was asked for.
  func count(_ path: String) -> Int { state.withLock { $0.asked.count { $0 == path } } }

  static let token = "/open-apis/auth/v3/tenant_access_token/internal"

  /// Puts a document there, of one paragraph.
  func put(_ token: String, revision: Int64, _ text: String) {
    let path = "/open-apis/docx/v1/documents/\(token)"
    let block: WireValue = [
      "block_id": "b1", "block_type": 2,
      "text": ["elements": [["text_run": ["content": .text(text)]]]],
    ]
    state.withLock {
      $0.answers[path] = ["document": ["revision_id": .integer(revision), "title": "T"]]
      $0.answers["\(path)/blocks"] = ["items": [block], "has_more": false]
    }
  }

  /// From now on nobody answers questions about documents.
  func fallSilent() { state.withLock { $0.isSilent = true } }

  /// From now on answers about documents have no end.
  func overflow() { state.withLock { $0.isEndless = true } }

  func open(_ request: ProviderRequest) async throws(ModelError) -> any ProviderResponse {
    let path = String(
      request.url.dropFirst(TestLibrarian.address.utf8.count).prefix { $0 != "?" })
    let (answer, isSilent, isEndless) = state.withLock { state in
      state.asked.append(path)
      let isDocument = path.contains("/docx/")
      return (
        state.answers[path], state.isSilent && isDocument, state.isEndless && isDocument
      )
    }
    if isSilent, await !time.rest(for: .seconds(1_000_000)) { throw .cancelled }
    if isEndless { return FakeBody(200, piece: [UInt8](repeating: 0x20, count: 1 << 20)) }
    if path == Self.token {
      return FakeBody(
        200, whole: ["code": 0, "tenant_access_token": "t-1", "expire": 7200])
    }
    guard let answer else { return FakeBody(404, whole: ["code": 1_770_002, "msg": "not found"]) }
    return FakeBody(200, whole: ["code": 0, "data": answer])
  }
}

/// A body that comes at once, or never ends.
private final class FakeBody: ProviderResponse {
  let status: Int
  private let isEndless: Bool
  private let pieces: Mutex<[[UInt8]]>

  init(_ status: Int, whole: WireValue) {
    self.status = status
    isEndless = false
    pieces = Mutex([whole.json()])
  }

  init(_ status: Int, piece: [UInt8]) {
    self.status = status
    isEndless = true
    pieces = Mutex([piece])
  }

  var retryAfter: Duration? { nil }
  func value(of name: String) -> String? { nil }
  func close() {}

  func next() async throws(ModelError) -> [UInt8]? {
    pieces.withLock { isEndless ? $0.last : $0.popLast() }
  }
}
