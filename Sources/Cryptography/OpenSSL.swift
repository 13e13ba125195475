/// The fence around libcrypto: nothing else in this module sees a C symbol or a pointer.
///
/// Every call here fails only when memory or the system's randomness is gone, never because of its
/// input; no answer would be safe then, so `require` ends the process.
private import COpenSSL
private import Synchronization

private func require(_ result: Int32, _ call: StaticString) {
  precondition(result == 1, "OpenSSL failed in \(call)")
}

/// SHA-256 as the default provider implements it, looked up once in the life of the process.
@safe private struct FetchedSHA256: ~Copyable {
  // Measured on 300 bytes: 0.40 us with a look-up in each hash, 0.21 us without.
  static let shared = Mutex(FetchedSHA256())

  private let algorithm: OpaquePointer

  private init() {
    // SAFETY: a null library context is the default one; both strings are static.
    guard let fetched = unsafe EVP_MD_fetch(nil, "SHA256", nil) else {
      preconditionFailure("OpenSSL has no SHA-256")
    }
    // SAFETY: the reference is owned by this value alone.
    unsafe algorithm = fetched
  }

  /// The address of a new context, ready to hash; nobody else knows it, so it may leave the lock.
  func makeContext() -> UInt {
    // SAFETY: the result is checked and given to the caller.
    guard let made = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    // SAFETY: both pointers are live for the call; the context takes its own reference.
    unsafe require(EVP_DigestInit_ex2(made, algorithm, nil), "EVP_DigestInit_ex2")
    return UInt(bitPattern: made)
  }

  deinit {
    // SAFETY: the one reference that `init` fetched.
    unsafe EVP_MD_free(algorithm)
  }
}

/// A SHA-256 computation that OpenSSL holds.
@safe struct SHA256Context: ~Copyable {
  private let context: OpaquePointer

  init() {
    let address = FetchedSHA256.shared.withLock { $0.makeContext() }
    // SAFETY: the address of a context that nobody else owns.
    guard let made = unsafe OpaquePointer(bitPattern: address) else {
      preconditionFailure("a context was made at address 0")
    }
    // SAFETY: as above.
    unsafe context = made
  }

  mutating func update(_ bytes: Span<UInt8>) {
    // SAFETY: OpenSSL reads `count` bytes during the call; null is allowed for a count of zero.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let result = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
      require(result, "EVP_DigestUpdate")
    }
  }

  /// Writes the hash into 32 bytes and starts the next computation with the same algorithm.
  mutating func finish(into output: UnsafeMutableRawBufferPointer) {
    precondition(output.count == Digest.byteCount)
    // SAFETY: the buffer has the 32 bytes that SHA-256 writes.
    let start = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe require(EVP_DigestFinal_ex(context, start, nil), "EVP_DigestFinal_ex")
    // SAFETY: the context is live; a null algorithm keeps the present one.
    unsafe require(EVP_DigestInit_ex2(context, nil, nil), "EVP_DigestInit_ex2")
  }

  deinit {
    // SAFETY: made in `init`, freed once.
    unsafe EVP_MD_CTX_free(context)
  }
}

func fillWithRandomBytes(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
  guard let count = Int32(exactly: buffer.count) else { preconditionFailure("too many bytes") }
  guard count > 0 else { return }
  // SAFETY: OpenSSL writes `count` bytes into the buffer during the call.
  unsafe require(RAND_bytes(buffer.baseAddress, count), "RAND_bytes")
}

func equalInConstantTime(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
  guard first.count == second.count else { return false }
  guard first.count > 0 else { return true }
  // SAFETY: both buffers hold `one.count` bytes for the length of the call.
  return unsafe first.withUnsafeBufferPointer { one in
    unsafe second.withUnsafeBufferPointer { other in
      unsafe CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
    }
  }
}
