import Contract
import Testing

@testable import HTTP2

/// A client that says any frames at all to a server's session, and reads the frames it answers.
final class RawClient {
  let session: HTTP2Session
  /// What the session reported, oldest first.
  private(set) var events: [HTTP2Event] = []
  /// What the session sent, oldest first.
  private(set) var frames: [Frame] = []
  /// What `receive` threw.
  private(set) var error: HTTP2Error?
  private var unread: [UInt8] = []
  /// Called for every event, as an application would be.
  private let react: (HTTP2Session, HTTP2Event) -> Void

  init(
    limits: HTTP2Limits = HTTP2Limits(), greets: Bool = true,
    react: @escaping (HTTP2Session, HTTP2Event) -> Void = RawClient.answersOK
  ) throws {
    session = try HTTP2Session(limits: limits)
    self.react = react
    if greets { says(Frame.clientPreface + Frame.settings().bytes) }
  }

  static let silent: @Sendable (HTTP2Session, HTTP2Event) -> Void = { _, _ in }

  static let answersOK: @Sendable (HTTP2Session, HTTP2Event) -> Void = { session, event in
    if case .end(let stream) = event {
      session.respond(stream, status: 200, fields: FieldSection(), body: Array("ok".utf8))
    }
  }

  func sends(_ frames: [Frame], second: UInt32 = 0) {
    says(frames.flatMap(\.bytes), second: second)
  }

  func says(_ bytes: [UInt8], second: UInt32 = 0) {
    do throws(HTTP2Error) { try session.receive(bytes.span, at: second) } catch {
      self.error = self.error ?? error
    }
    settle()
  }

  /// Handles events and reads output until nothing moves any more.
  func settle() {
    while true {
      while let event = session.nextEvent() {
        events.append(event)
        react(session, event)
      }
      let before = unread.count
      session.pending(into: &unread, atMost: 16_384)
      if unread.count == before, !session.hasEvents { break }
      let (parsed, rest) = Frame.parse(unread)
      frames += parsed
      unread = rest
    }
  }

  var goAway: HTTP2Code? {
    frames.last { $0.type == 7 }?.code.map { HTTP2Code(rawValue: $0) }
  }

  func reset(_ stream: UInt32) -> HTTP2Code? {
    frames.last { $0.type == 3 && $0.stream == stream }?.code.map { HTTP2Code(rawValue: $0) }
  }

  func answered(_ stream: UInt32) -> Bool {
    frames.contains { $0.type == 1 && $0.stream == stream }
  }

  func body(_ stream: UInt32) -> [UInt8] {
    frames.filter { $0.type == 0 && $0.stream == stream }.flatMap(\.payload)
  }
}

/// Compares bodies without asking the test library for the difference of a million bytes.
func expectSame(
  _ found: [UInt8]?, _ wanted: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
) {
  let isSame = found == wanted
  #expect(
    isSame, "\(found?.count ?? -1) bytes instead of \(wanted.count)", sourceLocation: sourceLocation
  )
}
