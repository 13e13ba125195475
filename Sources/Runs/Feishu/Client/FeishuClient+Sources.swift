internal import Contract
internal import Models
internal import Wire

/// A document or a base, by its kind and token.
struct FeishuSource: Hashable, Sendable {
  /// The kinds that are read; the raw text is the platform's.
  enum Kind: String, CaseIterable, Sendable {
    case docx
    case bitable
  }

  let kind: Kind
  let token: String

  /// What tells it from all others.
  var key: String { "\(kind.rawValue):\(token)" }
  /// The word of metadata for its kind.
  var type: String { "feishu_\(kind.rawValue)" }
}

/// Where documents and bases are.
extension FeishuClient {
  /// Files that one question about their kinds names.
  static let kindsMax = 100

  /// The kinds of at most `kindsMax` files; those that Feishu does not tell are not there.
  nonisolated(nonsending) func kinds(
    of tokens: [String]
  ) async throws(FeishuFailure) -> [String: FeishuSource.Kind] {
    // The platform wants to be told the kind that it is asked for: it knows the right one only.
    let asked = tokens.flatMap { token in
      FeishuSource.Kind.allCases.map { kind -> WireValue in
        ["doc_token": .text(token), "doc_type": .text(kind.rawValue)]
      }
    }
    let answer = try await ask(
      Question(
        verb: .post, path: "/open-apis/drive/v1/metas/batch_query",
        body: ["request_docs": .array(asked), "with_url": false]))
    var kinds: [String: FeishuSource.Kind] = [:]
    for meta in answer["metas"]?.elements ?? [] {
      guard let token = meta["doc_token"]?.text,
        let kind = meta["doc_type"]?.text.flatMap(FeishuSource.Kind.init)
      else { continue }
      kinds[token] = kind
    }
    return kinds
  }

  /// What a page of a wiki is; nil for what is not read.
  nonisolated(nonsending) func source(
    ofWikiNode token: String
  ) async throws(FeishuFailure) -> FeishuSource? {
    let answer = try await ask(
      Question(
        verb: .get, path: "/open-apis/wiki/v2/spaces/get_node",
        query: [(name: "token", value: token)]))
    guard let node = answer["node"], let object = node["obj_token"]?.text else {
      throw .unreadable("Feishu's answer about a page of a wiki names no document")
    }
    guard let kind = node["obj_type"]?.text.flatMap(FeishuSource.Kind.init) else { return nil }
    return FeishuSource(kind: kind, token: object)
  }

  /// The documents and bases that lie in a folder itself.
  nonisolated(nonsending) func sources(
    inFolder token: String
  ) async throws(FeishuFailure) -> [FeishuSource] {
    let files = try await all(
      Paging(
        path: "/open-apis/drive/v1/files", query: [(name: "folder_token", value: token)],
        items: "files", next: "next_page_token", pageSize: 200, most: FeishuLimits.entriesMax))
    return files.compactMap { file in
      guard let token = file["token"]?.text,
        let kind = file["type"]?.text.flatMap(FeishuSource.Kind.init)
      else { return nil }
      return FeishuSource(kind: kind, token: token)
    }
  }
}
