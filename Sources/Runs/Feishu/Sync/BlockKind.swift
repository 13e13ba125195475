internal import Models
internal import Wire

/// What a block is, and how it is written; the numbers are the platform's `block_type`.
struct BlockKind: Sendable {
  static let page: Int64 = 1
  static let ordered: Int64 = 13

  /// One kind of blocks: the member that holds it, and what stands around its text.
  private struct Row: Sendable {
    let type: Int64
    let member: String
    let kind: Passage.Kind
    let make: @Sendable (_ text: String, _ content: WireValue, _ number: Int) -> String?
  }

  // swift-format-ignore
  private static let table: [Row] = [
    Row(type: page,    member: "page",     kind: .heading)   { text, _, _ in mark("# ", text) },
    Row(type: 2,       member: "text",     kind: .paragraph) { text, _, _ in mark("", text) },
    Row(type: 3,       member: "heading1", kind: .heading)   { text, _, _ in mark("## ", text) },
    Row(type: 4,       member: "heading2", kind: .heading)   { text, _, _ in mark("### ", text) },
    Row(type: 5,       member: "heading3", kind: .heading)   { text, _, _ in mark("#### ", text) },
    Row(type: 6,       member: "heading4", kind: .heading)   { text, _, _ in mark("##### ", text) },
    Row(type: 7,       member: "heading5", kind: .heading)   { text, _, _ in mark("###### ", text) },
    Row(type: 8,       member: "heading6", kind: .heading)   { text, _, _ in mark("###### ", text) },
    Row(type: 9,       member: "heading7", kind: .heading)   { text, _, _ in mark("###### ", text) },
    Row(type: 10,      member: "heading8", kind: .heading)   { text, _, _ in mark("###### ", text) },
    Row(type: 11,      member: "heading9", kind: .heading)   { text, _, _ in mark("###### ", text) },
    Row(type: 12,      member: "bullet",   kind: .item)      { text, _, _ in mark("- ", text) },
    Row(type: ordered, member: "ordered",  kind: .item)      { text, _, number in mark("\(number). ", text) },
    Row(type: 14,      member: "code",     kind: .paragraph) { text, _, _ in text.isEmpty ? nil : "```\n\(text)\n```" },
    Row(type: 15,      member: "quote",    kind: .paragraph) { text, _, _ in mark("> ", text) },
    Row(type: 16,      member: "equation", kind: .paragraph) { text, _, _ in mark("", text) },
    Row(type: 17,      member: "todo",     kind: .item)      { text, content, _ in mark(isDone(content) ? "[x] " : "[ ] ", text) },
    Row(type: 22,      member: "divider",  kind: .paragraph) { _, _, _ in "---" },
    Row(type: 23,      member: "file",     kind: .media)     { _, content, _ in "[file\(named(content["name"]?.text))]" },
    Row(type: 27,      member: "image",    kind: .media)     { _, content, _ in "[image\(named(content["caption"]?["content"]?.text))]" },
  ]

  private static let tableType: Int64 = 31

  private let row: Row?
  /// Whether it is a table, whose cells are blocks.
  let isTable: Bool

  init(_ block: WireValue) {
    let type = block["block_type"]?.integer
    row = Self.table.first { $0.type == type }
    isTable = type == Self.tableType
  }

  /// Whether what is below it belongs to its line.
  var isItem: Bool { row?.kind == .item }

  /// What the block itself says; nil where that is nothing.
  func passage(of block: WireValue, depth: Int, number: Int) -> Passage? {
    guard let row, let content = block[row.member],
      let text = row.make(Self.text(of: content), content, number)
    else { return nil }
    let indentation = row.kind == .item ? String(repeating: "  ", count: min(depth, 8)) : ""
    return Passage(row.kind, indentation + text)
  }

  private static func mark(_ mark: String, _ text: String) -> String? {
    text.allSatisfy(\.isWhitespace) ? nil : mark + text
  }

  private static func isDone(_ content: WireValue) -> Bool {
    content["style"]?["done"] == .bool(true)
  }

  private static func named(_ name: String?) -> String {
    name.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
  }

  /// The text of a block's elements; what people see only by looking it up is left out.
  private static func text(of content: WireValue) -> String {
    (content["elements"]?.elements ?? []).map { element in
      element["text_run"]?["content"]?.text ?? element["mention_doc"]?["title"]?.text
        ?? element["equation"]?["content"]?.text
        ?? element["mention_user"]?["user_id"]?.text.map { "@\($0)" } ?? ""
    }.joined()
  }
}
