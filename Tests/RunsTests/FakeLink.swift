import Models
import Store
import Synchronization
import Wire

/// A server of tools that answers as a test says, and remembers what it was told.
final class FakeLink: MCPLink {
  /// What is said to a message; nothing to one that is not answered.
  typealias Script = @Sendable (_ method: String, _ id: WireValue?) -> [WireValue]

  private struct State {
    var told: [WireValue] = []
    var saying: [[UInt8]] = []
    var failure: MCPFailure?
    var isClosed = false
  }

  private let script: Script
  private let state = Mutex(State())
  private let changed = WorkSignal()
  private let blocks: Bool

  /// One that blocks does not take a message that answers nothing.
  init(blocks: Bool = false, _ script: @escaping Script) {
    self.blocks = blocks
    self.script = script
  }

  /// What every test's server says: it begins, offers these tools, and leaves the rest to `more`.
  static func offering(
    _ tools: [String], blocks: Bool = false, more: @escaping Script = { _, _ in [] }
  ) -> FakeLink {
    FakeLink(blocks: blocks) { method, id in
      switch method {
      case "initialize":
        [answer(id, ["protocolVersion": "2025-06-18", "capabilities": ["tools": [:]]])]
      case "tools/list": [answer(id, ["tools": .array(tools.map(tool))])]
      default: more(method, id)
      }
    }
  }

  static func tool(_ name: String) -> WireValue {
    ["name": .text(name), "inputSchema": ["type": "object"]]
  }

  static func answer(_ id: WireValue?, _ result: WireValue) -> WireValue {
    ["jsonrpc": "2.0", "id": id ?? .null, "result": result]
  }

  var told: [WireValue] { state.withLock(\.told) }
  var isClosed: Bool { state.withLock(\.isClosed) }

  /// The messages of one method that it was told.
  func told(_ method: String) -> [WireValue] { told.filter { $0["method"] == .text(method) } }

  /// Returns once it was told so many messages of a method.
  func wasTold(_ method: String, count: Int = 1) async {
    while !Task.isCancelled {
      let seen = changed.rings
      if told(method).count >= count { return }
      await changed.wait(past: seen)
    }
  }

  func say(_ message: WireValue) {
    state.withLock { $0.saying.append(message.json()) }
    changed.ring()
  }

  /// Ends it as a server that is gone.
  func end(_ failure: MCPFailure) {
    state.withLock { $0.failure = failure }
    changed.ring()
  }

  func send(_ message: MCPOutgoing, hear _: MCPHearing) async throws(MCPFailure) {
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(json: message.bytes)
    } catch {
      throw .malformed("what is sent does not read")
    }
    let method = if case .text(let method)? = value["method"] { method } else { "" }
    state.withLock { state in
      state.told.append(value)
      state.saying += script(method, value["id"]).map { $0.json() }
    }
    changed.ring()
    guard blocks, method.isEmpty else { return }
    while !Task.isCancelled { await changed.wait(past: changed.rings) }
  }

  func listen(revision _: String?, hear: MCPHearing) async throws(MCPFailure) {
    while !Task.isCancelled {
      let seen = changed.rings
      let (saying, failure) = state.withLock { state in
        defer { state.saying = [] }
        return (state.saying, state.failure)
      }
      for message in saying { _ = try await hear(message) }
      if let failure { throw failure }
      if saying.isEmpty { await changed.wait(past: seen) }
    }
    throw .cancelled
  }

  func close() async {
    state.withLock { $0.isClosed = true }
    changed.ring()
  }
}
