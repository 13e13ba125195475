/// What carries requests to providers; a domain never sees a socket.
package protocol ProviderTransport: Sendable {
  /// Sends the request and returns as soon as status and headers of the answer are there.
  ///
  /// Fails as `ProviderFault.unavailable` when there is no connection, as `.timedOut` when it took
  /// too long, and as `ModelError.cancelled` when the task is cancelled. Redirects are not
  /// followed.
  nonisolated(nonsending) func open(
    _ request: ProviderRequest
  ) async throws(ModelError) -> any ProviderResponse
}

/// An answer that is still arriving.
package protocol ProviderResponse: Sendable {
  /// The HTTP status.
  var status: Int { get }

  /// How long the provider asks to be left alone, if it says so; `RetryAfter` reads the header.
  var retryAfter: Duration? { get }

  /// The value of a header, whatever the case of its name; nil where there is none.
  func value(of name: String) -> String?

  /// The next piece of the body, as soon as there is one; nil at its end.
  ///
  /// Fails as `ProviderFault.streamBroken` when the body ends before its end, as `.timedOut` when
  /// nothing came for the idle timeout, and as `ModelError.cancelled` after `close()`.
  nonisolated(nonsending) func next() async throws(ModelError) -> [UInt8]?

  /// Ends the transfer at once, from any task and also while `next()` waits; a second call does
  /// nothing.
  func close()
}

extension ProviderResponse {
  /// The next piece of the body, for a task that takes the transfer along when it is cancelled.
  package nonisolated(nonsending) func piece() async throws(ModelError) -> [UInt8]? {
    let piece = await withTaskCancellationHandler {
      do throws(ModelError) {
        return Result<[UInt8]?, ModelError>.success(try await next())
      } catch {
        return .failure(error)
      }
    } onCancel: {
      close()
    }
    guard !Task.isCancelled else { throw .cancelled }
    return try piece.get()
  }
}
