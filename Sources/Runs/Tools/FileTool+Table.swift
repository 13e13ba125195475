internal import Models
internal import Store
internal import Wire

extension FileTool {
  private static let name = "name", text = "text", appends = "append", from = "from"
  private static let bytes = "bytes", limit = "limit"
  /// The most bytes of one call: what calls give and take lies in the run's events and checkpoint.
  private static let callBytesMax = 64 << 10
  private static let listMax: Int64 = 1_000, listStandard: Int64 = 200

  private static let file = ToolDescription.Argument(
    name, .text(bytesMax: FileTree.nameBytesMax), isRequired: true,
    summary: "The file, such as notes/plan.md.")

  static let rows: [Row] = [
    Row(
      name: "files_list", summary: "Lists the text files of the project, by name.", mutates: false,
      arguments: [
        ToolDescription.Argument(
          limit, .integer(1...listMax), isRequired: false,
          summary: "The most files; \(listStandard) when it is left out.")
      ]
    ) { (files, arguments) throws(FileTree.Refusal) in
      let all = try await files.tree.files(in: files.place)
      let shown = all.prefix(Int(arguments.integer(limit) ?? listStandard))
      return .record([
        ToolArgument("files", .list(shown.map(told))),
        ToolArgument("total", .integer(Int64(all.count))),
        ToolArgument("bytes", .integer(Int64(all.reduce(0) { $0 + $1.bytes }))),
      ])
    },
    Row(
      name: "files_read", summary: "Reads a text file of the project, or a part of it.",
      mutates: false,
      arguments: [
        file,
        ToolDescription.Argument(
          from, .integer(0...Int64(FileTree.fileBytesMax)), isRequired: false,
          summary: "The byte from which on it is read; 0 when it is left out."),
        ToolDescription.Argument(
          bytes, .integer(1...Int64(callBytesMax)), isRequired: false,
          summary: "The most bytes; \(callBytesMax) when it is left out."),
      ], source: EvidenceSource(.file, in: .argument(name))
    ) { (files, arguments) throws(FileTree.Refusal) in
      let whole = try await files.tree.read(arguments.text(name) ?? "", in: files.place)
      let part = Part(
        of: whole, from: Int(arguments.integer(from) ?? 0),
        bytesMax: arguments.integer(bytes).map { Int($0) } ?? callBytesMax)
      return .record([
        ToolArgument("text", .text(part.text)),
        ToolArgument("next", part.next.map { .integer(Int64($0)) } ?? .null),
        ToolArgument("bytes", .integer(Int64(whole.utf8.count))),
      ])
    },
    Row(
      name: "files_write",
      summary: "Makes or replaces a text file of the project, or appends to it.",
      mutates: true,
      arguments: [
        file,
        ToolDescription.Argument(
          text, .text(bytesMax: callBytesMax), isRequired: true, summary: "What it is to hold."),
        ToolDescription.Argument(
          appends, .boolean, isRequired: false,
          summary: "Whether the text comes after what the file holds."),
      ]
    ) { (files, arguments) throws(FileTree.Refusal) in
      let bytes = try await files.tree.write(
        arguments.text(text) ?? "", to: arguments.text(name) ?? "", in: files.place,
        appending: arguments.isTrue(appends))
      return .record([ToolArgument("bytes", .integer(Int64(bytes)))])
    },
    Row(
      name: "files_delete", summary: "Removes a text file of the project.", mutates: true,
      arguments: [file]
    ) { (files, arguments) throws(FileTree.Refusal) in
      try await files.tree.remove(arguments.text(name) ?? "", in: files.place)
      return .record([ToolArgument("deleted", .boolean(true))])
    },
  ]

  private static func told(_ file: FileTree.File) -> ToolValue {
    .record([
      ToolArgument("name", .text(file.name)), ToolArgument("bytes", .integer(Int64(file.bytes))),
      ToolArgument("modified_at", .text(Timestamp(milliseconds: file.modified).text)),
    ])
  }

  /// A part of a text that breaks no scalar.
  struct Part: Hashable {
    let text: String
    /// Where the rest begins; nil where there is none.
    let next: Int?

    init(of whole: String, from start: Int, bytesMax: Int) {
      let bytes = Array(whole.utf8)
      func edge(_ place: Int) -> Int {
        var place = min(place, bytes.count)
        while place < bytes.count, place > 0, bytes[place] & 0xc0 == 0x80 { place -= 1 }
        return place
      }
      let begin = edge(start)
      var end = edge(begin + bytesMax)
      // A part is never empty where there is something, however few bytes it may have.
      if end <= begin, begin < bytes.count {
        end = begin + 1
        while end < bytes.count, bytes[end] & 0xc0 == 0x80 { end += 1 }
      }
      text = String(decoding: bytes[begin..<end], as: UTF8.self)
      next = end < bytes.count ? end : nil
    }
  }
}
