package import Wire

/// Nothing at all.
package struct Nothing: Coded, Hashable {}

/// Leaves out what is nil.
package struct Sparse: Coded, Hashable {
  static let omitsNil = true

  package let first: Int?
  package let second: String?
  package let third: Bool
}

/// A field that is null unless it is given, but not by default.
package struct Preset: Coded, Hashable {
  package var retries: Int? = 3
  package var labels: TextMap<Int> = ["a": 1]
  package let grid: [[Int?]]
}

/// Declared in an order that is not the one of deterministic CBOR.
package struct Unsorted: Coded, Hashable {
  package let zeta: Int
  package let b: Int
  package let alpha: Int
  package let a: Int
}

/// Coded, but not seen by other modules.
struct Inner: Coded, Hashable {
  let value: Int
  var outer: Sheet.Row? = nil
}
