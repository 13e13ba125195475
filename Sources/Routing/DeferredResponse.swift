import Contract

/// A response that needs no task: whoever does the work gives what makes it.
package final class DeferredResponse: Sendable {
  private let interface: Interface
  private let call: Call
  private let head: AdmittedHead
  private let run: @Sendable (Call, @escaping ReplyTaker) throws(Fault) -> Void

  init(
    _ interface: Interface, _ call: Call, _ head: AdmittedHead,
    _ run: @escaping @Sendable (Call, @escaping ReplyTaker) throws(Fault) -> Void
  ) {
    self.interface = interface
    self.call = call
    self.head = head
    self.run = run
  }

  /// Begins the work; gives the refusal when it cannot be begun.
  ///
  /// Else `taker` gets what makes the response, once, from any thread.
  package func begin(
    _ taker: @escaping @Sendable (@escaping @Sendable () -> Response) -> Void
  ) -> Response? {
    let (interface, head) = (interface, head)
    let correlationID = call.context.correlationID
    do throws(Fault) {
      try run(call) { reply in
        taker {
          do throws(Fault) {
            return Response(
              content: interface.answer(try reply(), head.exchange), correlationID: correlationID)
          } catch {
            return interface.refusal(error, head.exchange, correlationID)
          }
        }
      }
      return nil
    } catch {
      return interface.refusal(error, head.exchange, correlationID)
    }
  }

  /// The response, for a caller that waits.
  nonisolated(nonsending) func response() async -> Response {
    // SAFETY: the work is answered once, or refused at once.
    unsafe await withUnsafeContinuation { continuation in
      let refusal = begin { unsafe continuation.resume(returning: $0()) }
      if let refusal { unsafe continuation.resume(returning: refusal) }
    }
  }
}
