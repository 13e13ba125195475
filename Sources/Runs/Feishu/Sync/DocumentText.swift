internal import Models
internal import Wire

/// The text of a document's blocks, in the order in which people read them.
///
/// Blocks come as a flat list in which each names its children. Whatever a peer sends ends: no
/// block is read twice, and what no block names is read at the end.
struct DocumentText {
  private let blocks: [String: WireValue]
  private var seen: Set<String> = []

  /// A block that is to be read, and where it stands.
  private struct Place {
    let id: String
    /// Lists around it, and its number among the numbered lines of its own list.
    let depth: Int
    let number: Int
  }

  private init(_ blocks: [String: WireValue]) { self.blocks = blocks }

  /// The passages of a document; its title is the first, unless it has none.
  static func passages(of list: [WireValue], title: String) -> [Passage] {
    var blocks: [String: WireValue] = [:]
    for block in list {
      if let id = block["block_id"]?.text { blocks[id] = block }
    }
    var text = DocumentText(blocks)
    let ids = list.compactMap { $0["block_id"]?.text }
    let roots = ids.filter { blocks[$0]?["block_type"] == .integer(BlockKind.page) }
    var passages: [Passage] = []
    for id in roots + ids { passages += text.passages(under: id) }
    if !title.isEmpty, passages.first != Passage(.heading, "# \(title)") {
      passages.insert(Passage(.heading, "# \(title)"), at: 0)
    }
    return passages
  }

  /// The passages of a block and of all below it that were not read.
  private mutating func passages(under root: String, tables: Int = 0) -> [Passage] {
    var passages: [Passage] = []
    var places = [Place(id: root, depth: 0, number: 1)]
    while let place = places.popLast() {
      guard let block = blocks[place.id], seen.insert(place.id).inserted else { continue }
      let kind = BlockKind(block)
      if kind.isTable, tables < Self.tablesMax {
        passages += rows(of: block, tables: tables + 1)
        continue
      }
      if let passage = kind.passage(of: block, depth: place.depth, number: place.number) {
        passages.append(passage)
      }
      places += children(of: block, depth: place.depth + (kind.isItem ? 1 : 0)).reversed()
    }
    return passages
  }

  /// Tables within tables that are shown as such.
  private static let tablesMax = 4

  private func children(of block: WireValue, depth: Int) -> [Place] {
    var number = 0
    return (block["children"]?.elements ?? []).compactMap { child in
      guard let id = child.text else { return nil }
      let isOrdered = blocks[id]?["block_type"] == .integer(BlockKind.ordered)
      number = isOrdered ? number + 1 : 0
      return Place(id: id, depth: depth, number: max(1, number))
    }
  }

  /// A table's cells, a line for each row.
  private mutating func rows(of block: WireValue, tables: Int) -> [Passage] {
    let table = block["table"]
    let cells = (table?["cells"]?.elements ?? block["children"]?.elements ?? [])
      .compactMap(\.text)
    guard !cells.isEmpty else { return [] }
    let said = table?["property"]?["column_size"]?.integer ?? 1
    let columns = Int(min(max(1, said), Int64(cells.count)))
    var texts: [String] = []
    for cell in cells {
      let text = passages(under: cell, tables: tables).map(\.text).joined(separator: " ")
      texts.append(
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
          .replacing("|", with: "\\|"))
    }
    return stride(from: 0, to: texts.count, by: columns).map { start in
      let row = texts[start..<min(start + columns, texts.count)]
      return Passage(.row, "| \(row.joined(separator: " | ")) |")
    }
  }
}
