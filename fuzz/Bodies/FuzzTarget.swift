import Contract
import Routing

/// A path finds the row that a comparison with each row finds, and so does its escaped spelling.
@Sendable
func fuzzTarget(_ bytes: [UInt8]) throws(BrokenProperty) {
  let head = request(bytes)
  guard let target = try? RequestTarget(head, limits: limits) else { return }
  let path = [UInt8](target.bytes(head))
  let found = target.resource(in: router, head).map { router.resources[$0].rows[0].route }
  try hold(found == route(of: path), "the router finds what a comparison with each row finds")

  let spelling = escaped(path)
  guard spelling.count <= limits.targetBytesMax else { return }
  let other = request(spelling)
  guard let again = try? RequestTarget(other, limits: limits) else {
    throw BrokenProperty("the escaped spelling of a path is refused")
  }
  try hold([UInt8](again.bytes(other)) == path, "the escaped spelling is the same path")
}

private let limits = InterfaceLimits()

private let patterns: [PathPattern] = [
  "/", "/health", "/api/runs", "/api/runs/{run_id}", "/api/runs/{run_id}/events",
  "/api/runs/all", "/api/runs/all/events/{seq}", "/api/{zone}/all", "/api/{zone}/{name}/events",
  "/api/{zone}/bound/{name}/stored", "/{any}", "/a/long/literal/of/many/segments/{last}",
  "/fourteenletters/fourteenletterx", "/fourteenletters/{any}/fourteenletters", "/é/{any}",
]
private let router = Router(patterns.map { ($0, .get) })

/// The row for a path without a trie: among the patterns that fit, the one whose first literal
/// comes earliest.
private func route(of path: [UInt8]) -> Int? {
  let parts = path.dropFirst().split(
    separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  let segments = path.count == 1 ? [] : parts.map { String(decoding: $0, as: UTF8.self) }
  return patterns.indices.filter { fits(patterns[$0], segments) }
    .min { comesFirst(patterns[$0], patterns[$1]) }
}

private func fits(_ pattern: PathPattern, _ segments: [String]) -> Bool {
  pattern.segments.count == segments.count
    && zip(pattern.segments, segments).allSatisfy { part, segment in
      switch part {
      case .literal(let text): text.utf8.elementsEqual(segment.utf8)
      case .parameter: !["", ".", ".."].contains(segment)
      }
    }
}

private func comesFirst(_ one: PathPattern, _ other: PathPattern) -> Bool {
  for (part, another) in zip(one.segments, other.segments) {
    switch (part, another) {
    case (.literal, .parameter): return true
    case (.parameter, .literal): return false
    case (.literal, .literal), (.parameter, .parameter): continue
    }
  }
  return false
}

/// Every byte but the slashes as an escape (RFC 3986 §2.1).
private func escaped(_ path: [UInt8]) -> [UInt8] {
  path.flatMap { byte -> [UInt8] in
    guard byte != UInt8(ascii: "/") else { return [byte] }
    let digits = String(byte, radix: 16)
    return [UInt8]((byte < 16 ? "%0" : "%").utf8) + [UInt8](digits.utf8)
  }
}

private func request(_ target: [UInt8]) -> FieldSection {
  var head = FieldSection()
  head.append(nameBytes: [UInt8](":path".utf8).span, valueBytes: target.span)
  return head
}
