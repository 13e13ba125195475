import Foundation
import Synchronization
import Testing

@testable import Mail

@Suite("messages into files and lines")
struct FileTransportTests {
  @Test("a message is one file, for this user alone, and nothing else stays")
  func writes() throws {
    let parent = try MailFolder()
    let folder = "\(parent.path)/mail"
    let message = try Sample.message(text: "你好\n")
    try FileTransport(folder: folder).deliver(message)
    #expect(try MailFolder.names(in: folder) == ["m-1.eml"])
    #expect(try MailFolder.bytes(of: "\(folder)/m-1.eml") == message.bytes)
    #expect(try MailFolder.mode(of: folder) == 0o700)
    #expect(try MailFolder.mode(of: "\(folder)/m-1.eml") == 0o600)
  }

  @Test("an existing folder is used as it is, and a message's file replaced whole")
  func replaces() throws {
    let folder = try MailFolder()
    try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: folder.path)
    let transport = FileTransport(folder: folder.path)
    let second = try Sample.message(text: "short\n")
    try transport.deliver(try Sample.message(text: String(repeating: "long\n", count: 20_000)))
    try transport.deliver(second)
    try transport.deliver(try Sample.message(id: "m-2"))
    #expect(try MailFolder.names(in: folder.path) == ["m-1.eml", "m-2.eml"])
    #expect(try MailFolder.bytes(of: "\(folder.path)/m-1.eml") == second.bytes)
    #expect(try MailFolder.mode(of: folder.path) == 0o750)
  }

  @Test(
    "a folder that cannot be written is for the operator to mend",
    arguments: ["file/mail", "file", "missing/mail", "ring", "occupied"])
  func failsForNow(_ name: String) throws {
    let parent = try MailFolder()
    let files = FileManager.default
    try Data("kept".utf8).write(to: URL(fileURLWithPath: "\(parent.path)/file"))
    try files.createSymbolicLink(
      atPath: "\(parent.path)/ring", withDestinationPath: "\(parent.path)/ring")
    // A folder that has the name of the message's file.
    try files.createDirectory(
      atPath: "\(parent.path)/occupied/m-1.eml/inside", withIntermediateDirectories: true)
    let message = try Sample.message(text: "secret-7\n")
    let failure = #expect(throws: MailFailure.self) {
      try FileTransport(folder: "\(parent.path)/\(name)").deliver(message)
    }
    guard case .temporary(let text) = try #require(failure) else {
      Issue.record("\(String(describing: failure)) gives up")
      return
    }
    #expect(text.contains("\(parent.path)/\(name)") && !text.contains("secret-7"))
    #expect(try MailFolder.names(in: parent.path) == ["file", "occupied", "ring"])
    #expect(try MailFolder.names(in: "\(parent.path)/occupied") == ["m-1.eml"])
    #expect(try MailFolder.bytes(of: "\(parent.path)/file") == Array("kept".utf8))
  }

  @Test("a log gets who, what about, and the text up to a limit")
  func shows() throws {
    let lines = Mutex<[String]>([])
    let transport = LineTransport { line in lines.withLock { $0.append(line) } }
    let long = String(repeating: "a", count: LineTransport.textShownMax)
    transport.deliver(try Sample.message(subject: "Your\ncode", text: "123"))
    transport.deliver(try Sample.message(text: long))
    transport.deliver(try Sample.message(text: long + "b"))
    #expect(
      lines.withLock(\.self) == [
        "to ada@example.org: Your code\n123", "to ada@example.org: Hello\n\(long)",
        "to ada@example.org: Hello\n\(long)\u{2026}",
      ])
  }
}
