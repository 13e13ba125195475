import Testing

@testable import Curl
@testable import Mail

@Suite("messages to a mail server", .serialized)
struct SMTPTransportTests {
  private static let isUsable = CurlLibrary.shared != nil
  private static let password = "pass-9-word"
  /// What `AUTH PLAIN` says for user `ada` and that password.
  private static let plainAnswer = "AGFkYQBwYXNzLTktd29yZA=="

  /// One conversation: the settings, the server's answers, and how it has to end.
  struct Row: Sendable, CustomTestStringConvertible {
    enum End: Sendable, Hashable {
      case delivered
      case temporary
      case permanent
    }

    let name: String
    var scheme = "smtp"
    var server: [String] = []
    var tls = SMTPTransport.Encryption.none
    var hasUser = false
    var isTrusting = true
    let end: End
    /// What the client has to have sent, and what it must not.
    var sent: [String] = []
    var unsent: [String] = []

    var testDescription: String { name }
  }

  private static let envelope = [
    "MAIL FROM:<no-reply@switchyard.test>", "RCPT TO:<ada@example.org>\r\n", "DATA\r\n",
    "\r\n.\r\nQUIT\r\n",
  ]
  private static let start = ["--tls", "start"]
  private static let implicit = ["--tls", "implicit"]
  private static let foreign = ["--name", "other.test"]
  private static let auth = ["AUTH PLAIN"]

  // swift-format-ignore
  static let rows: [Row] = [
    Row(name: "plain",                        end: .delivered, sent: envelope, unsent: ["* TLS", "AUTH"]),
    Row(name: "plain, with a user",           hasUser: true, end: .delivered, sent: auth + [plainAnswer] + envelope),
    Row(name: "greeting 421",                 server: ["--greeting", "421"], end: .temporary, unsent: ["MAIL"]),
    Row(name: "greeting 554",                 server: ["--greeting", "554"], end: .temporary, unsent: ["MAIL"]),
    Row(name: "sender 450",                   server: ["--mail", "450"], end: .temporary, unsent: ["RCPT"]),
    Row(name: "sender 553",                   server: ["--mail", "553"], end: .permanent, unsent: ["RCPT"]),
    Row(name: "sender wants a user",          server: ["--mail", "530"], end: .temporary, unsent: ["RCPT"]),
    Row(name: "recipient 450",                server: ["--rcpt", "450"], end: .temporary, unsent: ["DATA"]),
    Row(name: "recipient 550",                server: ["--rcpt", "550"], end: .permanent, unsent: ["DATA"]),
    Row(name: "DATA 451",                     server: ["--data", "451"], end: .temporary, unsent: ["Subject"]),
    Row(name: "DATA 554",                     server: ["--data", "554"], end: .permanent, unsent: ["Subject"]),
    Row(name: "message 452",                  server: ["--end", "452"], end: .temporary, sent: ["Subject"]),
    Row(name: "message 554",                  server: ["--end", "554"], end: .permanent, sent: ["Subject"]),
    Row(name: "user 535",                     server: ["--auth", "535"], hasUser: true, end: .temporary, sent: auth, unsent: ["MAIL"]),
    Row(name: "required, STARTTLS",           server: start, tls: .required, hasUser: true, end: .delivered, sent: ["STARTTLS\r\n* TLS\r\nEHLO"] + auth + envelope),
    Row(name: "required, not offered",        tls: .required, hasUser: true, end: .temporary, unsent: ["AUTH", "MAIL", plainAnswer]),
    Row(name: "required, not trusted",        server: start, tls: .required, hasUser: true, isTrusting: false, end: .temporary, unsent: ["AUTH", "MAIL", plainAnswer]),
    Row(name: "required, another's name",     server: start + foreign, tls: .required, hasUser: true, end: .temporary, unsent: ["AUTH", "MAIL"]),
    Row(name: "opportunistic, STARTTLS",      server: start, tls: .opportunistic, end: .delivered, sent: ["* TLS\r\nEHLO"] + envelope),
    Row(name: "opportunistic, not offered",   tls: .opportunistic, end: .delivered, sent: envelope, unsent: ["* TLS"]),
    Row(name: "opportunistic, not trusted",   server: start, tls: .opportunistic, isTrusting: false, end: .temporary, unsent: ["MAIL"]),
    Row(name: "opportunistic, with a user, STARTTLS", server: start, tls: .opportunistic, hasUser: true, end: .delivered, sent: ["* TLS\r\nEHLO"] + auth + envelope),
    Row(name: "opportunistic, with a user, not offered", tls: .opportunistic, hasUser: true, end: .temporary, unsent: ["AUTH", "MAIL", plainAnswer]),
    Row(name: "none, STARTTLS offered",       server: start, end: .delivered, sent: envelope, unsent: ["* TLS", "STARTTLS"]),
    Row(name: "smtps",                        scheme: "smtps", server: implicit, tls: .required, hasUser: true, end: .delivered, sent: ["* TLS\r\nEHLO"] + auth + envelope),
    Row(name: "smtps, none",                  scheme: "smtps", server: implicit, hasUser: true, end: .delivered, sent: ["* TLS\r\nEHLO"] + auth + envelope),
    Row(name: "smtps, not trusted",           scheme: "smtps", server: implicit, tls: .required, hasUser: true, isTrusting: false, end: .temporary, unsent: ["EHLO", "AUTH", plainAnswer]),
    Row(name: "smtps, recipient 550",         scheme: "smtps", server: implicit + ["--rcpt", "550"], tls: .required, end: .permanent, unsent: ["DATA"]),
    Row(name: "a server that says nothing",   server: ["--silent"], end: .temporary, unsent: ["EHLO"]),
  ]

