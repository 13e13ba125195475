internal import Models
internal import Synchronization

/// A transport whose exchanges are written down while they happen; its reader sees no difference.
struct RecordingTransport: ProviderTransport {
  private let transport: any ProviderTransport
  private let recorder: ExchangeRecorder
  private let provider: String
  private let dialect: ProviderDialect

  init(
    _ transport: any ProviderTransport, to endpoint: ProviderEndpoint,
    by recorder: ExchangeRecorder
  ) {
    self.transport = transport
    self.recorder = recorder
    provider = endpoint.provider
    dialect = endpoint.dialect
  }

  nonisolated(nonsending) func open(
    _ request: ProviderRequest
  ) async throws(ModelError) -> any ProviderResponse {
    var draft = recorder.begin(request, to: provider, in: dialect)
    do throws(ModelError) {
      let response = try await transport.open(request)
      draft.take(headOf: response, at: recorder.nanoseconds)
      return RecordingResponse(response, draft, recorder)
    } catch {
      recorder.keep(draft, ExchangeEnding(error))
      throw error
    }
  }
}

/// An answer that is written down while it arrives.
private final class RecordingResponse: ProviderResponse {
  private let response: any ProviderResponse
  private let recorder: ExchangeRecorder
  /// Nil once it has ended.
  private let draft: Mutex<ExchangeDraft?>

  init(_ response: any ProviderResponse, _ draft: ExchangeDraft, _ recorder: ExchangeRecorder) {
    self.response = response
    self.recorder = recorder
    self.draft = Mutex(draft)
  }

  var status: Int { response.status }
  var retryAfter: Duration? { response.retryAfter }

  func value(of name: String) -> String? { response.value(of: name) }

  nonisolated(nonsending) func next() async throws(ModelError) -> [UInt8]? {
    do throws(ModelError) {
      let piece = try await response.next()
      if let piece {
        draft.withLock { $0?.take(piece, at: recorder.nanoseconds) }
      } else {
        end(.whole)
      }
      return piece
    } catch {
      end(ExchangeEnding(error))
      throw error
    }
  }

  func close() {
    end(.closed)
    response.close()
  }

  /// Of several endings the first holds.
  private func end(_ ending: ExchangeEnding) {
    guard let draft = draft.withLock({ $0.take() }) else { return }
    recorder.keep(draft, ending)
  }
}
