import Foundation
import Testing

@testable import Mail

@Suite("a message is what RFC 5322 says")
struct MailMessageTests {
  @Test("a plain one is all there is")
  func isWhole() throws {
    let message = try Sample.message(text: "Hello Ada,\n\nyour code is 123.\n")
    let expected = [
      "From: no-reply@switchyard.test", "To: ada@example.org", "Subject: Hello",
      "Date: Thu, 29 Feb 2024 12:00:00 +0000", "Message-ID: <m-1@switchyard.test>",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 7bit", "Auto-Submitted: auto-generated", "", "Hello Ada,", "",
      "your code is 123.", "",
    ]
    #expect(String(decoding: message.bytes, as: UTF8.self) == expected.joined(separator: "\r\n"))
  }

  /// Texts and what stands for them on the wire.
  struct TextRow: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let encoding: String
    let body: String

    var testDescription: String { name }
  }

  // swift-format-ignore
  static let textRows: [TextRow] = [
    TextRow(name: "nothing", text: "", encoding: "7bit", body: ""),
    TextRow(name: "no line end", text: "a", encoding: "7bit", body: "a\r\n"),
    TextRow(name: "an empty line", text: "\n", encoding: "7bit", body: "\r\n"),
    TextRow(name: "each line end", text: "a\r\nb\rc\nd\n\re", encoding: "7bit", body: "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n"),
    TextRow(name: "dots", text: ".\n..\n.a", encoding: "7bit", body: ".\r\n..\r\n.a\r\n"),
    TextRow(name: "tabs and equals", text: "a=b\tc", encoding: "7bit", body: "a=b\tc\r\n"),
    TextRow(name: "Chinese", text: "你好", encoding: "quoted-printable", body: "=E4=BD=A0=E5=A5=BD\r\n"),
    TextRow(name: "an emoji", text: "a=\u{1F600} ", encoding: "quoted-printable", body: "a=3D=F0=9F=98=80=20\r\n"),
    TextRow(name: "a zero", text: "a\0b", encoding: "quoted-printable", body: "a=00b\r\n"),
    TextRow(name: "a blank at an end", text: "é\n \n\t", encoding: "quoted-printable", body: "=C3=A9\r\n=20\r\n=09\r\n"),
    TextRow(name: "the longest plain line", text: String(repeating: "a", count: 998), encoding: "7bit", body: String(repeating: "a", count: 998) + "\r\n"),
  ]

  @Test("a text is carried as it must be", arguments: textRows)
  func carriesText(_ row: TextRow) throws {
    let (header, body) = Sample.parts(try Sample.message(text: row.text))
    #expect(header.contains("\r\nContent-Transfer-Encoding: \(row.encoding)\r\n"))
    #expect(body == row.body)
  }

  static let longTexts = [
    String(repeating: "a", count: 999), String(repeating: "x = y ", count: 500),
    String(repeating: "你好\u{1F600}, ", count: 300), String(repeating: ".", count: 2_000),
    "é" + String(repeating: "a", count: 72) + " " + String(repeating: "b", count: 80),
  ]

  @Test("long lines are broken, and are one again when read", arguments: longTexts)
  func breaksLines(_ text: String) throws {
    let (header, body) = Sample.parts(try Sample.message(text: text))
    #expect(header.contains("quoted-printable"))
    #expect(body.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 && $0.last != " " })
    #expect(body.utf8.allSatisfy { $0 < 127 })
    #expect(Self.unquoted(body) == text + "\r\n")
  }

  /// The inverse of quoted-printable, written another way than the encoder.
  private static func unquoted(_ text: String) -> String {
    let joined = text.components(separatedBy: "=\r\n").joined()
    let escaped = joined.replacingOccurrences(of: "%", with: "%25")
    return escaped.replacingOccurrences(of: "=", with: "%").removingPercentEncoding ?? "broken"
  }

  static let subjects = [
    "", "你好，世界", "Grüße \u{1F600}", "=?utf-8?B?aGVsbG8=?=", String(repeating: "long ", count: 60),
    String(repeating: "\u{1F600}", count: 200), String(repeating: "验证码", count: 100),
    String(repeating: "a", count: 67), String(repeating: "a", count: 68),
  ]

  @Test("a subject is the same when read, in lines of at most 76", arguments: subjects)
  func foldsSubject(_ subject: String) throws {
    let (header, _) = Sample.parts(try Sample.message(subject: subject))
    let lines = header.components(separatedBy: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 127 } })
    let first = try #require(lines.firstIndex { $0.hasPrefix("Subject: ") })
    let next = try #require(lines.firstIndex { $0.hasPrefix("Date: ") })
    let words = [String(lines[first].dropFirst("Subject: ".count))] + lines[(first + 1)..<next]
    #expect(try words.map(Self.decoded).joined() == subject)
    #expect(words.dropFirst().allSatisfy { $0.hasPrefix(" =?") })
  }

  /// One line of a subject; each encoded word has to be text of its own.
  private static func decoded(_ line: String) throws -> String {
    let word = line.trimmingCharacters(in: .whitespaces)
    guard word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?=") else { return line }
    #expect(word.utf8.count <= 75)
    let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
    return try #require(String(data: data, encoding: .utf8))
  }

  @Test(
    "a subject ends no line",
    arguments: ["a\r\nBcc: b@c.d", "a\nb", "a\rb", "a\u{85}b", "a\u{2028}b", "a\0b", "a\u{7F}b"])
  func keepsSubjectOnOneLine(_ subject: String) throws {
    let message = try Sample.message(subject: subject)
    let plain = try Sample.message(subject: message.subject)
    #expect(message.subject.unicodeScalars.count == subject.unicodeScalars.count)
    #expect(message.subject.contains(" ") && message.bytes == plain.bytes)
    let (header, _) = Sample.parts(message)
    #expect(!header.contains("\nBcc"))
    #expect(header.components(separatedBy: "\r\n").count == 9)
  }

  static let hostileAddresses = [
    "", "ada", "@example.org", "ada@", "a@b@c", "ada@example.org\r\nBcc: b@c.d",
    "ada@exa\nmple.org",
    "ada@example.org\0", "a da@example.org", "<ada@example.org>", "Ada <ada@example.org>",
    "ada@example.org,b@c.d", "ada@example.org>", "\"a b\"@example.org", "ada@[127.0.0.1]",
    "ada@example..org", "ada@.org", "ada@example.org.", "ada@例子.中国", "爱达@example.org",
    "a\u{7F}@example.org", String(repeating: "a", count: 65) + "@example.org",
    "ada@" + String(repeating: "a.", count: 160) + "b", "ada@exam_ple.org",
    "ada@example.org SIZE=1",
  ]

  @Test("an address that is none is refused, for either side", arguments: hostileAddresses)
  func refusesAddress(_ address: String) {
    #expect(throws: MailMessage.Refusal.recipient) { try Sample.message(recipient: address) }
    #expect(throws: MailMessage.Refusal.sender) { try Sample.message(sender: address) }
  }

  @Test(
    "an address of any honest form is taken",
    arguments: [
      "a@b", "Ada.Lovelace+tag@example.org", "o'hara@mail.example-mail.org", "a..b@docomo.test",
      "-a=b_c~d!@1.test", String(repeating: "a", count: 64) + "@example.org", "a@xn--fsqu00a.test",
    ])
  func takesAddress(_ address: String) throws {
    let (header, _) = Sample.parts(try Sample.message(recipient: address))
    #expect(header.contains("\r\nTo: \(address)\r\n"))
  }

  @Test(
    "an identifier names a file and nothing beside it",
    arguments: [
      "", ".", "..", ".a", "a.", "a..b", "a/b", "../a", "a b", "a\nb", "a\0", "a@b", "é",
      String(repeating: "a", count: 129),
    ])
  func refusesIdentifier(_ id: String) {
    #expect(throws: MailMessage.Refusal.identifier) { try Sample.message(id: id) }
  }

  @Test("the longest are taken, and longer ones refused")
  func limits() throws {
    let subject = String(repeating: "a", count: MailMessage.subjectMax)
    let text = String(repeating: "a", count: MailMessage.textMax)
    _ = try Sample.message(
      id: String(repeating: "a", count: MailMessage.identifierMax), subject: subject, text: text)
    #expect(throws: MailMessage.Refusal.subject) { try Sample.message(subject: subject + "a") }
    #expect(throws: MailMessage.Refusal.text) { try Sample.message(text: text + "a") }
  }
}
