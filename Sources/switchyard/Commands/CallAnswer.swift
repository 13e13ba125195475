import Contract
import Negotiation
import Wire

/// The answer to a call, shown as it comes.
struct CallAnswer {
  private let method: String
  private let isRaw: Bool
  private let report: Report
  private var status = 0
  private var mediaType: MediaType?
  /// What a whole answer has brought so far.
  private var body: [UInt8] = []
  private var feed = CBORSequence()
  /// Why the rest of the answer was left.
  private var problem: String?

  /// The longest answer that is kept until it is whole, in bytes.
  private static let bytesMax = 64 << 20

  /// `isRaw` writes the bytes as they are.
  init(_ method: String, isRaw: Bool, _ report: Report) {
    self.method = method
    self.isRaw = isRaw
    self.report = report
  }

  /// Takes the head; false when it was taken before.
  mutating func begin(_ head: FieldSection) -> Bool {
    guard status == 0, let number = head.status else { return false }
    status = number
    let type = head.string("content-type")?.prefix { $0 != ";" }
    mediaType = MediaType.allCases.first { type == "\($0.row.name)" }
    return true
  }

  /// Takes bytes as they come; whether to go on.
  mutating func take(_ bytes: [UInt8]) -> Bool {
    if isRaw {
      FileText.write(bytes, to: FileText.output)
    } else if mediaType == .cborSequence {
      show(bytes)
    } else {
      body += bytes
      if body.count > Self.bytesMax { problem = "the answer is longer than \(Self.bytesMax) bytes" }
    }
    return problem == nil
  }

  private mutating func show(_ bytes: [UInt8]) {
    feed.append(bytes)
    do throws(DecodeError) {
      while let item = try feed.next() { report.show(item) }
    } catch {
      problem = "the answer does not read: \(error.message)"
    }
  }

  /// Shows what is left; a refusal is the command's failure too.
  func end() throws(StartFailure) {
    if let problem { throw StartFailure(.unavailable, "\(method): \(problem)") }
    let value = value
    if status < 400 || report.isJSON { show(value) }
    guard status >= 400 else { return }
    let words = Refusal(value).map { " \($0.text)" } ?? ""
    throw StartFailure(.refused, "\(method): \(status)\(words)")
  }

  private func show(_ value: WireValue?) {
    if isRaw {
      if Terminal.isOutput { FileText.print("") }
    } else if let value, !report.isJSON {
      report.show(value)
    } else if !body.isEmpty {
      FileText.write(body + (body.last == 0x0a ? [] : [0x0a]), to: FileText.output)
    }
  }

  /// The value of a whole answer; nil for one that is no value.
  private var value: WireValue? {
    guard mediaType == .json || mediaType == .problemJSON else { return nil }
    do throws(DecodeError) {
      return try WireValue(json: body)
    } catch {
      return nil
    }
  }
}

/// What a server says when it refuses, in whichever of the documents' shapes.
struct Refusal {
  let text: String

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
