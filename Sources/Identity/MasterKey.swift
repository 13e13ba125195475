internal import Cryptography
package import Store

/// The key under which secrets lie in the database: whoever has a copy of the database alone has
/// none of them.
package struct MasterKey: Sendable {
  /// The file of the data folder that holds a key made at the first start.
  package static let file = "master.key"
  /// The length of the key, in bytes.
  package static let count = 32

  private let bytes: [UInt8]

  /// The key that is written as 64 hexadecimal digits; nil for any other text.
  package init?(text: some StringProtocol) {
    let digits = text.filter { !$0.isWhitespace }
    guard let digest = Digest(hexadecimal: String(digits)) else { return nil }
    bytes = digest.bytes
  }

  /// The folder's key, which is made, for the owner alone, when there is none; nil where the file
  /// holds something else.
  package static func establish(in folder: borrowing DataFolder) throws(StoreError) -> MasterKey? {
    if let kept = try folder.read(file, bytesMax: 4096) {
      return MasterKey(text: String(decoding: kept, as: UTF8.self))
    }
    let text = Hexadecimal.encode(SecureRandom.bytes(count))
    try folder.write(Array((text + "\n").utf8), to: file, readableBy: .owner)
    return MasterKey(text: text)
  }

  /// The bytes sealed; `place` names where they lie, and they open nowhere else.
  package func seal(_ secret: [UInt8], place: String) -> [UInt8] {
    SealedBytes.seal(secret, key: bytes, place: place)
  }

  /// What was sealed for that place; nil where it was sealed under another key, or is damaged.
  package func open(_ sealed: [UInt8], place: String) -> [UInt8]? {
    SealedBytes.open(sealed, key: bytes, place: place)
  }

  /// A key for one purpose, which tells nothing of this one or of others.
  package func derived(for purpose: StaticString) -> [UInt8] {
    HMACSHA256.code(of: Array("\(purpose)".utf8).span, key: bytes).bytes
  }
}
