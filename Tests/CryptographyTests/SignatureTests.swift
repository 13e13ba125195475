import Testing
import Wire

@testable import Cryptography

@Suite("Signatures") struct SignatureTests {
  /// The same with arrays, which macros can take.
  private static func verifies(
    _ signature: [UInt8], of message: [UInt8], _ key: PublicKey
  ) -> Bool {
    key.verifies(signature.span, of: message.span)
  }

  /// RFC 8032 §7.1, tests 1 to 3.
  // swift-format-ignore
  static let ed25519: [(seed: String, publicKey: String, message: String, signature: String)] = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",   "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
  ]

  @Test("of Ed25519 are those of RFC 8032, made and verified", arguments: ed25519)
  func rfc8032(
    _ row: (seed: String, publicKey: String, message: String, signature: String)
  ) throws {
    let key = try PrivateKey(seed: try Hexadecimal.decode(row.seed))
    let message = try Hexadecimal.decode(row.message)
    #expect(key.publicKey == (try PublicKey(ed25519: try Hexadecimal.decode(row.publicKey))))
    let made = key.signature(of: message.span)
    #expect(Hexadecimal.encode(made) == row.signature)
    let signature = try Hexadecimal.decode(row.signature)
    #expect(Self.verifies(signature, of: message, key.publicKey))
    #expect(!Self.verifies(signature, of: (message + [0]), key.publicKey))
    for bit in 0..<signature.count * 8 {
      var other = signature
      other[bit / 8] ^= 1 << (bit % 8)
      #expect(!Self.verifies(other, of: message, key.publicKey))
    }
    for count in 0..<signature.count {
      #expect(!Self.verifies(Array(signature.prefix(count)), of: message, key.publicKey))
    }
    #expect(!Self.verifies((signature + [0]), of: message, key.publicKey))
  }

  /// RFC 7515 §A.2 and §A.3.
  static let payload = """
    .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ
    """

  // swift-format-ignore
  static let jose: [(header: String, key: [String], signature: String)] = [
    ("eyJhbGciOiJSUzI1NiJ9", ["ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ", "AQAB"], "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"),
    ("eyJhbGciOiJFUzI1NiJ9", ["f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", ""], "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
  ]

  @Test("of RSA and P-256 are those of RFC 7515", arguments: jose)
  func rfc7515(_ row: (header: String, key: [String], signature: String)) throws {
    let parts = try row.key.map { try #require(Base64URL.bytes(Array($0.utf8))) }
    let key =
      parts.count == 2
      ? try PublicKey(rsaModulus: parts[0], exponent: parts[1])
      : try PublicKey(p256: parts[0], parts[1])
    let signature = try #require(Base64URL.bytes(Array(row.signature.utf8)))
    let message = Array((row.header + Self.payload).utf8)
    #expect(Self.verifies(signature, of: message, key))
    #expect(!Self.verifies(signature, of: Array(message.dropLast()), key))
    for place in signature.indices {
      var other = signature
      other[place] ^= 1
      #expect(!Self.verifies(other, of: message, key))
    }
    #expect(!Self.verifies(Array(signature.dropLast()), of: message, key))
    #expect(!Self.verifies(([0] + signature), of: message, key))
    #expect(!Self.verifies([UInt8](repeating: 0, count: signature.count), of: message, key))
  }

  @Test("by S + L or by a point that is no key are none")
  func strict() throws {
    #expect(throws: PublicKey.Refusal.wrongLength(31)) {
      try PublicKey(ed25519: [UInt8](repeating: 1, count: 31))
    }
    let ones = [UInt8](repeating: 1, count: 32)
    #expect(throws: PublicKey.Refusal.notAKey) { try PublicKey(p256: ones, ones) }
    #expect(throws: PublicKey.Refusal.wrongLength(128)) {
      try PublicKey(rsaModulus: [UInt8](repeating: 255, count: 128), exponent: [1, 0, 1])
    }
    #expect(throws: PublicKey.Refusal.wrongLength(5)) { try PrivateKey(seed: [1, 2, 3, 4, 5]) }
  }

  @Test("by two new keys differ, and each verifies its own")
  func fresh() throws {
    let (first, second) = (try PrivateKey.fresh(), try PrivateKey.fresh())
    let message = Array("the same".utf8)
    let signature = first.signature(of: message.span)
    #expect(Self.verifies(signature, of: message, first.publicKey))
    #expect(!Self.verifies(signature, of: message, second.publicKey))
  }

  /// RFC 4231 §4.2 and §4.3.
  // swift-format-ignore
  static let codes: [(key: [UInt8], message: String, code: String)] = [
    ([UInt8](repeating: 0x0b, count: 20), "Hi There",                     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (Array("Jefe".utf8),                  "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
  ]

  @Test("by a shared key are those of RFC 4231", arguments: codes)
  func rfc4231(_ row: (key: [UInt8], message: String, code: String)) throws {
    let message = Array(row.message.utf8)
    let code = try Hexadecimal.decode(row.code)
    func verifies(_ code: [UInt8], key: [UInt8]) -> Bool {
      HMACSHA256.verifies(code.span, of: message.span, key: key)
    }
    let made = HMACSHA256.code(of: message.span, key: row.key)
    #expect(made == Digest(code))
    #expect(verifies(code, key: row.key))
    #expect(!verifies(code, key: row.key + [1]))
    #expect(!verifies(Array(code.dropLast()), key: row.key))
  }
}
