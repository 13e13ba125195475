private import COpenSSL

/// AES-256-GCM (NIST SP 800-38D), one message at a time.
///
/// What goes wrong here other than a tag that does not fit is a fault of ours or the end of memory.
@safe struct SealingContext: ~Copyable {
  private let context: OpaquePointer

  /// A context for one message under `key` (32 bytes) and `nonce` (12 bytes).
  init(key: [UInt8], nonce: [UInt8], isSealing: Bool) {
    precondition(key.count == 32 && nonce.count == 12, "a key or nonce of another length")
    // SAFETY: the result is checked and freed by `deinit`.
    guard let made = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("out of memory") }
    // SAFETY: as above.
    unsafe context = made
    // SAFETY: OpenSSL copies key and nonce, whose lengths were checked.
    let result = unsafe EVP_CipherInit_ex(
      made, EVP_aes_256_gcm(), nil, key, nonce, isSealing ? 1 : 0)
    precondition(result == 1, "OpenSSL failed in EVP_CipherInit_ex")
  }

  deinit {
    // SAFETY: made in `init`, freed once.
    unsafe EVP_CIPHER_CTX_free(context)
  }

  /// Takes what is authenticated and not sealed.
  mutating func authenticate(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    var count: Int32 = 0
    // SAFETY: OpenSSL reads the bytes during the call, and writes none.
    let result = unsafe EVP_CipherUpdate(context, nil, &count, bytes, Int32(bytes.count))
    precondition(result == 1, "OpenSSL failed in EVP_CipherUpdate")
  }

  /// The bytes turned into their other form, which has the same length.
  mutating func turn(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    var (turned, count) = ([UInt8](repeating: 0, count: bytes.count), Int32(0))
    // SAFETY: a stream mode writes as many bytes as it reads.
    let result = unsafe EVP_CipherUpdate(context, &turned, &count, bytes, Int32(bytes.count))
    precondition(result == 1 && count == bytes.count, "OpenSSL failed in EVP_CipherUpdate")
    return turned
  }

  /// The tag of what was sealed.
  mutating func tag() -> [UInt8] {
    var (none, count) = ([UInt8](repeating: 0, count: 16), Int32(0))
    var tag = [UInt8](repeating: 0, count: 16)
    // SAFETY: nothing is left to write; the tag has its 16 bytes.
    let ended = unsafe EVP_CipherFinal_ex(context, &none, &count)
    let given = unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
    precondition(ended == 1 && given == 1, "OpenSSL gave no tag")
    return tag
  }

  /// Whether `tag` (16 bytes) fits what was opened.
  mutating func fits(_ tag: [UInt8]) -> Bool {
    precondition(tag.count == 16, "a tag of another length")
    defer { ERR_clear_error() }
    var (tag, none, count) = (tag, [UInt8](repeating: 0, count: 16), Int32(0))
    // SAFETY: OpenSSL copies the 16 bytes; nothing is left to write.
    guard unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1 else {
      return false
    }
    // SAFETY: as above.
    return unsafe EVP_CipherFinal_ex(context, &none, &count) == 1
  }
}

/// Writes `count` bytes that scrypt makes of a password (RFC 7914); nil where its numbers are not
/// allowed, or ask for more than `memoryMax` bytes.
func scryptKey(
  _ password: [UInt8], _ salt: [UInt8], cost: UInt64, blockSize: UInt64, parallel: UInt64,
  memoryMax: UInt64, count: Int
) -> [UInt8]? {
  defer { ERR_clear_error() }
  var key = [UInt8](repeating: 0, count: count)
  // SAFETY: OpenSSL reads password and salt during the call and writes `count` bytes.
  let result = unsafe password.withUnsafeBytes { password in
    unsafe EVP_PBE_scrypt(
      password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
      cost, blockSize, parallel, memoryMax, &key, count)
  }
  return result == 1 ? key : nil
}
