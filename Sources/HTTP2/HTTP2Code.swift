/// An error code of HTTP/2, as RST_STREAM and GOAWAY carry it (RFC 9113 §7); others may come too.
package struct HTTP2Code: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32

  /// The code with that number on the wire.
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Nothing is wrong: a graceful end.
  package static let noError = HTTP2Code(rawValue: 0x0)
  /// The peer broke the protocol.
  package static let protocolError = HTTP2Code(rawValue: 0x1)
  /// The side that sends this failed.
  package static let internalError = HTTP2Code(rawValue: 0x2)
  /// The peer sent more than its window.
  package static let flowControlError = HTTP2Code(rawValue: 0x3)
  /// The peer did not acknowledge SETTINGS in time.
  package static let settingsTimeout = HTTP2Code(rawValue: 0x4)
  /// A frame came for a half-closed stream.
  package static let streamClosed = HTTP2Code(rawValue: 0x5)
  /// A frame has an invalid length.
  package static let frameSizeError = HTTP2Code(rawValue: 0x6)
  /// The stream was refused before any work was done for it; it can be tried again.
  package static let refusedStream = HTTP2Code(rawValue: 0x7)
  /// The stream is not needed any longer.
  package static let cancel = HTTP2Code(rawValue: 0x8)
  /// The header compression state cannot be kept.
  package static let compressionError = HTTP2Code(rawValue: 0x9)
  /// The connection that CONNECT asked for was reset.
  package static let connectError = HTTP2Code(rawValue: 0xa)
  /// The peer behaves in a way that costs too much.
  package static let enhanceYourCalm = HTTP2Code(rawValue: 0xb)
  /// The transport is not secure enough.
  package static let inadequateSecurity = HTTP2Code(rawValue: 0xc)
  /// HTTP/1.1 is needed for this request.
  package static let http11Required = HTTP2Code(rawValue: 0xd)
}
