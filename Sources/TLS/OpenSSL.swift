/// The fence around OpenSSL: only `OpenSSL.swift` and its aspects see C symbols and pointers.
///
/// Here is the one place that reads the error queue and turns C results into Swift ones.
private import COpenSSL

/// What OpenSSL says went wrong: the oldest entry of its error queue, which names the cause.
package struct OpenSSLReason: Error, Hashable, Sendable, CustomStringConvertible {
  /// OpenSSL's number of the library that refused (`ERR_LIB_…`).
  package let library: Int
  /// That library's number for the reason (`SSL_R_…`, `PEM_R_…`).
  package let code: Int
  /// OpenSSL's own words, in English.
  package let description: String
}

enum ErrorQueue {
  /// Forgets what earlier calls on this thread left behind, which `SSL_get_error` would misread.
  static func clear() {
    if ERR_peek_error() != 0 { ERR_clear_error() }
  }

  /// The oldest entry; the queue is empty afterwards.
  static func drain() -> OpenSSLReason {
    let entry = ERR_get_error()
    ERR_clear_error()
    // SAFETY: a look-up in static tables.
    let text = unsafe ERR_reason_error_string(entry)
    return OpenSSLReason(
      library: Int(ERR_GET_LIB(entry)),
      code: Int(ERR_GET_REASON(entry)),
      // SAFETY: OpenSSL's reason texts are static and end with a zero byte.
      description: unsafe text.map { unsafe String(cString: $0) } ?? "no reason given")
  }
}

/// Throws what the error queue says if a call that answers 1 for success did not.
func check(_ result: Int32) throws(OpenSSLReason) {
  guard result == 1 else { throw ErrorQueue.drain() }
}

/// The pointer that a call made; throws what the error queue says if it made none.
func check(_ made: OpaquePointer?) throws(OpenSSLReason) -> OpaquePointer {
  // SAFETY: the pointer is only handed on.
  guard let made = unsafe made else { throw ErrorQueue.drain() }
  return unsafe made
}

/// Ends the process if a call failed that only a defect of ours or exhausted memory can make fail.
func require(_ result: Int32, _ call: StaticString) {
  precondition(result == 1, "\(call): \(ErrorQueue.drain())")
}

/// The pointer that a call made, which fails only when memory is exhausted.
func require(_ made: OpaquePointer?, _ call: StaticString) -> OpaquePointer {
  // SAFETY: the pointer is only handed on.
  guard let made = unsafe made else { preconditionFailure("\(call): \(ErrorQueue.drain())") }
  return unsafe made
}

extension OpenSSLReason {
  /// The peer's fatal alert, if that is the reason: OpenSSL adds the alert's number to 1000.
  var alert: UInt8? {
    guard library == Int(ERR_LIB_SSL) else { return nil }
    return UInt8(exactly: code - Int(SSL_AD_REASON_OFFSET))
  }

  var isNoApplicationProtocol: Bool {
    library == Int(ERR_LIB_SSL) && code == Int(SSL_R_NO_APPLICATION_PROTOCOL)
  }

  var isCertificateVerifyFailed: Bool {
    library == Int(ERR_LIB_SSL) && code == Int(SSL_R_CERTIFICATE_VERIFY_FAILED)
  }

  var isNoPEMBlock: Bool {
    library == Int(ERR_LIB_PEM) && code == Int(PEM_R_NO_START_LINE)
  }
}

/// As many unpredictable bytes as asked for.
func randomBytes(_ count: Int) -> [UInt8] {
  [UInt8](capacity: count) { output in
    // SAFETY: OpenSSL writes `count` bytes into the buffer, which has room for them.
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      unsafe require(RAND_bytes(buffer.baseAddress, Int32(count)), "RAND_bytes")
      initializedCount = count
    }
  }
}

/// The SHA-256 of bytes.
func sha256(_ bytes: [UInt8]) -> [UInt8] {
  [UInt8](capacity: 32) { output in
    // SAFETY: the one-shot function reads `bytes`, writes 32 bytes, and keeps neither.
    unsafe output.withUnsafeMutableBufferPointer { buffer, count in
      let hash = unsafe SHA256(bytes, bytes.count, buffer.baseAddress)
      unsafe precondition(hash != nil, "SHA256")
      count = 32
    }
  }
}
