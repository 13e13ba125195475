import Cryptography
import Testing

/// A message and its digest.
struct DigestRow: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let message: [UInt8]
  let digest: String

  init(_ name: String, _ message: [UInt8], _ digest: String) {
    testDescription = name
    self.message = message
    self.digest = digest
  }
}

@Suite("SHA-256")
struct SHA256Tests {
  // The examples of FIPS 180-4, and both sides of the limits of one block.
  // swift-format-ignore
  static let rows = [
    DigestRow("empty", [],
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    DigestRow("abc", Array("abc".utf8),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    DigestRow("448 bits", Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    DigestRow("one million times a", [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    DigestRow("55 zeros fit one block", [UInt8](repeating: 0, count: 55),
      "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
    DigestRow("56 zeros need two", [UInt8](repeating: 0, count: 56),
      "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
    DigestRow("64 zeros", [UInt8](repeating: 0, count: 64),
      "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
  ]

  @Test("a whole message has the published digest", arguments: rows)
  func digestsWhole(_ row: DigestRow) {
    #expect(SHA256.digest(of: row.message).hexadecimal == row.digest)
    #expect(SHA256.digest(of: row.message.span).hexadecimal == row.digest)
  }

  @Test("a message in two pieces has the digest of the whole, wherever it is cut")
  func digestsPieces() {
    let message = (0..<200).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = SHA256.digest(of: message)
    var computation = SHA256()
    for cut in 0...message.count {
      computation.update(Array(message[..<cut]))
      computation.update(message.span.extracting(cut...))
      #expect(computation.finish() == whole)
    }
  }

  @Test("each digest of one computation starts empty", arguments: rows)
  func startsAfresh(_ row: DigestRow) {
    var computation = SHA256()
    computation.update([1, 2, 3])
    _ = computation.finish()
    computation.update(row.message)
    #expect(computation.finish().hexadecimal == row.digest)
    #expect(computation.finish().hexadecimal == Self.rows[0].digest)
  }
}
