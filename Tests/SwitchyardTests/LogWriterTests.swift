import Glibc
import Testing

@testable import switchyard

@Suite("The log")
struct LogWriterTests {
  /// The two ends of a pipe.
  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    // SAFETY: the array has room for both.
    try #require(unsafe Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  /// What is there to be read; nothing at the end.
  private static func bytes(from descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    // SAFETY: the buffer is as long as it says.
    let count = unsafe read(descriptor, &buffer, buffer.count)
    return [UInt8](buffer.prefix(max(count, 0)))
  }

  @Test("lines come whole and in order, all of them before the end")
  func order() throws {
    let ends = try Self.pipe()
    let writer = try LogWriter(to: ends.writing)
    let lines = (0..<1_000).map { "line \($0)\n" }
    for line in lines { #expect(writer.write(Array(line.utf8)) == 0) }
    writer.finish()
    close(ends.writing)
    var text: [UInt8] = []
    while case let part = Self.bytes(from: ends.reading), !part.isEmpty { text += part }
    #expect(String(decoding: text, as: UTF8.self) == lines.joined())
    close(ends.reading)
  }

  @Test("a reader that does not read holds up nobody, and what is lost is counted")
  func lost() throws {
    let ends = try Self.pipe()
    let writer = try LogWriter(to: ends.writing)
    let line = [UInt8](repeating: UInt8(ascii: "a"), count: 1_023) + [UInt8(ascii: "\n")]
    // The pipe takes 64 KiB, the thread holds what it took, the rest waits up to the limit.
    var count = 3 * LogWriter.pendingMax / line.count
    var lost = 0
    for _ in 0..<count { lost += writer.write(line) ?? 0 }
    // The reader comes back: there is room as soon as the thread has begun anew.
    var received = 0
    var last: Int?
    while last == nil {
      received += Self.bytes(from: ends.reading).count
      last = writer.write(line)
      count += 1
    }
    lost += last ?? 0
    #expect(lost > 0)
    #expect(lost < count)
    while received < (count - lost) * line.count {
      received += Self.bytes(from: ends.reading).count
    }
    #expect(received == (count - lost) * line.count, "what was taken comes")
    writer.finish()
    close(ends.reading)
    close(ends.writing)
  }
}
