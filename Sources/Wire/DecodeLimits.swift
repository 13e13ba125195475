/// How much one body may ask of the reader.
package struct DecodeLimits: Hashable, Sendable {
  /// Levels of maps, arrays and tags inside each other.
  package let depth: Int
  /// Elements, map members, tags and string chunks in the whole body: the bound on memory and time.
  ///
  /// A member of an open map counts twice, for its key too.
  package let items: Int

  package init(depth: Int, items: Int) {
    self.depth = depth
    self.items = items
  }

  /// What every body of a request is read with.
  package static let standard = DecodeLimits(depth: 64, items: 131_072)
}
