internal import Glibc
internal import Testing

@testable internal import Store

@Suite("A tree of text files")
struct FileTreeTests {
  private let parent: TemporaryFolder
  private let tree: FileTree
  private static let place = ["o1", "p1"]
  private var folder: String { "\(parent.path)/o1/p1" }

  init() throws {
    parent = try TemporaryFolder()
    tree = try FileTree(in: parent.path)
  }

  private func put(_ text: String, _ name: String, appending: Bool = false) async throws -> Int {
    try await tree.write(text, to: name, in: Self.place, appending: appending)
  }

  /// A name and what it becomes on the disk; nil for no name.
  // swift-format-ignore
  static let names: [(String, String?)] = [
    ("a", "a"), ("plan.md", "plan.md"), ("计划.md", "计划.md"), ("a b", "a b"), ("~", "~"), ("-rf", "-rf"),
    ("", nil), (".", "%2E"), ("..", "%2E."), ("...", "%2E.."), (".hidden", "%2Ehidden"), (".partial", "%2Epartial"),
    ("a/b", "a%2Fb"), ("/etc/passwd", "%2Fetc%2Fpasswd"), ("../x", "%2E.%2Fx"), ("a/../b", "a%2F..%2Fb"),
    ("a\\b", "a%5Cb"), ("a\0b", "a%00b"), ("a\nb", "a%0Ab"), ("%2E%2E", "%252E%252E"), ("%", "%25"),
    (String(repeating: "a", count: 240), String(repeating: "a", count: 240)),
    (String(repeating: "a", count: 241), nil), (String(repeating: "/", count: 81), nil),
  ]

