import Models
import Testing
import Wire

@testable import Runs

/// What is in files of exchanges, and what must not be.
@Suite(.timeLimit(.minutes(10))) struct RecordingFileTests {
  private static let name = "exchange-00000001.json"
  private let folder: RecordingFolder

  init() throws { folder = try RecordingFolder() }

  /// A change to a file, and where the refusal says that it is.
  // swift-format-ignore
  static let changes: [Named<(String, String, String)>] = [
    Named("another program's file", ("\"format\"", "\"version\"", "version, byte ")),
    Named("another form", ("switchyard-exchange-1", "switchyard-exchange-9", "format, byte ")),
    Named("a request that was changed", ("when?", "where?", "digest: the request was changed: it is that of ")),
    Named("another digest", ("\"digest\": \"", "\"digest\": \"0", "digest: the request was changed: it is that of ")),
    Named("a dialect that nobody speaks", ("\"openai\"", "\"latin\"", "request.dialect: ")),
    Named("no status", ("\"status\": 200", "\"status\": 20", "answer.status: must be from 200 to 999")),
    Named("a status that is a text", ("\"status\": 200", "\"status\": \"200\"", "answer.status, byte ")),
    Named("a piece before the head", ("\"at_ms\":2000", "\"at_ms\":2", "answer.pieces[0].at_ms: ")),
    Named("a piece that is nothing", ("\"text\":\"a\"", "\"text\":null", "answer.pieces[0]: must have either text or bytes")),
    Named("bytes that are none", ("\"text\":\"a\"", "\"bytes\":\"#\"", "answer.pieces[0].bytes, byte ")),
    Named("an end before the pieces", ("\"at_ms\":3000", "\"at_ms\":3", "ending.at_ms: ")),
    Named("an end of no kind", ("\"whole\"", "\"half\"", "ending.kind, byte ")),
    Named("a failure without a code", ("\"whole\"", "\"failed\"", "ending.code: ")),
    Named("a code without a failure", ("\"whole\"", "\"whole\",\"code\":\"LLM_TIMEOUT\"", "ending: only a failure")),
    Named("a failure of no code", ("\"whole\"", "\"failed\",\"code\":\"X\",\"message\":\"\"", "ending.code: ")),
    Named("something behind it", ("}\n", "}\n}", "byte ")),
  ]

  @Test("a file that was changed is refused with the place", arguments: changes)
  func changed(_ named: Named<(String, String, String)>) async throws {
    try await folder.record([.text("a")], [ProviderEndpoint.recorded.request("when?")])
    var text = try folder.text(of: Self.name)
    let (old, new, place) = named.row
    text.replaceSubrange(try #require(text.ranges(of: old).last), with: new)
    try folder.put(text, into: Self.name)
    let found = #expect(throws: RecordingProblem.self) { _ = try folder.replay() }
    let problem = try #require(found)
    #expect("\(problem)".hasPrefix("\(Self.name), \(place)"), "\(problem)")
  }

  @Test("a file that was cut anywhere is refused with the byte")
  func torn() async throws {
    try await folder.record([.text("a")], [ProviderEndpoint.recorded.request("when?")])
    let text = Array(try folder.text(of: Self.name).utf8)
    for count in stride(from: 0, to: text.count - 2, by: 7) {
      let found = #expect(throws: RecordingProblem.self) {
        _ = try RecordedExchange(file: Array(text[..<count]))
      }
      #expect(found?.byte != nil)
    }
  }

  @Test("a folder without recordings is refused; what is no JSON is not looked at")
  func empty() async throws {
    await (try folder.recorder()).finish()
    try folder.put("{", into: "notes.txt")
    #expect(throws: RecordingProblem(reason: "there are no recordings")) {
      _ = try folder.replay()
    }
  }

  @Test("an answer may be changed by hand")
  func answerChanged() async throws {
    let request = ProviderEndpoint.recorded.request("when?")
    try await folder.record([.text("a")], [request])
    let text = try folder.text(of: Self.name)
    try folder.put(text.replacing("\"text\":\"a\"", with: "\"text\":\"b\""), into: Self.name)
    let played = await ReadExchange(
      request, over: ReplayingTransport(try folder.replay(), in: .openai))
    #expect(played.pieces == [Array("b".utf8)])
  }

  static let key = ProviderEndpoint.recordedKey

  /// What a provider sends, and what is left of it.
  static let echoes: [Named<([String], [String])>] = [
    Named("a key", (["the key \(key) is wrong"], ["the key [key] is wrong"])),
    Named("a key twice", (["\(key)\(key)", key], ["[key][key]", "[key]"])),
    Named("a key in two pieces", (["<sk/test-01", "23456789>"], ["<[key]", ">"])),
    Named(
      "a key in many pieces",
      (
        ["<"] + key.map { "\($0)" } + [">"],
        ["<", "[key]"]
          + key.dropFirst().map { _ in "" } + [">"]
      )),
    Named("a key as JSON has it", ([#""sk\/test-0123456789""#], [#""[key]""#])),
    Named("a key in escapes", ([#""\u0073k\u002ftest-0123456789""#], [#""[key]""#])),
    Named("a key with stars", (["sk/te***89, sk/****6789."], ["[key], [key]."])),
    Named("stars in two pieces", (["sk/te*", "**89!"], ["[key]", "!"])),
    Named("stars of somebody else", (["***bold*** s*** 2***"], ["***bold*** s*** 2***"])),
    Named("a part of a key", (["sk/test-012345678"], ["sk/test-012345678"])),
    Named("nothing", ([], [])),
  ]

  @Test("no key is left, whatever a provider does with it", arguments: echoes)
  func keys(_ named: Named<([String], [String])>) {
    let scrubber = KeyScrubber(ProviderEndpoint.recorded.request("when?"))
    let (pieces, expected) = named.row
    #expect(
      scrubber.scrubbed(pieces.map { Array($0.utf8) })
        .map { String(decoding: $0, as: UTF8.self) } == expected)
  }

  @Test("a key reaches no file, in whatever it is said")
  func noKeyInFiles() async throws {
    let key = Self.key
    let answers = [
      ScriptedAnswer(
        status: 200, headers: ["content-type": "text/\(key)"],
        pieces: [Array("a \(key.prefix(5))".utf8), Array("\(key.dropFirst(5)) b".utf8)]),
      ScriptedAnswer(error: .provider(.unavailable, "\(key): no")),
    ]
    let request = ProviderEndpoint.recorded.request("my key is \(key)")
    try await folder.record(answers, [request, request])
    for name in try folder.names {
      let text = try folder.text(of: name)
      #expect(text.contains("my key is [key]") && text.contains("\"authorization\""))
      #expect(!text.contains(key) && !text.contains(key.dropFirst(5)))
    }
    let replay = ReplayingTransport(try folder.replay(), in: .openai)
    #expect(await ReadExchange(request, over: replay).type == "text/[key]")
  }

  /// Two values, the first place where they differ, and in how many they do.
  static let differences: [Named<(WireValue, WireValue, String, Int)>] = [
    Named("equal", ([1, ["a": 2]], [1, ["a": 2]], "", 0)),
    Named("the whole", (1, "1", "", 1)),
    Named("a member", (["a": ["b": 1]], ["a": ["b": 2]], "a.b", 1)),
    Named("one that is not there", (["a": 1], ["b": 1], "a", 2)),
    Named("one more", (["a": 1], ["a": 1, "b": [2]], "b", 1)),
    Named("elements", ([1, 2, 3], [1, 3], "[1]", 2)),
    Named("an element more", ([["x": 1]], [["x": 1], 2], "[1]", 1)),
  ]

  @Test("a hint says where two requests differ", arguments: differences)
  func difference(_ named: Named<(WireValue, WireValue, String, Int)>) {
    let (left, right, first, count) = named.row
    let difference = ValueDifference(left, right)
    #expect(difference.first.description == first && difference.count == count)
  }
}
