/// What the peer's SETTINGS say now (RFC 9113 §6.5.2); its defaults until they came.
package struct PeerSettings: Hashable, Sendable {
  /// Bytes of the header compression table.
  package let headerTableBytes: UInt32
  /// Streams that may be open towards the peer.
  package let concurrentStreamsMax: UInt32
  /// Bytes that may be sent on a new stream.
  package let streamWindow: UInt32
  /// Bytes of payload in a frame the peer takes.
  package let frameBytesMax: UInt32
  /// Bytes of a head the peer is willing to read.
  package let headBytesMax: UInt32
  /// True when CONNECT may carry `:protocol` (RFC 8441 §3).
  package let allowsExtendedConnect: Bool
}
