/// A ClientHello written by hand, for what our own client would never say.
struct ClientHello {
  /// The newest version offered in the old field (RFC 5246 §7.4.1.2).
  var version: UInt16 = 0x0303
  var ciphers: [UInt16] = [0xc02b, 0xc02f]
  var compressions: [UInt8] = [0]
  /// Extensions besides groups, points and signatures.
  var extensions: [(kind: UInt16, body: [UInt8])] = []

  /// The record that carries it.
  var record: [UInt8] {
    let handshake: [UInt8] = [1, 0] + counted(body)
    return [22, 3, 1] + counted(handshake)
  }

  private var body: [UInt8] {
    let common: [(kind: UInt16, body: [UInt8])] = [
      (10, counted(bytes(0x001d) + bytes(0x0017))), (11, [1, 0]),
      (13, counted(bytes(0x0403) + bytes(0x0804) + bytes(0x0203))),
    ]
    let list = (common + extensions).flatMap { bytes($0.kind) + counted($0.body) }
    return bytes(version) + [UInt8](repeating: 9, count: 32) + [0]
      + counted(ciphers.flatMap(bytes)) + [UInt8(compressions.count)] + compressions + counted(list)
  }

  private func bytes(_ number: UInt16) -> [UInt8] {
    [UInt8(number >> 8), UInt8(number & 255)]
  }

  private func counted(_ content: [UInt8]) -> [UInt8] {
    bytes(UInt16(content.count)) + content
  }
}
