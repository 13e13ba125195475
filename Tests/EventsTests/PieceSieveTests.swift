import Testing

@testable import Events

@Suite struct PieceSieveTests {
  private static let key = "sk-0123456789abcdef"

  /// Pieces as they come, and those that are written, by their number.
  // swift-format-ignore
  static let rows: [Named<([String], [(Int, String)])>] = [
    Named("clean words", (["It", " is", " noon."], [(0, "It"), (1, " is"), (2, " noon.")])),
    Named("a secret in one piece", ([" \(key)", " ok"], [(0, " [redacted]"), (1, " ok")])),
    Named("a secret in three pieces", (["a sk", "-0123456", "789abcdef", " ok"], [(0, "a [redacted]"), (3, " ok")])),
    Named("a secret that ends inside a piece", (["sk-0123456789", "abcdef, ok"], [(0, "[redacted]"), (1, ", ok")])),
    Named("a secret of single letters", (key.map(String.init) + ["."] + [" ok"], [(0, "[redacted]"), (20, " ok")])),
    Named("a secret at the end", (["a ", "sk-012345", "6789abcdef"], [(0, "a "), (1, "[redacted]")])),
    Named("two secrets", ([key, " ", key, "!"], [(0, "[redacted]"), (1, " "), (2, "[redacted]"), (3, "!")])),
    Named("what only began like one", (["sk", "-", "learn", " is", " fine"], [(0, "sk"), (1, "-"), (2, "learn"), (3, " is"), (4, " fine")])),
    Named("what began like one at the end", (["Bea", "rer", " x"], [(0, "Bea"), (1, "rer"), (2, " x")])),
    Named("a PEM block over pieces",
      (["see -----BE", "GIN X-----", "\nMIIE\n", "-----END X", "-----\nok"], [(0, "see [redacted]"), (4, "\nok")])),
    Named("empty pieces", (["", "a", ""], [(1, "a")])),
    Named("wide letters", (["水sk-0123456", "789abcdef水"], [(0, "水[redacted]"), (1, "水")])),
  ]

  @Test(
    "a secret is seen whatever pieces it comes in, and other pieces stay whole", arguments: rows)
  func sieves(_ named: Named<([String], [(Int, String)])>) {
    let (given, expected) = named.row
    var sieve = PieceSieve()
    var written: [PieceSieve.Piece] = []
    for (index, text) in given.enumerated() { written += sieve.take(text, at: index) }
    written += sieve.end()
    #expect(written.map(\.index) == expected.map(\.0))
    #expect(written.map(\.text) == expected.map(\.1))
    for piece in written { #expect(piece.isRedacted == (piece.text != given[piece.index])) }
    #expect(written.map(\.text).joined() == Redaction.clean(given.joined()))
  }

  @Test("no more is held back than decides", arguments: [key, "bearer 0123456789", "bearer of"])
  func holdsLittle(_ text: String) {
    var sieve = PieceSieve()
    var waiting = 0
    for (index, letter) in text.enumerated() {
      waiting += 1
      let written = sieve.take(String(letter), at: index)
      if let last = written.last { waiting = index - last.index }
      if written.contains(where: { $0.isRedacted }) { return }
      #expect(waiting <= SecretSieve.heldMax)
    }
    #expect(Redaction.clean(text) == text)
  }

  @Test("any cutting of a text gives the same text", arguments: [1, 2, 3, 4] as [UInt64])
  func cutsAlike(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let parts = [
      "sk-", "0123456789abcdef", "Bearer ", "bearer", " ", "-----BEGIN ", "KEY-----", "-----END ",
      "-----", "-", "s", "b", "task-", "=", "水", "\n", "x.y/z", "é", "sk-abcdefgh", "ijklmnop",
    ]
    for _ in 0..<400 {
      let count = Int.random(in: 0...14, using: &generator)
      let text = (0..<count).compactMap { _ in parts.randomElement(using: &generator) }.joined()
      var sieve = PieceSieve()
      var (written, rest, index) = ("", Substring(text), 0)
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...9, using: &generator))
        for clean in sieve.take(String(piece), at: index) { written += clean.text }
        rest = rest.dropFirst(piece.count)
        index += 1
      }
      for clean in sieve.end() { written += clean.text }
      #expect(written == Redaction.clean(text), "\(text)")
      #expect(Redaction.clean(written) == written, "\(text)")
    }
  }
}

/// A small generator of known seed (SplitMix64), so that a failure can be repeated.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
