/// Bytes that lie sealed where others may read: AES-256-GCM under a key of 32 bytes.
///
/// A version byte, a random nonce of 12 bytes, the ciphertext, a tag of 16 bytes.
package enum SealedBytes {
  private static let version: UInt8 = 1
  private static let nonceCount = 12
  private static let tagCount = 16

  /// The bytes sealed; `place` names where they lie, and they open nowhere else.
  package static func seal(_ bytes: [UInt8], key: [UInt8], place: String) -> [UInt8] {
    let nonce = SecureRandom.bytes(nonceCount)
    var context = SealingContext(key: key, nonce: nonce, isSealing: true)
    context.authenticate(Array(place.utf8))
    let ciphertext = context.turn(bytes)
    return [version] + nonce + ciphertext + context.tag()
  }

  /// The bytes that were sealed for that place under that key; nil for anything else.
  package static func open(_ sealed: [UInt8], key: [UInt8], place: String) -> [UInt8]? {
    guard sealed.count >= 1 + nonceCount + tagCount, sealed[0] == version else { return nil }
    let nonce = Array(sealed[1..<(1 + nonceCount)])
    let ciphertext = Array(sealed[(1 + nonceCount)..<(sealed.count - tagCount)])
    var context = SealingContext(key: key, nonce: nonce, isSealing: false)
    context.authenticate(Array(place.utf8))
    let bytes = context.turn(ciphertext)
    return context.fits(Array(sealed.suffix(tagCount))) ? bytes : nil
  }
}
