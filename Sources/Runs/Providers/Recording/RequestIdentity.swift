internal import Contract
internal import Cryptography
internal import Models
internal import Wire

/// What tells a request to a provider from others: all that the answer depends on, and neither the
/// machine that gives it nor a key.
struct RequestIdentity {
  /// The dialect, the method, and the address without scheme and host.
  let kind: String
  private let body: WireValue

  /// The identity of a request of that dialect, of which `body` is the body without keys.
  init(_ request: ProviderRequest, dialect: ProviderDialect, body: [UInt8]) {
    self.init(
      dialect: dialect.rawValue, method: request.verb.rawValue, address: request.url,
      body: WireValue(body: body))
  }

  init(_ request: RecordedRequest) {
    self.init(
      dialect: request.dialect, method: request.method, address: request.address,
      body: request.body)
  }

  private init(dialect: String, method: String, address: String, body: WireValue) {
    kind = "\(dialect) \(method) \(Self.path(of: address))"
    self.body = body
  }

  /// The digest of the kind, a line end, and the body as canonical JSON (RFC 8785).
  var digest: Digest {
    var computation = SHA256()
    computation.update(Array("\(kind)\n".utf8))
    computation.update(body.canonicalJSON())
    return computation.finish()
  }

  /// In what another request of the same kind differs.
  func difference(from other: RequestIdentity) -> ValueDifference {
    ValueDifference(body, other.body)
  }

  private static func path(of address: String) -> Substring {
    let schemeEnd = address.firstRange(of: "://")?.upperBound ?? address.startIndex
    return address[schemeEnd...].drop { $0 != "/" }
  }
}

extension WireValue {
  /// The value that a body is: JSON, else a text.
  init(body: [UInt8]) {
    do throws(DecodeError) {
      self = try WireValue(json: body, limits: .recording)
    } catch {
      self = .text(String(decoding: body, as: UTF8.self))
    }
  }
}
