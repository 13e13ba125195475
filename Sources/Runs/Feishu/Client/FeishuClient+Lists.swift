internal import Contract
internal import Models
internal import Wire

/// What the platform gives page by page, and what is read of it.
extension FeishuClient {
  /// A list of the platform.
  struct Paging: Sendable {
    let path: String
    var query: [(name: String, value: String)] = []
    /// The member with the entries, and the one with the next page's name.
    var items = "items"
    var next = "page_token"
    /// The most entries of one page.
    let pageSize: Int
    /// The most entries in all; what is more makes the list fail unless it is cut.
    let most: Int
    var isCut = false
  }

  /// The entries of all pages.
  nonisolated(nonsending) func all(
    _ paging: Paging
  ) async throws(FeishuFailure) -> [WireValue] {
    var found: [WireValue] = []
    var token: String?
    var bytes = 0
    for _ in 0..<FeishuLimits.pagesMax {
      let size = paging.isCut ? min(paging.pageSize, paging.most - found.count) : paging.pageSize
      var query = paging.query + [(name: "page_size", value: String(size))]
      if let token { query.append((name: "page_token", value: token)) }
      let answer = try await answer(
        to: Question(verb: .get, path: paging.path, query: query))
      let page = answer.told
      bytes += answer.bytes
      guard bytes <= FeishuLimits.listBytesMax else {
        throw .unreadable("a list of Feishu's has more than \(FeishuLimits.listBytesMax) bytes")
      }
      found += page[paging.items]?.elements ?? []
      if found.count >= paging.most, paging.isCut { return Array(found.prefix(paging.most)) }
      guard found.count <= paging.most else { break }
      let last = token
      token = page[paging.next]?.text
      guard page["has_more"] == .bool(true), let next = token, !next.isEmpty else { return found }
      guard next != last else { throw .unreadable("a page of Feishu's leads to itself") }
    }
    throw .unreadable("a list of Feishu's has more than \(paging.most) entries")
  }

  /// A token as a part of a path: nothing that Feishu names holds anything else.
  static func segment(_ token: String) throws(FeishuFailure) -> String {
    guard !token.isEmpty,
      token.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == 0x2d || $0 == 0x5f
      })
    else { throw .unreadable("this is no token of Feishu's") }
    return token
  }
}
