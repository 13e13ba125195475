import Contract

/// The refusals that the pipeline can give before a row runs.
enum PipelineFaults {
  /// All refusals that a caller of `row` can meet, its own included, each once, by status.
  static func all(_ row: MethodDescription) -> [FaultCode] {
    let rules: [(Bool, [FaultCode])] = [
      (true, [.malformed, .undecodable, .invalid, .uriTooLong, .headersTooLarge, .broken]),
      (row.fixedType == nil, [.notAcceptable]),
      (row.permission != nil, [.unauthenticated, .forbidden, .throttled, .unavailable]),
      // A key that stands for another request is told by the domain, in its transaction.
      (row.verb.isMutating, [.unprocessable]),
      (!row.isBodyless, [.contentTooLarge, .unsupportedMediaType]),
      (true, row.faults),
    ]
    let possible = Set(rules.filter(\.0).flatMap(\.1))
    return FaultCode.allCases.filter(possible.contains)
  }
}
