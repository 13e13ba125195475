import Testing

@testable import Processes

@Suite("Programs that this process starts")
struct ChildProcessTests {
  private static func start(
    _ script: String, variables: [String] = [],
    complained: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> ChildProcess {
    try ChildProcess.start(
      ChildProcess.Command(
        words: ["sh", "-c", script], variables: variables, folder: "/"),
      complained: complained)
  }

  /// All that it writes until it ends.
  private static func output(_ process: ChildProcess) async -> String {
    var bytes: [UInt8] = []
    while let piece = await process.next() { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("what goes in comes out, at any length")
  func echoes() async throws {
    let process = try Self.start("exec cat")
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000) + [UInt8(ascii: "\n")]
    #expect(process.write(line))
    var count = 0
    while count < line.count, let piece = await process.next() { count += piece.count }
    #expect(count == line.count)
    #expect(await process.stop() == "ended with code 0")
    #expect(!process.write([1]))
    #expect(await process.next() == nil)
  }

  @Test("it sees the variables and the folder that it is given, and nothing else")
  func seesLittle() async throws {
    let process = try Self.start(
      "echo $A-$B-$(pwd); ls /proc/self/fd | wc -l", variables: ["A=1", "PATH=/usr/bin:/bin"])
    // Three of its own and the one by which ls reads the folder.
    #expect(await Self.output(process) == "1--/\n4\n")
    await process.stop()
  }

  @Test(
    "how it ended is told",
    arguments: [
      ("exit 0", "ended with code 0"), ("exit 7", "ended with code 7"),
      ("kill -9 $$", "ended by signal 9"),
    ])
  func tellsItsEnd(_ script: String, _ ending: String) async throws {
    let process = try Self.start(script)
    #expect(await Self.output(process) == "")
    #expect(await process.stop() == ending)
  }

  @Test("what it leaves behind is ended with it")
  func endsItsGroup() async throws {
    let process = try Self.start(
      "(trap '' TERM HUP; while :; do sleep 1000; done) & echo $!; exec cat",
      variables: ["PATH=/usr/bin:/bin"])
    var text = ""
    while !text.hasSuffix("\n"), let piece = await process.next() {
      text += String(decoding: piece, as: UTF8.self)
    }
    let left = try #require(Int32(text.dropLast()))
    #expect(try await Self.state(of: left) == "S")
    await process.stop()
    // Whoever is to bury it may take a while.
    #expect(try await ["", "Z"].contains(Self.state(of: left)))
  }

  /// The letter by which the system tells how a process is; nothing for one that is not there.
  private static func state(of process: Int32) async throws -> String {
    let asking = try start(
      "sed 's/.*) \\(.\\).*/\\1/' /proc/\(process)/stat", variables: ["PATH=/usr/bin:/bin"])
    let state = await output(asking)
    await asking.stop()
    return String(state.prefix(1))
  }

  @Test("one that hears no signal is ended all the same")
  func killsTheDeaf() async throws {
    let process = try Self.start(
      "trap '' TERM; echo begun; while :; do sleep 1000; done", variables: ["PATH=/usr/bin:/bin"])
    #expect(await process.next() != nil)
    #expect(await process.stop() == "ended by signal 9")
  }

  @Test("its complaints come line by line, long ones cut")
  func hearsComplaints() async throws {
    let heard = Heard()
    let process = try Self.start(
      "echo one >&2; printf '%2500d\\n' 0 >&2; printf end >&2", complained: { heard.add($0) })
    #expect(await Self.output(process) == "")
    await process.stop()
    let lines = heard.lines
    #expect(lines.first == "one" && lines.last == "end")
    #expect(lines.dropFirst().dropLast().map(\.utf8.count) == [1_000, 1_000, 500])
  }

  @Test("a program that is not there is refused with its name")
  func refusesTheMissing() {
    #expect(throws: ProcessRefusal.self) {
      try ChildProcess.start(
        ChildProcess.Command(words: ["/no/such/program"], variables: [], folder: "/"),
        complained: { _ in })
    }
    #expect(throws: ProcessRefusal.self) {
      try ChildProcess.start(
        ChildProcess.Command(words: ["sh"], variables: [], folder: "/no/such/folder"),
        complained: { _ in })
    }
  }

  @Test("a reader that is cancelled waits no longer")
  func wakesCancelledReaders() async throws {
    let process = try Self.start("exec cat")
    let piece = await withTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { await process.next() }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(piece == nil)
    await process.stop()
  }
}
