import Synchronization
import Testing

@testable import Curl

/// An answer that arrives in pieces, without a network.
struct CurlExchangeTests {
  /// An exchange, and how often its transfer was ended.
  private final class Site: Sendable {
    let ends = Atomic<Int>(0)
    let goings = Atomic<Int>(0)

    func exchange() -> CurlExchange {
      CurlExchange(
        end: { [self] _ in ends.wrappingAdd(1, ordering: .relaxed) },
        goOn: { [self] _ in goings.wrappingAdd(1, ordering: .relaxed) })
    }

    var count: Int { ends.load(ordering: .relaxed) }
  }

  private static func take(_ lines: [String], into exchange: CurlExchange) {
    for line in lines { #expect(exchange.take(field: Array(line.utf8)) == .taken) }
  }

  struct Row: Sendable {
    let lines: [String]
    let head: CurlHead
  }

  // swift-format-ignore
  static let heads = [
    Row(lines: ["HTTP/1.1 200 OK\r\n", "content-type: a\r\n", "\r\n"], head: CurlHead(status: 200, fields: ["content-type": ["a"]])),
    Row(lines: ["HTTP/2 429 \r\n", "Retry-After:  7 s \r\n", "\r\n"], head: CurlHead(status: 429, fields: ["retry-after": ["7 s"]])),
    Row(lines: ["HTTP/1.1 100 Continue\r\n", "retry-after: 1\r\n", "\r\n", "HTTP/1.1 503 x\r\n", "\n"], head: CurlHead(status: 503, fields: [:])),
    Row(lines: ["HTTP/1.0 404\n", "no field\r\n", "\u{0}\r\n", ": x\r\n", "a b: c\r\n", "\r\n"], head: CurlHead(status: 404, fields: [:])),
    Row(lines: ["HTTP/1.1 200 OK\r\n", "a: 1\r\n", "A:2\r\n", "empty:\r\n", "\r\n", "trailer: 3\r\n"], head: CurlHead(status: 200, fields: ["a": ["1", "2"], "empty": [""]])),
  ]

  @Test("the head is the last one that is final", arguments: heads)
  func readsHead(_ row: Row) async throws {
    let exchange = Site().exchange()
    Self.take(row.lines, into: exchange)
    #expect(try await exchange.head() == row.head)
  }

  @Test("a field is found by its name, whatever the case")
  func findsField() {
    let head = CurlHead(status: 200, fields: ["vary": ["a", "b"]])
    #expect(head.value(of: "Vary") == "a, b" && head.value(of: "vary") == "a, b")
    #expect(head.value(of: "var") == nil)
  }

  @Test("a head that is too long ends the answer")
  func boundsHead() async {
    let exchange = Site().exchange()
    let line = [UInt8]("a: \(String(repeating: "b", count: 1000))\r\n".utf8)
    let takings = (0..<70).map { _ in exchange.take(field: line) }
    #expect(takings.prefix { $0 == .taken }.count == CurlExchange.headBytesMax / line.count)
    #expect(takings.last == .unwanted && !exchange.isWanted)
    await #expect(throws: CurlExchangeFailure.self) { try await exchange.head() }
  }

  @Test("what came is given once, and then the end")
  func givesPieces() async throws {
    let exchange = Site().exchange()
    #expect(exchange.take(body: [1, 2]) == .taken && exchange.take(body: [3]) == .taken)
    #expect(try await exchange.next() == [1, 2, 3])
    #expect(exchange.take(body: [4]) == .taken)
    exchange.finish(nil)
    #expect(try await exchange.next() == [4])
    #expect(try await exchange.next() == nil)
  }

  @Test("a reader that waits has each piece as it comes")
  func wakesReader() async throws {
    let exchange = Site().exchange()
    let bytes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask {
        var bytes: [UInt8] = []
        while let piece = try await exchange.next() { bytes += piece }
        return bytes
      }
      for byte in UInt8(0)..<100 {
        #expect(exchange.take(body: [byte]) == .taken)
        await Task.yield()
      }
      exchange.finish(nil)
      return try await group.next()
    }
    #expect(bytes == Array(0..<100))
  }

  @Test("an answer that fails says so after what came, and of two endings the first holds")
  func fails() async throws {
    let exchange = Site().exchange()
    let failure = CurlExchangeFailure(kind: .brokenOff, description: "gone")
    #expect(exchange.take(body: [1]) == .taken)
    #expect(exchange.finish(failure) && !exchange.finish(nil))
    #expect(try await exchange.next() == [1])
    await #expect(throws: failure) { try await exchange.next() }
    await #expect(throws: failure) { try await exchange.head() }
  }

  @Test("who closes it reads no more, and the transfer is ended once")
  func closes() async throws {
    let site = Site()
    let exchange = site.exchange()
    #expect(exchange.take(body: [1]) == .taken)
    exchange.close()
    exchange.close()
    #expect(site.count == 1 && !exchange.isWanted)
    #expect(exchange.take(body: [2]) == .unwanted)
    await #expect(throws: CurlExchangeFailure.self) { try await exchange.next() }
  }

  @Test("a reader that is cancelled ends the transfer")
  func isCancelled() async throws {
    let site = Site()
    let exchange = site.exchange()
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do throws(CurlExchangeFailure) {
          return try await exchange.head().status == 0
        } catch {
          return error.kind == .closed
        }
      }
      group.cancelAll()
      #expect(await group.next() == true)
    }
    #expect(site.count == 1)
  }

  @Test("a server that is faster than the reader waits, and goes on once the reader has caught up")
  func pauses() async throws {
    let site = Site()
    let exchange = site.exchange()
    let piece = [UInt8](repeating: 0, count: 600_000)
    let taken = (0..<4).map { _ in exchange.take(body: piece) }
    #expect(taken == [.taken, .taken, .tooEarly, .tooEarly])
    #expect(site.goings.load(ordering: .relaxed) == 0)
    #expect(try await exchange.next()?.count == 1_200_000)
    #expect(site.goings.load(ordering: .relaxed) == 1)
    #expect(exchange.take(body: piece) == .taken)
    #expect(try await exchange.next()?.count == 600_000)
    #expect(site.goings.load(ordering: .relaxed) == 1)
  }
}
