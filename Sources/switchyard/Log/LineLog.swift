import Contract
import Logging
import Wire

/// Writes the log to standard error: text for people, one JSON object a line for programs.
struct LineLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  private let isJSON: Bool
  private let wallClock: any WallClock
  private let writer: LogWriter

  init(level: Logger.Level, isJSON: Bool, wallClock: any WallClock, writer: LogWriter) {
    self.writer = writer
    logLevel = level
    self.isJSON = isJSON
    self.wallClock = wallClock
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let now = wallClock.now.text
    var line: String
    if isJSON {
      var value: WireValue = [
        "ts": .text(now), "level": .text(event.level.rawValue),
        "message": .text("\(event.message)"),
      ]
      for (name, field) in fields { value[name] = Self.value(field) }
      line = String(decoding: value.json(), as: UTF8.self)
    } else {
      line = "\(now) \(event.level.rawValue) \(event.message)"
      for (name, field) in fields { line += " \(name)=\(Self.visible("\(field)"))" }
    }
    if let lost = writer.write(Array((line + "\n").utf8)), lost > 0 {
      log(event: Self.loss(of: lost, noticedBy: event))
    }
  }

  private static func loss(of lines: Int, noticedBy event: LogEvent) -> LogEvent {
    LogEvent(
      level: .warning, message: "lines of the log were lost: nobody read them",
      metadata: ["lines": .stringConvertible(lines)], source: event.source, file: event.file,
      function: event.function, line: event.line)
  }

  /// A number stays one, so that programs can compare it.
  private static func value(_ field: Logger.MetadataValue) -> WireValue {
    guard case .stringConvertible(let number as Int) = field else { return .text("\(field)") }
    return .integer(Int64(number))
  }

  /// The text in one line, whatever it holds.
  private static func visible(_ text: String) -> String {
    text.contains { $0.isNewline || $0 == " " } ? "\"\(text.filter { !$0.isNewline })\"" : text
  }
}
