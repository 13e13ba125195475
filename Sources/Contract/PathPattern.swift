/// A path with parameters, `/api/runs/{run_id}/events`, checked when it is written down.
package struct PathPattern: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible
{
  /// One part of a path between slashes.
  package enum Segment: Hashable, Sendable {
    case literal(String)
    case parameter(String)
  }

  /// The parts between slashes, none for the root.
  package let segments: [Segment]

  /// A malformed pattern is our own bug.
  package init(stringLiteral text: String) {
    precondition(text.hasPrefix("/"), "a path begins with a slash: \(text)")
    segments = text.split(separator: "/").map { part in
      part.hasPrefix("{") && part.hasSuffix("}")
        ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
  }

  package var description: String {
    segments.isEmpty
      ? "/"
      : segments.map { segment in
        switch segment {
        case .literal(let text): "/\(text)"
        case .parameter(let name): "/{\(name)}"
        }
      }.joined()
  }

  /// The parameters' names, left to right.
  package var parameters: [String] {
    segments.compactMap { segment in
      switch segment {
      case .literal: nil
      case .parameter(let name): name
      }
    }
  }
}
