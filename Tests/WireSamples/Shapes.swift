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
  package var labels: [String: Int] = ["a": 1]
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

/// Types inside types: an extension does not see the names around it.
package struct Sheet: Coded, Hashable {
  package typealias Title = Text<1, 20>

  package enum Align: String, Coded {
    case left, right
  }

  package struct Cell: Coded, Hashable {
    package var align: Align = Align.left
    package let title: Title
  }

  package let title: Title
  package let rows: [Row]
}

extension Sheet {
  /// A row of cells.
  package struct Row: Coded, Hashable {
    package let cells: [Cell]
    package let align: Sheet.Align?

    package init(cells: [Cell]) {
      self.cells = cells
      align = nil
    }
  }
}
