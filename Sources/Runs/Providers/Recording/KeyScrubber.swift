internal import Models

/// Takes keys out of what is written down: also where one stands in two pieces of a body, where
/// JSON escapes a part of it, and where its middle is starred out.
struct KeyScrubber {
  /// Asterisks in a row that stand for the middle of a key, and letters of it beside them.
  private static let starsMin = 3
  private static let shownMin = 3

  private let secrets: [[UInt8]]

  /// A scrubber for the keys in a request's headers.
  init(_ request: ProviderRequest) {
    secrets = request.headers.filter(\.isSecret).compactMap { header in
      // Before a key stands what kind of one it is: `Bearer `.
      header.value.split(separator: " ").last.map { Array($0.utf8) }
    }
  }

  func scrubbed(_ text: String) -> String {
    String(decoding: scrubbed([Array(text.utf8)])[0], as: UTF8.self)
  }

  /// The pieces, as many as were given, with a placeholder where a key begins.
  func scrubbed(_ pieces: [[UInt8]]) -> [[UInt8]] {
    let bytes = Array(pieces.joined())
    var ranges = ranges(in: bytes)[...]
    guard !ranges.isEmpty else { return pieces }
    var result: [[UInt8]] = []
    var start = 0
    for piece in pieces {
      var kept: [UInt8] = []
      var at = start
      let end = start + piece.count
      while at < end {
        guard let range = ranges.first, range.lowerBound < end else {
          kept += bytes[at..<end]
          break
        }
        kept += bytes[at..<max(at, range.lowerBound)]
        if at <= range.lowerBound { kept += ProviderKey.placeholder.utf8 }
        at = min(range.upperBound, end)
        if range.upperBound <= end { ranges.removeFirst() }
      }
      result.append(kept)
      start = end
    }
    return result
  }

  /// Where keys and what is left of some stand, in their order; none overlaps another.
  private func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var at = 0
    while at < bytes.count {
      guard let range = secrets.lazy.compactMap({ Self.range(of: $0, in: bytes, at: at) }).first
      else {
        at += 1
        continue
      }
      let from = max(range.lowerBound, ranges.last?.upperBound ?? 0)
      ranges.append(from..<range.upperBound)
      at = range.upperBound
    }
    return ranges
  }

  /// The range of a key that is found out at a place: it begins there, or its asterisks do.
  private static func range(of secret: [UInt8], in bytes: [UInt8], at: Int) -> Range<Int>? {
    let star = UInt8(ascii: "*")
    // A row of asterisks is looked at once, at its first.
    if bytes[at] == star, at == 0 || bytes[at - 1] != star {
      return masked(secret, in: bytes, at: at)
    }
    guard bytes[at] == secret[0] || bytes[at] == UInt8(ascii: "\\") else { return nil }
    if bytes[at...].starts(with: secret) { return at..<at + secret.count }
    return escapedEnd(of: secret, in: bytes, from: at).map { at..<$0 }
  }

  private static func masked(_ secret: [UInt8], in bytes: [UInt8], at: Int) -> Range<Int>? {
    let end = bytes[at...].firstIndex { $0 != UInt8(ascii: "*") } ?? bytes.count
    guard end - at >= starsMin else { return nil }
    let most = secret.count
    let before = (0...min(most, at)).last { bytes[..<at].suffix($0) == secret.prefix($0) } ?? 0
    let after =
      (0...min(most, bytes.count - end)).last { bytes[end...].prefix($0) == secret.suffix($0) } ?? 0
    guard before + after >= shownMin else { return nil }
    return at - before..<end + after
  }

  /// Where the key ends, if it begins there with some of its letters as JSON escapes them.
  private static func escapedEnd(
    of secret: [UInt8], in bytes: [UInt8], from: Int
  ) -> Int? {
    var at = from
    for letter in secret {
      let rest = bytes[at...].prefix(6)
      let digits = rest.dropFirst(2)
      if rest.first == UInt8(ascii: "\\"), rest.dropFirst().first == letter {
        at += 2
      } else if rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]), digits.count == 4,
        UInt32(String(decoding: digits, as: UTF8.self), radix: 16) == UInt32(letter)
      {
        at += 6
      } else if rest.first == letter {
        at += 1
      } else {
        return nil
      }
    }
    return at
  }
}
