import Contract
import Testing

@testable import Routing

struct RouterTests {
  // swift-format-ignore
  static let patterns: [PathPattern] = [
    "/",                            // 0
    "/health",                      // 1
    "/api/v1/users/me",             // 2
    "/api/v1/users/{name}",         // 3
    "/api/v1/{resource}/{id}",      // 4
    "/api/v1/{resource}",           // 5
    "/api/v1/jobs",                 // 6
    "/a/{x}/c",                     // 7
    "/{y}/b/d",                     // 8
    "/long/abcdefghijkl",           // 9
    "/long/abcdefghXjkl",           // 10
    "/deep/{a}/{b}/{c}/{d}/end",    // 11
    "/deep/{a}/x/{c}/{d}/stop",     // 12
  ]

  // swift-format-ignore
  static let rows: [(path: String, resource: Int?)] = [
    ("/", 0), ("/health", 1),
    ("/api/v1/users/me", 2), ("/api/v1/users/bob", 3), ("/api/v1/users/mee", 3), ("/api/v1/users/m", 3),
    ("/api/v1/tickets/7", 4), ("/api/v1/jobs/7", 4), ("/api/v1/tickets", 5), ("/api/v1/jobs", 6), ("/api/v1/users", 5),
    // The literal leads nowhere: back to the parameter.
    ("/a/b/c", 7), ("/a/b/d", 8), ("/z/b/d", 8), ("/a/b/e", nil),
    ("/deep/1/x/3/4/end", 11), ("/deep/1/x/3/4/stop", 12), ("/deep/1/2/3/4/stop", nil),
    ("/long/abcdefghijkl", 9), ("/long/abcdefghXjkl", 10), ("/long/abcdefghijkL", nil), ("/long/abcdefgh", nil),
    // No second spelling.
    ("/health/", nil), ("//health", nil), ("/Health", nil), ("/healt", nil), ("/healthy", nil), ("/health/x", nil),
    ("/api/v1/users/", nil), ("/api/v1//me", nil), ("/api/v1/users/.", nil), ("/api/v1/users/..", nil),
    ("/api/v1/users/...", 3), ("/api/v1/./7", nil), ("/api/../health", nil), ("/a//c", nil), ("//", nil),
    ("/api", nil), ("/api/v1", nil),
  ]

  @Test("a path finds its resource or nothing", arguments: rows)
  func finds(_ row: (path: String, resource: Int?)) {
    let router = Router(Self.patterns.map { ($0, .get) })
    let bytes = Array(row.path.utf8)
    let found = router.resource(for: bytes, bytes.indices)
      .flatMap { router.resources[$0].route(for: .get) }
    #expect(found == row.resource)
  }

  @Test("the order of the table decides nothing", arguments: rows)
  func orderIsFree(_ row: (path: String, resource: Int?)) {
    let router = Router(Self.patterns.reversed().map { ($0, .get) })
    let bytes = Array("xx\(row.path)yy".utf8)
    let found = router.resource(for: bytes, 2..<(bytes.count - 2))
      .flatMap { router.resources[$0].route(for: .get) }
    #expect(found == row.resource.map { Self.patterns.count - 1 - $0 })
  }

  @Test("the walk agrees with a plain comparison of every pattern, on 50,000 random paths")
  func agreesWithPlainComparison() {
    var random = SeededRandom(seed: 20_261_121)
    let parts = [
      "", ".", "..", "api", "v1", "users", "me", "jobs", "a", "b", "c", "d", "deep", "x", "é",
    ]
    let router = Router(Self.patterns.map { ($0, .get) })
    for _ in 0..<50_000 {
      let segments = (0..<random.below(8)).map { _ in parts[random.below(parts.count)] }
      let bytes = Array("/\(segments.joined(separator: "/"))".utf8)
      let found = router.resource(for: bytes, bytes.indices)
        .flatMap { router.resources[$0].route(for: .get) }
      #expect(found == Self.plain(segments))
    }
  }

  /// The rule itself: of the patterns that match, the one whose first difference is a literal.
  private static func plain(_ segments: [String]) -> Int? {
    if segments.isEmpty || segments == [""] { return 0 }
    let matching = patterns.indices.filter { index in
      let pattern = patterns[index].segments
      return pattern.count == segments.count
        && zip(pattern, segments).allSatisfy { part, segment in
          switch part {
          case .literal(let text): text == segment
          case .parameter: !["", ".", ".."].contains(segment)
          }
        }
    }
    return matching.min { rank(patterns[$0]).lexicographicallyPrecedes(rank(patterns[$1])) }
  }

  private static func rank(_ pattern: PathPattern) -> [Int] {
    pattern.segments.map { if case .literal = $0 { 0 } else { 1 } }
  }
}
