internal import HTTP2

/// What connections hold in memory, and who holds too much.
extension Loop {
  /// Counts what a connection holds now.
  func countBuffers(of connection: Connection) {
    let held = connection.heldBytes
    guard held != connection.countedBytes else { return }
    buffers.change(by: held - connection.countedBytes)
    connection.countedBytes = held
  }

  /// Whether a connection holds more than anybody may while memory is scarce.
  func mustWait(_ connection: Connection) -> Bool {
    guard connection.heldBytes > limits.bufferedBytesSpared else { return false }
    // One read can bring many requests, and their answers count before the next is made.
    countBuffers(of: connection)
    return buffers.isScarce
  }
}

extension Connection {
  /// Bytes that it holds now: bodies that came, bodies that go, and ciphertext.
  var heldBytes: Int {
    let bodies = http2.map { $0.bufferedBytes + $0.queuedBytes } ?? 0
    return bodies + unsent.count - unsentOffset
  }
}
