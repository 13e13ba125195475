package import Contract
package import Wire

/// The one place that knows how each document writes an error.
extension ErrorShape {
  /// The refusal as a value, which every representation then renders.
  package func value(
    of fault: Fault, in zone: Zone, _ circumstances: FaultCircumstances
  ) -> WireValue {
    let row = fault.code.row(in: zone)
    switch self {
    case .envelope:
      return [
        "error": [
          "code": .text(fault.name ?? row.envelopeName), "message": .text(fault.message),
          "details": fault.detailsValue,
        ]
      ]
    case .problem:
      return fault.problem("about:blank", row, circumstances.path)
        .with("errors", fault.isAboutInput ? fault.inputErrors : nil)
        .with("details", fault.presentDetails)
    case .codedProblem:
      // The pipeline's own names are upper case; this document writes all codes in lower case.
      let code = (fault.name ?? row.problemName).lowercased()
      return fault.problem("urn:problem:\(code)", row, circumstances.path)
        .with("code", .text(code))
        .with("correlationId", .text(circumstances.correlationID))
        .with("errors", fault.inputErrors)
        .with("details", fault.presentDetails)
    case .rpcError:
      let error = (["message": .text(fault.message)] as WireValue)
        .with("data", fault.presentDetails)
      return error.with("error", error)
    }
  }

  /// The media type of the refusal's body in `format`.
  package func mediaType(of format: BodyFormat) -> MediaType {
    switch (self, format) {
    case (.problem, .json), (.codedProblem, .json): .problemJSON
    case (.envelope, .json), (.rpcError, .json), (_, .cbor), (_, .markdown): format.mediaType
    }
  }
}

extension Fault {
  fileprivate var detailsValue: WireValue {
    .map(details.map { WireMember(.text($0.name), $0.value) })
  }

  fileprivate var presentDetails: WireValue? {
    // A bare nil beside a value would be the value null.
    details.isEmpty ? WireValue?.none : detailsValue
  }

  /// The members that RFC 9457 §3.1 defines.
  fileprivate func problem(_ type: String, _ row: FaultCode.Row, _ path: String) -> WireValue {
    [
      "type": .text(type), "title": .text(row.title), "status": .integer(Int64(row.status)),
      "detail": .text(message), "instance": .text(path),
    ]
  }

  /// Whether it is about what the row was given, and not about the request around it.
  fileprivate var isAboutInput: Bool { code != .malformed || detail("field") != nil }

  /// What is wrong with which field of the input; nil for refusals of another kind.
  fileprivate var inputErrors: WireValue? {
    switch code {
    case .malformed, .undecodable, .invalid:
      [
        [
          "field": detail("field") ?? detail("path") ?? "",
          "code": detail("kind") ?? "invalid", "message": .text(message),
        ]
      ]
    case .unauthenticated, .forbidden, .notFound, .methodNotAllowed, .notAcceptable, .conflict,
      .gone, .preconditionFailed, .contentTooLarge, .uriTooLong, .unsupportedMediaType,
      .unprocessable, .locked, .throttled, .headersTooLarge, .broken, .unavailable, .timedOut,
      .storageFull, .unimplemented, .misframed:
      nil
    }
  }

  fileprivate func detail(_ name: String) -> WireValue? {
    details.first { $0.name == name }?.value
  }
}

extension WireValue {
  fileprivate func with(_ key: String, _ value: WireValue?) -> WireValue {
    guard let value else { return self }
    var changed = self
    changed[key] = value
    return changed
  }
}
