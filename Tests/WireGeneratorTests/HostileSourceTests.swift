import Testing

@testable import WireGenerator

/// Source that nobody meant: reading always ends, with a model or with a flaw inside of the file.
@Suite("Hostile source")
struct HostileSourceTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]
  static let mutationsPerSeed = 5_000

  private static let base = """
    @testable import Store
    package import Wire

    /// A run /* with */ "words".
    package struct Run: Hashable, Coded {
      static let naming: Naming = .camelCase(except: ["runID": "id"])
      static let omitsNil = true
      /** Its name. */
      package let runID: Text<1, 80>?
      package var limits: TextMap<[Bounded<-1, 2>]> = ["a": [1]] // all
      package let note: Patch<Wire.Text<0, 80>>
      package var text: String { #"a \\#(limits["}"] ?? "b") c"# + \"\"\"
        }
        \"\"\" }
      struct Inner: Coded { let `in`: Optional<A.B>; var c: C = C.d }
    }
    extension A.B { enum Kind: String, Coded { case a, b = "c d"; func f() { g(/x{/) } } }
    """

  /// What hostile editors like to insert.
  // swift-format-ignore
  private static let pieces = [
    "{", "}", "(", ")", "[", "]", "<", ">", "\"", "\"\"\"", "#\"", "\\(", "/*", "*/", "//", "///",
    "`", "#if", "@", "?", "!", "&", ":", ",", "=", ".", ";", "\n", "struct", "enum A: String, Coded",
    "case", "let", "var", "static", "extension", "class", "Coded", "Patch<", "\u{0}", "é", "#/", "->",
  ].map { Array($0.utf8) }

  @Test("the source that is mutated is understood")
  func understands() throws {
    let target = try Reading.target(Self.base)
    #expect(target.records.map(\.name) == ["Run.Inner", "Run"])
    #expect(target.choices.map(\.name) == ["A.B.Kind"])
  }

  @Test("mutated source is read to an end", arguments: seeds)
  func survives(seed: UInt64) {
    var random = SplitMix(state: seed)
    let base = Array(Self.base.utf8)
    for _ in 0..<Self.mutationsPerSeed {
      var bytes = base
      for _ in 0..<Int.random(in: 1...6, using: &random) { Self.mutate(&bytes, &random) }
      Self.read(bytes)
    }
  }

  @Test("random bytes are read to an end", arguments: seeds)
  func survivesNoise(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<500 {
      let count = Int.random(in: 0...200, using: &random)
      let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      Self.read(Array("Coded ".utf8) + noise)
      let words = (0..<count).flatMap { _ in Self.pieces.randomElement(using: &random) ?? [] }
      Self.read(Array("Coded ".utf8) + words)
    }
  }

  @Test("every beginning of a file is read to an end")
  func survivesTruncation() {
    let base = Array(Self.base.utf8)
    for count in 0...base.count { Self.read(Array(base.prefix(count))) }
  }

  @Test("repetition costs no more than its length", arguments: pieces)
  func survivesRepetition(_ piece: [UInt8]) {
    let header = Array("struct A: Coded {\n".utf8)
    Self.read(header + Array(repeatElement(piece, count: 5_000).joined()))
  }

  private static func read(_ bytes: [UInt8]) {
    let file = SourceFile(path: "a", bytes: bytes)
    do throws(Flaw) {
      _ = try FileParser.model(of: file)
      if let target = try? Target.read([file]) { _ = GeneratedFile(target).text }
    } catch {
      #expect((0...bytes.count).contains(error.offset))
      #expect(!Diagnostic(error, in: file).description.isEmpty)
    }
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
    case 3: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
    default: bytes.removeSubrange(place...)
    }
  }
}

/// Sebastiano Vigna's SplitMix64: the same numbers for the same seed on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
