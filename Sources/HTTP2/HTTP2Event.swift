/// What a peer did, in the order it did it.
///
/// A request (or, for a client, a response) without a body is one event, `end`. With a body it is
/// `headers`, any number of `body`, then `end`. The last event of every stream is `closed`.
package enum HTTP2Event: Hashable, Sendable {
  /// The head is complete and a body follows.
  case headers(StreamKey)
  /// Bytes can be taken; the next such event comes only after they were.
  case body(StreamKey)
  /// The message is complete.
  case end(StreamKey)
  /// The head is over the limit and was kept only in part; what follows is discarded. Answer 431.
  case headersTooLarge(StreamKey)
  /// The body is, or is announced to be, over the limit; it is discarded. Answer 413.
  case bodyTooLarge(StreamKey)
  /// The stream is gone, in both directions; its key is stale from here on.
  case closed(StreamKey, HTTP2Code)
  /// The peer opens no more streams, and takes none.
  case goAway(HTTP2Code)
  /// The peer acknowledged our SETTINGS.
  case settingsAcknowledged
  /// The peer answered the `ping` that carried this number.
  case pong(UInt64)
}
