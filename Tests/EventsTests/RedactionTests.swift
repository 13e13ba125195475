import Testing
import Wire

@testable import Events

@Suite struct RedactionTests {
  /// A payload as it was, and as it is written; nil when nothing changes.
  struct Row: Sendable {
    let payload: WireValue
    let clean: WireValue?

    init(_ payload: WireValue, _ clean: WireValue?) {
      self.payload = payload
      self.clean = clean
    }
  }

  private static let mark = WireValue.text(Redaction.mark)
  private static let key = "sk-0123456789abcdef"

  // swift-format-ignore
  static let rows: [Named<Row>] = [
    Named("clean text", Row(["input": "12 * (3 + 4)"], nil)),
    Named("counts of tokens", Row(["promptTokens": 3, "totalTokens": 5, "max_tokens": 7, "tokenIndex": 0], nil)),
    Named("names that only sound alike", Row(["session_key": "s_a", "tokenizer": "x", "secretary": "y", "passwords_changed": 3], nil)),
    Named("a word that begins alike", Row(["input": "the task-force and bearers of news"], nil)),
    Named("a key that is too short to be one", Row(["input": "sk-learn"], nil)),
    Named("a prefix inside a word", Row(["input": "risk-0123456789abcdef"], nil)),
    Named("an absent secret", Row(["password": nil], nil)),
    Named("a password", Row(["password": "x"], ["password": mark])),
    Named("a secret that is no text", Row(["secret": ["a": 1]], ["secret": mark])),
    Named("names in every spelling",
      Row(["apiKey": "a", "API_KEY": "b", "x-api-key": "c", "accessToken": "d", "Secret": "e"],
        ["apiKey": mark, "API_KEY": mark, "x-api-key": mark, "accessToken": mark, "Secret": mark])),
    Named("a capital beyond ASCII", Row(["api\u{212A}ey": "a"], ["api\u{212A}ey": mark])),
    Named("a letter that is no capital of one", Row(["pa\u{17F}sword": "a"], nil)),
    Named("names that end in one",
      Row(["github_token": "a", "dbPassword": "b", "aws_secret_access_key": "c", "Proxy-Authorization": "d", "token": "e"],
        ["github_token": mark, "dbPassword": mark, "aws_secret_access_key": mark, "Proxy-Authorization": mark, "token": mark])),
    Named("deep inside",
      Row(["args": [["headers": ["authorization": "Basic eA=="]]]],
        ["args": [["headers": ["authorization": mark]]]])),
    Named("a bearer credential",
      Row(["input": "use Bearer abcdefghijklmnop, please"], ["input": "use [redacted], please"])),
    Named("a bearer credential in capitals",
      Row(["input": "BEARER abcdefghijklmnop"], ["input": mark])),
    Named("a key", Row(["input": .text("key: \(key).")], ["input": "key: [redacted]"])),
    Named("a key alone", Row(["input": .text(key)], ["input": mark])),
    Named("two keys", Row(["input": .text("\(key) \(key)")], ["input": "[redacted] [redacted]"])),
    Named("a key among other letters",
      Row(["input": .text("键：\(key)，好")], ["input": "键：[redacted]，好"])),
    Named("a PEM block to its end",
      Row(["input": .text("see -----BEGIN " + "PRIVATE KEY-----\nMI-----E\n------END PRIVATE KEY-----\nand on")],
        ["input": "see [redacted]\nand on"])),
    Named("a PEM block without an end",
      Row(["input": .text("see -----BEGIN " + "PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----")], ["input": "see [redacted]"])),
    Named("a PEM block behind a sign", Row(["input": .text("key=------BEGIN " + "X-----\nMIIE")], ["input": "key=-[redacted]"])),
    Named("a key behind a sign", Row(["input": .text("OPENAI_API_KEY=\(key)&a=b")], ["input": "OPENAI_API_KEY=[redacted]&a=b"])),
    Named("a key behind an underscore", Row(["input": .text("_\(key)")], ["input": "_[redacted]"])),
    Named("a key behind what is none", Row(["input": .text("bearer sk- \(key)")], ["input": "bearer sk- [redacted]"])),
    Named("the shortest key", Row(["input": "sk-0123456789abc"], ["input": mark])),
    Named("one letter less", Row(["input": "sk-0123456789ab"], nil)),
    Named("under a tag",
      Row(["input": .tagged(32, .text(key))], ["input": .tagged(32, mark)])),
    Named("in a list", Row(["input": [.text(key), "kept"]], ["input": [mark, "kept"]])),
  ]

  @Test("secrets are replaced, everything else stays", arguments: rows)
  func redacts(_ named: Named<Row>) {
    let written = EventDraft.sample(type: "run.started", named.row.payload).told(as: 1).value
    #expect(written["payload"]?.json() == (named.row.clean ?? named.row.payload).json())
    #expect(written["redaction"]?["contains_secrets"] == .bool(named.row.clean != nil))
    #expect(written["seq"] == 1)
  }

  @Test("what a model says is no secret for its member's name, and a secret for what it is")
  func ownMember() {
    for (said, clean) in [("hello", "hello"), (Self.key, Redaction.mark)] {
      let payload: WireValue = ["token": .text(said), "args": ["token": "x"]]
      let written = EventDraft.sample(type: "llm.token", payload).told(as: 1).value
      #expect(written["payload"] == ["token": .text(clean), "args": ["token": Self.mark]])
    }
  }

  @Test("an event whose secrets were taken out before says so")
  func redactedBefore() {
    var draft = EventDraft.sample(type: "llm.token", ["token": "x"])
    draft.isRedacted = true
    let written = draft.told(as: 1).value
    #expect(written["payload"] == ["token": "x"])
    #expect(written["redaction"] == ["contains_secrets": true])
  }

  @Test("what is in the log is clean, and the chain holds over what is there")
  func writesClean() async throws {
    let test = try TestLog()
    try await test.append([.sample("run:a", ["input": .text(Self.key), "password": "hunter2"])])
    let event = try #require(try await test.events().first)
    let text = String(decoding: event.payload, as: UTF8.self)
    #expect(!text.contains("0123456789abcdef") && !text.contains("hunter2"))
    #expect(try await test.audit().breaks.isEmpty)
  }
}
