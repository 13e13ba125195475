/// The kinds of frames that are counted: what they are, and for some what is odd about them.
package enum FrameKind: UInt8, CaseIterable, Hashable, Sendable {
  // The types of RFC 9113 §6 in the order of their numbers, so that a type is its own raw value.
  /// DATA.
  case data
  /// HEADERS.
  case headers
  /// PRIORITY.
  case priority
  /// RST_STREAM.
  case resetStream
  /// SETTINGS, acknowledgements included.
  case settings
  /// PUSH_PROMISE.
  case pushPromise
  /// PING, acknowledgements included.
  case ping
  /// GOAWAY.
  case goAway
  /// WINDOW_UPDATE.
  case windowUpdate
  /// CONTINUATION.
  case continuation
  /// A type that RFC 9113 does not know, PRIORITY_UPDATE among them.
  case extensionType
  /// DATA without a byte of body that does not end its stream (CVE-2019-9518).
  case emptyData
  /// Anything but HEADERS and PRIORITY on a stream that was never opened.
  case neverOpened
  /// A frame the frame engine dropped in silence: for a closed stream, or of an unknown type.
  case ignored
  /// A head so far over the limit that its stream was refused.
  case refusedHead
  /// RST_STREAM with an error that this side had to send (CVE-2025-8671).
  case resetSent
  /// A DATA frame that a tiny window made tiny (CVE-2019-9511).
  case shortFrameSent
}
