package import Contract

/// Finds the resource that a path names: a trie over bytes, built once and laid out flat, so that a
/// walk copies nothing and counts no references.
///
/// A literal beats a parameter, compared left to right, with a way back when the literal leads
/// nowhere (the catalogue, §6.2). A path is matched without regard to the method. No path has two
/// spellings: an empty segment, a trailing slash and the segments `.` and `..` match nothing.
package struct Router: Sendable {
  /// Everything that is served under one path; parameters are told apart by position, not by name.
  package struct Resource: Sendable {
    /// Indices of routes with their verbs, in the order of the table.
    package fileprivate(set) var rows: [(verb: Verb, route: Int)] = []

    /// The index of the route for `verb`.
    func route(for verb: Verb) -> Int? {
      for row in rows where row.verb == verb { return row.route }
      return nil
    }
  }

  private struct Node {
    var edges: Range<Int32> = 0..<0
    var parameter: Int32 = -1
    var resource: Int32 = -1
  }

  private struct Edge {
    /// Up to eight first bytes of the literal, so that most comparisons touch no other memory.
    let head: UInt64
    let text: Range<Int32>
    let node: Int32
  }

  /// What the table serves; `resource` gives places in it.
  package let resources: [Resource]
  private let nodes: [Node]
  private let edges: [Edge]
  private let text: [UInt8]

  /// The paths of a table with the verbs they are served with; the index of each row is its
  /// route's.
  package init(_ rows: [(path: PathPattern, verb: Verb)]) {
    var draft = RouterDraft()
    for (index, row) in rows.enumerated() { draft.insert(row.path, row.verb, route: index) }
    var layout = Layout()
    layout.add(draft)
    resources = layout.resources
    nodes = layout.nodes
    edges = layout.edges
    text = layout.text
  }

  /// The index of the resource that `path`, a range of `bytes` that begins with a slash, names.
  package func resource(for bytes: borrowing [UInt8], _ path: Range<Int>) -> Int? {
    let found =
      path.count == 1
      ? nodes[0].resource : find(from: 0, bytes.span, (path.lowerBound + 1)..<path.upperBound)
    return found < 0 ? nil : Int(found)
  }

  /// `rest` begins behind a slash; the depth of the calls is bounded by the longest pattern.
  private func find(from node: Int32, _ bytes: Span<UInt8>, _ rest: Range<Int>) -> Int32 {
    var end = rest.lowerBound
    while end < rest.upperBound, bytes[end] != UInt8(ascii: "/") { end += 1 }
    let segment = rest.lowerBound..<end
    guard !segment.isEmpty else { return -1 }
    let here = nodes[Int(node)]
    if let literal = literal(here, bytes, segment) {
      let found = go(to: literal, bytes, end, rest.upperBound)
      if found >= 0 { return found }
    }
    guard here.parameter >= 0, !isDots(bytes, segment) else { return -1 }
    return go(to: here.parameter, bytes, end, rest.upperBound)
  }

  private func go(to node: Int32, _ bytes: Span<UInt8>, _ slash: Int, _ end: Int) -> Int32 {
    slash == end ? nodes[Int(node)].resource : find(from: node, bytes, (slash + 1)..<end)
  }

  private func literal(_ node: Node, _ bytes: Span<UInt8>, _ segment: Range<Int>) -> Int32? {
    guard !node.edges.isEmpty else { return nil }
    let head = Self.head(of: bytes, segment)
    for index in node.edges {
      let edge = edges[Int(index)]
      if edge.head == head, edge.text.count == segment.count,
        isEqual(edge.text, bytes, segment)
      {
        return edge.node
      }
    }
    return nil
  }

  private func isEqual(_ known: Range<Int32>, _ bytes: Span<UInt8>, _ segment: Range<Int>) -> Bool {
    var offset = 8
    while offset < segment.count {
      if text[Int(known.lowerBound) + offset] != bytes[segment.lowerBound + offset] { return false }
      offset += 1
    }
    return true
  }

  private func isDots(_ bytes: Span<UInt8>, _ segment: Range<Int>) -> Bool {
    guard segment.count <= 2 else { return false }
    for index in segment where bytes[index] != UInt8(ascii: ".") { return false }
    return true
  }

  private static func head(of bytes: Span<UInt8>, _ segment: Range<Int>) -> UInt64 {
    var head: UInt64 = 0
    for index in segment.prefix(8) { head = head << 8 | UInt64(bytes[index]) }
    return head
  }
}

/// The trie while it is built.
private struct RouterDraft {
  private(set) var literals: [(text: String, node: RouterDraft)] = []
  private(set) var parameter: [RouterDraft] = []
  private(set) var rows: [(verb: Verb, route: Int)] = []

  mutating func insert(_ path: PathPattern, _ verb: Verb, route: Int) {
    insert(path.segments[...], verb, route)
  }

  private mutating func insert(
    _ path: ArraySlice<PathPattern.Segment>, _ verb: Verb, _ route: Int
  ) {
    switch path.first {
    case nil: rows.append((verb, route))
    case .literal(let text):
      let known = literals.firstIndex { $0.text == text }
      if known == nil { literals.append((text, RouterDraft())) }
      literals[known ?? literals.count - 1].node.insert(path.dropFirst(), verb, route)
    case .parameter:
      if parameter.isEmpty { parameter.append(RouterDraft()) }
      parameter[0].insert(path.dropFirst(), verb, route)
    }
  }
}

/// The trie in the order in which it is walked.
extension Router {
  private struct Layout {
    var nodes: [Node] = []
    var edges: [Edge] = []
    var text: [UInt8] = []
    var resources: [Resource] = []

    @discardableResult
    mutating func add(_ draft: RouterDraft) -> Int32 {
      let place = nodes.count
      nodes.append(Node())
      if !draft.rows.isEmpty {
        nodes[place].resource = Int32(resources.count)
        resources.append(Resource(rows: draft.rows))
      }
      // A node's own edges lie side by side, so its children are added before them.
      let children = draft.literals.map { ($0.text, add($0.node)) }
      let first = Int32(edges.count)
      for (name, node) in children {
        let start = text.count
        text.append(contentsOf: name.utf8)
        edges.append(
          Edge(
            head: Router.head(of: text.span, start..<text.count),
            text: Int32(start)..<Int32(text.count), node: node))
      }
      nodes[place].edges = first..<Int32(edges.count)
      if let parameter = draft.parameter.first { nodes[place].parameter = add(parameter) }
      return Int32(place)
    }
  }
}
