internal import Contract
internal import HTTP2
internal import Negotiation
internal import Routing

/// One call of gRPC's own services: what has been said and not yet sent, and how the call ends.
final class DialogueStream: BodyProducer {
  private var dialogue: any GRPCDialogue
  private var reader: GRPCMessageReader
  private var output: [UInt8] = []
  private var sent = 0
  /// What ends the call: success, or a refusal; nil while it goes on.
  private var ending: Result<Void, Fault>?
  private let trailers: (Fault?) -> FieldSection
  /// When the client last said something; nanoseconds of the monotonic clock.
  var active: Int64

  /// Answers that wait to be sent, in bytes; a client that asks on and reads none is refused.
  private static let outputBytesMax = 262_144

  init(_ opening: DialogueOpening, trailers: @escaping (Fault?) -> FieldSection, now: Int64) {
    dialogue = opening.dialogue
    reader = opening.reader
    self.trailers = trailers
    active = now
  }

  /// What the call waits for; nil once it is ending.
  var stage: GRPCStage? { ending == nil ? dialogue.stage : nil }

  /// Takes what the client has sent.
  func take(_ bytes: [UInt8], isLast: Bool) {
    guard ending == nil else { return }
    reader.append(bytes)
    do throws(Fault) {
      while let message = try reader.next() { try say(try dialogue.answer(message)) }
      if isLast {
        try reader.finish()
        try dialogue.finish()
      }
      noteEnd()
    } catch {
      end(with: error)
    }
  }

  /// Takes whether the server is ready.
  func hear(isReady: Bool) {
    guard ending == nil else { return }
    do throws(Fault) {
      try say(dialogue.hear(isReady: isReady))
      noteEnd()
    } catch {
      end(with: error)
    }
  }

  /// Ends the call before it is done.
  func end(with fault: Fault) { ending = ending ?? .failure(fault) }

  private func noteEnd() {
    if dialogue.stage == .done { ending = .success(()) }
  }

  private func say(_ messages: [[UInt8]]) throws(Fault) {
    for message in messages { output += GRPCMessage.framed(message) }
    guard output.count - sent <= Self.outputBytesMax else {
      throw Fault(.throttled, "answers are asked for faster than they are read")
    }
  }

  func produce(into buffer: UnsafeMutableRawBufferPointer) -> Production {
    let count = min(buffer.count, output.count - sent)
    // SAFETY: `count` bounds both the part of the output and the lent buffer.
    unsafe output.withUnsafeBytes { bytes in
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[sent..<(sent + count)]))
    }
    sent += count
    if sent == output.count {
      output.removeAll(keepingCapacity: true)
      sent = 0
      switch ending {
      case .success: return .trailers(trailers(nil), bytes: count)
      case .failure(let fault): return .trailers(trailers(fault), bytes: count)
      case nil: break
      }
    }
    return count == 0 ? .wait : .bytes(count)
  }
}
