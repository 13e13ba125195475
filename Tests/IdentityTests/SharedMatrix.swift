import Foundation
import Wire

/// Tokens with the verdict on each, which other programs share; nil where they are not there.
struct SharedMatrix {
  let whole: WireValue
  let rows: [WireValue]

  init?(_ name: String) {
    let folder =
      ProcessInfo.processInfo.environment["SHARED_VECTORS"]
      ?? URL(fileURLWithPath: "\(#filePath)").deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("../shared/vectors").path
    guard let bytes = FileManager.default.contents(atPath: "\(folder)/auth/\(name)"),
      let whole = try? WireValue(json: [UInt8](bytes)), case .array(let rows)? = whole["tokens"]
    else {
      print("skipped: the shared matrix \(name) is not here")
      return nil
    }
    self.whole = whole
    self.rows = rows
  }
}
