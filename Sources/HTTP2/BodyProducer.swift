package import Contract

/// Writes the body of one message, piece by piece, as the peer's windows allow.
package protocol BodyProducer: AnyObject {
  /// Writes at most as many bytes as `buffer` holds, from its start, and says what it did.
  ///
  /// The buffer is never empty and not valid after the call. No method of the session may be
  /// called from here; `resume` comes later, when there is something to send.
  func produce(into buffer: UnsafeMutableRawBufferPointer) -> Production
}

/// What one call of a producer came to; counts are bytes written from the start of the buffer.
package enum Production: Sendable {
  /// So many bytes, at least one, and more may come.
  case bytes(Int)
  /// So many bytes, at least one, and nothing more now: not called again before `resume`.
  case pause(bytes: Int)
  /// Nothing now: not called again before `resume`.
  case wait
  /// So many bytes, and the body is complete.
  case end(bytes: Int)
  /// So many bytes, the body is complete, and these trailers close the message.
  ///
  /// Apart from the others, which are numbers and cost nothing to hand over.
  indirect case trailers(FieldSection, bytes: Int)
  /// The body cannot be completed: the stream is reset with this code.
  case abort(HTTP2Code)
}
