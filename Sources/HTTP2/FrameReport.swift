/// A frame that came whole or went out whole, as far as it matters above the fence.
enum FrameReport: Hashable, Sendable {
  case data(stream: Int32, ends: Bool)
  case head(stream: Int32, ends: Bool)
  case reset(stream: Int32, HTTP2Code)
  case settings
  case settingsAcknowledged
  case windowUpdate(stream: Int32)
  case ping
  case pong(UInt64)
  case goAway(HTTP2Code)
  case unimportant
}

/// What the endpoint gives when the fence asks for a body.
enum BodySupply {
  /// So many bytes, and more may come.
  case bytes(Int)
  /// So many bytes, which are the last.
  case last(Int)
  /// So many bytes, which are the last before trailers that were submitted.
  case lastBeforeTrailers(Int)
  /// Nothing now.
  case later
}
