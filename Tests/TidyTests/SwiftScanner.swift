/// Tells code, comments and the insides of string literals apart, byte by byte.
///
/// Knows nested block comments, raw and multi-line strings, interpolation and regex literals on one
/// line.
struct SwiftScanner {
  private(set) var code: [UInt8]
  private(set) var comments: [UInt8]
  private(set) var strings: [UInt8]

  private let text: [UInt8]
  private var position = 0
  private var frames: [Frame] = [.code]

  /// What the text at the position is part of; the last frame is the innermost.
  private enum Frame: Equatable {
    case code
    case interpolation(openParentheses: Int)
    case string(hashes: Int, isMultiline: Bool)
    case lineComment
    case blockComment(depth: Int)
  }

  private enum Reading { case code, comments, strings }

  init(_ text: [UInt8]) {
    self.text = text
    let blank = text.map { $0 == Self.newline ? Self.newline : Self.space }
    code = blank
    comments = blank
    strings = blank
  }

  mutating func scan() {
    while position < text.count {
      switch frames[frames.count - 1] {
      case .code: scanCode()
      case .interpolation(let open): scanInterpolation(openParentheses: open)
      case .string(let hashes, let isMultiline):
        scanString(hashes: hashes, isMultiline: isMultiline)
      case .lineComment: scanLineComment()
      case .blockComment(let depth): scanBlockComment(depth: depth)
      }
    }
  }

  private mutating func scanCode() {
    if starts("//") {
      frames.append(.lineComment)
    } else if starts("/*") {
      frames.append(.blockComment(depth: 0))
    } else if let opening = stringOpening() {
      take(opening.length, as: .code)
      frames.append(.string(hashes: opening.hashes, isMultiline: opening.isMultiline))
    } else if let length = regexLength() {
      take(length, as: .strings)
    } else {
      take(1, as: .code)
    }
  }

  private mutating func scanInterpolation(openParentheses: Int) {
    switch text[position] {
    case UInt8(ascii: "("):
      frames[frames.count - 1] = .interpolation(openParentheses: openParentheses + 1)
      take(1, as: .code)
    case UInt8(ascii: ")") where openParentheses == 1:
      // As the one that opened it, so that brackets are balanced in every reading.
      frames.removeLast()
      take(1, as: .strings)
    case UInt8(ascii: ")"):
      frames[frames.count - 1] = .interpolation(openParentheses: openParentheses - 1)
      take(1, as: .code)
    default:
      scanCode()
    }
  }

  private mutating func scanString(hashes: Int, isMultiline: Bool) {
    let marks = String(repeating: "#", count: hashes)
    let closing = (isMultiline ? #"""""# : #"""#) + marks
    if starts(closing) {
      take(closing.utf8.count, as: .code)
      frames.removeLast()
    } else if starts("\\" + marks + "(") {
      // The mark of an interpolation stays in the strings' reading, so that a rule can ask for it.
      take(hashes + 2, as: .strings)
      frames.append(.interpolation(openParentheses: 1))
    } else if starts("\\" + marks) {
      take(hashes + 2, as: .strings)
    } else if !isMultiline, text[position] == Self.newline {
      // An unterminated literal does not compile; as code again, one slip does not hide a file.
      frames.removeLast()
    } else {
      take(1, as: .strings)
    }
  }

  private mutating func scanLineComment() {
    if text[position] == Self.newline { frames.removeLast() }
    take(1, as: .comments)
  }

  private mutating func scanBlockComment(depth: Int) {
    if starts("/*") {
      frames[frames.count - 1] = .blockComment(depth: depth + 1)
      take(2, as: .comments)
    } else if starts("*/") {
      frames.removeLast()
      if depth > 1 { frames.append(.blockComment(depth: depth - 1)) }
      take(2, as: .comments)
    } else {
      take(1, as: .comments)
    }
  }

  /// The opening of a string literal at the position: `"`, `"""`, `#"`, `##"""` and so on.
  private func stringOpening() -> (length: Int, hashes: Int, isMultiline: Bool)? {
    var hashes = 0
    while byte(at: position + hashes) == UInt8(ascii: "#") { hashes += 1 }
    guard byte(at: position + hashes) == Self.quote else { return nil }
    let isMultiline =
      byte(at: position + hashes + 1) == Self.quote && byte(at: position + hashes + 2) == Self.quote
    return (hashes + (isMultiline ? 3 : 1), hashes, isMultiline)
  }

  /// The length of a regex literal that starts and ends on this line, as `/a"b/` or `#/a/b/#`.
  private func regexLength() -> Int? {
    let isExtended = starts("#/")
    guard isExtended || (starts("/") && isAtOperand) else { return nil }
    var end = position + (isExtended ? 2 : 1)
    guard let first = byte(at: end), first != Self.space else { return nil }
    while let next = byte(at: end), next != Self.newline {
      if next == UInt8(ascii: "/"), !isExtended { return end + 1 - position }
      if next == UInt8(ascii: "/"), byte(at: end + 1) == UInt8(ascii: "#") {
        return end + 2 - position
      }
      end += next == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Whether a value may begin at the position, so that a slash there cannot be a division.
  private var isAtOperand: Bool {
    var before = position - 1
    while let blank = byte(at: before), blank == Self.space { before -= 1 }
    guard let last = byte(at: before) else { return true }
    return "(,=:[{\n".utf8.contains(last)
  }

  private func byte(at index: Int) -> UInt8? {
    text.indices.contains(index) ? text[index] : nil
  }

  private func starts(_ word: String) -> Bool {
    text[position...].starts(with: word.utf8)
  }

  private mutating func take(_ length: Int, as reading: Reading) {
    for index in position..<min(position + length, text.count) {
      switch reading {
      case .code: code[index] = text[index]
      case .comments: comments[index] = text[index]
      case .strings: strings[index] = text[index]
      }
    }
    position += length
  }

  private static let newline = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")
  private static let quote = UInt8(ascii: "\"")
}
