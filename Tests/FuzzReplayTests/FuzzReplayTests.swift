import FoundationEssentials
import FuzzBodies
import Testing

@Suite("what fuzzing found stays mended")
struct FuzzReplayTests {
  /// One file of a corpus, or one that once broke its body.
  struct Input: Sendable, CustomTestStringConvertible {
    let body: FuzzBody
    let path: String
    var testDescription: String { path }
  }

  @Test(
    "every input of the corpora and every former crasher keeps its body's properties",
    arguments: Self.inputs)
  func replay(_ input: Input) throws {
    let data = try #require(FileManager.default.contents(atPath: Self.folder + input.path))
    try input.body.check([UInt8](data))
  }

  @Test("a broken property is seen")
  func canary() {
    #expect(throws: BrokenProperty.self) { try FuzzBody.canary.check([0xca, 0x4a, 0x27, 0]) }
    #expect(throws: Never.self) { try FuzzBody.canary.check([0xca, 0x4a]) }
  }

  @Test("every body has a corpus, and every folder a body")
  func folders() {
    let names = Set(FuzzBody.all.map(\.name)).subtracting([FuzzBody.canary.name])
    #expect(Set(Self.names(in: "corpus")) == names)
    #expect(Set(Self.names(in: "crashes")).isSubset(of: names))
  }

  static let inputs: [Input] = FuzzBody.all.flatMap { body in
    ["corpus", "crashes"].flatMap { kind in
      names(in: "\(kind)/\(body.name)").map {
        Input(body: body, path: "\(kind)/\(body.name)/\($0)")
      }
    }
  }

  private static let folder =
    "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/fuzz/"

  private static func names(in folder: String) -> [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: Self.folder + folder)
    return (found ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }
}
