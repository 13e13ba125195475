/// A text as the body of a message: lines that end with CRLF, quoted where mail would harm them.
struct MessageBody {
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let lineFeed = UInt8(ascii: "\n")
  /// RFC 5322 §2.1.1, without the CRLF.
  private static let plainLineMax = 998
  /// RFC 2045 §6.7, without the CRLF.
  private static let quotedLineMax = 76

  /// The `Content-Transfer-Encoding`.
  let encoding: String
  /// Ends with CRLF unless it is empty.
  let bytes: [UInt8]

  init(_ text: String) {
    let lines = Self.lines(of: text)
    let isPlain = lines.allSatisfy { line in
      line.count <= Self.plainLineMax
        && line.allSatisfy { (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\t") }
    }
    encoding = isPlain ? "7bit" : "quoted-printable"
    let end = [Self.carriageReturn, Self.lineFeed]
    bytes = lines.flatMap { (isPlain ? $0 : Self.quoted($0)) + end }
  }

  /// The lines of a text, whichever of LF, CR and CRLF ends them.
  private static func lines(of text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == carriageReturn || byte == lineFeed && previous != carriageReturn {
        lines.append(line)
        line = []
      } else if byte != lineFeed {
        line.append(byte)
      }
      previous = byte
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// One line in quoted-printable, broken where it is too long.
  private static func quoted(_ line: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var width = 0
    for (index, byte) in line.enumerated() {
      let token = isLiteral(byte, isLast: index == line.count - 1) ? [byte] : escaped(byte)
      if width + token.count >= quotedLineMax {
        output += [UInt8(ascii: "="), carriageReturn, lineFeed]
        width = 0
      }
      output += token
      width += token.count
    }
    return output
  }

  /// Whether a byte stands for itself; a blank does not at the end, where servers cut it off.
  private static func isLiteral(_ byte: UInt8, isLast: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "="): false
    case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
    case 0x21...0x7E: true
    default: false
    }
  }

  private static func escaped(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
}