  @Test("a conversation ends as it has to", .enabled(if: isUsable, "no libcurl"), arguments: rows)
  func converses(_ row: Row) throws {
    let folder = try MailFolder()
    let server = try SMTPServer(row.server + ["--folder", folder.path])
    let usesTLS = row.server.contains("--tls")
    let transport = try SMTPTransport(
      url: "\(row.scheme)://localhost:\(server.port)", user: row.hasUser ? "ada" : nil,
      password: row.hasUser ? Self.password : nil, tls: row.tls,
      authority: usesTLS && row.isTrusting ? "\(folder.path)/server.pem" : nil,
      timeoutSeconds: row.server.contains("--silent") ? 1 : 10)
    let message = try Sample.message(text: "secret-7\n")
    let (end, text) = Self.end(of: transport, message)
    let transcript = server.transcript()
    #expect(end == row.end, "\(text)\n\(transcript)")
    for line in row.sent { #expect(transcript.contains(line), "\(line)") }
    for line in row.unsent { #expect(!transcript.contains(line), "\(line)") }
    for secret in ["secret-7", Self.password, Self.plainAnswer] { #expect(!text.contains(secret)) }
    #expect("\(transport)" == "\(row.scheme)://localhost:\(server.port)")
  }

  private static func end(
    of transport: SMTPTransport, _ message: MailMessage
  ) -> (Row.End, String) {
    do throws(MailFailure) {
      try transport.deliver(message)
      return (.delivered, "")
    } catch {
      return switch error {
      case .temporary(let text): (.temporary, text)
      case .permanent(let text): (.permanent, text)
      }
    }
  }

  static let texts = [
    ".\n", "..\n.\n.a\na.\n\n.\n", "你好\n.\n\u{1F600}", String(repeating: ".", count: 5_000),
    String(repeating: ".\n", count: 40_000), String(repeating: "a\n.b\n", count: 50_000), "",
    "no line end", "\n\n\n",
  ]

  @Test(
    "what arrives is the message to the byte, dots and all", .enabled(if: isUsable, "no libcurl"),
    arguments: texts)
  func arrives(_ text: String) throws {
    let server = try SMTPServer([])
    let transport = try SMTPTransport(
      url: "smtp://127.0.0.1:\(server.port)", user: nil, password: nil, tls: .none, authority: nil,
      timeoutSeconds: 10)
    let message = try Sample.message(subject: "验证码 \u{1F600}", text: text)
    try transport.deliver(message)
    let transcript = server.transcript()
    let parts = transcript.split(separator: "DATA\r\n", maxSplits: 1)
    // RFC 5321 §4.5.2: a line that begins with a dot has one more.
    let stuffed = String(decoding: message.bytes, as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: false
    ).map { $0.hasPrefix(".") ? ".\($0)" : $0 }.joined(separator: "\r\n")
    #expect(parts.count == 2 && parts[1] == stuffed + ".\r\nQUIT\r\n")
  }

  // swift-format-ignore
  static let unreachable = [
    "smtp://127.0.0.1:1", "smtp://[::1]:1", "smtps://127.0.0.1:1", "smtp://switchyard.invalid:25",
  ]

  @Test(
    "who is not there may be later", .enabled(if: isUsable, "no libcurl"), arguments: unreachable)
  func isNotThere(_ url: String) throws {
    let transport = try SMTPTransport(
      url: url, user: "ada", password: Self.password, tls: .required, authority: nil,
      timeoutSeconds: 5)
    let (end, text) = Self.end(of: transport, try Sample.message())
    #expect(end == .temporary && text.contains("curl") && !text.contains(Self.password))
  }

  @Test("a server that stops is left in time", .enabled(if: isUsable, "no libcurl"))
  func leavesInTime() throws {
    let server = try SMTPServer(["--stuck"])
    let transport = try SMTPTransport(
      url: "smtp://127.0.0.1:\(server.port)", user: nil, password: nil, tls: .none, authority: nil,
      timeoutSeconds: 1)
    let message = try Sample.message(text: String(repeating: "a\n", count: 500_000))
    var end: Row.End?
    let elapsed = ContinuousClock().measure { end = Self.end(of: transport, message).0 }
    server.stop()
    #expect(end == .temporary && elapsed < .seconds(8), "\(elapsed)")
  }

  @Test("an authority that is no file may be one later", .enabled(if: isUsable, "no libcurl"))
  func lacksAuthority() throws {
    let folder = try MailFolder()
    let server = try SMTPServer(Self.start + ["--folder", folder.path])
    let transport = try SMTPTransport(
      url: "smtp://localhost:\(server.port)", user: nil, password: nil, tls: .required,
      authority: "\(folder.path)/missing.pem", timeoutSeconds: 10)
    #expect(Self.end(of: transport, try Sample.message()).0 == .temporary)
    #expect(!server.transcript().contains("MAIL"))
  }

  @Test(
    "an address that is more or less than host and port is refused",
    arguments: [
      "", "localhost", "smtp://", "http://localhost:25", "SMTP://localhost:25",
      "file:///etc/passwd",
      "smtp://ada:pass@localhost:25", "smtp://localhost:25/name", "smtp://localhost:25?a",
      "smtp://localhost:", "smtp://localhost:0", "smtp://localhost:65536", "smtp://localhost:+25",
      "smtp://localhost:25 ", "smtp://local host", "smtp://localhost\r\n", "smtp://:25",
      "smtp://[]:25", "smtp://[::1", "smtp://[::1]25", "smtp://::1:25", "smtp://a;AUTH=PLAIN:25",
      "smtp://a\0:25", "smtp://é:25",
    ])
  func refusesAddress(_ url: String) {
    #expect(throws: SMTPTransport.Refusal.address) {
      try SMTPTransport(
        url: url, user: nil, password: nil, tls: .none, authority: nil, timeoutSeconds: 1)
    }
  }

  @Test(
    "an address of host and port is taken",
    arguments: ["smtp://localhost", "smtps://mail-1.example.org:465", "smtp://[fe80::1]:25"])
  func takesAddress(_ url: String) {
    #expect(SMTPAddress(url)?.url == url)
  }

  // swift-format-ignore
  static let credentials: [(String?, String?)] = [
    ("ada", nil), (nil, "p"), ("", "p"), ("ada", "p\0q"), ("a\r\nda", "p"),
  ]

  @Test("credentials that are half or no text are refused", arguments: credentials)
  func refusesCredentials(_ user: String?, _ password: String?) {
    #expect(throws: SMTPTransport.Refusal.credentials) {
      try SMTPTransport(
        url: "smtp://localhost:25", user: user, password: password, tls: .required, authority: nil,
        timeoutSeconds: 1)
    }
  }

  @Test("a machine without libcurl is told what is missing")
  func lacksLibrary() {
    #expect(CurlLibrary(names: ["libnothing-of-switchyard.so.1"]) == nil)
    // A library that is there and is another one.
    #expect(CurlLibrary(names: ["libc.so.6"]) == nil)
    #expect("\(SMTPTransport.Refusal.noLibrary)".contains("libcurl.so.4"))
  }
}
