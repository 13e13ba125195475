package import Wire

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
