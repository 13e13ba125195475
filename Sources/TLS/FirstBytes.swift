/// What the first bytes of a connection to the TLS port are.
package enum FirstBytes: Hashable, Sendable {
  /// Too few to tell; after `decidedAfter` bytes it is never this.
  case incomplete
  /// A TLS handshake record.
  case tls
  /// A request in HTTP/1, without TLS.
  case plainHTTP1
  /// The preface of HTTP/2, without TLS.
  case plainHTTP2
  /// Nothing that could be answered.
  case unrecognised

  /// The number of bytes that always decide.
  package static let decidedAfter = 24
  /// The longest method that is taken for one, in bytes; `UPDATEREDIRECTREF` is the longest known.
  package static let methodMax = 20

  // RFC 9113 §3.4.
  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// The verdict on all the bytes that have come so far.
  package init(_ bytes: Span<UInt8>) {
    let count = min(bytes.count, Self.decidedAfter)
    let first = (0..<count).map { bytes[$0] }
    if first.first == 0x16 {
      self = Self.recordHeader(first)
    } else if Self.preface.starts(with: first) {
      self = first.count < Self.preface.count ? .incomplete : .plainHTTP2
    } else {
      self = Self.requestLine(first)
    }
  }

  /// RFC 8446 §5.1: content type 22, then a version whose first byte is 3.
  private static func recordHeader(_ bytes: [UInt8]) -> FirstBytes {
    guard bytes.dropFirst().prefix(1).allSatisfy({ $0 == 3 }) else { return .unrecognised }
    guard bytes.count >= 3 else { return .incomplete }
    return bytes[2] <= 4 ? .tls : .unrecognised
  }

  /// RFC 9112 §3: a method of token characters, a space, and something to ask for.
  private static func requestLine(_ bytes: [UInt8]) -> FirstBytes {
    let method = bytes.prefix(while: isToken)
    guard method.count <= methodMax else { return .unrecognised }
    let rest = bytes.dropFirst(method.count)
    guard let space = rest.first else { return .incomplete }
    guard !method.isEmpty, space == UInt8(ascii: " ") else { return .unrecognised }
    guard let target = rest.dropFirst().first else { return .incomplete }
    return (0x21...0x7e).contains(target) ? .plainHTTP1 : .unrecognised
  }

  /// RFC 9110 §5.6.2 without lower case, which no method has and other protocols begin with.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
