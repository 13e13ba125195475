import Foundation
import Wire

/// Files of vectors that lie beside the repository on some machines; empty where they do not.
enum SharedVectors {
  static func read(_ path: String) -> WireValue? {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("../shared/vectors/\(path)").standardizedFileURL
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? WireValue(json: [UInt8](data))
  }
}

extension WireValue {
  /// The elements of an array; none of anything else.
  var elements: [WireValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The text, nil for anything else.
  var string: String? {
    if case .text(let text) = self { text } else { nil }
  }
}
