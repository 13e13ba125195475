private import COpenSSL

/// What OpenSSL hashes before it signs; Ed25519 hashes on its own.
enum SignedDigest {
  case none
  case sha256
}

/// A key as OpenSSL holds it, for the time of one use.
@safe struct SignatureKeyHandle: ~Copyable {
  private let key: OpaquePointer

  /// Takes over a key that was just made.
  private init(owning made: OpaquePointer) {
    // SAFETY: the caller gives it away.
    unsafe key = made
  }

  /// Nil where the material is no key.
  static func open(_ material: PublicKey.Material) -> SignatureKeyHandle? {
    // What went wrong here must not be found by whoever uses the library next.
    defer { ERR_clear_error() }
    let made: OpaquePointer? =
      switch material {
      // SAFETY: OpenSSL copies as many bytes as are said to be there.
      case .ed25519(let bytes):
        unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
      // SAFETY: what is made has no other owner.
      case .p256(let point): unsafe Self.p256(point)
      case .rsa(let modulus, let exponent): unsafe Self.rsa(modulus, exponent)
      }
    // SAFETY: as above.
    guard let made = unsafe made else { return nil }
    let handle = unsafe SignatureKeyHandle(owning: made)
    guard handle.isWhole else { return nil }
    return handle
  }

  /// Nil where the seed is none.
  static func open(ed25519Seed seed: [UInt8]) -> SignatureKeyHandle? {
    // SAFETY: OpenSSL copies as many bytes as are said to be there.
    let made = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
    // SAFETY: what was made has no other owner.
    guard let made = unsafe made else { return nil }
    return unsafe SignatureKeyHandle(owning: made)
  }

  deinit {
    // SAFETY: this value's own, freed once.
    unsafe EVP_PKEY_free(key)
  }

  /// Whether a point is on its curve, and a modulus can be one.
  private var isWhole: Bool {
    // SAFETY: the key is alive during the call; the context is freed here.
    guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return false }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    // SAFETY: as above.
    return unsafe EVP_PKEY_public_check(context) == 1
  }

  private static func p256(_ point: [UInt8]) -> OpaquePointer? {
    var (group, point) = (Array("prime256v1".utf8CString), point)
    // SAFETY: both buffers stand still until the key has been made.
    return unsafe group.withUnsafeMutableBufferPointer { group in
      unsafe point.withUnsafeMutableBufferPointer { point in
        unsafe make(
          "EC",
          [
            OSSL_PARAM_construct_utf8_string(Self.name("group"), group.baseAddress, 0),
            OSSL_PARAM_construct_octet_string(Self.name("pub"), point.baseAddress, point.count),
            OSSL_PARAM_construct_end(),
          ])
      }
    }
  }

  private static func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> OpaquePointer? {
    // OpenSSL reads numbers in the machine's order.
    var (modulus, exponent) = (Array(modulus.reversed()), Array(exponent.reversed()))
    // SAFETY: as above.
    return unsafe modulus.withUnsafeMutableBufferPointer { modulus in
      unsafe exponent.withUnsafeMutableBufferPointer { exponent in
        unsafe make(
          "RSA",
          [
            OSSL_PARAM_construct_BN(Self.name("n"), modulus.baseAddress, modulus.count),
            OSSL_PARAM_construct_BN(Self.name("e"), exponent.baseAddress, exponent.count),
            OSSL_PARAM_construct_end(),
          ])
      }
    }
  }

  /// A parameter's name, which OpenSSL reads as long as the parameter lives.
  private static func name(_ name: StaticString) -> UnsafePointer<CChar> {
    // SAFETY: a literal is in the program for ever, and ends with a zero.
    unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  private static func make(_ kind: String, _ parameters: [OSSL_PARAM]) -> OpaquePointer? {
    // SAFETY: the context is made, used and freed here; the parameters are read during the call.
    guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, kind, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var (key, parameters) = unsafe (OpaquePointer?.none, parameters)
    // SAFETY: as above; the key is the caller's.
    guard unsafe EVP_PKEY_fromdata_init(context) == 1,
      unsafe EVP_PKEY_fromdata(context, &key, COpenSSL_EVP_PKEY_PUBLIC_KEY(), &parameters) == 1
    else { return nil }
    // SAFETY: as above.
    return unsafe key
  }

  func verifies(
    _ signature: Span<UInt8>, of message: Span<UInt8>, _ digest: SignedDigest
  ) -> Bool {
    // SAFETY: the context is freed here; the buffers are read during the calls.
    guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    defer {
      unsafe EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    let algorithm: OpaquePointer? =
      switch digest {
      case .none: nil
      // SAFETY: the library's own object.
      case .sha256: unsafe EVP_sha256()
      }
    // SAFETY: as above.
    guard unsafe EVP_DigestVerifyInit(context, nil, algorithm, nil, key) == 1 else { return false }
    // SAFETY: as above.
    let result = unsafe signature.withUnsafeBufferPointer { signature in
      unsafe message.withUnsafeBufferPointer { message in
        unsafe EVP_DigestVerify(
          context, signature.baseAddress, signature.count, message.baseAddress, message.count)
      }
    }
    return result == 1
  }

  /// The 32 bytes of the public half.
  var ed25519PublicKey: [UInt8]? {
    var (bytes, count) = ([UInt8](repeating: 0, count: 32), 32)
    // SAFETY: OpenSSL writes at most as many bytes as there is room for.
    guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else {
      return nil
    }
    return bytes
  }

  func ed25519Signature(of message: Span<UInt8>) -> [UInt8] {
    // SAFETY: the context is freed here.
    guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    defer { unsafe EVP_MD_CTX_free(context) }
    var (signature, count) = ([UInt8](repeating: 0, count: 64), 64)
    // SAFETY: the key is alive; OpenSSL writes the 64 bytes that there is room for.
    let began = unsafe EVP_DigestSignInit(context, nil, nil, nil, key)
    let ended = unsafe message.withUnsafeBufferPointer { message in
      unsafe EVP_DigestSign(context, &signature, &count, message.baseAddress, message.count)
    }
    precondition(began == 1 && ended == 1 && count == 64, "OpenSSL did not sign")
    return signature
  }
}

/// The two halves of a JOSE signature as the sequence that X.509 makes of them (RFC 7518 §3.4; SEC
/// 1 §C.5).
func ecdsaSequence(of signature: Span<UInt8>) -> [UInt8] {
  /// An INTEGER: no zeros in front but one that keeps it positive.
  func integer(_ half: Range<Int>) -> [UInt8] {
    var bytes = half.map { signature[$0] }
    while bytes.count > 1, bytes[0] == 0 { bytes.removeFirst() }
    if bytes[0] & 0x80 != 0 { bytes.insert(0, at: 0) }
    return [0x02, UInt8(bytes.count)] + bytes
  }
  let halves = integer(0..<32) + integer(32..<64)
  return [0x30, UInt8(halves.count)] + halves
}

/// Writes the code of a message into `code`, which has its length.
func authenticate(_ message: Span<UInt8>, _ key: [UInt8], into code: inout [UInt8]) {
  var count = UInt32(code.count)
  // SAFETY: OpenSSL reads both buffers during the call and writes the 32 bytes of SHA-256.
  let result = unsafe message.withUnsafeBufferPointer { message in
    unsafe HMAC(
      EVP_sha256(), key, Int32(key.count), message.baseAddress, message.count, &code, &count)
  }
  precondition(unsafe result != nil && count == code.count, "OpenSSL failed in HMAC")
}
