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

    var bytes: [UInt8] {
      get throws {
        [UInt8](try #require(FileManager.default.contents(atPath: FuzzReplayTests.folder + path)))
      }
    }
  }

  @Test(
    "every input of the corpora and every former crasher keeps its body's properties",
    arguments: Self.inputs)
  func replay(_ input: Input) throws {
    try input.body.check(try input.bytes)
  }

  @Test(
    "smoke: every body keeps its properties for a second of damaged inputs",
    arguments: FuzzBody.all.filter { $0.name != FuzzBody.canary.name })
  func smoke(_ body: FuzzBody) throws {
    var smoke = Smoke(
      try Self.inputs.filter { $0.body.name == body.name }.map { try $0.bytes }, seed: 1)
    let end = ContinuousClock.now + .seconds(1)
    repeat {
      let bytes = smoke.next()
      do throws(BrokenProperty) {
        try body.check(bytes)
      } catch {
        Issue.record("\(body.name): \(error), for \(bytes)")
        return
      }
    } while ContinuousClock.now < end
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

  fileprivate static let folder =
    "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/fuzz/"

  private static func names(in folder: String) -> [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: Self.folder + folder)
    return (found ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }
}
