/// The kinds of refusal that the interface knows; each has one row of protocol facts.
package enum FaultCode: String, CaseIterable, Hashable, Sendable {
  /// The request's own text cannot be read: a broken escape in the path, a field given twice.
  case malformed
  /// The bytes of the body are no value at all.
  case undecodable
  /// The request reads well and asks for what cannot be.
  case invalid
  case unauthenticated
  case forbidden
  case notFound
  case methodNotAllowed
  case notAcceptable
  case conflict
  case gone
  case preconditionFailed
  case contentTooLarge
  case uriTooLong
  case unsupportedMediaType
  case unprocessable
  case locked
  case throttled
  case headersTooLarge
  case broken
  case unavailable
  case timedOut
  case storageFull
  /// A method, an encoding or a number of messages that a door does not know.
  case unimplemented
  /// The frames around a message cannot be read.
  case misframed
}

extension FaultCode {
  /// The protocol facts of one kind of refusal.
  package struct Row: Sendable {
    /// The HTTP status (RFC 9110 §15, RFC 6585).
    package let status: Int
    /// The gRPC status number.
    package let number: Int
    /// Whether the same request may succeed later.
    package let isRetryable: Bool
    /// The status in words, the title of a problem document.
    package let title: String
    /// The code of the envelope shapes when the domain gives no name of its own.
    package let envelopeName: String
    /// The code of a problem document when the domain gives no name of its own.
    package let problemName: String
  }

  /// The only place where a fault meets a protocol number.
  // swift-format-ignore
  package var row: Row {
    switch self {
    case .malformed:            Row(status: 400, number: 3,  isRetryable: false, title: "Bad Request",            envelopeName: "VALIDATION_ERROR",       problemName: "validation_failed")
    case .undecodable:          Row(status: 400, number: 3,  isRetryable: false, title: "Bad Request",            envelopeName: "VALIDATION_ERROR",       problemName: "validation_failed")
    case .invalid:              Row(status: 400, number: 3,  isRetryable: false, title: "Bad Request",            envelopeName: "VALIDATION_ERROR",       problemName: "validation_failed")
    case .unauthenticated:      Row(status: 401, number: 16, isRetryable: false, title: "Unauthorized",           envelopeName: "UNAUTHENTICATED",        problemName: "unauthenticated")
    case .forbidden:            Row(status: 403, number: 7,  isRetryable: false, title: "Forbidden",              envelopeName: "FORBIDDEN",              problemName: "forbidden")
    case .notFound:             Row(status: 404, number: 5,  isRetryable: false, title: "Not Found",              envelopeName: "NOT_FOUND",              problemName: "not_found")
    case .methodNotAllowed:     Row(status: 405, number: 12, isRetryable: false, title: "Method Not Allowed",     envelopeName: "METHOD_NOT_ALLOWED",     problemName: "method_not_allowed")
    case .notAcceptable:        Row(status: 406, number: 3,  isRetryable: false, title: "Not Acceptable",         envelopeName: "NOT_ACCEPTABLE",         problemName: "not_acceptable")
    case .conflict:             Row(status: 409, number: 9,  isRetryable: false, title: "Conflict",               envelopeName: "CONFLICT",               problemName: "conflict")
    case .gone:                 Row(status: 410, number: 5,  isRetryable: false, title: "Gone",                   envelopeName: "GONE",                   problemName: "gone")
    case .preconditionFailed:   Row(status: 412, number: 9,  isRetryable: false, title: "Precondition Failed",    envelopeName: "VERSION_MISMATCH",       problemName: "version_mismatch")
    case .contentTooLarge:      Row(status: 413, number: 8,  isRetryable: false, title: "Content Too Large",      envelopeName: "PAYLOAD_TOO_LARGE",      problemName: "content_too_large")
    case .uriTooLong:           Row(status: 414, number: 3,  isRetryable: false, title: "URI Too Long",           envelopeName: "URI_TOO_LONG",           problemName: "uri_too_long")
    case .unsupportedMediaType: Row(status: 415, number: 3,  isRetryable: false, title: "Unsupported Media Type", envelopeName: "UNSUPPORTED_MEDIA_TYPE", problemName: "unsupported_media_type")
    case .unprocessable:        Row(status: 422, number: 3,  isRetryable: false, title: "Unprocessable Content",  envelopeName: "UNPROCESSABLE",          problemName: "unprocessable")
    case .locked:               Row(status: 423, number: 9,  isRetryable: false, title: "Locked",                 envelopeName: "LOCKED",                 problemName: "locked")
    case .throttled:            Row(status: 429, number: 8,  isRetryable: true,  title: "Too Many Requests",      envelopeName: "RATE_LIMITED",           problemName: "rate_limited")
    case .headersTooLarge:      Row(status: 431, number: 8,  isRetryable: false, title: "Request Header Fields Too Large", envelopeName: "HEADERS_TOO_LARGE", problemName: "headers_too_large")
    case .broken:               Row(status: 500, number: 13, isRetryable: false, title: "Internal Server Error",  envelopeName: "INTERNAL_ERROR",         problemName: "internal_error")
    case .unavailable:          Row(status: 503, number: 14, isRetryable: true,  title: "Service Unavailable",    envelopeName: "UNAVAILABLE",            problemName: "not_ready")
    case .timedOut:             Row(status: 504, number: 4,  isRetryable: true,  title: "Gateway Timeout",        envelopeName: "TIMED_OUT",              problemName: "timed_out")
    case .storageFull:          Row(status: 507, number: 8,  isRetryable: true,  title: "Insufficient Storage",   envelopeName: "STORAGE_FULL",           problemName: "storage_full")
    case .unimplemented:        Row(status: 501, number: 12, isRetryable: false, title: "Not Implemented",        envelopeName: "NOT_IMPLEMENTED",        problemName: "not_implemented")
    case .misframed:            Row(status: 400, number: 13, isRetryable: false, title: "Bad Request",            envelopeName: "VALIDATION_ERROR",       problemName: "validation_failed")
    }
  }
}

extension FaultCode {
  /// The facts as `zone` publishes them: documents differ in the status of input that is not what
  /// they ask for (§0.2, step 10; §3).
  package func row(in zone: Zone) -> Row {
    guard [.undecodable, .invalid].contains(self),
      zone.row.invalidStatus == FaultCode.unprocessable.row.status
    else { return row }
    let standard = FaultCode.unprocessable.row
    return Row(
      status: standard.status, number: row.number, isRetryable: row.isRetryable,
      title: standard.title, envelopeName: row.envelopeName, problemName: row.problemName)
  }
}
