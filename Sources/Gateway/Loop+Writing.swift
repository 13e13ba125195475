internal import HTTP2
internal import TLS

/// From the engines to the socket: one drain, few records, one write.
extension Loop {
  /// Ciphertext that is collected before it is written.
  private static let writeMax = 65_536

  func markDirty(_ connection: Connection) {
    guard !connection.isDirty else { return }
    connection.isDirty = true
    dirty.append(connection)
  }

  /// Writes for every connection that has something; one that dies meanwhile stays in its place.
  func flushDirty() {
    while !dirty.isEmpty {
      let batch = dirty
      dirty.removeAll(keepingCapacity: true)
      for connection in batch {
        connection.isDirty = false
        flush(connection)
      }
    }
  }

  func flush(_ connection: Connection) {
    defer { countBuffers(of: connection) }
    guard connection.phase.isLive, writeUnsent(connection) else { return }
    if let http2 = connection.http2 {
      guard drain(http2, of: connection) else { return }
      if !connection.waiting.isEmpty { answerWaiting(http2, connection) }
    }
    finishIfEnding(connection)
  }

  /// Seals and writes until the engine is empty or the socket is full; false when the rest must
  /// wait.
  private func drain(_ http2: HTTP2Session, of connection: Connection) -> Bool {
    while true {
      ciphertext.removeAll(keepingCapacity: true)
      var isEmpty = false
      while ciphertext.count < Self.writeMax, !isEmpty {
        plaintext.removeAll(keepingCapacity: true)
        http2.pending(into: &plaintext, atMost: TLSSession.recordMax)
        isEmpty = plaintext.isEmpty
        guard isEmpty || seal(connection) else {
          close(connection)
          return false
        }
      }
      if ciphertext.isEmpty { break }
      send(ciphertext, on: connection)
      guard connection.phase.isLive, !connection.hasUnsent else { return false }
    }
    // Writing the last of a stream closes it.
    if http2.hasEvents { handleEvents(of: http2, on: connection) }
    if http2.isFinished { connection.isEnding = true }
    return true
  }

  private func seal(_ connection: Connection) -> Bool {
    do throws(TLSError) {
      try connection.tls.seal(plaintext.span, into: &ciphertext)
      return true
    } catch {
      metrics.tlsFailures += 1
      return false
    }
  }

  /// Writes ciphertext, keeping what the socket does not take.
  func send(_ bytes: [UInt8], on connection: Connection) {
    guard !connection.hasUnsent else {
      connection.unsent += bytes
      return
    }
    switch Linux.write(connection.descriptor.number, bytes, from: 0) {
    case .closed: close(connection)
    case .bytes(let count) where count == bytes.count: break
    case .bytes(let count): keep(bytes, from: count, of: connection)
    case .wouldBlock: keep(bytes, from: 0, of: connection)
    }
  }

  private func keep(_ bytes: [UInt8], from offset: Int, of connection: Connection) {
    connection.unsent = Array(bytes[offset...])
    connection.unsentOffset = 0
    connection.marks.stalled = now
    // A peer that does not read is not read from: its queue here cannot grow.
    watch(connection, .writing)
  }

  /// Writes what an earlier write left; true when nothing is left.
  private func writeUnsent(_ connection: Connection) -> Bool {
    while connection.hasUnsent {
      let offset = connection.unsentOffset
      switch Linux.write(connection.descriptor.number, connection.unsent, from: offset) {
      case .bytes(let count):
        connection.unsentOffset += count
        connection.marks.stalled = now
      case .wouldBlock: return false
      case .closed:
        close(connection)
        return false
      }
    }
    guard connection.marks.stalled != nil else { return true }
    connection.unsent = []
    connection.unsentOffset = 0
    connection.marks.stalled = nil
    watch(connection, .reading)
    return true
  }

  /// Shuts our half once everything has gone; the peer may read it to the end (RFC 9113 §5.4.1).
  func finishIfEnding(_ connection: Connection) {
    guard connection.isEnding, connection.phase.isLive, !connection.hasUnsent else { return }
    for task in connection.pending.values { task.cancel() }
    connection.pending.removeAll()
    for subscriber in connection.feeds.values { leave(subscriber) }
    connection.feeds.removeAll()
    connection.http2 = nil
    connection.phase = .lingering
    endHandshake(of: connection)
    connection.marks.lingering = now
    Linux.shutdownWriting(connection.descriptor.number)
  }
}
