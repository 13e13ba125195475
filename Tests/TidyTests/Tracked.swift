import Foundation

/// What git keeps: text, none of it secret, none of it built.
enum Tracked {
  /// Inputs that the fuzzer found, kept byte for byte.
  static let binaryFolders = ["fuzz/corpus/", "fuzz/crashes/"]
  /// Where a program looks for a zero byte before it calls a file binary; git does the same.
  static let probeLength = 8000

  private static let privateKey = Pattern(#"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"#)
  private static let builtFolder = Pattern(
    #"(?:^|/)(?:\.build[^/]*|\.swiftpm|__pycache__|\.venv)/"#)

  private static let machinePath = Pattern(Word.machinePath)

  static let local =
    "a path of one machine; instead: one that is relative to the repository, or an argument"
  static let secret =
    "a private key; instead: let the test make one, and never commit any"
  static let binary =
    "a binary file; instead: commit its source and the command that makes it"
  static let built =
    "a product of a build; instead: add its folder to .gitignore and `git rm --cached` it"

  static func findings(path: String, bytes: Data) -> [Finding] {
    if !builtFolder.matches(in: path).isEmpty {
      return [Finding(path: path, line: 0, message: built)]
    }
    let isBinary = bytes.prefix(probeLength).contains(0)
    if isBinary, !binaryFolders.contains(where: path.hasPrefix) {
      return [Finding(path: path, line: 0, message: binary)]
    }
    let text = String(decoding: bytes, as: UTF8.self)
    // Swift has a row of its own in the table of words.
    let paths = path.hasSuffix(".swift") ? [] : machinePath.matches(in: text)
    return privateKey.matches(in: text).map { Finding(path: path, line: $0.line, message: secret) }
      + paths.map { Finding(path: path, line: $0.line, message: local) }
  }
}
