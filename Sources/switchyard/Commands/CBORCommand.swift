import ArgumentParser
import Cryptography
import Wire

/// `switchyard cbor`.
struct CBORCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cbor",
    abstract: "Turns CBOR on standard input into diagnostic notation or JSON, or back."
  )

  @Flag(help: "Reads the notation and writes CBOR; on a terminal, as hexadecimal.")
  var encode = false

  @Flag(help: "Takes a sequence of items (RFC 8742), one a line, and not just one.")
  var sequence = false

  @Flag(
    help: """
      Writes and reads JSON in the place of diagnostic notation; what JSON cannot say is text, \
      and the CBOR that comes of it is deterministic (RFC 8949 §4.2.1).
      """)
  var json = false

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let input = try FileText.readInput()
      let notation: any Notation.Type = json ? JSONNotation.self : DiagnosticNotation.self
      do throws(DecodeError) {
        if encode {
          let bytes = try notation.parse(input, isSequence: sequence)
          if Terminal.isOutput {
            FileText.print(Hexadecimal.encode(bytes))
          } else {
            FileText.write(bytes, to: FileText.output)
          }
        } else if sequence {
          var items = CBORSequence(input, limits: .ownInput)
          while let item = try items.nextBytes() { FileText.print(try notation.text(item)) }
          try items.finish()
        } else {
          try Items.checkCount(input)
          FileText.print(try notation.text(input))
        }
      } catch {
        throw StartFailure(
          .refused, "\(error.message) (\(error.kind.rawValue)) at byte \(error.offset ?? 0)")
      }
    }
  }
}

/// A text that stands for CBOR.
private protocol Notation {
  /// The text of one item.
  static func text(_ item: [UInt8]) throws(DecodeError) -> String
  /// The CBOR that a text stands for; more than one item only in a sequence.
  static func parse(_ text: [UInt8], isSequence: Bool) throws(DecodeError) -> [UInt8]
}

/// RFC 8949 §8, which keeps every byte.
private enum DiagnosticNotation: Notation {
  static func text(_ item: [UInt8]) throws(DecodeError) -> String {
    try CBORDiagnostic.print(item, limits: .ownInput)
  }

  static func parse(_ text: [UInt8], isSequence: Bool) throws(DecodeError) -> [UInt8] {
    let bytes = try CBORDiagnostic.parse(String(decoding: text, as: UTF8.self), limits: .ownInput)
    if !isSequence { try Items.checkCount(bytes) }
    return bytes
  }
}

/// JSON (RFC 8259), one text a line in a sequence.
private enum JSONNotation: Notation {
  static func text(_ item: [UInt8]) throws(DecodeError) -> String {
    String(decoding: try WireValue(cbor: item, limits: .ownInput).json(), as: UTF8.self)
  }

  static func parse(_ text: [UInt8], isSequence: Bool) throws(DecodeError) -> [UInt8] {
    guard isSequence else { return try WireValue(json: text, limits: .ownInput).cbor() }
    var bytes: [UInt8] = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      do throws(DecodeError) {
        bytes += try WireValue(json: [UInt8](line), limits: .ownInput).cbor()
      } catch {
        // Offsets count from the beginning of the input, as in the other notation.
        throw DecodeError(
          error.kind, at: error.offset.map { $0 + line.startIndex }, error.message)
      }
    }
    return bytes
  }
}

/// Counting items of CBOR.
private enum Items {
  /// Refuses well-formed bytes that are not exactly one item.
  static func checkCount(_ bytes: [UInt8]) throws(DecodeError) {
    var items = CBORSequence(bytes, limits: .ownInput)
    guard let first = try items.nextBytes() else {
      try items.finish()
      throw DecodeError(.endInHead, at: 0, "there is no item")
    }
    guard first.count == bytes.count else {
      throw DecodeError(
        .trailingBytes, at: first.count, "there is more than one item; --sequence takes many")
    }
  }
}

extension DecodeLimits {
  /// What a person converts may be as long as it likes; its levels are those of the call stack.
  fileprivate static let ownInput = DecodeLimits(depth: 256, items: .max)
}
