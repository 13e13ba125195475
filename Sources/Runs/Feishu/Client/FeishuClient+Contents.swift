internal import Contract
internal import Models
internal import Wire

/// What a source says, as it was read.
struct FeishuContents: Sendable {
  let title: String
  /// The platform's word for the state in which it was read.
  let revision: String
  let passages: [Passage]
  /// Tables of a base.
  var tableCount = 0
}

/// What stands in documents and bases.
extension FeishuClient {
  nonisolated(nonsending) func contents(
    of source: FeishuSource, recordsMax: Int
  ) async throws(FeishuFailure) -> FeishuContents {
    let token = try Self.segment(source.token)
    switch source.kind {
    case .docx: return try await document(token)
    case .bitable: return try await base(token, recordsMax: recordsMax)
    }
  }

  private nonisolated(nonsending) func document(
    _ token: String
  ) async throws(FeishuFailure) -> FeishuContents {
    let path = "/open-apis/docx/v1/documents/\(token)"
    let answer = try await ask(Question(verb: .get, path: path))
    guard let document = answer["document"] else {
      throw .unreadable("Feishu's answer holds no document")
    }
    let blocks = try await all(
      Paging(
        path: "\(path)/blocks", query: [(name: "document_revision_id", value: "-1")],
        pageSize: 500, most: FeishuLimits.blocksMax))
    let title = document["title"]?.text ?? ""
    return FeishuContents(
      title: title, revision: Self.revision(document["revision_id"]),
      passages: DocumentText.passages(of: blocks, title: title))
  }

  private nonisolated(nonsending) func base(
    _ token: String, recordsMax: Int
  ) async throws(FeishuFailure) -> FeishuContents {
    let path = "/open-apis/bitable/v1/apps/\(token)"
    let answer = try await ask(Question(verb: .get, path: path))
    guard let app = answer["app"] else { throw .unreadable("Feishu's answer holds no base") }
    let title = app["name"]?.text ?? ""
    let tables = try await all(
      Paging(path: "\(path)/tables", pageSize: 100, most: FeishuLimits.tablesMax))
    var passages = title.isEmpty ? [] : [Passage(.heading, "# \(title)")]
    var bytes = 0
    for table in tables {
      let name = try Self.segment(table["table_id"]?.text ?? "")
      let fields = try await all(
        Paging(
          path: "\(path)/tables/\(name)/fields", pageSize: 100, most: FeishuLimits.fieldsMax))
      let records = try await all(
        Paging(
          path: "\(path)/tables/\(name)/records", pageSize: 500, most: recordsMax, isCut: true))
      let text = TableText(name: table["name"]?.text ?? name, fields: fields)
      passages += text.passages(of: records)
      bytes = passages.reduce(0) { $0 + $1.text.utf8.count }
      guard bytes <= FeishuLimits.textBytesMax else { throw Self.tooLong }
    }
    return FeishuContents(
      title: title, revision: Self.revision(app["revision"]), passages: passages,
      tableCount: tables.count)
  }

  static let tooLong = FeishuFailure.unreadable(
    "the text is longer than \(FeishuLimits.textBytesMax) bytes")

  /// The platform writes revisions as numbers, and as texts.
  private static func revision(_ value: WireValue?) -> String {
    value?.text ?? value?.integer.map(String.init) ?? ""
  }
}
