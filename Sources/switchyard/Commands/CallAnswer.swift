import Contract
import Negotiation
import Wire

/// The answer to a call, shown as it comes.
struct CallAnswer {
  /// How values are shown.
  enum Form {
    /// The bytes as they are.
    case raw
    /// CBOR in diagnostic notation (RFC 8949 §8).
    case notation
    case values(Report)
  }

  private let method: String
  private let form: Form
  private var head = FieldSection()
  private var status = 0
  private var reading = Reading.whole
  /// What a whole answer has brought so far.
  private var body: [UInt8] = []
  /// Why the rest of the answer was left.
  private var problem: String?

  /// How the bytes of an answer make values.
  private enum Reading {
    /// All of them are one.
    case whole
    case sequence(CBORSequence)
    case messages(GRPCMessageReader)
  }

  /// The longest answer that is kept until it is whole, in bytes.
  private static let bytesMax = 64 << 20

  init(_ method: String, _ form: Form) {
    self.method = method
    self.form = form
  }

  /// Takes the head; false when it was taken before.
  mutating func begin(_ head: FieldSection) -> Bool {
    guard status == 0, let number = head.status else { return false }
    self.head = head
    status = number
    if case .grpc = ContentType(head) {
      reading = .messages(GRPCMessageReader(.identity, limit: Self.bytesMax))
    } else if mediaType == .cborSequence {
      reading = .sequence(CBORSequence())
    }
    return true
  }

  private var mediaType: MediaType? {
    let type = head.string("content-type")?.prefix { $0 != ";" }
    return MediaType.allCases.first { type == "\($0.row.name)" }
  }

  /// Takes bytes as they come; whether to go on.
  mutating func take(_ bytes: [UInt8]) -> Bool {
    if case .raw = form {
      FileText.write(bytes, to: FileText.output)
      return true
    }
    do throws(DecodeError) {
      switch reading {
      case .whole:
        body += bytes
        if body.count > Self.bytesMax { problem = "it is longer than \(Self.bytesMax) bytes" }
      case .sequence(var sequence):
        sequence.append(bytes)
        defer { reading = .sequence(sequence) }
        while let item = try sequence.nextBytes() { try show(item) }
      case .messages(var reader):
        reader.append(bytes)
        defer { reading = .messages(reader) }
        while let message = try Self.next(&reader) { try show(message) }
      }
    } catch {
      problem = "it does not read: \(error.message)"
    }
    return problem == nil
  }

  private static func next(_ reader: inout GRPCMessageReader) throws(DecodeError) -> [UInt8]? {
    do throws(Fault) { return try reader.next() } catch {
      throw DecodeError(.trailingBytes, at: nil, error.message)
    }
  }

  /// Shows one item of CBOR.
  private func show(_ item: [UInt8]) throws(DecodeError) {
    switch form {
    case .raw: break
    case .notation: FileText.print(try CBORDiagnostic.print(item, limits: .standard))
    case .values(let report): report.show(try WireValue(cbor: item))
    }
  }

  /// Shows what is left; a refusal is the command's failure too.
  func end(_ trailers: FieldSection) throws(StartFailure) {
    if let problem {
      throw StartFailure(.unavailable, "\(method): the answer was left: \(problem)")
    }
    if case .messages = reading { return try endCall(trailers.isEmpty ? head : trailers) }
    let value = value
    if status < 400 || showsRefusals { try showWhole(value) }
    guard status >= 400 else { return }
    let words = Refusal(value).map { " \($0.text)" } ?? ""
    throw StartFailure(.refused, "\(method): \(status)\(words)")
  }

  private var showsRefusals: Bool {
    switch form {
    case .raw: true
    case .notation: false
    case .values(let report): report.isJSON
    }
  }

  /// Ends a call of gRPC as its last fields say.
  private func endCall(_ fields: FieldSection) throws(StartFailure) {
    guard let number = fields.string("grpc-status") else {
      throw StartFailure(.unavailable, "\(method): the answer has no grpc-status")
    }
    guard number != "0" else { return }
    let text = fields.string("grpc-message").map(GRPCStatus.unescaped) ?? ""
    let words = TextWidth.visible(text, keepingLines: false)
    throw StartFailure(.refused, "\(method): grpc-status \(number) \(words)")
  }

  private func showWhole(_ value: WireValue?) throws(StartFailure) {
    switch form {
    case .raw: if Terminal.isOutput { FileText.print("") }
    case .notation:
      do throws(DecodeError) { try show(body) } catch {
        throw StartFailure(.unavailable, "\(method): the answer is no CBOR: \(error.message)")
      }
    case .values(let report):
      if let value, !report.isJSON || mediaType == .cbor {
        report.show(value)
      } else if !body.isEmpty {
        FileText.write(body + (body.last == 0x0a ? [] : [0x0a]), to: FileText.output)
      }
    }
  }

  /// The value of a whole answer; nil for one that is no value.
  private var value: WireValue? {
    do throws(DecodeError) {
      switch mediaType {
      case .json, .problemJSON: return try WireValue(json: body)
      case .cbor: return try WireValue(cbor: body)
      default: return nil
      }
    } catch {
      return nil
    }
  }
}

/// What a server says when it refuses, in whichever of the documents' shapes.
struct Refusal {
  let text: String

  /// Nil when the body is no refusal.
  init?(cbor body: [UInt8]) {
    do throws(DecodeError) { self.init(try WireValue(cbor: body)) } catch { return nil }
  }

  /// Nil when the body is no refusal.
  init?(json body: [UInt8]) {
    do throws(DecodeError) { self.init(try WireValue(json: body)) } catch { return nil }
  }

  /// Nil when the value is no refusal.
  init?(_ value: WireValue?) {
    guard let value else { return nil }
    let inner = value["error"] ?? value
    let words = [["code"], ["message", "detail", "title"]].compactMap { names in
      names.lazy.compactMap { name -> String? in
        guard case .text(let text)? = inner[name] else { return nil }
        return TextWidth.visible(text, keepingLines: false)
      }.first
    }
    guard !words.isEmpty else { return nil }
    text = words.joined(separator: ": ")
  }
}
