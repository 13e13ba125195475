internal import Contract
internal import Wire

/// Turns texts into vectors, by a model of a provider.
package struct Embedder: Sendable {
  private let endpoint: ProviderEndpoint
  private let form: EmbeddingForm
  private let transport: any ProviderTransport

  /// Texts of one request.
  package static let textsMax = 32
  /// Scalars of a text that are sent: what models take in of one.
  package static let textMax = 4_000
  /// Bytes of an answer.
  private static let bytesMax = 16 << 20
  /// What a whole answer may hold.
  private static let decoding = DecodeLimits(depth: 16, items: 400_000)

  /// Nil for a dialect that has no vectors.
  package init?(_ endpoint: ProviderEndpoint, over transport: any ProviderTransport) {
    guard let form = endpoint.dialect.row.embeddings else { return nil }
    self.endpoint = endpoint
    self.form = form
    self.transport = transport
  }

  /// What its vectors are known by: those of another model cannot be compared with them.
  package var model: String { "\(endpoint.provider)/\(endpoint.model)" }

  /// A vector for each of the texts, all of one dimension.
  package nonisolated(nonsending) func vectors(
    of texts: [String], for purpose: EmbeddingPurpose, within timeout: Duration
  ) async throws(ModelError) -> [EmbeddingVector] {
    precondition((1...Self.textsMax).contains(texts.count), "too many texts for one request")
    do throws(ModelError) {
      let body = try await answer(to: request(texts, purpose, timeout))
      return try Self.vectors(in: body, form, count: texts.count)
    } catch {
      throw endpoint.cleaned(error)
    }
  }

  private func request(
    _ texts: [String], _ purpose: EmbeddingPurpose, _ timeout: Duration
  ) -> ProviderRequest {
    let clipped = texts.map { Excerpt.clipped($0, scalarsMax: Self.textMax) }
    return endpoint.request(
      form.path(endpoint.model), body: form.body(clipped, purpose, endpoint.model),
      accept: "application/json", within: timeout)
  }

  private nonisolated(nonsending) func answer(
    to request: ProviderRequest
  ) async throws(ModelError) -> [UInt8] {
    guard !Task.isCancelled else { throw .cancelled }
    let response = try await transport.open(request)
    defer { response.close() }
    var body: [UInt8] = []
    while let piece = try await response.piece() {
      body += piece
      guard body.count <= Self.bytesMax else {
        throw .provider(.answerTooLarge, "The vectors are larger than \(Self.bytesMax) bytes.")
      }
    }
    guard (200...299).contains(response.status) else {
      throw endpoint.dialect.row.failure(status: response.status, body: body).error
    }
    return body
  }

  private static func vectors(
    in body: [UInt8], _ form: EmbeddingForm, count: Int
  ) throws(ModelError) -> [EmbeddingVector] {
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(json: body, limits: decoding)
    } catch {
      throw .provider(.streamBroken, "The provider answered with no vectors: \(error.message)")
    }
    guard let found = form.vectors(value) else {
      throw .provider(.streamBroken, "The provider answered with no vectors.")
    }
    guard found.count == count else {
      throw .provider(
        .streamBroken, "The provider answered with \(found.count) vectors for \(count) texts.")
    }
    let vectors = found.compactMap { EmbeddingVector($0.compactMap(\.number), of: $0.count) }
    guard vectors.count == count, Set(vectors.map(\.values.count)).count == 1 else {
      throw .provider(
        .streamBroken,
        "A vector has no direction, or another dimension than the others: up to "
          + "\(EmbeddingVector.dimensionMax) numbers are one.")
    }
    return vectors
  }
}

extension EmbeddingVector {
  /// Nil as well where some of what came were no numbers.
  fileprivate init?(_ numbers: [Double], of count: Int) {
    guard numbers.count == count else { return nil }
    self.init(numbers)
  }
}

extension WireValue {
  /// The number that it is.
  fileprivate var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .unsigned(let integer): Double(integer)
    case .double(let double): double
    default: nil
    }
  }
}
