package import Contract
package import Wire

/// The OpenAPI document of this server, encoded once in every format.
package struct OpenAPIDocument: Sendable {
  package let value: WireValue
  private let bodies: [BodyFormat: [UInt8]]

  /// The document of `rows` and of its own row; throws everything that is wrong with them, because
  /// a table that names one schema twice cannot be described.
  package init(
    _ rows: [MethodDescription], limits: InterfaceLimits, version: String
  ) throws(InterfaceProblems) {
    let table = rows + [Self.method.description]
    try TableCheck.check(table, limits)
    let value = OpenAPI.document(table, limits: limits, version: version)
    self.value = value
    let manual = Reference.markdown(table, limits: limits, version: version)
    bodies = [.json: value.json(), .cbor: value.cbor(), .markdown: [UInt8](manual.utf8)]
  }

  /// The row under which the document is served.
  package static let method = Method<OpenAPIDocument>(
    MethodDescription(
      "switchyard.interface.v1.Interface/Describe", .get, "/api/v1/openapi", zone: .ops,
      summary: "The interface as an OpenAPI document; in Markdown, as a manual.", permission: nil,
      scope: .none, status: 200,
      faults: [], input: RecordSchema(name: "NoInput", documentation: "Nothing.", fields: []),
      output: .open, isFeed: false)
  ) { document in
    .inline { (call) throws(Fault) in
      let _: NoInput = try call.input()
      return Reply(
        status: 200, body: document.bodies[call.format] ?? [],
        contentType: .negotiated(call.format))
    }
  }
}
