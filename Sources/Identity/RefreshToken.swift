internal import Cryptography
internal import Wire

/// A refresh token: which family it is of, its place in it, and a code that only the family's key
/// makes (the catalogue, §1.2).
///
/// It is derived, not stored: every earlier token of a family is recognised without a row for it,
/// and the newest can be given again when an answer was lost.
struct RefreshToken: Hashable, Sendable {
  let kind: TokenFamily.Kind
  let family: String
  let counter: Int64
  let code: [UInt8]

  /// The longest text that is looked at, in bytes.
  static let bytesMax = 160

  /// The token of that place.
  init(_ kind: TokenFamily.Kind, family: String, counter: Int64, key: [UInt8]) {
    self.kind = kind
    self.family = family
    self.counter = counter
    code = HMACSHA256.code(of: Self.material(kind, family, counter).span, key: key).bytes
  }

  /// The token that is written so; nil for any other text.
  init?(text: String) {
    guard text.utf8.count <= Self.bytesMax else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4,
      let kind = TokenFamily.Kind.allCases.first(where: { $0.prefix == parts[0] }),
      !parts[1].isEmpty, let counter = Int64(parts[2]), counter > 0, "\(counter)" == parts[2],
      let code = Base64URL.bytes(Array(parts[3].utf8)), code.count == Digest.byteCount
    else { return nil }
    self.kind = kind
    family = String(parts[1])
    self.counter = counter
    self.code = code
  }

  /// `rt1.FAMILY.COUNTER.CODE`.
  var text: String { "\(kind.prefix).\(family).\(counter).\(Base64URL.text(code))" }

  /// Whether the code is of that key; how long it takes says nothing of how wrong it is.
  func isMade(by key: [UInt8]) -> Bool {
    HMACSHA256.verifies(code.span, of: Self.material(kind, family, counter).span, key: key)
  }

  private static func material(
    _ kind: TokenFamily.Kind, _ family: String, _ counter: Int64
  ) -> [UInt8] {
    Array("\(kind.prefix).\(family).\(counter)".utf8)
  }
}