  @Test("every name is one part of a path, and no two are the same", arguments: names)
  func name(_ meaning: String, _ text: String?) {
    let name = TreeName(meaning)
    #expect(name?.text == text)
    guard let text else { return }
    #expect(TreeName(onDisk: text) == name)
    #expect(
      !text.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
        && text.utf8.first != UInt8(ascii: "."))
  }

  @Test(
    "what no name becomes is none",
    arguments: ["", ".", "..", ".x", "a/b", "%", "%2", "%2f", "%41", "%zz", "a%", "%FF"])
  func noName(_ text: String) { #expect(TreeName(onDisk: text) == nil) }

  @Test("what is written is read, listed and removed")
  func life() async throws {
    #expect(try await tree.files(in: Self.place).isEmpty)
    #expect(try await put("一二", "notes/计划.md") == 6)
    #expect(try await put("x", "a") == 1)
    #expect(try await put("y", "a", appending: true) == 2)
    #expect(try await put("new", "b", appending: true) == 3)
    #expect(try await tree.read("a", in: Self.place) == "xy")
    #expect(try await tree.read("notes/计划.md", in: Self.place) == "一二")
    let files = try await tree.files(in: Self.place)
    #expect(files.map(\.name) == ["a", "b", "notes/计划.md"] && files.map(\.bytes) == [2, 3, 6])
    #expect(files.allSatisfy { $0.modified > 1_700_000_000_000 })
    try await tree.remove("a", in: Self.place)
    await #expect(throws: FileTree.Refusal.noFile) { try await tree.read("a", in: Self.place) }
    await #expect(throws: FileTree.Refusal.noFile) { try await tree.remove("a", in: Self.place) }
    for path in [folder, "\(parent.path)/o1"] { #expect(try Files.status(path)?.mode == 0o700) }
    #expect(try Files.status("\(folder)/b")?.mode == 0o600)
  }

  // swift-format-ignore
  static let places = [["o1", "p2"], ["o2", "p1"], ["o1"], ["..", "p1"], ["o1", "..", "o1", "p1"], ["o1/p1"]]

  @Test("what lies in one place is in no other", arguments: places)
  func apart(_ other: [String]) async throws {
    _ = try await put("x", "a")
    #expect(try await tree.files(in: other).isEmpty)
    await #expect(throws: FileTree.Refusal.noFile) { try await tree.read("a", in: other) }
    await #expect(throws: FileTree.Refusal.noFile) { try await tree.remove("a", in: other) }
  }

  @Test(
    "names that a path could stumble over are refused",
    arguments: [
      "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/./b", "a\u{0}", "a\n", "\u{7f}",
      "\u{85}", String(repeating: "a", count: 121), String(repeating: "%", count: 81),
    ])
  func badName(_ name: String) async throws {
    await #expect(throws: FileTree.Refusal.badName) { _ = try await put("x", name) }
    await #expect(throws: FileTree.Refusal.badName) { try await tree.read(name, in: Self.place) }
    await #expect(throws: FileTree.Refusal.badName) { try await tree.remove(name, in: Self.place) }
    #expect(try await tree.files(in: Self.place).isEmpty)
  }

  @Test("a link is no file, is not followed, and is replaced by what is written")
  func links() async throws {
    _ = try await put("x", "a")
    let secret = "\(parent.path)/secret"
    try OpenFile.open(secret, for: .keeping).replace(with: Array("hidden".utf8), secret)
    #expect(unsafe symlink(secret, "\(folder)/link") == 0)
    #expect(unsafe symlink(parent.path, "\(folder)/folder") == 0)
    #expect(unsafe symlink("\(parent.path)/o1", "\(parent.path)/o9") == 0)
    #expect(try await tree.files(in: Self.place).map(\.name) == ["a"])
    await #expect(throws: FileTree.Refusal.noFile) { try await tree.read("link", in: Self.place) }
    await #expect(throws: FileTree.Refusal.noFile) {
      try await tree.read("folder/secret", in: Self.place)
    }
    await #expect(throws: FileTree.Refusal.unavailable) {
      try await tree.read("a", in: ["o9", "p1"])
    }
    _ = try await put("mine", "link")
    #expect(try await tree.read("link", in: Self.place) == "mine")
    let kept = try OpenFile.open(secret, for: .reading).content(bytesMax: 10, secret)
    #expect(kept == Array("hidden".utf8))
  }

  @Test("what is no text and what is no file is not read")
  func strange() async throws {
    _ = try await put("x", "a")
    let path = "\(folder)/bytes"
    try OpenFile.open(path, for: .keeping).replace(with: [0xff, 0xfe], path)
    await #expect(throws: FileTree.Refusal.notText) { try await tree.read("bytes", in: Self.place) }
    try Files.makeFolder("\(folder)/inner")
    #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
    for name in ["inner", "pipe"] {
      await #expect(throws: FileTree.Refusal.noFile) { try await tree.read(name, in: Self.place) }
    }
    try OpenFile.open("\(folder)/%zz", for: .keeping).replace(with: [], path)
    #expect(try await tree.files(in: Self.place).map(\.name) == ["a", "bytes"])
  }

  @Test("what a crash left half written is not there, and in nobody's way")
  func leftover() async throws {
    _ = try await put("old", "a")
    let path = "\(folder)/.partial"
    try OpenFile.open(path, for: .keeping).replace(with: Array("ne".utf8), path)
    #expect(try await tree.files(in: Self.place).map(\.name) == ["a"])
    _ = try await put("new", "a")
    #expect(try await tree.read("a", in: Self.place) == "new")
    #expect(try Files.status(path) == nil)
  }

  @Test("a file, and a place, take so many bytes and files and no more")
  func limits() async throws {
    let whole = String(repeating: "x", count: FileTree.fileBytesMax)
    #expect(try await put(whole, "a") == FileTree.fileBytesMax)
    await #expect(throws: FileTree.Refusal.tooLong) { _ = try await put(whole + "x", "b") }
    await #expect(throws: FileTree.Refusal.tooLong) { _ = try await put("x", "a", appending: true) }
    #expect(try await tree.files(in: Self.place).map(\.bytes) == [FileTree.fileBytesMax])
    try await tree.remove("a", in: Self.place)
    for number in 0..<FileTree.filesMax {
      let path = "\(folder)/\(number)"
      try OpenFile.open(path, for: .keeping).put([], path)
    }
    await #expect(throws: FileTree.Refusal.tooMany) { _ = try await put("", "one more") }
    #expect(try await put("old ones are written", "7") == 20)
    try await tree.remove("8", in: Self.place)
    #expect(try await put("", "one more") == 0)
  }

  @Test("a place that is full takes less, and no more")
  func room() async throws {
    _ = try await put("x", "a")
    let path = "\(folder)/big"
    // A hole is as long as what would stand there.
    let file = try OpenFile.open(path, for: .keeping)
    try file.put([1], path)
    #expect(unsafe truncate(path, FileTree.placeBytesMax - 10) == 0)
    #expect(try await put(String(repeating: "x", count: 10), "a") == 10)
    await #expect(throws: FileTree.Refusal.noRoom) { _ = try await put("x", "b") }
    await #expect(throws: FileTree.Refusal.noRoom) { _ = try await put("x", "a", appending: true) }
    #expect(try await put("", "a") == 0)
  }

  @Test("there is no place without a name, or with one that no folder can have")
  func canHold() {
    #expect(FileTree.canHold(["o", "p"]) && FileTree.canHold(["..", "/"]))
    #expect(!FileTree.canHold([]) && !FileTree.canHold(["o", ""]))
    #expect(!FileTree.canHold(["o", String(repeating: "/", count: 100)]))
  }
}
