@testable import WireGenerator

/// What the generator makes of one source text.
enum Reading {
  static let path = "Sources/Runs/Run.swift"

  static func file(_ text: String, path: String = path) -> SourceFile {
    SourceFile(path: path, bytes: Array(text.utf8))
  }

  static func target(_ texts: String...) throws(Refusal) -> Target {
    try Target.read(texts.enumerated().map { file($0.element, path: "\($0.offset).swift") })
  }

  static func tokens(_ text: String) throws(Flaw) -> [Token] {
    try Lexer.tokens(of: file(text))
  }

  /// The diagnostics for a text; empty when it is understood.
  static func diagnostics(_ text: String) -> [Diagnostic] {
    do throws(Refusal) {
      _ = try Target.read([file(text)])
      return []
    } catch {
      return error.diagnostics
    }
  }
}
