internal import HTTP2
internal import TLS

/// From the socket to stream events.
extension Loop {
  /// Reads once and lets everything that came do its work.
  func read(_ connection: Connection) {
    switch Linux.read(connection.descriptor.number, into: &input) {
    case .wouldBlock: return
    case .closed: close(connection)
    case .bytes(let count): take(count, from: connection)
    }
  }

  private func take(_ count: Int, from connection: Connection) {
    switch connection.phase {
    case .closed, .lingering: return
    case .greeting: greet(connection, count)
    case .handshaking, .serving: decrypt(connection, count)
    }
  }

  /// Decides by the first bytes; a peer that speaks no TLS is told where it has come.
  private func greet(_ connection: Connection, _ count: Int) {
    switch FirstBytes(input.span.extracting(0..<count)) {
    // A handshake so short that it cannot be told yet is OpenSSL's to judge.
    case .tls, .incomplete:
      connection.phase = .handshaking
      decrypt(connection, count)
    case .plainHTTP1, .plainHTTP2, .unrecognised:
      metrics.plaintextRefused += 1
      refuse(connection, PlainAnswer.badRequest(url: origin), isSealed: false)
    }
  }

  private func decrypt(_ connection: Connection, _ count: Int) {
    plaintext.removeAll(keepingCapacity: true)
    ciphertext.removeAll(keepingCapacity: true)
    do throws(TLSError) {
      try connection.tls.receive(
        input.span.extracting(0..<count), plaintext: &plaintext, ciphertextOut: &ciphertext)
    } catch {
      metrics.tlsFailures += 1
      // The alert that says why goes out before the end.
      endAfter(connection, ciphertext)
      return
    }
    if !ciphertext.isEmpty { send(ciphertext, on: connection) }
    if case .handshaking = connection.phase, connection.tls.state != .handshaking {
      begin(connection)
    }
    if case .serving = connection.phase { serve(connection) }
    if connection.tls.state == .closedByPeer, connection.phase.isLive { endAfter(connection, []) }
  }

  /// The handshake is done: speak HTTP/2, or say that nothing else is spoken here.
  private func begin(_ connection: Connection) {
    metrics.handshakes += 1
    endHandshake(of: connection)
    guard connection.tls.negotiatedProtocol == .h2 else {
      refuse(connection, PlainAnswer.versionNotSupported, isSealed: true)
      return
    }
    do throws(HTTP2Error) {
      connection.http2 = try HTTP2Session(limits: http2Limits)
    } catch {
      close(connection)
      return
    }
    connection.phase = .serving
    connection.marks.settingsSent = now
    connection.marks.active = now
    markDirty(connection)
  }

  private func serve(_ connection: Connection) {
    guard let http2 = connection.http2 else { return }
    connection.wake()
    markDirty(connection)
    guard !plaintext.isEmpty else { return }
    http2.bodiesBytesMax =
      buffers.isScarce ? limits.bufferedBytesSpared : http2Limits.bodiesBytesMax
    do throws(HTTP2Error) {
      try http2.receive(
        plaintext.span, at: UInt32(truncatingIfNeeded: now / 1_000_000_000))
    } catch {
      // What was queued, GOAWAY last, is written before the end.
      metrics.protocolErrors += 1
      connection.isEnding = true
    }
    handleEvents(of: http2, on: connection)
    noteHeaderProgress(connection, http2)
  }

  /// Answers in one piece and ends: for peers that cannot be served.
  private func refuse(_ connection: Connection, _ answer: [UInt8], isSealed: Bool) {
    guard isSealed else { return endAfter(connection, answer) }
    ciphertext.removeAll(keepingCapacity: true)
    do throws(TLSError) {
      try connection.tls.seal(answer.span, into: &ciphertext)
      connection.tls.close(into: &ciphertext)
    } catch {
      close(connection)
      return
    }
    endAfter(connection, ciphertext)
  }

  private func endAfter(_ connection: Connection, _ bytes: [UInt8]) {
    connection.isEnding = true
    connection.http2 = nil
    if !bytes.isEmpty { send(bytes, on: connection) }
    finishIfEnding(connection)
  }
}

extension Connection.Phase {
  var isLive: Bool {
    switch self {
    case .greeting, .handshaking, .serving: true
    case .lingering, .closed: false
    }
  }
}
