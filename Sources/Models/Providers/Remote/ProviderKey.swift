/// What a provider knows this server by; nothing prints it.
package struct ProviderKey: Sendable {
  /// What stands where a key stood.
  package static let placeholder = "[key]"
  /// The most bytes of a key.
  package static let bytesMax = 4_096

  /// The key itself, for the one place of a request that carries it.
  package let secret: String

  /// A key of visible ASCII, so that no header can be broken out of; anything else is none.
  package init?(_ secret: String) {
    guard (1...Self.bytesMax).contains(secret.utf8.count),
      secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    self.secret = secret
  }

  /// The text without this key, and without words that show part of a key between asterisks.
  package func scrubbed(from text: String) -> String {
    Self.withoutMasks(Self.replacing(secret, in: text))
  }

  private static func replacing(_ secret: String, in text: String) -> String {
    let bytes = Array(text.utf8)
    let pattern = Array(secret.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: pattern) {
        result += placeholder.utf8
        index += pattern.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Some providers repeat a wrong key with its middle starred out, which still tells its ends.
  private static func withoutMasks(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0.contains("***") ? Substring(placeholder) : $0 }
      .joined(separator: " ")
  }
}

extension ProviderKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Not the key.
  package var description: String { Self.placeholder }
  /// Not the key.
  package var debugDescription: String { Self.placeholder }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
