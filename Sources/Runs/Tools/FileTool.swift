internal import Contract
internal import Models
internal import Store

/// The text files of a project.
struct ProjectFiles: Sendable {
  let tree: FileTree
  /// The organisation and the project.
  let place: [String]

  /// Nil where agents have no files, or the run has no project to which they could belong.
  init?(of turn: ToolTurn) {
    guard let tree = turn.setup.tools.files, let project = turn.job.scope.project else {
      return nil
    }
    let place = [turn.job.scope.organisation, project]
    guard FileTree.canHold(place) else { return nil }
    self.tree = tree
    self.place = place
  }
}

/// A tool for the text files of a project: one row of the table of them.
struct FileTool: SourceTool {
  /// What one tool does.
  struct Row: Sendable {
    let name: String
    let summary: String
    let mutates: Bool
    let arguments: [ToolDescription.Argument]
    var source: EvidenceSource?
    let run: @Sendable (ProjectFiles, [ToolArgument]) async throws(FileTree.Refusal) -> ToolValue
  }

  private let row: Row
  private let files: ProjectFiles

  init?(_ row: Row, _ turn: ToolTurn) {
    guard let files = ProjectFiles(of: turn) else { return nil }
    self.row = row
    self.files = files
  }

  var description: ToolDescription {
    ToolDescription(name: row.name, summary: row.summary, arguments: row.arguments)
  }

  var mutates: Bool { row.mutates }

  var source: EvidenceSource? { row.source }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    do throws(FileTree.Refusal) {
      return try await row.run(files, arguments)
    } catch {
      throw .refused(code: error.word.code, reason: error.word.reason)
    }
  }
}

extension FileTree.Refusal {
  /// What a model is told.
  // swift-format-ignore
  fileprivate var word: (code: String, reason: String) {
    switch self {
    case .noFile:      ("not_found", "there is no file of this name")
    case .badName:     ("bad_name", "a name has parts between slashes, none of them empty, . or .., and at most \(FileTree.nameBytesMax) bytes")
    case .tooLong:     ("too_long", "a file has at most \(FileTree.fileBytesMax) bytes")
    case .tooMany:     ("too_many_files", "a project has at most \(FileTree.filesMax) files")
    case .noRoom:      ("no_room", "the files of a project have at most \(FileTree.placeBytesMax) bytes")
    case .notText:     ("not_text", "the file is no text in UTF-8")
    case .unavailable: ("unavailable", "the files cannot be reached now")
    }
  }
}
