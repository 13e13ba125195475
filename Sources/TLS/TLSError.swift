/// Why a TLS session is dead.
///
/// Every error ends the whole connection; where TLS has an alert for it, the alert has been
/// appended to the bytes for the peer before the error is thrown.
package enum TLSError: Error, Hashable, Sendable {
  /// The peer's bytes are not TLS, were changed on the way, or agree with nothing that we speak.
  case refused(OpenSSLReason)
  /// The peer gave up and said why.
  case alerted(TLSAlert)
  /// The peer offered protocols by ALPN, and we speak none of them.
  case noApplicationProtocol
  /// The peer's certificate is missing, untrusted, expired or another host's; in OpenSSL's words.
  case certificateRefused(String)
  /// The peer sent more than `limit` bytes without finishing the handshake.
  case handshakeTooLong(limit: Int)
  /// The peer caused more than `limit` steps that carry no data, such as key updates.
  case tooManyControlSteps(limit: Int)
  /// There is nobody to send to: the handshake is not done, or the session was closed.
  case notOpen
}

/// A fatal alert from the peer (RFC 8446 §6.2).
package struct TLSAlert: Hashable, Sendable, CustomStringConvertible {
  /// The alert's number.
  package let code: UInt8
  /// OpenSSL's own words for it.
  package let description: String
}

extension TLSError {
  init(_ reason: OpenSSLReason, verificationProblem: String?) {
    if reason.isNoApplicationProtocol {
      self = .noApplicationProtocol
    } else if let alert = reason.alert {
      self = .alerted(TLSAlert(code: alert, description: reason.description))
    } else if reason.isCertificateVerifyFailed, let problem = verificationProblem {
      self = .certificateRefused(problem)
    } else {
      self = .refused(reason)
    }
  }
}

extension TLSError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .refused(let reason): "not acceptable as TLS: \(reason)"
    case .alerted(let alert): "the peer gave up: \(alert)"
    case .noApplicationProtocol: "the peer offers no protocol that is spoken here"
    case .certificateRefused(let problem): "the peer's certificate is refused: \(problem)"
    case .handshakeTooLong(let limit): "no handshake within \(limit) bytes"
    case .tooManyControlSteps(let limit): "more than \(limit) steps without data"
    case .notOpen: "the session is not open"
    }
  }
}
