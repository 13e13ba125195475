/// A version of TLS that we speak.
package enum TLSVersion: String, Hashable, Sendable, CaseIterable {
  /// RFC 5246, with the cipher suites of RFC 5289 and RFC 7905 only.
  case tls12 = "TLSv1.2"
  /// RFC 8446.
  case tls13 = "TLSv1.3"

  init?(_ number: Int32) {
    guard let version = Self.allCases.first(where: { $0.number == number }) else { return nil }
    self = version
  }

  /// The number on the wire.
  var number: Int32 {
    switch self {
    case .tls12: 0x0303
    case .tls13: 0x0304
    }
  }
}
