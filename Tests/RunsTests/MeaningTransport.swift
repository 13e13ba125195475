import Models
import Synchronization
import Wire

/// A provider whose vectors say which of a few meanings the words of a text have.
final class MeaningTransport: ProviderTransport {
  /// What it does instead of answering as it should.
  enum Trouble: Sendable {
    case unreachable
    case status(Int)
    /// Answers with another body.
    case body(String)
    /// Takes all texts but those with this word.
    case refuses(String)
  }

  private struct State {
    var trouble: Trouble?
    var asked: [[String]] = []
    var dimension = meanings.count + 1
  }

  /// Words of one meaning.
  private static let meanings = [
    ["harbour", "port", "haven"], ["ship", "vessel", "boat"], ["bread", "loaf"],
  ]

  private let state = Mutex(State())

  /// The texts of each request.
  var asked: [[String]] { state.withLock(\.asked) }

  func set(_ trouble: Trouble?) { state.withLock { $0.trouble = trouble } }

  /// Has all further vectors have so many numbers.
  func set(dimension: Int) { state.withLock { $0.dimension = dimension } }

  func open(_ request: ProviderRequest) async throws(ModelError) -> any ProviderResponse {
    let texts = Self.texts(of: request)
    let (trouble, dimension) = state.withLock { state in
      state.asked.append(texts)
      return (state.trouble, state.dimension)
    }
    switch trouble {
    case .unreachable: throw .upstream(code: "LLM_UNAVAILABLE", message: "nobody is there")
    case .status(let status): return Answer(status, "")
    case .body(let body): return Answer(200, body)
    case .refuses(let word) where texts.contains { $0.contains(word) }: return Answer(400, "")
    case .refuses, nil: break
    }
    let vectors = texts.map { text -> WireValue in
      let words = Self.meanings.map { meaning in
        Double(meaning.count { text.lowercased().contains($0) })
      }
      let numbers = words + [Double](repeating: 0.1, count: dimension - words.count)
      return ["embedding": .array(numbers.map { .double($0) })]
    }
    let answer: WireValue = ["data": .array(vectors)]
    return Answer(200, String(decoding: answer.json(), as: UTF8.self))
  }

  private static func texts(of request: ProviderRequest) -> [String] {
    do throws(DecodeError) {
      let input = try WireValue(json: request.body)["input"]?.elements ?? []
      return input.compactMap(\.text)
    } catch {
      return []
    }
  }

  private final class Answer: ProviderResponse {
    let status: Int
    let retryAfter: Duration? = nil
    private let body: Mutex<[UInt8]?>

    init(_ status: Int, _ body: String) {
      self.status = status
      self.body = Mutex(Array(body.utf8))
    }

    func value(of name: String) -> String? { nil }

    func next() async throws(ModelError) -> [UInt8]? {
      body.withLock { body in
        defer { body = nil }
        return body
      }
    }

    func close() {}
  }
}
